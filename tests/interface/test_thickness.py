"""Heat flow through a wedge: closed form, exact for a thickness that runs straight between its points."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface import combine, corrected_for_thickness
from kapitza.quantity import Quantity

from .synthetic import lines, result_of

X = np.arange(121.0)
AT = 60.3
SLOPE = 0.006
WEDGE = 40.0 * (1 + SLOPE * (X - AT))
"""Thickness, nm: from 26 to 54."""
STRETCHED = AT + np.log1p(SLOPE * (X - AT)) / SLOPE
"""Integral of t(x0)/t dx of that wedge."""
FLOW = {"position": AT, "drop": 15.0, "gradients": (-170.0, -190.0)}


def in_wedge(error=1.0, sign=1.0, noise=0.0):
    flow = {**FLOW, "drop": sign * 15.0, "gradients": (-170.0 * sign, -190.0 * sign)}
    return result_of(lines(STRETCHED, **flow) + noise, error, position=AT)


def test_the_wedge_is_undone_exactly():
    result = corrected_for_thickness(in_wedge(1e-3), WEDGE)
    np.testing.assert_allclose(result.profile.position, STRETCHED, rtol=1e-12)
    assert result.drop.value == pytest.approx(15.0, rel=1e-9)
    assert result.gradient_left.value == pytest.approx(-170.0, rel=1e-9)
    assert result.gradient_right.value == pytest.approx(-190.0, rel=1e-9)
    assert result.characteristic_length_left.value == pytest.approx(15 / 0.170, rel=1e-9)
    assert result.width_10_90.value == pytest.approx(2.0, rel=0.01)
    uncorrected = in_wedge(1e-3)
    assert abs(uncorrected.gradient_left.value + 170.0) > 20


def test_an_even_foil_changes_nothing():
    result = in_wedge()
    even = corrected_for_thickness(result, np.full(len(X), 35.0))
    assert even.profile.position == pytest.approx(X)
    for name in result.QUANTITIES:
        found, before = getattr(even, name), getattr(result, name)
        assert found.value == pytest.approx(before.value)
        assert found.error == pytest.approx(before.error)


def test_a_factor_common_to_all_of_the_thickness_drops_out():
    one, other = (corrected_for_thickness(in_wedge(), WEDGE * f, 0.03 * WEDGE * f) for f in (1.0, 0.013))
    assert one.drop.value == pytest.approx(other.drop.value)
    assert one.gradient_left.error == pytest.approx(other.gradient_left.error)
    common = corrected_for_thickness(in_wedge(), WEDGE, 0.01 * np.outer(WEDGE, WEDGE))
    assert common.gradient_left.error == pytest.approx(corrected_for_thickness(in_wedge(), WEDGE).gradient_left.error)


def test_the_error_of_the_thickness_is_what_simulation_says():
    rng = np.random.default_rng(5)
    sigma = 0.1 * WEDGE
    measured = in_wedge(0.05)
    found = [corrected_for_thickness(measured, WEDGE + sigma * rng.standard_normal(len(X))) for _ in range(300)]
    stated = corrected_for_thickness(measured, WEDGE, sigma)
    for name in ("gradient_left", "drop", "characteristic_length_right"):
        scatter = np.std([getattr(result, name).value for result in found])
        assert getattr(stated, name).error == pytest.approx(scatter, rel=0.2)


def test_both_directions_combined_are_corrected_alike():
    pair = combine(in_wedge(), in_wedge(sign=-1.0))
    result = corrected_for_thickness(pair, WEDGE)
    assert result.drop.value == pytest.approx(15.0, rel=1e-6)
    assert result.temperature_left.value == pytest.approx(607.5, rel=1e-6)
    assert result.temperature_left.error >= 0.9 * pair.temperature_left.error


def test_the_composition_stays_with_its_columns():
    share = np.linspace(1, 0, len(X))
    result = replace(in_wedge(), composition=share, composition_width_10_90=Quantity(2.0, 0.1, "nm"))
    np.testing.assert_array_equal(corrected_for_thickness(result, WEDGE).composition, share)


@pytest.mark.parametrize(
    ("thickness", "covariance", "sentence"),
    [
        (WEDGE[1:], None, "at each of the 121 positions of the profile is wanted, got 120 numbers"),
        (np.where(X == 3, 0.0, WEDGE), None, "got 121 numbers, 120 of them positive"),
        (WEDGE, np.ones(3), r"got the shape \(3,\)"),
    ],
)
def test_what_does_not_fit_is_refused(thickness, covariance, sentence):
    with pytest.raises(MethodError, match=sentence):
        corrected_for_thickness(in_wedge(), thickness, covariance)
