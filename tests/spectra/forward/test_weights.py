"""Estimating functions: at right angles to all that a spectrum may differ by, and as steep as counting allows."""

import numpy as np
import pytest
from numpy.polynomial import chebyshev

from kapitza.spectra.forward.reading import weighted_sums
from kapitza.spectra.forward.weights import CROWDING, REACH, SCORE, VARIANCE, estimator, log_ratio
from kapitza.theory.information import cramer_rao

from .made import ELECTRONS, MANY, PIXELS, SIGNAL, USED, estimating, fitted, reading
from .synthetic import ALN, AXIS, FWHM, GRID, PEAKS, SIC, columns, gauss, lines, random_lines, spectrum, unit

HATS = np.arange(4.0, 201.0, 2.0)
KNOWN = estimating("pearson 2", "pearson7")
"""With a peak that the fit finds exactly, what is left is the estimating functions' own."""
PEAK = PEAKS["pearson 2"]


def sums(counts, material=0, made=KNOWN):
    return weighted_sums(np.atleast_2d(counts), np.array([material]), made.table, made.first, made.last)[0]


def score(counts, kelvin, material=0, made=KNOWN):
    """S at a temperature."""
    ratio = np.log(kelvin) - made.middle
    u = np.arcsinh(ratio / REACH * np.sinh(CROWDING)) / CROWDING
    return chebyshev.chebval(u, sums(counts, material, made)[:SCORE])


def test_the_variable_of_the_series_runs_over_a_factor_of_four_either_way():
    np.testing.assert_allclose(np.exp(log_ratio(np.array([-1.0, 0.0, 1.0]))), [0.25, 1.0, 4.0])


@pytest.mark.parametrize("kelvin", [300.0, 450.0, 600.0, 800.0, 1000.0])
@pytest.mark.parametrize("material", [0, 1])
def test_it_vanishes_at_the_temperature_of_any_phonons(kelvin, material):
    rng = np.random.default_rng(1)
    phonons = [lines(ALN), lines(SIC), *(random_lines(rng) for _ in range(8))]
    found = [reading(KNOWN, MANY * spectrum(PEAK(), density, kelvin), material)[0][0] for density in phonons]
    # The series is kept to 0.02 K near the middle, and to some more far from it where a material has few phonons.
    np.testing.assert_allclose(found, kelvin, atol=0.1)


