"""Profiles: means of columns, robust against outliers, with errors that the pixels' own scatter bears out."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface.profile import positions, profile

from .synthetic import noisy_map, temperature_map


def test_a_profile_is_the_mean_of_each_column():
    kelvin = np.arange(15.0).reshape(3, 5)
    found = profile(temperature_map(kelvin, 2.0, (3.0, 0.5)), "x")
    np.testing.assert_allclose(found.profile.position, np.arange(5) * 0.5)
    np.testing.assert_allclose(found.profile.temperature, kelvin.mean(axis=0))
    turned = profile(temperature_map(kelvin, 2.0), "y")
    np.testing.assert_allclose(turned.profile.temperature, kelvin.mean(axis=1))
    assert found.outliers == 0


def test_errors_are_those_of_the_mean():
    found = profile(noisy_map(np.random.default_rng(1), rows=400), "x")
    assert found.scatter == pytest.approx(1.0, abs=0.03)
    np.testing.assert_allclose(found.profile.error, 5 / 20 * max(found.scatter, 1.0))


def test_errors_grow_with_the_scatter_of_the_pixels_but_never_shrink():
    rng = np.random.default_rng(2)
    kelvin = 600 + 5 * rng.standard_normal((40, 60))
    for stated, grown in ((2.5, 2.0), (10.0, 1.0)):
        found = profile(temperature_map(kelvin, stated), "x")
        assert found.scatter == pytest.approx(5 / stated, rel=0.05)
        np.testing.assert_allclose(found.profile.error, stated / np.sqrt(40) * grown, rtol=0.05)


def test_columns_of_few_pixels_take_the_scatter_of_the_map():
    kelvin = np.full((2, 10), 600.0)
    found = profile(temperature_map(kelvin, 1.0, scatter=1.5), "x")
    assert found.scatter == 1.5
    np.testing.assert_allclose(found.profile.error, 1.5 / np.sqrt(2))


def test_outliers_are_left_out_and_counted():
    rng = np.random.default_rng(3)
    kelvin = 600 + rng.standard_normal((20, 60))
    kelvin[4, 10], kelvin[7, 30] = 900.0, 200.0
    found = profile(temperature_map(kelvin, 1.0), "x")
    assert found.outliers == 2
    assert np.abs(found.profile.temperature - 600).max() < 1.5


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 8, 30])
def test_gaussian_noise_has_no_outliers(rows):
    rng = np.random.default_rng(4)
    dropped = sum(profile(noisy_map(rng, rows=rows), "x").outliers for _ in range(100))
    assert dropped <= 5e-4 * 100 * 60 * rows


def test_pixels_without_a_temperature_are_no_part_of_it():
    kelvin = np.full((5, 6), 600.0)
    kelvin[1, 2], kelvin[:, 4] = np.nan, np.nan
    found = profile(temperature_map(kelvin, 2.0), "x").profile
    np.testing.assert_allclose(found.temperature, [600, 600, 600, 600, np.nan, 600])
    assert found.error[2] == pytest.approx(1.0)
    assert np.isnan(found.error[4])


def test_a_pitch_is_needed():
    with pytest.raises(MethodError, match="pixel pitch"):
        positions(temperature_map(np.ones((2, 2)), pitch=None), "x")
