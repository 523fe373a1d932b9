"""Resistance, characteristic length and its error, temperature profile."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from kapitza.errors import MethodError
from kapitza.theory import conduction as cd

DROP, GRADIENT = 17.8, 0.166
POSITION = np.linspace(20.0, 400.0, 20)


def example_lines():
    """20 temperatures a side with 3 K each, 20 to 400 nm from the interface, heat flowing along +x."""
    temperature = 600.0 - GRADIENT * POSITION
    right = cd.line_at(POSITION, temperature - DROP, 3.0, 0.0)
    left = cd.line_at(-POSITION[::-1], 600.0 + GRADIENT * POSITION[::-1], 3.0, 0.0)
    return left, right


@pytest.mark.parametrize(
    ("conductivity", "resistance", "conductance", "flux"),
    [(30, 3.57, 280, 5.0), (60, 1.78, 561, 10), (100, 1.07, 935, 17), (150, 0.71, 1402, 25)],
)
def test_resistance_from_the_published_drop_and_length(conductivity, resistance, conductance, flux):
    q = cd.heat_flux(conductivity, -DROP / 107.0)
    assert q == pytest.approx(flux, rel=0.035)
    assert cd.interfacial_resistance(DROP, q) == pytest.approx(resistance, abs=0.006)
    assert cd.interfacial_conductance(cd.interfacial_resistance(DROP, q)) == pytest.approx(conductance, rel=2e-3)


def test_the_length_of_bulk_with_the_resistance_of_the_interface():
    resistance = cd.interfacial_resistance(DROP, cd.heat_flux(60.0, -GRADIENT))
    assert cd.characteristic_length(DROP, -GRADIENT) == pytest.approx(resistance * 60.0, rel=1e-12)
    np.testing.assert_allclose(
        cd.characteristic_length([17.8, 17.8, 12.7], [-0.166, 0.132, 0.179]), [107, 135, 71], atol=0.4
    )


def test_drop_and_length_of_the_worked_example():
    left, right = example_lines()
    covariance = cd.drop_covariance(left, right)
    assert left.value - right.value == pytest.approx(DROP, rel=1e-10)
    assert right.slope == pytest.approx(-GRADIENT, rel=1e-10)
    assert np.sqrt(covariance[0, 0]) == pytest.approx(1.97, abs=0.006)
    assert np.sqrt(covariance[2, 2]) == pytest.approx(5.8e-3, abs=5e-5)
    # Against the gradient's size, which here is minus the slope, the drop is anticorrelated.
    correlation = -covariance[0, 2] / np.sqrt(covariance[0, 0] * covariance[2, 2])
    assert correlation == pytest.approx(-0.62, abs=0.005)
    both = covariance[np.ix_([0, 2], [0, 2])]
    assert cd.characteristic_length_error(DROP, right.slope, both) == pytest.approx(14.5, abs=0.06)
    assert cd.characteristic_length_error(DROP, right.slope, np.diag(np.diag(both))) == pytest.approx(12.5, abs=0.06)


def test_length_error_against_random_draws():
    rng = np.random.default_rng(5)
    draws, lengths = 4000, []
    for _ in range(draws):
        left = cd.line_at(-POSITION, 600.0 + GRADIENT * POSITION + rng.normal(0, 3, 20), 3.0, 0.0)
        right = cd.line_at(POSITION, 600.0 - DROP - GRADIENT * POSITION + rng.normal(0, 3, 20), 3.0, 0.0)
        lengths.append(cd.characteristic_length(left.value - right.value, right.slope))
    assert np.std(lengths) == pytest.approx(14.6, abs=4 * 14.6 / np.sqrt(2 * draws))


def test_line_agrees_with_the_textbook_variances():
    line = cd.line_at(POSITION, 600.0 - GRADIENT * POSITION, 3.0, 10.0)
    spread = np.sum((POSITION - POSITION.mean()) ** 2)
    lever = 10.0 - POSITION.mean()
    expected = 9.0 * np.array([[1 / 20 + lever**2 / spread, lever / spread], [lever / spread, 1 / spread]])
    np.testing.assert_allclose(line.covariance, expected, rtol=1e-10)
    assert line.value == pytest.approx(600.0 - GRADIENT * 10.0, rel=1e-12)


def test_a_weighted_line_follows_the_better_points():
    line = cd.line_at(np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 90.0]), np.array([0.1, 0.1, 1e6]), 0.0)
    assert line.slope == pytest.approx(1.0, abs=1e-6)


def test_an_uncertain_position_moves_the_drop_where_gradients_differ():
    left, right = example_lines()
    same = cd.drop_covariance(left, right, position_error=5.0)[0, 0] - cd.drop_covariance(left, right)[0, 0]
    steeper = left._replace(slope=left.slope + 0.02)
    more = cd.drop_covariance(steeper, right, 5.0)[0, 0] - cd.drop_covariance(steeper, right)[0, 0]
    assert same == pytest.approx(0.0, abs=1e-12)
    assert more == pytest.approx((0.02 * 5.0) ** 2, rel=1e-9)


def test_a_line_through_one_place_is_refused():
    with pytest.raises(MethodError, match="two different positions"):
        cd.line_at(np.full(4, 2.0), np.ones(4), 1.0, 0.0)


def test_fieller_agrees_with_the_standard_error_where_errors_are_small():
    covariance = np.array([[1e-4, 3e-6], [3e-6, 1e-6]])
    low, high = cd.fieller_interval(2.0, 0.5, covariance)
    error = cd.characteristic_length_error(2.0, 0.5, covariance)
    assert (high - low) / 2 == pytest.approx(error, rel=1e-4)
    assert (high + low) / 2 == pytest.approx(4.0, rel=1e-4)


def test_fieller_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(8)
    covariance = np.array([[4.0, -0.05], [-0.05, 0.0025]])
    draws = rng.multivariate_normal([17.8, 0.166], covariance, 4000)
    held = 0
    for drop, gradient in draws:
        low, high = cd.fieller_interval(drop, gradient, covariance)
        # An interval of one part may miss the other part of an unbounded set; the estimate's part is the one returned.
        held += (low is None or low <= 17.8 / 0.166) and (high is None or high >= 17.8 / 0.166)
    expected = 2 * norm.cdf(1) - 1
    assert held / 4000 == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 4000))


def test_fieller_is_lopsided_and_opens_where_the_denominator_may_vanish():
    low, high = cd.fieller_interval(10.0, 1.0, np.diag([0.01, 0.16]))
    assert high - 10.0 > 10.0 - low > 0
    low, high = cd.fieller_interval(10.0, 0.1, np.diag([0.01, 0.16]))
    assert low is not None
    assert 0 < low < 100.0
    assert high is None
    low, high = cd.fieller_interval(-10.0, 0.1, np.diag([0.01, 0.16]))
    assert low is None
    assert high is not None
    assert -100.0 < high < 0
    assert cd.fieller_interval(0.01, 0.01, np.diag([1.0, 1.0])) == (None, None)


@pytest.mark.parametrize(("shape", "parameter"), [("erf", 0.780), ("tanh", 0.910)])
def test_ten_to_ninety_width(shape, parameter):
    np.testing.assert_allclose(cd.step([-1.0, 0.0, 1.0], 2.0, shape), [-0.8, 0.0, 0.8], atol=1e-14)
    assert 2.0 / cd.WIDTH_10_90[shape] == pytest.approx(parameter, abs=5e-4)


def test_the_probe_adds_in_quadrature_to_an_erf_step():
    sigma = 0.3 * 0.42466090014400953
    width = np.hypot(2.0, sigma * cd.WIDTH_10_90["erf"])
    blurred = quad(lambda u: norm.pdf(u, 0, sigma) * cd.step(0.7 - u, 2.0), -2, 2, epsabs=1e-12)[0]
    assert width == pytest.approx(2.03, abs=0.005)
    assert cd.step(0.7, width) == pytest.approx(blurred, abs=1e-10)


@pytest.mark.parametrize("shape", ["erf", "tanh"])
def test_far_from_the_interface_the_profile_is_the_two_lines(shape):
    settings = {"interface": 80.0, "mean": 600.0, "width_10_90": 2.0, "shape": shape}
    both = cd.temperature_profile([20.0, 80.0, 150.0], drop=15.0, gradient_left=-0.17, gradient_right=-0.19, **settings)
    np.testing.assert_allclose(both, [600 + 7.5 + 0.17 * 60, 600.0, 600 - 7.5 - 0.19 * 70], rtol=1e-12)
    turned = cd.temperature_profile(
        [20.0, 80.0, 150.0], drop=-15.0, gradient_left=0.17, gradient_right=0.19, **settings
    )
    np.testing.assert_allclose(both + turned, 1200.0, rtol=1e-12)


def test_a_drop_without_width_is_sharp():
    sharp = cd.temperature_profile(
        [-1e-6, 1e-6], interface=0.0, mean=600.0, drop=15.0, gradient_left=0.0, gradient_right=0.0, width_10_90=0.0
    )
    np.testing.assert_allclose(sharp, [607.5, 592.5], rtol=1e-12)


@pytest.mark.parametrize("exponent", [-1.0, 0.0, 0.5, 1.0, 1.0 + 1e-9, 1.5])
def test_the_bulk_carries_one_flux_everywhere(exponent):
    x = np.linspace(-300.0, 300.0, 601)
    kelvin = cd.bulk_profile(x, 600.0, -0.18, exponent)
    flux = (kelvin / 600.0) ** -exponent * np.gradient(kelvin, x, edge_order=2)
    np.testing.assert_allclose(flux, -0.18, rtol=1e-5)
    assert cd.bulk_profile(0.0, 600.0, -0.18, exponent) == pytest.approx(600.0)


def test_a_constant_conductivity_makes_a_straight_line_and_one_over_t_an_exponential():
    np.testing.assert_allclose(cd.bulk_profile(POSITION, 600.0, -0.18, 0.0), 600.0 - 0.18 * POSITION, rtol=1e-14)
    np.testing.assert_allclose(
        cd.bulk_profile(POSITION, 600.0, -0.18, 1.0), 600.0 * np.exp(-0.18 * POSITION / 600.0), rtol=1e-14
    )


def test_a_line_through_a_curved_bulk_misses_its_edge_by_a_twelfth_of_the_curvature():
    x = np.linspace(0.0, 400.0, 2001)
    line = cd.line_at(x, cd.bulk_profile(x, 600.0, -0.18, 1.0), 1.0, 0.0)
    assert 600.0 - line.value == pytest.approx(0.18**2 * 400**2 / (12 * 600.0), rel=0.05)


def test_no_temperature_where_the_heat_cannot_go():
    assert np.isnan(cd.bulk_profile(2000.0, 600.0, -0.4, 0.0)) == (600.0 - 0.4 * 2000.0 < 0)
    assert np.isfinite(cd.bulk_profile(2000.0, 600.0, -0.4, 1.0))
