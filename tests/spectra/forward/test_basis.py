"""The grid: detailed balance, hats that add up to one, and convolution as it is defined."""

import numpy as np
import pytest

from kapitza.spectra.forward.basis import Basis

from .synthetic import BOLTZMANN, gauss

BASIS = Basis(np.arange(-90.0, 251.0), 12.0, 200.0)


@pytest.mark.parametrize("kelvin", [77.0, 300.0, 1000.0])
def test_gain_over_loss_is_detailed_balance(kelvin):
    both, _ = BASIS.bose(kelvin)
    gain, loss = both[::-1][BASIS.source_energy > 0], both[BASIS.source_energy > 0]
    energy = BASIS.source_energy[BASIS.source_energy > 0]
    np.testing.assert_allclose(gain / loss, np.exp(-energy / (BOLTZMANN * kelvin)), rtol=1e-8)
    np.testing.assert_allclose(loss - gain, 1.0, rtol=1e-9)


@pytest.mark.parametrize("kelvin", [77.0, 600.0])
def test_the_slope_of_the_occupation_is_its_derivative(kelvin):
    step = 1e-5
    above, below = (BASIS.bose(kelvin * np.exp(sign * step))[0] for sign in (1, -1))
    beyond = BASIS.source_energy != 0
    np.testing.assert_allclose(
        BASIS.bose(kelvin)[1][beyond], ((above - below) / (2 * step))[beyond], rtol=1e-5, atol=1e-10
    )


def test_hats_add_up_to_one_between_the_first_and_the_last_knot():
    within = (np.abs(BASIS.source_energy) >= BASIS.knots[0]) & (np.abs(BASIS.source_energy) <= BASIS.knots[-1])
    np.testing.assert_allclose(BASIS.hats.sum(axis=0)[within], 1.0, rtol=1e-12)
    assert BASIS.knots[0] == pytest.approx(4.0)
    assert 195 < BASIS.knots[-1] <= 200
    np.testing.assert_array_equal(BASIS.hats, BASIS.hats[:, ::-1])


def test_a_product_of_transforms_is_a_convolution():
    rng = np.random.default_rng(1)
    source = np.where(np.abs(BASIS.source_energy) < 100, rng.uniform(0, 1, len(BASIS.source_energy)), 0.0)
    peak = gauss(9.0, at=BASIS.lags)
    found = BASIS.spectra(BASIS.transform(source) * BASIS.peak_transform(peak))
    lag = np.arange(-250.0, 251.0)
    slow = np.convolve(source, gauss(9.0, at=lag), mode="same")
    whole = np.interp(BASIS.axis, BASIS.source_energy, slow)
    np.testing.assert_allclose(found, whole, rtol=1e-10, atol=1e-12)


def test_the_elastic_line_is_the_peak_itself():
    peak = gauss(12.0, at=BASIS.lags)
    found = BASIS.spectra(BASIS.elastic * BASIS.peak_transform(peak))
    np.testing.assert_allclose(found, gauss(12.0, at=BASIS.axis), atol=1e-14)


def test_the_derivative_is_that_of_the_peak():
    peak = BASIS.peak_transform(gauss(12.0, at=BASIS.lags))
    found = BASIS.spectra(BASIS.elastic * peak * BASIS.derivative)
    slope = -8 * np.log(2) * BASIS.axis / 144.0 * gauss(12.0, at=BASIS.axis)
    np.testing.assert_allclose(found, slope, atol=1e-13)
