"""A step injected into counts without one is what the experiment with the step would have counted."""

import numpy as np
import pytest

from kapitza.data import Microscope
from kapitza.errors import MethodError
from kapitza.twin import inject_step, synthesise
from kapitza.twin.fields import fields
from kapitza.twin.forward import expected_counts
from kapitza.twin.response import MeasuredResponse

FLAT = {"gradient_left": 0.0, "gradient_right": 0.0}
SHAPES = {
    "pearson7": {"shape": "pearson7", "exponent": 2.0},
    "gaussian": {"shape": "gaussian"},
    "voigt": {"shape": "voigt", "lorentzian_share": 0.02},
}


def made(quiet, vary, dose=1e11, **tables):
    """A zero-flow image of high dose, and the twins without and with the step."""
    twin = vary(quiet, dose={"zero_loss_counts": dose}, temperature={"heat_flow": "none", **FLAT}, **tables)
    return synthesise(twin)[0], twin, vary(twin, temperature={"heat_flow": "forward"})


@pytest.mark.parametrize("shape", SHAPES)
def test_the_change_is_that_of_the_experiment_with_the_step(quiet, vary, shape):
    image, none, forward = made(quiet, vary, zero_loss=SHAPES[shape])
    stepped = inject_step(image, 19.7, 15.0, 2.0, 600.0, seed=1)
    wanted = expected_counts(forward, fields(forward)) - expected_counts(none, fields(none))
    change = stepped.counts.astype(float) - image.counts
    for columns in (slice(0, 16), slice(24, 41)):
        for low, high in ((55.0, 125.0), (55.0, 90.0), (90.0, 125.0)):
            for side in (-1.0, 1.0):
                inside = (side * image.energy > low) & (side * image.energy < high)
                expected = wanted[:, columns, inside].sum()
                assert change[:, columns, inside].sum() == pytest.approx(expected, rel=0.01)


def test_the_change_follows_the_step_across_the_interface(quiet, vary):
    image, none, forward = made(quiet, vary)
    stepped = inject_step(image, 19.7, 15.0, 2.0, 600.0, seed=1)
    window = (image.energy < -55) & (image.energy > -125)
    wanted = (expected_counts(forward, fields(forward)) - expected_counts(none, fields(none)))[..., window]
    change = (stepped.counts.astype(float) - image.counts)[..., window].sum(axis=(0, 2))
    largest = np.abs(wanted.sum(axis=(0, 2))).max()
    np.testing.assert_allclose(change, wanted.sum(axis=(0, 2)), atol=0.02 * largest)


def test_counts_stay_whole_and_their_noise_that_of_electrons(quiet, vary):
    image, _, forward = made(quiet, vary, dose=1e7, scan={"rows": 40, "columns": 41})
    stepped = inject_step(image, 19.7, 15.0, 2.0, 600.0, seed=1)
    mean = expected_counts(forward, fields(forward))
    assert (stepped.counts == np.rint(stepped.counts)).all()
    assert stepped.counts.min() >= 0
    phonons = (np.abs(image.energy) > 50) & (np.abs(image.energy) < 125)
    chi = ((stepped.counts - mean) / np.sqrt(mean))[..., phonons]
    assert np.mean(chi**2) == pytest.approx(1.0, abs=4 * np.sqrt(2 / chi.size) + 2e-3)


def test_no_drop_changes_nothing_and_the_seed_decides_the_rest(quiet, vary):
    image, _, _ = made(quiet, vary, dose=1e7)
    np.testing.assert_array_equal(inject_step(image, 19.7, 0.0, 2.0, 600.0, seed=1).counts, image.counts)
    once, again, other = (inject_step(image, 19.7, 15.0, 2.0, 600.0, seed=seed).counts for seed in (1, 1, 2))
    np.testing.assert_array_equal(once, again)
    assert (once != other).any()


def test_a_map_of_equal_temperatures_and_a_turned_image_give_the_same(quiet, vary):
    image, _, _ = made(quiet, vary, dose=1e7)
    plain = inject_step(image, 19.7, 15.0, 2.0, 600.0, seed=1)
    mapped = inject_step(image, 19.7, 15.0, 2.0, np.full(image.shape[:2], 600.0), seed=1)
    np.testing.assert_array_equal(plain.counts, mapped.counts)
    turned = inject_step(
        type(image)(image.counts.swapaxes(0, 1), image.energy, image.step), 19.7, 15.0, 2.0, 600.0, seed=1, axis="y"
    )
    np.testing.assert_array_equal(turned.counts.swapaxes(0, 1), plain.counts)


def test_a_count_of_several_electrons_changes_by_electrons(quiet, vary):
    four = made(quiet, vary, dose=1e7, microscope={"electrons_per_count": 4.0})[0]
    change = 4.0 * (inject_step(four, 19.7, 15.0, 2.0, 600.0, seed=1).counts - four.counts)
    inside = np.abs(four.energy) > 60
    np.testing.assert_allclose(change[..., inside], np.rint(change[..., inside]), atol=1e-2)
    assert four.microscope == Microscope(60.0, 20.0, 25.0, 1.4, 4.0)


def test_the_peak_and_the_response_come_out_of_the_spectra(quiet, vary):
    image, none, _ = made(quiet, vary)
    bare = vary(none, dose={"loss_fraction": 0.0})
    true = expected_counts(bare, fields(bare))[0, 0]
    found = MeasuredResponse.of(image.energy, np.moveaxis(image.counts, 1, 0), 600.0)
    at = [30, 60, 83, 110, 140]
    # `both` holds the peak twice, moved to either side; its difference to the inner energy is the peak's own.
    i = np.argmin(np.abs(found.inner - 100.5))
    tail = np.interp(found.inner[i] + np.array(at), found.axis, found.both[:, i])
    np.testing.assert_allclose(tail / found.both[:, i].max(), np.interp(at, image.energy, true) / true.max(), rtol=0.05)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"step": None}, "known pixel pitch"),
        ({"temperature": 15.0}, "above 10 K"),
        ({"cut": 40.0}, "to 60 meV"),
        ({"asymmetry": 0.05}, "symmetric"),
    ],
)
def test_what_cannot_be_done_is_said(quiet, vary, change, sentence):
    peak = {"zero_loss": {"asymmetry": change["asymmetry"]}} if "asymmetry" in change else {}
    twin = vary(quiet, **peak)
    image = synthesise(twin)[0]
    keep = image.energy > -change.get("cut", 250.0)
    step = change.get("step", image.step)
    image = type(image)(image.counts[..., keep], image.energy[keep], step)
    with pytest.raises(MethodError, match=sentence):
        inject_step(image, 19.7, 15.0, 2.0, change.get("temperature", 600.0), seed=1)
