"""BM3D leaves what has no noise, scales with its picture, and takes most of the noise away."""

import dask
import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.spectra.denoising import block_matched_volume, bm3d
from kapitza.spectra.denoising.transforms import bior15, cosine, kaiser

from .synthetic import gain, spectra, two_materials

RNG = np.random.default_rng(3)
TRUTH = two_materials()
NOISE = RNG.normal(size=TRUTH.shape)
CUBE = spectra()
CUBE_NOISE = RNG.normal(size=CUBE.shape)


@pytest.mark.parametrize("matrix", [bior15(8), cosine(8), cosine(4)])
def test_transforms_put_a_constant_into_one_coefficient_and_keep_the_noise(matrix):
    values = matrix @ np.ones(len(matrix))
    np.testing.assert_allclose(values[1:], 0, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(matrix, axis=1), 1)


def test_cosines_are_orthonormal_and_the_window_is_symmetric():
    np.testing.assert_allclose(cosine(8) @ cosine(8).T, np.eye(8), atol=1e-12)
    window = kaiser((1, 8, 8), 2.0)
    assert window.shape == (1, 8, 8)
    np.testing.assert_allclose(window, window[:, ::-1, ::-1])


@pytest.mark.parametrize("level", [0.0, 7.5, -1e6])
def test_a_constant_stays(level):
    np.testing.assert_allclose(bm3d(np.full((20, 31), level), 0.3), level, rtol=1e-12)
    np.testing.assert_allclose(block_matched_volume(np.full((5, 6, 9), level), 0.3), level, rtol=1e-12)


def test_no_noise_means_nothing_to_do():
    np.testing.assert_array_equal(bm3d(TRUTH, 0.0), TRUTH)


@pytest.mark.parametrize(("sigma", "least"), [(0.02, 6.0), (0.1, 10.0), (0.4, 12.0)])
def test_noise_falls(sigma, least):
    noisy = TRUTH + sigma * NOISE
    assert gain(bm3d(noisy, sigma), noisy, TRUTH) > least


def test_pure_noise_becomes_flat():
    assert bm3d(NOISE, 1.0).std() < 0.15


def test_an_interface_is_not_widened_where_it_stands_out():
    noisy = TRUTH + 0.02 * NOISE
    slope = np.abs(np.diff(TRUTH.mean(axis=0))).max()
    assert np.abs(np.diff(bm3d(noisy, 0.02).mean(axis=0))).max() == pytest.approx(slope, rel=0.04)


def test_scale_and_level_do_not_matter():
    noisy = TRUTH + 0.1 * NOISE
    np.testing.assert_allclose(bm3d(1e4 * noisy + 3e5, 1e3), 1e4 * bm3d(noisy, 0.1) + 3e5, rtol=2e-5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (5, 7), (8, 8), (9, 40)])
def test_small_pictures(shape):
    found = bm3d(RNG.normal(5.0, 1.0, shape), 1.0)
    assert found.shape == shape
    assert np.isfinite(found).all()


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 40), (4, 4, 4)])
def test_small_volumes(shape):
    found = block_matched_volume(RNG.normal(5.0, 1.0, shape), 1.0)
    assert found.shape == shape
    assert np.isfinite(found).all()


def test_cubes_take_more_noise_away_than_slices():
    noisy = CUBE + 4.0 * CUBE_NOISE
    slices = np.stack([bm3d(noisy[..., e], 4.0) for e in range(CUBE.shape[2])], axis=2)
    by_cubes = gain(block_matched_volume(noisy, 4.0), noisy, CUBE)
    assert by_cubes > gain(slices, noisy, CUBE) + 1.0
    assert by_cubes > 10.0


def test_threads_change_nothing():
    noisy = CUBE + CUBE_NOISE
    with dask.config.set(num_workers=1):
        alone = block_matched_volume(noisy, 1.0)
    with dask.config.set(num_workers=3):
        np.testing.assert_array_equal(block_matched_volume(noisy, 1.0), alone)


@pytest.mark.parametrize("sigma", [-1.0, np.nan])
def test_a_noise_that_is_none_is_refused(sigma):
    with pytest.raises(MethodError, match="A noise of zero or more is wanted"):
        bm3d(TRUTH, sigma)


def test_other_shapes_and_gaps_are_refused():
    with pytest.raises(MethodError, match=r"A picture .* the shape \(3,\)\."):
        bm3d(np.ones(3), 1.0)
    with pytest.raises(MethodError, match="fill them in first"):
        bm3d(np.full((9, 9), np.nan), 1.0)
    with pytest.raises(MethodError, match="A spectrum image"):
        block_matched_volume(np.ones((3, 3)), 1.0)
