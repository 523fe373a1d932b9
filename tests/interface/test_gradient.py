"""Gradient fields: exact on planes, honest in noise."""

import numpy as np
import pytest

from kapitza.interface import gradient_field

from .synthetic import temperature_map

Y, X = np.mgrid[:15, :24]


def plane(pitch=(1.0, 1.0)):
    """600 K, rising by 0.2 K/nm along y and falling by 0.5 K/nm along x."""
    return 600 + 0.2 * Y * pitch[0] - 0.5 * X * pitch[1]


@pytest.mark.parametrize("pitch", [(1.0, 1.0), (1 / 6, 1 / 6), (2.0, 0.5), (800.0, 800.0)])
@pytest.mark.parametrize("smoothing", [None, 3.0])
def test_a_plane_is_exact(pitch, smoothing):
    field = gradient_field(temperature_map(plane(pitch), pitch=pitch), smoothing and smoothing * pitch[0])
    np.testing.assert_allclose(field.temperature, plane(pitch), rtol=1e-8)
    np.testing.assert_allclose(field.gradient_y, 200.0, rtol=1e-6)
    np.testing.assert_allclose(field.gradient_x, -500.0, rtol=1e-6)


def test_holes_are_bridged_exactly():
    kelvin = plane()
    kelvin[np.random.default_rng(1).random(kelvin.shape) < 0.3] = np.nan
    kelvin[5:8, 10:13] = np.nan
    field = gradient_field(temperature_map(kelvin))
    np.testing.assert_allclose(field.temperature, plane(), rtol=1e-7)
    np.testing.assert_allclose(field.gradient_x, -500.0, rtol=1e-5)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_line_scan_has_a_gradient_along_itself(axis):
    kelvin = 600 - 0.5 * np.arange(30.0)
    field = gradient_field(temperature_map(np.expand_dims(kelvin, axis)))
    along, across = (field.gradient_x, field.gradient_y) if axis == 0 else (field.gradient_y, field.gradient_x)
    np.testing.assert_allclose(along, -500.0, rtol=1e-6)
    assert np.isnan(across).all()
    assert np.isfinite(field.error).all()


def test_one_pixel_has_a_temperature_and_no_gradient():
    field = gradient_field(temperature_map([[600.0]]))
    assert field.temperature[0, 0] == pytest.approx(600.0)
    assert np.isnan([field.gradient_x, field.gradient_y, field.error]).all()


def test_far_from_any_temperature_there_is_none():
    kelvin = np.full((3, 60), np.nan)
    kelvin[:, :10] = 600.0
    field = gradient_field(temperature_map(kelvin), 2.0)
    assert np.isnan(field.temperature[:, 30:]).all()
    np.testing.assert_allclose(field.temperature[:, :10], 600.0)


def test_without_a_pitch_gradients_are_per_pixel():
    field = gradient_field(temperature_map(plane(), pitch=None))
    np.testing.assert_allclose(field.gradient_x, -0.5, rtol=1e-6)


def test_errors_are_the_scatter():
    rng = np.random.default_rng(2)
    fields = [gradient_field(temperature_map(plane() + 4 * rng.standard_normal(Y.shape), 4.0)) for _ in range(300)]
    scatter = np.maximum(np.std([f.gradient_x for f in fields], axis=0), np.std([f.gradient_y for f in fields], axis=0))
    np.testing.assert_allclose(scatter, fields[0].error, rtol=0.2)


def test_smoothing_is_8_percent_of_the_longer_side_or_2_pixels():
    assert gradient_field(temperature_map(plane())).smoothing == pytest.approx(2.0)
    assert gradient_field(temperature_map(np.full((3, 100), 600.0), pitch=(0.5, 0.5))).smoothing == pytest.approx(4.0)
