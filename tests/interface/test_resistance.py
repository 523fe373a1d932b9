"""Resistance from a length and a conductivity: closed form, errors by simulation, scale, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface import interface_resistance
from kapitza.interface.lines import drop_and_gradients
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings

from .synthetic import lines, result_of

X = np.arange(160.0)
FLOW = {"position": 80.3, "drop": 15.0, "gradients": (-170.0, -190.0)}


def measured(error=1.0, **changes):
    return result_of(lines(X, **{**FLOW, **changes}), error, position=80.3)


def known_by(left=None, right=None, **more):
    return InterfaceSettings(conductivity_left=left, conductivity_right=right, **more)


def test_a_length_over_a_conductivity():
    found = interface_resistance(measured(1e-4), known_by((40.0, 4.0)))
    assert found.left.value == pytest.approx(15 / 0.170 / 40.0, rel=1e-6)
    assert found.left.error == pytest.approx(0.1 * found.left.value, rel=1e-3)
    assert found.left.unit == "m2K/GW"
    assert found.right is None
    assert found.both == found.left


def test_reversed_flow_has_the_same_resistance():
    one = interface_resistance(measured(), known_by((40.0, 4.0), (36.0, 3.0)))
    other = interface_resistance(measured(drop=-15.0, gradients=(170.0, 190.0)), known_by((40.0, 4.0), (36.0, 3.0)))
    assert other.both.value == pytest.approx(one.both.value)
    assert other.both.error == pytest.approx(one.both.error)


@pytest.mark.parametrize("factor", [0.01, 3.0])
def test_conductivities_times_a_factor_divide_the_resistance_by_it(factor):
    one = interface_resistance(measured(), known_by((40.0, 4.0), (36.0, 3.0)))
    other = interface_resistance(measured(), known_by((factor * 40.0, factor * 4.0), (factor * 36.0, factor * 3.0)))
    assert other.both.value * factor == pytest.approx(one.both.value, rel=1e-12)
    np.testing.assert_allclose(other.covariance, one.covariance, rtol=1e-12)


def test_the_covariance_is_what_simulation_says():
    rng = np.random.default_rng(3)
    result = measured()
    line = np.array([result.temperature_left.value, result.gradient_left.value / 1e3,
                     result.temperature_right.value, result.gradient_right.value / 1e3])  # fmt: skip
    (drop, *gradients), spread = drop_and_gradients(line, result.covariance, 0.0, 0.0)
    drawn = rng.multivariate_normal([drop, *gradients], spread, 20_000)
    kappa = np.exp(rng.standard_normal((20_000, 2)) * [0.05, 0.08])
    logs = np.log(-drawn[:, :1] / drawn[:, 1:] / (kappa * [40.0, 36.0]))
    found = interface_resistance(result, known_by((40.0, 2.0), (36.0, 36.0 * 0.08)))
    # The second order of errors of 6 %, and the scatter of a covariance of 20,000 draws.
    np.testing.assert_allclose(found.covariance, np.cov(logs.T), rtol=0.02, atol=1.5e-4)
    weights = np.linalg.solve(found.covariance, np.ones(2))
    scatter = np.std(np.exp(logs @ weights / weights.sum()))
    assert found.both.error == pytest.approx(scatter, rel=0.05)
    assert found.both.error < found.left.error
    assert found.both.error < found.right.error


def test_exact_conductivities_of_both_sides_still_share_the_error_of_the_drop():
    found = interface_resistance(measured(), known_by((40.0, 0.0), (40.0 * 170 / 190, 0.0)))
    result = measured()
    assert found.both.error / found.both.value < found.left.error / found.left.value
    assert found.covariance[0, 1] > 0
    assert found.both.error / found.both.value > 0.5 * result.drop.error / result.drop.value


def test_a_conductivity_is_carried_to_the_temperature_of_its_side():
    result = measured(1e-4)
    settings = known_by((60.0, 0.0), conductivity_temperature=300.0, exponent_left=(1.3, 0.1))
    found = interface_resistance(result, settings)
    carried = 60.0 * (607.5 / 300) ** -1.3
    assert found.left.value == pytest.approx(15 / 0.170 / carried, rel=1e-5)
    assert found.left.error == pytest.approx(0.1 * np.log(607.5 / 300) * found.left.value, rel=1e-2)


def test_an_asymmetric_length_gives_an_asymmetric_resistance():
    result = replace(measured(), characteristic_length_left=Quantity(100.0, 30.0, "nm", (80.0, None)))
    left = interface_resistance(result, known_by((50.0, 0.0))).left
    assert left.value == pytest.approx(2.0)
    assert left.interval == (pytest.approx(1.6), None)


def test_no_length_no_resistance():
    result = replace(measured(), characteristic_length_left=Quantity(None, None, "nm", (80.0, None)))
    found = interface_resistance(result, known_by((50.0, 5.0), (50.0, 5.0)))
    assert found.left == Quantity(None, None, "m2K/GW", (1.6, None))
    assert found.right.value is not None
    assert found.both.value is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (known_by(), "conductivity of at least one side is wanted"),
        (known_by((-1.0, 1.0)), "positive conductivity with its error is wanted on the left, got -1"),
        (known_by(None, (40.0, 4.0), conductivity_temperature=300.0), "exponent of the right conductivity is wanted"),
    ],
)
def test_what_is_missing_is_said(settings, sentence):
    with pytest.raises(MethodError, match=sentence):
        interface_resistance(measured(), settings)
