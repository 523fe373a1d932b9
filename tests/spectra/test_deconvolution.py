"""Richardson-Lucy keeps counts, flat spectra and neighbours, sharpens as far as it should, and never explodes."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.spectra.deconvolution import (
    bootstrap_band,
    discrepancy_iterations,
    richardson_lucy,
    zero_loss_kernel,
)
from kapitza.spectra.misfit import reduced_deviance
from kapitza.theory.lineshapes import gaussian, pearson7

ENERGY = np.arange(-250.0, 251.0)
OFFSET = np.arange(-200.0, 201.0)
PEAK = pearson7(OFFSET, 1.0, 0.0, 12.0, 2.2)
PHONONS = 20.0 + 4e3 * gaussian(ENERGY, 83.0, 14.0) + 1e3 * gaussian(ENERGY, -83.0, 14.0)


def drawn(number, mean=PHONONS, seed=1):
    return np.random.default_rng(seed).poisson(mean, (number, len(mean))).astype(float)


def full_width(energy, line):
    half, top = line.max() / 2, int(line.argmax())
    left = np.interp(half, line[:top], energy[:top])
    return np.interp(-half, -line[top:], energy[top:]) - left


@pytest.mark.parametrize(("iterations", "width"), [(1, 10.5), (3, 8.8), (5, 7.9), (10, 6.6), (50, 4.3), (200, 3.1)])
def test_a_line_of_2_seen_through_12_meV_becomes_narrower(iterations, width):
    energy = np.arange(-600, 601) * 0.1
    seen = np.convolve(gaussian(energy, 0.0, 2.0), gaussian(energy, 0.0, 12.0), "same")
    assert full_width(energy, seen) == pytest.approx(np.hypot(2, 12), abs=0.01)
    found = richardson_lucy(1e6 * seen[None], energy, gaussian(energy, 0.0, 12.0), iterations=iterations)[0]
    assert full_width(energy, found) == pytest.approx(width, abs=0.05)


@pytest.mark.parametrize("iterations", [1, 5, 50])
def test_counts_are_kept_on_a_ring(iterations):
    counts = drawn(3)
    found = richardson_lucy(counts, ENERGY, PEAK, iterations=iterations, ends="periodic")
    np.testing.assert_allclose(found.sum(axis=1), counts.sum(axis=1), rtol=1e-12)


@pytest.mark.parametrize("iterations", [1, 5, 50])
def test_a_flat_spectrum_stays_flat_to_its_ends(iterations):
    found = richardson_lucy(np.full((1, len(ENERGY)), 100.0), ENERGY, PEAK, iterations=iterations)
    np.testing.assert_allclose(found, 100.0, rtol=1e-9)


def test_a_sharp_peak_does_nothing():
    sharp = np.zeros(11)
    sharp[5] = 3.0
    counts = drawn(2)
    np.testing.assert_allclose(richardson_lucy(counts, ENERGY, sharp), counts, rtol=1e-12)


def test_the_unit_of_the_counts_does_not_matter():
    counts = drawn(2)
    np.testing.assert_allclose(
        richardson_lucy(7 * counts, ENERGY, PEAK), 7 * richardson_lucy(counts, ENERGY, 5 * PEAK), rtol=1e-10
    )


def test_mirrored_spectra_give_mirrored_results():
    peak = pearson7(OFFSET, 1.0, 0.0, np.where(OFFSET > 0, 10.0, 14.0), 2.2)
    counts = drawn(2)
    one = richardson_lucy(counts, ENERGY, peak)
    other = richardson_lucy(counts[:, ::-1], -ENERGY[::-1], peak[::-1])[:, ::-1]
    inner = slice(60, -60)
    np.testing.assert_allclose(one[:, inner], other[:, inner], rtol=1e-6)


def test_a_background_known_leaves_the_line_alone():
    background = 300.0 + 0.5 * ENERGY
    seen = 1e4 * np.convolve(gaussian(OFFSET, 0.0, 6.0), PEAK / PEAK.sum(), "same")
    line = np.interp(ENERGY, OFFSET, seen, left=0.0, right=0.0)
    found = richardson_lucy((line + background)[None], ENERGY, PEAK, background=background, iterations=200)[0]
    assert full_width(ENERGY, found) < 0.75 * full_width(ENERGY, line)
    assert found.sum() == pytest.approx(line.sum(), rel=0.02)


def test_results_do_not_depend_on_the_other_spectra_of_the_call():
    counts = drawn(70)
    counts[3, :40] = np.nan
    counts[5] -= 30.0
    counts[9, 100:130] = 0.0
    together = richardson_lucy(counts, ENERGY, PEAK)
    for some in (slice(0, 1), slice(1, 10), slice(5, 6), slice(33, 70)):
        np.testing.assert_array_equal(richardson_lucy(counts[some], ENERGY, PEAK), together[some])
    np.testing.assert_array_equal(richardson_lucy(counts, ENERGY, PEAK, workers=3), together)
    steps, deviance = discrepancy_iterations(counts, ENERGY, PEAK, iterations=30)
    for i in (0, 3, 9, 40):
        alone = discrepancy_iterations(counts[i : i + 1], ENERGY, PEAK, iterations=30)
        assert (alone[0][0], alone[1][0]) == (steps[i], deviance[i])


def test_channels_that_were_not_measured_are_left_out_and_not_taken_for_zero():
    counts = np.full((2, len(ENERGY)), 50.0)
    counts[0, :30] = np.nan
    counts[0, 200:210] = np.nan
    counts[1] = np.nan
    found = richardson_lucy(counts, ENERGY, PEAK)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(counts))
    np.testing.assert_allclose(found[0][np.isfinite(found[0])], 50.0, rtol=0.02)


@pytest.mark.parametrize("iterations", [5, 200])
def test_negative_channels_never_explode(iterations):
    """Subtracted spectra, noise around zero: the sharpened ones stay positive and near the counts there are."""
    background = np.full(len(ENERGY), 400.0)
    counts = drawn(20, PHONONS + background) - background
    assert (counts < 0).any(axis=1).all()
    found = richardson_lucy(counts, ENERGY, PEAK, iterations=iterations)
    assert (found >= 0).all()
    assert found.max() < 4 * counts.max()
    near = np.abs(ENERGY - 83) < 30
    assert found[:, near].sum(axis=1).mean() == pytest.approx(counts[:, near].sum(axis=1).mean(), rel=0.1)


def test_empty_spectra_stay_empty():
    assert (richardson_lucy(np.zeros((2, len(ENERGY))), ENERGY, PEAK) == 0).all()


def test_a_channel_that_counted_nothing_is_not_locked_at_nothing():
    counts = drawn(1)
    counts[0, 333] = 0.0
    found = richardson_lucy(counts, ENERGY, PEAK)[0]
    assert found[333] > 0.3 * found[330:337].mean()


@pytest.mark.parametrize("mean", [0.01, 0.3, 1.0, 5.0, 1e2, 1e5])
def test_the_deviance_of_the_truth_is_one_however_few_the_counts(mean):
    counts = np.random.default_rng(3).poisson(mean, (1, 200000)).astype(float)
    model = np.full(counts.shape, mean)
    found = reduced_deviance(counts, model, np.ones(counts.shape, bool))[0]
    assert found == pytest.approx(1.0, abs=0.05 if mean < 0.1 else 0.02)


def test_the_discrepancy_stop_ends_where_the_model_fits_to_the_noise():
    mean = 2.0 + 30 * np.convolve(gaussian(OFFSET, 0.0, 4.0), 12 * PEAK, "same")
    mean = np.interp(ENERGY, OFFSET, mean)
    faint, bright = (drawn(60, factor * mean) for factor in (1.0, 30.0))
    steps, deviance = discrepancy_iterations(faint, ENERGY, PEAK)
    more, _ = discrepancy_iterations(bright, ENERGY, PEAK)
    # Noise of 501 channels alone scatters the deviance by 0.06: a few spectra never come down to 1.
    assert (deviance <= 1).mean() > 0.9
    assert (steps[deviance > 1] == 200).all()
    # More electrons allow more sharpening.
    assert np.median(more) > 3 * np.median(steps)
    found = richardson_lucy(faint, ENERGY, PEAK, iterations=200, stop="discrepancy")
    for i in np.flatnonzero(steps > 0)[:5]:
        alone = richardson_lucy(faint[i : i + 1], ENERGY, PEAK, iterations=int(steps[i]))
        np.testing.assert_array_equal(found[i], alone[0])


def test_too_few_steps_are_told():
    sharp = np.interp(ENERGY, OFFSET, 1e7 * PEAK / PEAK.sum())
    steps, deviance = discrepancy_iterations(sharp[None], ENERGY, PEAK, iterations=4)
    assert steps[0] == 4
    assert deviance[0] > 1


def test_the_band_holds_the_noise_free_result_as_often_as_it_says():
    background = np.full(len(ENERGY), 30.0)
    mean = PHONONS + background
    truth = richardson_lucy(mean[None], ENERGY, PEAK, background=background)
    low, high = bootstrap_band(drawn(30, mean), ENERGY, PEAK, background=background, draws=120)
    held = ((low <= truth) & (truth <= high))[:, 40:-40]
    # Channels within a peak's width hold together: 30 spectra of some 35 independent pieces.
    assert held.mean() == pytest.approx(0.68, abs=3 * np.sqrt(0.68 * 0.32 / (30 * 35)))
    one = bootstrap_band(drawn(30, mean)[4:5], ENERGY, PEAK, background=background, draws=120)
    np.testing.assert_array_equal(one, (low[4:5], high[4:5]))


@pytest.mark.parametrize("shift", [0.0, 0.4, -3.7])
def test_a_kernel_is_the_centred_peak(shift):
    kernel = zero_loss_kernel(ENERGY, pearson7(ENERGY, 1e6, shift, 12.0, 2.2), reach=150.0)
    assert len(kernel) == 301
    ideal = pearson7(np.arange(-150.0, 151.0), 1.0, 0.0, 12.0, 2.2)
    np.testing.assert_allclose(kernel, ideal / ideal.sum(), atol=2e-4 * kernel.max())
    assert len(zero_loss_kernel(ENERGY, pearson7(ENERGY, 1e6, shift, 12.0, 2.2))) % 2 == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"counts": np.ones(501)}, "One spectrum per row"),
        ({"energy": np.sort(np.random.default_rng(0).random(501))}, "uniform, rising"),
        ({"peak": np.ones(10)}, "odd number of channels"),
        ({"peak": np.r_[-1.0, 5.0, 1.0]}, "positive counts"),
        ({"peak": np.r_[5.0, 1.0, 0.5]}, "centred on its middle channel"),
        ({"background": np.ones(7)}, "background for all spectra"),
        ({"background": -np.ones(501)}, "zero or more"),
        ({"iterations": 0}, "At least 1 iteration"),
        ({"stop": "soon"}, "iterations and discrepancy"),
        ({"ends": "open"}, "padded and periodic"),
    ],
)
def test_what_does_not_fit_is_refused(change, sentence):
    with pytest.raises(MethodError, match=sentence):
        richardson_lucy(**{"counts": drawn(2), "energy": ENERGY, "peak": PEAK, **change})


def test_a_band_of_one_draw_is_refused():
    with pytest.raises(MethodError, match="2 draws"):
        bootstrap_band(drawn(1), ENERGY, PEAK, draws=1)
