"""The fit to summed spectra: exact where nothing is noisy, as uncertain as it says where something is."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.spectra.forward.fit import fit_summed
from kapitza.spectra.forward.weights import estimator

from .made import BASIS, BOTH, ELECTRONS, MANY, PIXELS, SIGNAL, USED, estimating, fitted, reading, summed
from .synthetic import ALN, AXIS, GRID, PEAKS, SIC, gauss, lines, pearson, spectrum, voigt

SYMMETRIC = [name for name in PEAKS if name != "two-sided pearson"]


@pytest.mark.parametrize("name", PEAKS)
def test_every_peak_gives_the_temperature_without_knowing_its_shape(name):
    np.testing.assert_allclose(fitted(name).temperature, 600.0, atol=0.1)


@pytest.mark.parametrize("name", PEAKS)
def test_both_materials_are_read_alike(name):
    spectra = MANY / ELECTRONS * summed(PEAKS[name]())
    kelvin = np.array([reading(estimating(name), spectra[m], m)[0][0] for m in (0, 1)])
    np.testing.assert_allclose(kelvin, 600.0, atol=0.1)
    # With unequal sides, peak and low phonons are harder to tell apart.
    assert abs(kelvin[0] - kelvin[1]) < (0.05 if name in SYMMETRIC else 0.1)


@pytest.mark.parametrize("asymmetry", [-0.05, 0.01, 0.05])
@pytest.mark.parametrize("noisy", [False, True])
def test_peak_is_not_taken_for_phonons(asymmetry, noisy):
    """It costs the fit nothing and moves no temperature, but steepens or flattens differences between pixels."""
    peak = pearson(2.0, asymmetry=asymmetry)
    counts = summed(peak)
    if noisy:
        counts = np.random.default_rng(1).poisson(counts).astype(float)
    fit = fit_summed(counts, USED, BASIS, "learned", BOTH, 500.0)
    assert fit.parameters.weights.sum() == pytest.approx(ELECTRONS, rel=0.005)
    assert fit.parameters.shape[1] == pytest.approx(asymmetry, abs=0.001)
    made = estimator(fit, USED, SIGNAL, PIXELS)
    cold, hot = (reading(made, MANY * spectrum(peak, lines(ALN), kelvin))[0][0] for kelvin in (550.0, 650.0))
    assert hot - cold == pytest.approx(100.0, abs=0.5)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3])
def test_soft_phonons_that_hide_in_the_peak_move_nothing(share):
    modes = [(*ALN, (12, 8, share)), (*SIC, (14, 8, 0.3 * share))]
    peak = PEAKS["pearson 2"]()
    counts = ELECTRONS * np.array([spectrum(peak, lines(m), 600.0) for m in modes])
    fit = fit_summed(counts, USED, BASIS, "learned", BOTH, 500.0)
    np.testing.assert_allclose(fit.temperature, 600.0, atol=0.1)
    made = estimator(fit, USED, SIGNAL, PIXELS)
    for kelvin in (550.0, 600.0, 650.0):
        clean = MANY * spectrum(peak, lines(modes[0]), kelvin)
        assert reading(made, clean)[0][0] == pytest.approx(kelvin, abs=0.2)


@pytest.mark.parametrize("kelvin", [250.0, 400.0, 900.0])
def test_the_fit_finds_temperatures_far_from_where_it_starts(kelvin):
    fit = fit_summed(summed(PEAKS["pearson 2"](), kelvin), USED, BASIS, "learned", BOTH, 500.0)
    np.testing.assert_allclose(fit.temperature, kelvin, atol=5e-4 * kelvin)


def test_materials_may_have_temperatures_of_their_own():
    peak = PEAKS["pearson 3"]()
    counts = 1e10 * np.array([spectrum(peak, lines(ALN), 560.0), 3 * spectrum(peak, lines(SIC), 640.0)])
    fit = fit_summed(counts, USED, BASIS, "learned", BOTH, 500.0)
    np.testing.assert_allclose(fit.temperature, [560.0, 640.0], atol=0.1)
    assert np.exp(fit.parameters.log_amount[1]) == pytest.approx(3.0, rel=0.01)


def test_pulls_of_noisy_fits_are_as_large_as_the_errors_say():
    clean, rng = summed(PEAKS["pearson 2"](), electrons=1e9), np.random.default_rng(1)
    pulls = []
    for _ in range(10):
        fit = fit_summed(rng.poisson(clean).astype(float), USED, BASIS, "learned", BOTH, 500.0)
        pulls.append((np.log(fit.temperature / 600.0)) / np.sqrt(np.diag(fit.covariance)))
        assert fit.misfit < 1.5
        assert fit.pattern < 1e-3
    assert np.abs(np.mean(pulls, axis=0)).max() < 1.0
    assert np.sqrt(np.mean(np.square(pulls))) < 1.3


def test_the_common_part_of_the_errors_is_a_covariance_below_the_whole():
    fit = fitted("pearson 2")
    for matrix in (fit.covariance, fit.common):
        np.testing.assert_allclose(matrix, matrix.T, rtol=1e-6)
        assert np.linalg.eigvalsh(matrix).min() >= -1e-9 * np.abs(matrix).max()
    assert (np.diag(fit.common) <= np.diag(fit.covariance)).all()


def test_more_electrons_leave_less_in_common():
    few, many = (
        fit_summed(summed(PEAKS["pearson 2"](), electrons=n), USED, BASIS, "learned", BOTH, 500.0) for n in (1e9, 1e11)
    )
    ratio = np.sqrt(np.diag(few.common) / np.diag(many.common))
    np.testing.assert_allclose(ratio, 10.0, rtol=0.2)


def test_the_gain_of_channels_is_found_as_pattern():
    rng = np.random.default_rng(3)
    gain = 1 + 0.01 * rng.normal(size=len(AXIS))
    fit = fit_summed(gain * summed(PEAKS["pearson 2"]()), USED, BASIS, "learned", BOTH, 500.0)
    assert fit.pattern == pytest.approx(0.01, rel=0.3)
    error = 600 * np.sqrt(np.diag(fit.common))
    assert (np.abs(fit.temperature - 600) < 3 * error).all()
    assert (error > 2 * 600 * np.sqrt(np.diag(fitted("pearson 2").common))).all()


def test_a_constant_is_found():
    clean = summed(PEAKS["pearson 2"]())
    fit = fit_summed(clean + np.array([[3e4], [1e4]]), USED, BASIS, "learned", BOTH, 500.0)
    # Of the far tail it cannot be told to much less than the tail itself: 4e4 electrons at 200 meV.
    np.testing.assert_allclose(fit.parameters.constant, [3e4, 1e4], atol=2e3)
    np.testing.assert_allclose(fit.temperature, 600.0, atol=0.5)


def test_channels_that_are_not_used_do_not_matter():
    clean = summed(PEAKS["pearson 2"]())
    spoilt = np.where(USED, clean, 0.0)
    fit = fit_summed(spoilt, USED, BASIS, "learned", BOTH, 500.0)
    np.testing.assert_allclose(fit.temperature, fitted("pearson 2").temperature, rtol=1e-6)


def test_a_vacuum_without_phonons_tells_the_peak():
    peak, electrons = PEAKS["gaussian and pearson"](), 1e9
    empty = electrons * spectrum(peak, np.zeros(len(GRID)), 600.0)
    both = summed(peak, electrons=electrons)
    with_vacuum = fit_summed(
        np.vstack([both, 30 * empty]), USED, BASIS, "learned", np.array([True, True, False]), 500.0
    )
    np.testing.assert_allclose(with_vacuum.temperature, 600.0, atol=0.2)
    assert len(with_vacuum.expected) == len(with_vacuum.temperature) == 2
    alone = fit_summed(both, USED, BASIS, "learned", BOTH, 500.0)
    assert (np.diag(with_vacuum.common) < 0.5 * np.diag(alone.common)).all()


def skewed(skewness, exponent=2.0, fwhm=12.0):
    """Pearson IV with its top at zero."""
    width = 0.5 * fwhm / np.sqrt(2 ** (1 / exponent) - 1)
    z = GRID / width - skewness / (2 * exponent)
    return (1 + z**2) ** -exponent * np.exp(-skewness * np.arctan(z))


OWN = {
    "pearson7": [
        (pearson(2.0), (12.0, 2.0)),
        (pearson(1.5, asymmetry=0.03), (12.0, 1.5)),
        (pearson(3.0), (12.0, 3.0)),
    ],
    "pearson4": [(pearson(2.0), (12.0, 2.0)), (skewed(0.1), (12.0, 2.0)), (skewed(-0.3), (12.0, 2.0))],
    "voigt": [(voigt(0.3), (9.935, 3.6)), (voigt(0.2), (10.665, 2.4))],
}


@pytest.mark.parametrize(("kind", "case"), [(kind, i) for kind, cases in OWN.items() for i in range(len(cases))])
def test_a_parametric_kind_finds_its_own_peak(kind, case):
    peak, wanted = OWN[kind][case]
    fit = fit_summed(summed(peak), USED, BASIS, kind, BOTH, 500.0)
    np.testing.assert_allclose(fit.temperature, 600.0, atol=0.1)
    np.testing.assert_allclose(np.exp(fit.parameters.shape[2:]), wanted, rtol=2e-3)


def test_a_parametric_kind_says_that_it_does_not_fit_another_peak():
    core = 0.8 * gauss() / gauss().sum() + 0.2 * pearson(1.5, 30.0) / pearson(1.5, 30.0).sum()
    fit = fit_summed(summed(core), USED, BASIS, "pearson7", BOTH, 500.0)
    assert fit.pattern > 0.003
    assert (np.diag(fit.covariance) > 2 * np.diag(fitted("pearson 2").covariance)).all()


def test_an_empty_spectrum_is_refused():
    with pytest.raises(MethodError, match="Summed spectra with counts are wanted"):
        fit_summed(np.zeros((1, len(AXIS))), USED, BASIS, "learned", np.array([True]), 500.0)
