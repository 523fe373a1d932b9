"""The zero-loss peak is found to a few thousandths of a channel, and moving spectra keeps both sides and the noise."""

import numpy as np
import pytest

from kapitza.spectra.registration import register, registered_axis, zero_loss_positions
from kapitza.theory.lineshapes import pearson7

DISPERSIONS = [0.5, 1.0, 2.0]


def axis_of(dispersion, offset=0.0, reach=250.0):
    return np.arange(-reach, reach + dispersion / 2, dispersion) + offset * dispersion


@pytest.mark.parametrize("dispersion", DISPERSIONS)
@pytest.mark.parametrize("drift", [0.4, 8.0])
def test_drift_is_recovered_without_noise(dispersion, drift):
    energy = axis_of(dispersion, 0.3)
    shift = np.random.default_rng(1).uniform(-drift, drift, 200)
    counts = pearson7(energy, 1e5, shift[:, None], 12.0, 2.0)
    found = zero_loss_positions(counts, pearson7(energy, 1e5, 0.0, 12.0, 2.0), round(12 / dispersion))
    error = found - shift / dispersion
    # What all spectra share is the template's, and is taken off by its own centre.
    assert np.std(error) < 0.003
    assert abs(np.mean(error)) < 0.02


@pytest.mark.parametrize(("dispersion", "efficiency"), [(0.5, 0.7), (1.0, 0.8), (2.0, 0.4)])
def test_noise_of_the_position_is_near_the_statistical_floor(dispersion, efficiency):
    energy = axis_of(dispersion)
    rng = np.random.default_rng(2)
    shift = rng.uniform(-5, 5, 500)
    template = pearson7(energy, 2e3, 0.0, 12.0, 2.0)
    counts = rng.poisson(pearson7(energy, 2e3, shift[:, None], 12.0, 2.0))
    found = zero_loss_positions(counts, template, round(12 / dispersion)) * dispersion
    floor = 1 / np.sqrt((np.gradient(template, energy) ** 2 / template).sum())
    scatter = np.std(found - shift)
    assert floor * 0.9 < scatter < floor / np.sqrt(efficiency)


def test_identical_spectra_have_no_shift_between_them():
    energy = axis_of(1.0)
    template = pearson7(energy, 1e4, 0.37, 12.0, 2.0)
    found = zero_loss_positions(np.stack([template, 2 * template, 1e-3 * template]), template, 12)
    # The window is whole channels about the highest, so a peak between channels leaves a common offset.
    np.testing.assert_allclose(found, found[0], atol=1e-9)
    assert abs(found[0]) < 0.05


def test_whole_channels_are_exact():
    energy = axis_of(1.0)
    template = pearson7(energy, 1e4, 0.0, 12.0, 2.0)
    found = zero_loss_positions(np.stack([np.roll(template, k) for k in (-7, 0, 3)]), template, 12)
    np.testing.assert_allclose(found, [-7, 0, 3], atol=1e-3)


def test_no_peak_is_no_position():
    template = pearson7(axis_of(1.0), 1e4, 0.0, 12.0, 2.0)
    empty = np.zeros((1, len(template)))
    assert np.isnan(zero_loss_positions(empty, template, 12)).all()


@pytest.mark.parametrize(
    "energy", [axis_of(0.5), axis_of(0.5016, 0.24), axis_of(2.0, -0.5), np.linspace(-90, 308, 794)]
)
def test_zero_is_on_a_channel(energy):
    axis = registered_axis(energy)
    dispersion = (energy[-1] - energy[0]) / (len(energy) - 1)
    assert np.abs(axis).min() < 1e-12
    np.testing.assert_allclose(np.diff(axis), dispersion)
    assert abs(axis[0] - energy[0]) <= 0.5 * dispersion + 1e-9
    assert abs(axis[-1] - energy[-1]) <= 0.5 * dispersion + 1e-9


@pytest.mark.parametrize("dispersion", [0.5, 0.5016, 1.0, 0.1, 1 / 3])
def test_no_shift_changes_nothing(dispersion):
    energy = np.arange(-400, 401) * dispersion
    counts = np.random.default_rng(3).uniform(0, 100, (3, len(energy)))
    np.testing.assert_array_equal(register(counts, energy, np.zeros(3)), counts)