CLEAN = spectrum(PEAK(), lines(ALN), 600.0)
CHANGED = {
    "higher": 7 * CLEAN,
    "lower": 0.01 * CLEAN,
    "shifted": spectrum(PEAK(), lines(ALN), 600.0, shift=0.1),
    "shifted back": spectrum(PEAK(), lines(ALN), 600.0, shift=-0.1),
    "a hundredth wider": spectrum(PEAK(1.01 * FWHM), lines(ALN), 600.0),
    "blurred": spectrum(np.convolve(unit(PEAK()), unit(gauss(1.0)), "same"), lines(ALN), 600.0),
    "more phonons": spectrum(PEAK(), lines(ALN, share=2e-2), 600.0),
    "fewer phonons": spectrum(PEAK(), lines(ALN, share=5e-4), 600.0),
    "on a constant": CLEAN + 1e-5,
    "below zero": CLEAN - 1e-5,
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_a_spectrum_may_differ_by_does_not_move_the_temperature(change):
    assert reading(KNOWN, MANY * CHANGED[change])[0][0] == pytest.approx(600.0, abs=0.05)


@pytest.mark.parametrize("name", PEAKS)
@pytest.mark.parametrize("phonons", range(4))
def test_a_learned_peak_reads_any_phonons_near_the_middle(name, phonons):
    density = random_lines(np.random.default_rng(phonons))
    assert reading(estimating(name), MANY * spectrum(PEAKS[name](), density, 600.0))[0][0] == pytest.approx(
        600, abs=0.2
    )


@pytest.mark.parametrize("kelvin", [500.0, 560.0, 640.0, 700.0])
def test_a_learned_peak_reads_differences_to_two_hundredths(kelvin):
    """Peak and low phonons that a fit leaves mixed are told apart by temperatures far from the middle alone."""
    for name in PEAKS:
        clean = MANY * spectrum(PEAKS[name](), lines(ALN), kelvin)
        assert reading(estimating(name), clean)[0][0] == pytest.approx(kelvin, abs=0.05 + 0.02 * abs(kelvin - 600)), (
            name
        )


@pytest.mark.parametrize("kelvin", [400.0, 600.0, 900.0])
def test_the_answer_to_temperature_is_one_error_per_unit(kelvin):
    """S has unit variance in an average pixel, so its slope by ln T is minus one over the error of ln T."""
    pixel = ELECTRONS / PIXELS[0] * spectrum(PEAK(), lines(ALN), kelvin)
    above, below = (
        ELECTRONS / PIXELS[0] * spectrum(PEAK(), lines(ALN), kelvin * np.exp(step)) for step in (1e-3, -1e-3)
    )
    answer = (score(above, kelvin) - score(below, kelvin)) / 2e-3
    slope = (score(pixel, kelvin * np.exp(1e-3)) - score(pixel, kelvin * np.exp(-1e-3))) / 2e-3
    assert answer == pytest.approx(-slope, rel=0.01)
    kept, error = reading(KNOWN, pixel)
    noise = np.sqrt(score_variance(pixel, kelvin))
    assert -noise / slope == pytest.approx(error[0] / kept[0], rel=0.01)
    if kelvin == 600.0:
        assert noise == pytest.approx(1.0, rel=0.01)


def score_variance(counts, kelvin, made=KNOWN):
    """Of S at a temperature: the sum of its squared weights times the counts."""
    ratio = np.log(kelvin) - made.middle
    u = np.arcsinh(ratio / REACH * np.sinh(CROWDING)) / CROWDING
    weights = chebyshev.chebval(u, made.table[0, :, :SCORE].T)
    return (weights**2 * counts)[made.first : made.last].sum()


@pytest.mark.parametrize("kelvin", [400.0, 600.0, 900.0])
def test_the_series_of_the_variance_is_that_of_the_weights(kelvin):
    pixel = 1e7 * spectrum(PEAK(), lines(ALN), kelvin)
    ratio = np.log(kelvin) - KNOWN.middle
    u = np.arcsinh(ratio / REACH * np.sinh(CROWDING)) / CROWDING
    kept = chebyshev.chebval(u, sums(pixel)[SCORE : SCORE + VARIANCE])
    assert kept == pytest.approx(score_variance(pixel, kelvin), rel=0.02)


@pytest.mark.parametrize("name", ["pearson 2", "gaussian and pearson", "gaussian"])
@pytest.mark.parametrize(("material", "modes"), [(0, ALN), (1, SIC)])
@pytest.mark.parametrize("electrons", [1e6, 1e8])
def test_no_unbiased_reading_could_scatter_less(name, material, modes, electrons):
    """The Cramer-Rao bound with height, shift, breadth, scale, constant and every phonon energy unknown."""
    whole, jacobian = columns(PEAKS[name], modes, 600.0, AXIS[USED], HATS)
    # A Gaussian's far channels hold nothing but the rounding of the convolution: dark counts cover it.
    counts, jacobian = electrons * whole + 1e-2, electrons * jacobian
    told = np.sum(jacobian**2 / counts[:, np.newaxis], axis=0)
    # So little is known beforehand that it changes the bound by less than a thousandth.
    bound = 600 * np.sqrt(cramer_rao(counts, jacobian, np.diag(1e-10 * told))[0, 0])
    spread = np.zeros(len(AXIS))
    spread[USED] = counts
    _, error = reading(estimating(name), spread, material)
    assert 0.99 < error[0] / bound < 1.05


def test_a_peak_whose_width_is_fixed_tells_more():
    fixed = estimator(fitted("pearson 2"), USED, SIGNAL, PIXELS, scale=False)
    free = estimating("pearson 2")
    clean = 1e7 * CLEAN
    assert reading(fixed, clean)[1][0] < reading(free, clean)[1][0]


def test_phonons_below_the_signal_window_may_have_a_temperature_of_their_own():
    made = estimator(fitted("pearson 2", "pearson7"), USED, (70.0, 125.0), PIXELS)
    density, distance = lines(ALN), np.abs(GRID)
    below = np.where((distance > 30) & (distance < 70), density, 0.0)
    bare = spectrum(PEAK(), np.zeros(len(GRID)), 600.0)
    hot = spectrum(PEAK(), density - below, 600.0) + spectrum(PEAK(), below, 660.0) - bare
    narrow, wide = (reading(one, MANY * hot)[0][0] - 600 for one in (made, KNOWN))
    assert wide > 3
    assert abs(narrow) < 0.1 * wide


def test_the_sum_for_the_amount_counts_zero_loss_electrons():
    assert sums(1e7 * CLEAN, made=estimating("gaussian"))[-1] > 0
    gaussian = spectrum(gauss(), lines(ALN), 600.0)
    assert sums(1e7 * gaussian, made=estimating("gaussian"))[-1] == pytest.approx(1e7, rel=1e-3)
    assert estimating("gaussian").peak.sum() == pytest.approx(1.0, rel=1e-3)
    assert not estimating("gaussian").table[:, ~USED].any()
