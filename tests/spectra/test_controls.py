"""The thermometer where the answer is known: uniform temperature, every peak and window, random experiments, both
directions of the heat, an injected step, any dose. benchmarks/controls.py runs the same at length."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import kapitza
from kapitza.settings import EnergyWindows
from kapitza.twin import Twin, demo_twins, inject_step, random_twin, synthesise
from kapitza.twin.fields import fields
from kapitza.twin.forward import expected_counts

PER_REGION = 1e10
PEAKS = {
    "pearson 2": {"shape": "pearson7", "exponent": 2.0},
    "pearson 2.2": {"shape": "pearson7", "exponent": 2.2},
    "pearson 3": {"shape": "pearson7", "exponent": 3.0},
    "gaussian": {"shape": "gaussian"},
    "core and tail": {"shape": "gaussian_and_pearson", "core_share": 0.6, "tail_width": 1.0, "exponent": 1.8},
    "voigt": {"shape": "voigt", "lorentzian_share": 0.02},
}
QUIET = {"gain_pattern": 0.0, "dark": 0.0, "spikes_per_million": 0.0}
SMALL, LONG = {"rows": 12, "columns": 61}, {"rows": 12, "columns": 121}
GAP = 10


def varied(base, **tables):
    """The twin with values of its tables changed; a new shape of peak starts afresh."""
    document = base.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    for table, values in tables.items():
        old = {"fwhm": document[table]["fwhm"]} if "shape" in values else document[table]
        document[table] = {**old, **values, "provenance": "test"}
    return Twin.model_validate(document)


def small(flow="none", electrons=PER_REGION, **tables):
    """The demo's AlN|SiC on 12 x 61 pixels without faults of the detector; so many electrons in either region."""
    per_pixel = electrons / (SMALL["rows"] * (SMALL["columns"] / 2 - GAP))
    return varied(
        demo_twins()[flow],
        **{
            "scan": SMALL,
            "interface": {"position": 30.0},
            "detector": QUIET,
            "zero_loss": PEAKS["pearson 2.2"],
            "dose": {"zero_loss_counts": per_pixel},
            **tables,
        },
    )


def noiseless(twin):
    """The experiment as an infinite number of repetitions would show it on average, with its truth."""
    image, truth = synthesise(twin)
    return replace(image, counts=expected_counts(twin, fields(twin)).astype(np.float32)), truth


def biases(made, windows=None):
    """Of AlN and SiC, each as (mean, statistical error), K; and the error that the map says all pixels share."""
    image, truth = made
    tmap = kapitza.temperature_map(image, windows)
    off = tmap.temperature - truth["temperature"].to_numpy()
    away = truth["x"].to_numpy() - float(truth["position"])
    regions = []
    for side in (away < -GAP, away > GAP):
        error = np.sqrt(np.nansum(tmap.error[:, side] ** 2)) / np.isfinite(tmap.error[:, side]).sum()
        regions.append((float(np.nanmean(off[:, side])), float(error)))
    return regions, tmap.common_error or 0.0


def assert_unbiased(twin, windows=None):
    """False step below 0.5 K and biases below 2 K at 1e10 electrons per region."""
    (left, right), _ = biases(noiseless(twin), windows)
    assert abs(left[0] - right[0]) < 0.5
    assert abs(left[0]) < 2.0
    assert abs(right[0]) < 2.0


@pytest.mark.parametrize("fwhm", [10.0, 13.0])
@pytest.mark.parametrize("peak", PEAKS)
def test_two_materials_at_one_temperature_read_the_same_whatever_the_peak(peak, fwhm):
    assert_unbiased(small(zero_loss={**PEAKS[peak], "fwhm": fwhm}))


def test_with_noise_the_false_steps_are_what_their_errors_say():
    steps = []
    for peak in PEAKS.values():
        (left, right), _ = biases(synthesise(small(zero_loss={**peak, "fwhm": 12.0})))
        steps.append((left[0] - right[0]) / np.hypot(left[1], right[1]))
    # Six draws of a unit Gaussian have a mean square above 2.8 once in a hundred times.
    assert np.mean(np.square(steps)) < 2.8


@pytest.mark.parametrize("window", [(50.0, 135.0), (60.0, 120.0), (55.0, 100.0), (80.0, 125.0)])
def test_the_window_does_not_matter(window):
    assert_unbiased(small(), EnergyWindows(signal=window, far=(max(130.0, window[1]), 200.0)))


@pytest.mark.parametrize("seed", range(6))
def test_random_experiments_at_one_temperature_read_the_same(seed):
    drawn = random_twin(seed, small())
    assert_unbiased(varied(drawn, dose={"zero_loss_counts": small().dose.zero_loss_counts}))


@pytest.mark.parametrize("electrons", [1e5, 1e6, 1e7, 1e8])
def test_biases_are_within_their_errors_at_any_dose(electrons):
    regions, common = biases(synthesise(small(dose={"zero_loss_counts": electrons})))
    for bias, error in regions:
        assert abs(bias) < 3 * np.hypot(error, common)


@cache
def drop_of(flow):
    image, _ = synthesise(small(flow, scan=LONG, interface={"position": 60.3}))
    return kapitza.interface_drop(kapitza.temperature_map(image))


@pytest.mark.parametrize(("flow", "true"), [("forward", 15.0), ("reverse", -15.0), ("none", 0.0)])
def test_the_drop_is_found_in_either_direction_and_where_there_is_none(flow, true):
    found = drop_of(flow).drop
    assert abs(found.value - true) < 3 * found.error
    assert found.error < 3.0


def test_forward_and_reverse_differ_by_twice_the_drop():
    found = kapitza.combine(drop_of("forward"), drop_of("reverse")).drop
    assert abs(found.value - 15.0) < 3 * found.error


def test_a_step_injected_into_zero_flow_comes_back():
    image, _ = synthesise(small(scan=LONG, interface={"position": 60.3}))
    stepped = inject_step(image, 60.3, 15.0, 2.0, 600.0, seed=1)
    before, after = (kapitza.interface_drop(kapitza.temperature_map(made)).drop for made in (image, stepped))
    assert abs(after.value - 15.0) < 3 * after.error
    # The electrons are mostly the same in both, and so is their noise.
    assert abs(after.value - before.value - 15.0) < 0.5 * after.error
