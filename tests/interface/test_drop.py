"""The drop of temperature, the gradients, the lengths and the width come out as they were put in."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface import combine, interface_drop
from kapitza.settings import InterfaceSettings

from .synthetic import inside, lines, noisy_map, result_of, temperature_map, two_materials

AT = InterfaceSettings(position=29.3)
X = np.arange(60.0)


def test_exact_lines_are_recovered_exactly():
    result = result_of(lines(X), 1e-3)
    for name, truth in (
        ("drop", 15.0),
        ("temperature_left", 607.5),
        ("temperature_right", 592.5),
        ("gradient_left", -170.0),
        ("gradient_right", -190.0),
        ("characteristic_length_left", 15 / 0.170),
        ("characteristic_length_right", 15 / 0.190),
    ):
        assert getattr(result, name).value == pytest.approx(truth, rel=1e-5), name
    assert result.width_10_90.value == pytest.approx(2.0, rel=1e-3)


def test_lengths_are_positive_whichever_way_heat_flows():
    for sign in (1, -1):
        result = result_of(lines(X, drop=15.0 * sign, gradients=(-170.0 * sign, -190.0 * sign)), 1e-3)
        assert result.drop.value == pytest.approx(15.0 * sign)
        assert result.characteristic_length_left.value == pytest.approx(15 / 0.170)


TRUTH = {
    "drop": 15.0,
    "temperature_left": 607.5,
    "temperature_right": 592.5,
    "gradient_left": -170.0,
    "gradient_right": -190.0,
    "characteristic_length_left": 15 / 0.170,
    "characteristic_length_right": 15 / 0.190,
}


@pytest.mark.parametrize(("sigma", "width"), [(5.0, 4.0), pytest.param(3.0, 8.0, marks=pytest.mark.slow)])
def test_68_percent_intervals_hold_the_truth_68_percent_of_the_time(sigma, width):
    rng = np.random.default_rng(1)
    results = [interface_drop(noisy_map(rng, sigma=sigma, width=width), AT) for _ in range(300)]
    for name, truth in {**TRUTH, "width_10_90": width}.items():
        held = np.mean([inside(getattr(result, name), truth) for result in results])
        assert 0.60 <= held <= 0.76, (name, held)
    # The gradients are known to 30 %, so the lengths must have been given intervals.
    assert all(result.characteristic_length_left.interval is not None for result in results)


@pytest.mark.slow
def test_lengths_with_well_known_gradients_have_errors_that_hold():
    rng = np.random.default_rng(2)
    truth = {"position": 293.0, "pitch": 10.0}
    at = InterfaceSettings(position=293.0)
    results = [interface_drop(noisy_map(rng, **truth), at) for _ in range(300)]
    for name, value in TRUTH.items():
        held = np.mean([inside(getattr(result, name), value) for result in results])
        assert 0.60 <= held <= 0.76, (name, held)
    assert all(result.characteristic_length_left.interval is None for result in results)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 2, 3, 5, 30])
def test_intervals_hold_however_many_rows_there_are(rows):
    rng = np.random.default_rng(3)
    results = [interface_drop(noisy_map(rng, rows=rows, sigma=np.sqrt(rows), width=5.0), AT) for _ in range(400)]
    for name, truth in {**TRUTH, "width_10_90": 5.0}.items():
        held = np.mean([inside(getattr(result, name), truth) for result in results])
        assert 0.60 <= held <= 0.76, (name, held)


def test_a_gradient_that_might_be_nought_leaves_the_length_without_an_upper_end():
    result = result_of(lines(X, gradients=(-1.0, -190.0)), 1.0)
    low, high = result.characteristic_length_left.interval
    assert high is None
    assert low is not None
    assert 0 < low < 1e3


def test_fieller_intervals_of_rising_and_falling_temperatures_are_the_same():
    rng = np.random.default_rng(4)
    kelvin = lines(X) + 0.7 * rng.standard_normal(60)
    one, other = result_of(kelvin, 0.7), result_of(1200 - kelvin, 0.7)
    assert one.characteristic_length_left.interval == pytest.approx(other.characteristic_length_left.interval)
    assert one.drop.value == pytest.approx(-other.drop.value)


def test_an_image_turned_over_turns_the_signs():
    rng = np.random.default_rng(5)
    tmap = noisy_map(rng, sigma=2.0)
    turned = temperature_map(tmap.temperature[:, ::-1], 2.0)
    one, other = interface_drop(tmap, AT), interface_drop(turned, InterfaceSettings(position=59 - 29.3))
    assert other.drop.value == pytest.approx(-one.drop.value)
    assert other.gradient_right.value == pytest.approx(-one.gradient_left.value)
    assert other.characteristic_length_right.value == pytest.approx(one.characteristic_length_left.value)
    assert other.width_10_90.value == pytest.approx(one.width_10_90.value, rel=1e-3)
    assert other.drop.error == pytest.approx(one.drop.error)


def test_axis_y_is_axis_x_of_the_transposed_image():
    tmap = noisy_map(np.random.default_rng(6), sigma=2.0)
    turned = temperature_map(tmap.temperature.T, 2.0)
    one, other = interface_drop(tmap, AT), interface_drop(turned, InterfaceSettings(axis="y", position=29.3))
    assert other.to_dict() == one.to_dict()


def test_twice_the_pitch_is_half_the_gradient():
    tmap = noisy_map(np.random.default_rng(7), sigma=2.0)
    wide = temperature_map(tmap.temperature, 2.0, (2.0, 2.0))
    ranges = {"bulk_left": (0.0, 19.0), "bulk_right": (40.0, 59.0)}
    doubled = {name: (2 * a, 2 * b) for name, (a, b) in ranges.items()}
    one = interface_drop(tmap, InterfaceSettings(position=29.3, **ranges))
    other = interface_drop(wide, InterfaceSettings(position=58.6, **doubled))
    assert other.drop.value == pytest.approx(one.drop.value)
    assert other.gradient_left.value == pytest.approx(one.gradient_left.value / 2)
    assert other.characteristic_length_left.value == pytest.approx(2 * one.characteristic_length_left.value)


@pytest.mark.parametrize("width", [0.05, 0.3])
def test_a_step_narrower_than_the_pitch_gets_an_upper_bound(width):
    rng = np.random.default_rng(8)
    widths = [interface_drop(noisy_map(rng, sigma=2.0, width=width), AT).width_10_90 for _ in range(40)]
    bounded = [w for w in widths if w.error is None]
    assert len(bounded) > 20
    assert all(w.interval[0] == 0.0 for w in bounded)
    assert np.mean([w.interval[1] is None or w.interval[1] >= width for w in bounded]) > 0.68
    assert np.median([w.interval[1] for w in bounded if w.interval[1] is not None]) < 3.0


def test_a_well_measured_width_is_found_between_the_widths_that_are_tried():
    rng = np.random.default_rng(17)
    true = np.linspace(3, 9, 60)
    found = [interface_drop(noisy_map(rng, sigma=0.3, width=width), AT).width_10_90 for width in true]
    pull = np.array([(w.value - width) / w.error for w, width in zip(found, true, strict=True)])
    assert np.std(pull) < 1.3
    assert abs(np.mean(pull)) < 0.4


def test_no_drop_has_no_width():
    rng = np.random.default_rng(9)
    widths = [interface_drop(noisy_map(rng, drop=0.0), AT).width_10_90 for _ in range(100)]
    # The drop counts as one above three standard errors.
    assert sum(w.value is None for w in widths) >= 98


def test_without_heat_flow_there_is_no_drop():
    rng = np.random.default_rng(10)
    drops = [interface_drop(noisy_map(rng, drop=0.0, gradients=(0.0, 0.0)), AT).drop for _ in range(100)]
    pull = np.array([drop.value / drop.error for drop in drops])
    assert abs(pull.mean()) < 0.3
    assert np.mean(np.abs(pull) < 2) > 0.9


def test_a_constant_temperature_is_no_drop_and_no_gradient():
    result = result_of(np.full(60, 600.0), 1.0)
    assert result.drop.value == pytest.approx(0.0, abs=1e-9)
    assert result.gradient_left.value == pytest.approx(0.0, abs=1e-6)
    assert result.width_10_90.value is None


def test_given_ranges_are_used_and_what_lies_outside_does_not_count():
    kelvin = lines(X)
    kelvin[:5] += 300.0
    kelvin[-5:] -= 300.0
    result = result_of(kelvin, 1e-3, bulk_left=(5.0, 25.0), bulk_right=(34.0, 54.0))
    assert (result.bulk_left, result.bulk_right) == ((5.0, 25.0), (34.0, 54.0))
    assert result.drop.value == pytest.approx(15.0, rel=1e-5)
    assert result.width_10_90.value == pytest.approx(2.0, rel=1e-3)


def test_found_ranges_keep_10_nm_or_40_percent_away():
    result = result_of(lines(X), 1.0)
    assert result.bulk_left == pytest.approx((0.0, 19.3))
    assert result.bulk_right == pytest.approx((39.3, 59.0))
    narrow = result_of(lines(X / 10, position=2.93), 1.0, position=2.93, pitch=0.1)
    assert narrow.bulk_left == pytest.approx((0.0, 0.6 * 2.93))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"position": -1.0}, "inside the image"),
        ({"position": 59.0}, "inside the image"),
        ({"bulk_left": (0.0, 1.0)}, "At least 3 columns .* left bulk range"),
        ({"bulk_left": (10.0, 5.0)}, "At least 3 columns .* left bulk range"),
        ({"bulk_right": (500.0, 600.0)}, "At least 3 columns .* right bulk range"),
        ({"bulk_left": (0.0, 58.0)}, "on either side of the interface"),
        ({"bulk_left": (40.0, 59.0), "bulk_right": (0.0, 10.0)}, "on either side of the interface"),
    ],
)
def test_bad_settings_are_refused(settings, words):
    with pytest.raises(MethodError, match=words):
        result_of(lines(X), 1.0, **settings)


def test_a_bulk_without_temperatures_is_refused():
    kelvin = lines(X)
    kelvin[:25] = np.nan
    with pytest.raises(MethodError, match="left bulk range"):
        result_of(kelvin, 1.0)


def test_a_position_that_is_not_given_is_found():
    tmap = two_materials(np.random.default_rng(11), counts=4000.0)
    kelvin = np.tile(lines(X), (10, 1)) + np.random.default_rng(12).standard_normal((10, 60))
    result = interface_drop(temperature_map(kelvin, 1.0, loss=tmap.loss))
    assert abs(result.position.value - 29.3) < 3 * result.position.error
    assert abs(result.composition_width_10_90.value - 2.0) < 3 * result.composition_width_10_90.error
    assert abs(result.drop.value - 15.0) < 3 * result.drop.error
    assert result.composition.shape == (60,)


def test_a_position_that_cannot_be_found_is_asked_for():
    with pytest.raises(MethodError, match=r"position \(nm\) in \[interface\]"):
        interface_drop(noisy_map(np.random.default_rng(13)))


def test_a_given_position_does_without_a_composition_and_says_so():
    result = interface_drop(noisy_map(np.random.default_rng(14)), AT)
    assert result.composition is None
    assert result.composition_width_10_90.value is None
    assert "composition_unknown" in dict(result.warnings)


def test_outliers_are_reported():
    tmap = noisy_map(np.random.default_rng(15))
    tmap.temperature[3, 3] = 5000.0
    result = interface_drop(tmap, AT)
    assert dict(result.warnings)["profile_outliers"].startswith("1 pixel")


def test_the_covariance_belongs_to_the_lines():
    rng = np.random.default_rng(16)
    results = [interface_drop(noisy_map(rng, drop=0.0), AT) for _ in range(300)]
    names = ("temperature_left", "gradient_left", "temperature_right", "gradient_right")
    scale = np.array([1, 1e-3, 1, 1e-3])
    values = np.array([[getattr(r, name).value for name in names] for r in results]) * scale
    stated = np.mean([r.covariance for r in results], axis=0)
    deviation = np.sqrt(np.diag(stated))
    np.testing.assert_allclose(
        np.cov(values.T) / np.outer(deviation, deviation), stated / np.outer(deviation, deviation), atol=0.3
    )


def test_what_the_materials_share_enters_the_drop_as_far_as_it_differs():
    rng = np.random.default_rng(5)
    tmap = noisy_map(rng, sigma=1.0)
    material = np.broadcast_to((X > 29.3).astype(int), tmap.temperature.shape)
    plain = interface_drop(tmap, AT).drop
    for covariance, step in (([[4.0, 4.0], [4.0, 4.0]], 0.0), ([[4.0, 0.0], [0.0, 5.0]], 3.0)):
        shared = replace(tmap, material=material, common_covariance=np.array(covariance))
        result = interface_drop(shared, AT)
        assert result.common_step == pytest.approx(step)
        assert result.drop.value == plain.value
        assert result.drop.error == pytest.approx(np.hypot(plain.error, step))
    assert combine(result, result).common_step == pytest.approx(3.0 / np.sqrt(2))
