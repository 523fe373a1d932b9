"""The mirror theorem of a Gaussian resolution, and what happens to a temperature without it."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.theory import resolution as rs
from kapitza.theory.occupation import log_ratio
from kapitza.units import BOLTZMANN, SIGMA_PER_FWHM

WINDOW = np.arange(55.0, 130.0, 0.5)


@pytest.mark.parametrize(("fwhm", "shift"), [(10, 0.174), (12, 0.251), (13, 0.295)])
def test_mirror_shift_of_usual_resolutions(fwhm, shift):
    assert rs.mirror_shift(fwhm * SIGMA_PER_FWHM, 600.0) == pytest.approx(shift, abs=6e-4)


def test_mirrored_about_the_shift_a_blurred_spectrum_is_in_detailed_balance(blurred):
    energy, seen, sigma = blurred
    exact = log_ratio(WINDOW, 600.0)
    naive = np.max(np.abs(rs.spectrum_log_ratio(energy, seen, WINDOW) / exact - 1))
    mirrored = rs.spectrum_log_ratio(energy, seen, WINDOW, rs.mirror_shift(sigma, 600.0))
    assert naive > 0.05
    np.testing.assert_allclose(mirrored, exact, rtol=2e-6)


def test_the_naive_ratio_is_off_by_a_tenth_in_aln(blurred_aln):
    energy, seen, _ = blurred_aln
    naive = rs.spectrum_log_ratio(energy, seen, WINDOW) / log_ratio(WINDOW, 600.0)
    assert np.max(np.abs(naive - 1)) == pytest.approx(0.115, abs=0.003)


def test_the_elastic_peak_obeys_the_mirror_theorem_too():
    energy, sigma = np.arange(-60, 60.1, 0.25), 5.1
    ratio = rs.spectrum_log_ratio(energy, np.exp(-0.5 * (energy / sigma) ** 2), 30.0, rs.mirror_shift(sigma, 600.0))
    assert ratio == pytest.approx(log_ratio(30.0, 600.0), rel=1e-9)


def test_resolution_bias_predicts_what_a_local_ratio_reads(blurred_aln):
    energy, seen, sigma = blurred_aln
    at = np.array([65.0, 70.0, 78.0, 83.0, 88.0, 92.0, 100.0])
    read = at / (BOLTZMANN * rs.spectrum_log_ratio(energy, seen, at)) - 600.0
    predicted = rs.resolution_bias(at, 600.0, sigma, rs.even_log_slope(energy, seen, at))
    np.testing.assert_allclose(read, [7.6, -17.8, -11.1, 9.6, 34.3, 53.3, -30.5], atol=0.06)
    np.testing.assert_allclose(predicted, [7.4, -18.3, -11.3, 9.5, 32.4, 48.9, -32.0], atol=0.06)


def test_resolution_bias_of_a_slope():
    assert rs.resolution_bias(83.0, 600.0, 12 * SIGMA_PER_FWHM, 0.05) == pytest.approx(-9.4, abs=0.05)
    assert rs.centring_bias(83.0, 600.0, 1.0, 0.05) == pytest.approx(37.4, abs=0.1)


def test_resolution_acts_like_an_axis_that_reads_too_low_by_the_mirror_shift():
    sigma = 12 * SIGMA_PER_FWHM
    shift = rs.mirror_shift(sigma, 600.0)
    by_axis = rs.centring_bias(83.0, 600.0, -shift, -0.03)
    assert rs.resolution_bias(83.0, 600.0, sigma, -0.03) == pytest.approx(by_axis, rel=1e-12)


def test_centring_bias_predicts_what_a_moved_axis_reads(blurred):
    energy, seen, _ = blurred
    offset, at = 0.02, np.array([65.0, 83.0, 100.0])
    moved = at / (BOLTZMANN * rs.spectrum_log_ratio(energy + offset, seen, at))
    central = at / (BOLTZMANN * rs.spectrum_log_ratio(energy, seen, at))
    predicted = rs.centring_bias(at, central, offset, rs.even_log_slope(energy, seen, at))
    np.testing.assert_allclose(moved - central, predicted, rtol=0.02, atol=0.002)


@pytest.mark.parametrize(("temperature", "kelvin"), [(600.0, 14.9), (300.0, 22.2)])
def test_background_left_on_both_sides_reads_hot(temperature, kelvin):
    gain_share = 0.01 * np.exp(log_ratio(83.0, temperature))
    assert rs.background_bias(83.0, temperature, 0.01, gain_share) == pytest.approx(kelvin, abs=0.05)


def test_background_left_on_one_side():
    assert rs.background_bias(83.0, 600.0, 0.01, 0.0) == pytest.approx(-3.7, abs=0.05)
    assert rs.background_bias(83.0, 600.0, 0.0, 0.01) == pytest.approx(3.7, abs=0.05)


def test_what_cannot_be_read_is_refused_in_a_sentence():
    energy = np.arange(-50.0, 51.0)
    with pytest.raises(MethodError, match="positive in every channel"):
        rs.spectrum_log_ratio(energy, np.where(energy == 7, 0.0, 1.0), 20.0)
    with pytest.raises(MethodError, match="both sides"):
        rs.even_log_slope(energy, np.ones(energy.size), 60.0)
