"""Occupation and detailed balance against their identities and a table of reference values."""

import numpy as np
import pytest

from kapitza.theory import occupation as oc
from kapitza.units import BOLTZMANN

TEMPERATURES = np.array([300.0, 500.0, 565.0, 600.0, 650.0, 720.0])
OCCUPATIONS = {
    75.0: (0.05816, 0.21271, 0.27274, 0.30623, 0.35522, 0.42563),
    83.0: (0.04203, 0.17052, 0.22223, 0.25130, 0.29404, 0.35582),
    90.0: (0.03174, 0.14134, 0.18690, 0.21271, 0.25083, 0.30623),
    98.0: (0.02310, 0.11464, 0.15422, 0.17683, 0.21042, 0.25957),
    113.0: (0.01280, 0.07830, 0.10887, 0.12666, 0.15340, 0.19306),
}


@pytest.mark.parametrize(("energy", "expected"), OCCUPATIONS.items())
def test_occupation_matches_the_reference_table(energy, expected):
    np.testing.assert_allclose(oc.occupation(energy, TEMPERATURES), expected, rtol=0, atol=5.1e-6)


@pytest.mark.parametrize(
    ("temperature", "ratio"), [(300, 24.79), (565, 5.500), (600, 4.979), (650, 4.401), (720, 3.810)]
)
def test_loss_over_gain_at_83_meV(temperature, ratio):
    assert np.exp(oc.log_ratio(83.0, temperature)) == pytest.approx(ratio, rel=2e-4)


@pytest.mark.parametrize(("energy", "kelvin"), [(75, 413.6), (83, 373.8), (90, 344.7), (98, 316.6), (113, 274.5)])
def test_a_one_percent_error_of_the_ratio_costs_kelvins(energy, kelvin):
    assert oc.temperature_error(energy, 600.0, 1.0) == pytest.approx(kelvin, abs=0.05)
    assert oc.temperature_error(83.0, 600.0, 0.01) == pytest.approx(3.74, abs=0.005)


def test_temperature_comes_back_from_the_occupation():
    energy, temperature = np.meshgrid(np.linspace(5, 250, 50), np.linspace(20, 3000, 60))
    n = oc.occupation(energy, temperature)
    usable = n > 1e-12  # below, 1 + n is 1 in double precision and the ratio alone cannot carry n
    ratio = np.exp(oc.log_ratio(energy, temperature)[usable])
    np.testing.assert_allclose(oc.temperature_from_ratio(ratio, energy[usable]), temperature[usable], rtol=1e-10)
    np.testing.assert_allclose((1 + n[usable]) / n[usable], ratio, rtol=1e-10)
    np.testing.assert_allclose(oc.occupation_from_ratio(ratio), n[usable], rtol=1e-10)


def test_limits_of_hot_and_cold():
    assert oc.occupation(1e-3, 1000.0) == pytest.approx(1000 * BOLTZMANN / 1e-3 - 0.5, rel=1e-9)
    assert oc.occupation(250.0, 1.0) == 0.0


def test_what_has_no_temperature_is_not_a_number():
    ratios = [0.5, 1.0, -2.0, np.nan, 4.979]
    np.testing.assert_array_equal(np.isnan(oc.temperature_from_ratio(ratios, 83.0)), [True, True, True, True, False])
    np.testing.assert_array_equal(np.isnan(oc.occupation_from_ratio(ratios)), [True, True, True, True, False])
    assert np.isnan(oc.occupation([-83.0, 83.0, 0.0], [600.0, -1.0, 600.0])).all()


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (oc.occupation, oc.occupation_slope),
        (oc.log_ratio, oc.log_ratio_slope),
        (lambda e, t: np.log1p(oc.occupation(e, t)), oc.log_loss_slope),
        (lambda e, t: np.log(oc.occupation(e, t)), oc.log_gain_slope),
    ],
)
def test_slopes_are_the_derivatives_by_temperature(function, slope):
    energy, temperature = np.linspace(20, 200, 30), 600.0
    numeric = (function(energy, temperature + 0.01) - function(energy, temperature - 0.01)) / 0.02
    np.testing.assert_allclose(slope(energy, temperature), numeric, rtol=1e-7)


def test_the_gain_side_is_more_sensitive_by_the_ratio():
    sensitivity = oc.log_gain_slope(83.0, 600.0) / oc.log_loss_slope(83.0, 600.0)
    assert sensitivity == pytest.approx(np.exp(oc.log_ratio(83.0, 600.0)), rel=1e-12)


def test_error_bars_hold_the_scatter_of_counted_electrons():
    rng = np.random.default_rng(11)
    n = oc.occupation(83.0, 600.0)
    loss, gain = rng.poisson(4e5 * (1 + n), 4000), rng.poisson(4e5 * n, 4000)
    error = oc.log_ratio_error(loss, gain, np.sqrt(loss), np.sqrt(gain))
    temperatures, occupations = oc.temperature_from_ratio(loss / gain, 83.0), oc.occupation_from_ratio(loss / gain)
    assert np.mean((temperatures - 600.0) / oc.temperature_error(83.0, 600.0, error)) == pytest.approx(0, abs=0.05)
    assert np.std((temperatures - 600.0) / oc.temperature_error(83.0, 600.0, error)) == pytest.approx(1, abs=0.035)
    assert np.std((occupations - n) / oc.occupation_error(n, error)) == pytest.approx(1, abs=0.035)
