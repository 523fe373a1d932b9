"""Modal temperatures: equilibrium, a deviation recovered through the leakage of the peak, honest errors."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kapitza.data import Microscope, SpectrumImage
from kapitza.errors import MethodError
from kapitza.interface.modes.modal import WINDOWS, modal_temperatures, window_leakage
from kapitza.interface.modes.ranges import Ranges
from kapitza.interface.modes.region_spectra import column_spectra, forward_recipe
from kapitza.spectra.thermometry import temperature_map
from kapitza.twin.fields import fields
from kapitza.twin.forward import energy_axis, expected_counts

from .synthetic import POSITION, drawn, in_columns, mapped, true_deviation, true_temperature, twin_of

NAMES = tuple(WINDOWS)


BULK = ((0.0, 9.2), (21.4, 31.0))


@cache
def modal(flow, columns=4, bulk=None, **how):
    return modal_temperatures(in_columns(flow, columns, **how), mapped(flow, **how)[1], bulk=bulk)


def ranged(windows):
    return modal_temperatures(in_columns("none", 30, strength=0.0), mapped("none", strength=0.0)[1], windows)


def binned(values, columns=4):
    return values[: len(values) // columns * columns].reshape(-1, columns).mean(axis=1)


def test_without_heat_every_range_is_at_one_temperature():
    found = modal("none", strength=0.0)
    for kelvin in found.temperature:
        np.testing.assert_allclose(kelvin[np.isfinite(kelvin)], 600.0, atol=1.5)
    assert np.isfinite(found.temperature[NAMES.index("LO")]).all()


def test_a_range_without_signal_gives_no_temperature():
    found = modal("none", strength=0.0)
    right = found.position > POSITION + 2
    assert np.isnan(found.temperature[NAMES.index("AlN TO"), right]).all()
    assert np.isfinite(found.temperature[NAMES.index("SiC TO"), right]).all()


def test_interface_modes_are_not_taken_for_a_temperature():
    found = modal("none")
    for kelvin, error in zip(found.temperature, found.error, strict=True):
        told = error < 20.0
        np.testing.assert_allclose(kelvin[told], 600.0, atol=3.0)


def test_a_mode_out_of_equilibrium_is_found_and_the_others_are_left():
    found = modal("forward", strength=0.0, to=20.0)
    kelvin, left = binned(true_temperature("forward")), found.position < POSITION
    deviation = binned(true_deviation("forward", 20.0))
    seen = found.temperature - kelvin
    np.testing.assert_allclose(seen[NAMES.index("AlN TO"), left], deviation[left], atol=2.0)
    np.testing.assert_allclose(seen[NAMES.index("LO"), left], 0.0, atol=2.5)


def test_reversed_heat_turns_the_deviation():
    there, back = (modal(flow, strength=0.0, to=20.0) for flow in ("forward", "reverse"))
    left = there.position < POSITION - 0.5
    field = binned(true_temperature("forward") - true_temperature("reverse"))
    odd = 0.5 * (there.temperature - back.temperature - field)[NAMES.index("AlN TO"), left]
    np.testing.assert_allclose(odd, binned(true_deviation("forward", 20.0))[left], atol=1.0)


def test_errors_and_covariance_hold():
    rng = np.random.default_rng(7)
    columns = replace_columns(in_columns("forward", 30, strength=0.0), slice(0, 3))
    tmap = mapped("forward", strength=0.0)[1]
    noiseless = modal_temperatures(columns, tmap)
    ranges = Ranges.of(columns, forward_recipe(tmap)[0], WINDOWS, (30.0, 180.0))
    seen = [
        [
            ranges.read(*one, 600.0).temperature
            for one in zip(drawn(columns, rng).electrons, columns.background, strict=True)
        ]
        for _ in range(200)
    ]
    seen = np.swapaxes(seen, 1, 2)
    chosen = [NAMES.index(name) for name in ("acoustic", "AlN TO", "LO")]
    scatter = np.std(seen, axis=0)[chosen]
    np.testing.assert_allclose(scatter / noiseless.error[chosen], 1.0, atol=0.25)
    covariance = np.cov(np.array(seen)[:, chosen, 0].T)
    stated = noiseless.covariance[0][np.ix_(chosen, chosen)]
    scale = np.sqrt(np.outer(np.diag(stated), np.diag(stated)))
    np.testing.assert_allclose(covariance / scale, stated / scale, atol=0.35)


def replace_columns(spectra, some):
    names = ("electrons", "background", "rises", "temperature", "position", "pixels")
    return replace(spectra, **{name: getattr(spectra, name)[some] for name in names})


def test_the_ranges_leak_into_each_other():
    leakage = window_leakage(mapped("none")[1])
    assert leakage.shape == (len(WINDOWS), len(WINDOWS))
    assert (np.diag(leakage) > 0.45).all()
    assert leakage[NAMES.index("SiC TO"), NAMES.index("AlN TO")] > 0.1
    assert (leakage.sum(axis=0) < 1.0).all()
    assert leakage[NAMES.index("AlN TO"), NAMES.index("AlN TO")] < 0.6


def test_windows_that_cannot_be_are_refused():
    with pytest.raises(MethodError, match="do not overlap"):
        ranged({"one": (70.0, 90.0), "other": (85.0, 100.0)})
    with pytest.raises(MethodError, match="do not overlap"):
        ranged({"narrow": (80.0, 80.1)})


def test_ranges_of_one_s_own():
    found = ranged({"optical": (70.0, 130.0)})
    assert found.names == ("optical",)
    assert found.windows == ((70.0, 130.0),)
    np.testing.assert_allclose(found.temperature, 600.0, atol=1.5)


@pytest.mark.parametrize("strength", [0.0, 0.25])
def test_the_bulk_alone_gives_the_same_temperature_without_heat(strength):
    found = modal("none", bulk=BULK, strength=strength)
    beside = np.abs(found.position - POSITION) > 1.0
    for kelvin, error in zip(found.temperature, found.error, strict=True):
        np.testing.assert_allclose(kelvin[beside & (error < 20.0)], 600.0, atol=1.0)
        np.testing.assert_allclose(kelvin[error < 20.0], 600.0, atol=2.0)


def test_a_band_out_of_equilibrium_leaves_the_others_where_the_peak_is_that_of_the_bulk():
    left, kelvin = np.arange(46) < 20, binned(true_temperature("forward"))
    spoilt, kept = (modal("forward", bulk=bulk, strength=0.0, to=20.0).temperature - kelvin for bulk in (None, BULK))
    acoustic = NAMES.index("acoustic")
    assert np.abs(spoilt[acoustic, left]).min() > 1.0
    np.testing.assert_allclose(kept[acoustic, left], 0.0, atol=0.5)


def test_bulk_ranges_without_a_column_are_refused():
    with pytest.raises(MethodError, match="both bulk ranges"):
        modal("none", bulk=((0.0, 9.2), (50.0, 60.0)))


def test_the_common_error_is_that_of_the_peak_found_in_noisy_spectra():
    twin = twin_of("none", strength=0.0, rows=6)
    means, common, counting = [], [], []
    for seed in range(10):
        counts = np.random.default_rng(seed).poisson(expected_counts(twin, fields(twin))).astype(float)
        image = SpectrumImage(counts, energy_axis(twin), (1 / 6, 1 / 6), "noisy", Microscope(electrons_per_count=1.0))
        tmap = temperature_map(image)
        found = modal_temperatures(column_spectra(image, tmap, columns=46), tmap)
        weight = np.nan_to_num(found.error**-2.0)
        means.append((weight * np.nan_to_num(found.temperature)).sum(axis=1) / weight.sum(axis=1) - 600.0)
        common.append(found.common_error)
        counting.append(weight.sum(axis=1) ** -0.5)
    stated = np.sqrt(np.mean(np.square(common) + np.square(counting), axis=0))
    seen = np.sqrt(np.mean(np.square(means), axis=0)) / stated
    assert ((seen > 0.25) & (seen < 1.5)).all()
