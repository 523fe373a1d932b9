"""Forward and reverse heat flow: what is the same in both cancels."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.data import Profile
from kapitza.errors import MethodError
from kapitza.interface import combine, interface_drop
from kapitza.settings import InterfaceSettings

from .synthetic import inside, lines, noisy_map, result_of, temperature_map, two_materials

X = np.arange(60.0)
FORWARD = {"drop": 15.0, "gradients": (-170.0, -190.0)}
REVERSE = {"drop": -15.0, "gradients": (170.0, 190.0)}


def two_flows():
    """Maps with forward and reverse heat flow, each with its spectra."""
    rng = np.random.default_rng(11)
    for flow in (FORWARD, REVERSE):
        spectra = two_materials(rng, counts=4000.0)
        kelvin = np.tile(lines(X, **flow), (10, 1)) + rng.standard_normal((10, 60))
        yield temperature_map(kelvin, 1.0, loss=spectra.loss)


AT = InterfaceSettings(position=29.3)


def test_a_bias_that_both_directions_share_cancels_exactly():
    bias = 20 * np.sin(X / 7) + 9.0 * (X > 29.3)
    result = combine(result_of(lines(X, **FORWARD) + bias, 1e-3), result_of(lines(X, **REVERSE) + bias, 1e-3))
    assert result.drop.value == pytest.approx(15.0, rel=1e-6)
    assert result.gradient_left.value == pytest.approx(-170.0, rel=1e-6)
    assert result.gradient_right.value == pytest.approx(-190.0, rel=1e-6)
    assert result.width_10_90.value == pytest.approx(2.0, rel=1e-3)
    assert result.characteristic_length_left.value == pytest.approx(15 / 0.170, rel=1e-5)


def test_temperatures_are_the_mean_of_both_plus_the_odd_part():
    result = combine(result_of(lines(X, **FORWARD, mean=602.0), 1e-3), result_of(lines(X, **REVERSE, mean=598.0), 1e-3))
    assert result.temperature_left.value == pytest.approx(607.5 + 0.0, abs=2.1)
    assert result.temperature_left.value - result.temperature_right.value == pytest.approx(15.0, rel=1e-6)


def test_directions_exchanged_turn_the_signs():
    one, other = result_of(lines(X, **FORWARD), 1.0), result_of(lines(X, **REVERSE) + 3, 1.0)
    first, second = combine(one, other), combine(other, one)
    assert second.drop.value == pytest.approx(-first.drop.value)
    assert second.drop.error == pytest.approx(first.drop.error)
    assert second.gradient_left.value == pytest.approx(-first.gradient_left.value)
    assert second.characteristic_length_left.value == pytest.approx(first.characteristic_length_left.value)


def test_the_same_image_twice_has_no_drop():
    one = result_of(lines(X, **FORWARD), 1.0)
    result = combine(one, one)
    assert result.drop.value == pytest.approx(0.0, abs=1e-9)
    assert result.width_10_90.value is None


@pytest.mark.parametrize("shift", [3.0, -5.0, 2.5])
def test_images_are_aligned_at_their_interfaces(shift):
    there = result_of(lines(X, **FORWARD), 1e-2)
    back = result_of(lines(X, position=29.3 + shift, **REVERSE), 1e-2, position=29.3 + shift)
    result = combine(there, back)
    assert result.position.value == pytest.approx(29.3)
    assert result.drop.value == pytest.approx(15.0, abs=0.05)
    assert result.gradient_left.value == pytest.approx(-170.0, rel=0.01)


def test_errors_of_both_directions_count():
    one, other = result_of(lines(X, **FORWARD), 4.0), result_of(lines(X, **REVERSE), 9.0)
    result = combine(one, other)
    for name in ("drop", "gradient_left", "gradient_right"):
        both = [getattr(r, name).error for r in (one, other)]
        assert getattr(result, name).error == pytest.approx(0.5 * np.hypot(*both)), name


def test_a_temperature_of_both_directions_leans_mostly_on_its_own_side_of_forward():
    one, other = result_of(lines(X, **FORWARD), 4.0), result_of(lines(X, **REVERSE), 9.0)
    errors = [[r.temperature_left.error, r.temperature_right.error] for r in (one, other)]
    result = combine(one, other)
    weights = np.array([[[0.75, 0.25], [0.25, 0.25]], [[0.25, 0.75], [0.25, 0.25]]])
    left, right = np.sqrt(np.sum((np.array(errors) * weights) ** 2, axis=(1, 2)))
    assert result.temperature_left.error == pytest.approx(left)
    assert result.temperature_right.error == pytest.approx(right)


def test_the_position_is_that_of_forward_with_its_error():
    pair = [interface_drop(tmap) for tmap in two_flows()]
    assert combine(*pair).position == pair[0].position


@pytest.mark.slow
def test_intervals_of_the_half_difference_hold():
    rng = np.random.default_rng(1)
    results = []
    for _ in range(300):
        pair = noisy_map(rng, sigma=4.0, **FORWARD), noisy_map(rng, sigma=9.0, **REVERSE)
        results.append(combine(*(interface_drop(tmap, AT) for tmap in pair)))
    for name, truth in (("drop", 15.0), ("gradient_left", -170.0), ("gradient_right", -190.0)):
        held = np.mean([inside(getattr(result, name), truth) for result in results])
        assert 0.60 <= held <= 0.76, (name, held)


@pytest.mark.slow
def test_shifted_images_have_honest_errors_too():
    rng = np.random.default_rng(2)
    results = []
    for _ in range(300):
        pair = noisy_map(rng, sigma=4.0, **FORWARD), noisy_map(rng, sigma=4.0, position=31.8, **REVERSE)
        places = AT, InterfaceSettings(position=31.8)
        results.append(combine(*(interface_drop(tmap, at) for tmap, at in zip(pair, places, strict=True))))
    for name, truth in (("drop", 15.0), ("gradient_left", -170.0)):
        held = np.mean([inside(getattr(result, name), truth) for result in results])
        assert 0.60 <= held <= 0.80, (name, held)


def test_missing_columns_of_either_direction_are_missing_from_the_profile():
    kelvin = lines(X, **FORWARD)
    kelvin[3] = np.nan
    result = combine(result_of(kelvin, 1.0), result_of(lines(X, **REVERSE), 1.0))
    assert np.isnan(result.profile.temperature[3])
    assert result.drop.value == pytest.approx(15.0, rel=1e-6)


def test_directions_at_different_temperatures_are_told():
    pair = result_of(lines(X, mean=610.0, **FORWARD), 1.0), result_of(lines(X, **REVERSE), 1.0)
    assert "mean_temperature_mismatch" in dict(combine(*pair).warnings)
    pair = result_of(lines(X, mean=604.0, **FORWARD), 1.0), result_of(lines(X, **REVERSE), 1.0)
    assert "mean_temperature_mismatch" not in dict(combine(*pair).warnings)


def test_images_that_share_no_bulk_are_refused():
    there = result_of(lines(X, **FORWARD), 1.0)
    back = replace(there, bulk_left=(-40.0, -20.0))
    with pytest.raises(MethodError, match="bulk range that forward and reverse share"):
        combine(there, back)


def test_images_that_do_not_overlap_are_refused():
    there = result_of(lines(X, **FORWARD), 1.0)
    far = Profile(X + 1000, there.profile.temperature, there.profile.error)
    with pytest.raises(MethodError, match="bulk range"):
        combine(there, replace(there, profile=far))