@pytest.mark.parametrize("dispersion", DISPERSIONS)
def test_both_sides_are_kept_and_nothing_is_invented_beyond_the_data(dispersion):
    energy = axis_of(dispersion)
    shift = np.array([-7.3, -0.2, 0.0, 0.4, 9.9])
    moved = register(np.ones((5, len(energy))), energy, shift)
    axis = registered_axis(energy)
    assert moved.shape == (5, len(energy))
    for spectrum, s in zip(moved, shift, strict=True):
        with_data = (axis + s >= energy[0] - 1e-9) & (axis + s <= energy[-1] + 1e-9)
        np.testing.assert_array_equal(np.isfinite(spectrum), with_data)
        np.testing.assert_allclose(spectrum[with_data], 1.0)


@pytest.mark.parametrize(("degree", "lost"), [(1, 0), (3, 1), (5, 2), (7, 3)])
def test_polynomials_are_moved_exactly_and_near_the_ends_those_of_lower_degree(degree, lost):
    channels = np.arange(60.0)
    polynomial = np.polynomial.Chebyshev(np.arange(1.0, degree + 2), domain=[-5, 65])
    shift = np.array([0.3, 0.5, -0.8, -4.71])
    moved = register(np.repeat(polynomial(channels)[None], 4, axis=0), channels, shift)
    place = channels + shift[:, None]
    known = (place >= lost) & (place <= 59 - lost)
    np.testing.assert_allclose(moved[known], polynomial(place)[known], rtol=1e-11, atol=1e-11)
    beside = (place >= 0) & (place <= 59) & ~known
    assert beside.any() == (lost > 0)
    assert (np.abs(moved[beside] - polynomial(place)[beside]) > 1e-9).all()


FRACTIONS = np.linspace(-0.5, 0.5, 41)
WORST = {8.0: 6e-5, 10.0: 1.2e-5, 13.0: 2e-6}
"""Errors over the peak's height: a Pearson VII has the sharper curvature, so the Gaussian stays below, too."""


@pytest.mark.parametrize("width", WORST)
@pytest.mark.parametrize("exponent", [2.0, 1e6])
def test_peaks_are_moved_without_loss_by_any_fraction_of_a_channel(width, exponent):
    channels = np.arange(-60.0, 61.0)
    moved = register(pearson7(channels, 1.0, FRACTIONS[:, None], width, exponent), channels, FRACTIONS)
    wanted = pearson7(channels, 1.0, 0.0, width, exponent)
    known = np.isfinite(moved)
    assert known[:, 1:-1].all()
    assert np.abs(moved - wanted)[known].max() < WORST[width]


def test_the_mean_of_drifting_spectra_keeps_the_shape_of_the_peak():
    """What would pass for phonons, and for a temperature, is a change that is the same in the mean over all shifts."""
    channels = np.arange(-80.0, 81.0)
    shift = np.random.default_rng(5).uniform(-6, 6, 2000)
    moved = register(pearson7(channels, 1.0, shift[:, None], 10.0, 2.0), channels, shift)[:, 10:-10]
    wanted = pearson7(channels[10:-10], 1.0, 0.0, 10.0, 2.0)
    np.testing.assert_allclose(moved.mean(axis=0), wanted, rtol=8e-6)


@pytest.mark.parametrize("dispersion", DISPERSIONS)
def test_peaks_of_the_usual_width_are_moved_without_loss(dispersion):
    energy = axis_of(dispersion)
    shift = np.linspace(-5, 5, 21)
    moved = register(pearson7(energy, 1e5, shift[:, None], 12.0, 2.0), energy, shift)
    wanted = pearson7(registered_axis(energy), 1e5, 0.0, 12.0, 2.0)
    known = (np.abs(energy) > 40) & np.isfinite(moved).all(axis=0)
    np.testing.assert_allclose(moved[:, known], np.tile(wanted[known], (21, 1)), rtol=2e-4)


def test_sums_over_many_channels_keep_their_variance():
    energy = axis_of(1.0)
    counts = np.random.default_rng(4).poisson(100.0, (20000, len(energy)))
    moved = register(counts, energy, np.full(len(counts), 0.5))
    single, summed = moved[:, 250].var(), moved[:, 200:300].sum(axis=1).var()
    # Eight channels half-way between channels keep 0.745 of the variance.
    assert single == pytest.approx(74.5, rel=3 * np.sqrt(2 / 20000) + 0.005)
    # Three standard errors of a variance from 20000 draws.
    assert summed == pytest.approx(100 * 100, rel=3 * np.sqrt(2 / 20000) + 0.005)


def test_without_a_shift_there_is_no_spectrum():
    energy = axis_of(1.0)
    assert np.isnan(register(np.ones((1, len(energy))), energy, np.array([np.nan]))).all()
