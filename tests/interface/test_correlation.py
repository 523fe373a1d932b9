"""Correlated pixels are told from independent ones, and averages of them get the errors they have."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from kapitza.interface import interface_drop
from kapitza.interface.correlation import correlation, scatter_within_columns
from kapitza.interface.profile import profile
from kapitza.settings import InterfaceSettings

from .synthetic import lines, temperature_map

SHAPE = (20, 161)


def smooth(rng, radius, shape=SHAPE):
    """Unit noise after a Gaussian filter: neighbours correlate, averages over many pixels scatter as before."""
    return gaussian_filter(rng.standard_normal(shape), radius, mode="wrap")


def test_independent_pixels_are_left_alone():
    rng = np.random.default_rng(1)
    found = [scatter_within_columns(4 * rng.standard_normal(SHAPE), np.full(SHAPE, 4.0)) for _ in range(200)]
    assert np.mean([f.neighbours == 0 for f in found]) > 0.99
    assert np.mean([f.ratio for f in found]) == pytest.approx(1.0, abs=0.003)
    assert np.mean([f.widening for f in found]) == pytest.approx(1.0, abs=0.01)


def test_the_sum_of_correlations_is_that_of_the_process():
    rng = np.random.default_rng(2)
    noise = rng.standard_normal((400, 300))
    for i in range(1, 300):
        noise[:, i] = 0.6 * noise[:, i - 1] + 0.8 * noise[:, i]
    found = correlation(noise)
    assert found.neighbours == pytest.approx(0.6, abs=0.01)
    assert found.sum == pytest.approx((1 + 0.6) / (1 - 0.6), rel=0.05)


@pytest.mark.parametrize("radius", [0.7, 1.0, 1.5])
def test_filtered_pixels_are_worth_what_they_were_before(radius):
    rng = np.random.default_rng(3)
    found = [scatter_within_columns(smooth(rng, radius), np.ones(SHAPE)) for _ in range(100)]
    assert all(f.neighbours > 0.3 for f in found)
    assert all(f.ratio < 0.9 for f in found)
    assert np.mean([f.widening for f in found]) == pytest.approx(1.0, abs=0.1)


def test_what_rows_share_is_no_scatter():
    rng = np.random.default_rng(4)
    rows = 10 * rng.standard_normal((SHAPE[0], 1))
    found = scatter_within_columns(rows + rng.standard_normal(SHAPE), np.ones(SHAPE))
    assert found.ratio == pytest.approx(1.0, abs=0.05)
    assert found.neighbours == 0


def test_holes_do_not_matter():
    rng = np.random.default_rng(5)
    kelvin = np.where(rng.random(SHAPE) < 0.2, np.nan, rng.standard_normal(SHAPE))
    found = scatter_within_columns(kelvin, np.ones(SHAPE))
    assert found.ratio == pytest.approx(1.0, abs=0.05)
    assert found.neighbours == 0


def test_stated_errors_of_denoised_pixels_are_widened_to_what_averages_scatter_by():
    rng = np.random.default_rng(6)
    drops, errors = [], []
    for _ in range(150):
        pixels = smooth(rng, 1.0)
        # As a thermometer might that takes denoised counts for counted ones, and states what the map scatters by.
        kelvin = lines(np.arange(161.0), position=80.3) + 4 * pixels
        tmap = temperature_map(kelvin, 4 * pixels.std())
        result = interface_drop(tmap, InterfaceSettings(position=80.3))
        drops.append(result.drop.value)
        errors.append(result.drop.error)
    assert np.mean(errors) == pytest.approx(np.std(drops), rel=0.15)
    assert "correlated_pixels" in dict(result.warnings)


def test_the_warning_gives_the_widening():
    rng = np.random.default_rng(7)
    tmap = temperature_map(600 + smooth(rng, 1.0), 0.3)
    assert profile(tmap, "x").widening > 2
    words = dict(interface_drop(tmap, InterfaceSettings(position=80.3)).warnings)["correlated_pixels"]
    assert f"{profile(tmap, 'x').widening:.3g}" in words
