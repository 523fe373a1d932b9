"""Detailed balance of phonon spectra, once and many times scattered."""

import math

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.theory.lineshapes import gaussian
from kapitza.theory.occupation import log_ratio, occupation
from kapitza.theory.scattering import bose_factor, plural_scattering
from kapitza.units import BOLTZMANN


def test_bose_factor_is_one_plus_n_on_the_loss_side_and_minus_n_on_the_gain_side():
    energy = np.array([5.0, 83.0, 240.0])
    np.testing.assert_allclose(bose_factor(energy, 600.0), 1 + occupation(energy, 600.0), rtol=1e-13)
    np.testing.assert_allclose(bose_factor(-energy, 600.0), -occupation(energy, 600.0), rtol=1e-13)
    np.testing.assert_array_equal(bose_factor([250.0, -250.0], 1e-2), [1.0, 0.0])


def test_detailed_balance_of_single_scattering(phonons):
    energy, spectrum = phonons
    assert (spectrum > 0).all()
    some = (energy > 20) & (energy < 130)
    np.testing.assert_allclose(np.log(spectrum / spectrum[::-1])[some], log_ratio(energy[some], 600.0), rtol=1e-9)


def test_plural_scattering_keeps_detailed_balance():
    energy = np.arange(-300, 301) * 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        single = (gaussian(energy, 75.0, 20.0) - gaussian(energy, -75.0, 20.0)) * bose_factor(energy, 600.0)
    single[300] = 0.5 * (
        single[299] * np.exp(0.25 / (BOLTZMANN * 600)) + single[301] * np.exp(-0.25 / (BOLTZMANN * 600))
    )
    single /= single.sum() * 0.5
    many = plural_scattering(single, 0.5, 0.3, orders=8)
    loss = energy[301:]
    temperature = loss / (BOLTZMANN * np.log(many[301:] / many[299::-1]))
    assert np.max(np.abs(temperature - 600.0)) < 1e-10
    assert not np.allclose(many, 0.3 * np.exp(-0.3) * single, rtol=0.05)


def test_poisson_series_of_a_sharp_line_lands_on_its_overtones():
    single = np.zeros(401)
    single[200 + 40] = 1 / 0.5
    many = plural_scattering(single, 0.5, 0.7, orders=4) * 0.5
    for order in range(1, 5):
        assert many[200 + 40 * order] == pytest.approx(np.exp(-0.7) * 0.7**order / math.factorial(order), rel=1e-12)
    assert np.count_nonzero(many) == 4


def test_all_electrons_are_counted():
    energy = np.arange(-400, 401) * 1.0
    single = gaussian(energy, 20.0, 10.0)
    assert plural_scattering(single, 1.0, 0.5, orders=12).sum() == pytest.approx(1 - np.exp(-0.5), rel=1e-9)


def test_an_axis_without_a_centre_is_refused():
    with pytest.raises(MethodError, match="odd number of channels"):
        plural_scattering(np.ones(10), 1.0, 0.3)
