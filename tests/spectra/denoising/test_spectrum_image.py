"""Denoised spectrum images: closer to the truth, sums kept, gaps left, threads without effect."""

import dask
import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.spectra.denoising import denoise

from .synthetic import gain, spectra

TRUTH = spectra()
COUNTS = np.random.default_rng(17).poisson(TRUTH).astype(np.float32)
METHODS = ("bm3d", "volume", "low_rank")
LEAST = {"bm3d": 6.0, "volume": 9.0, "low_rank": 9.0}


@pytest.mark.parametrize("method", METHODS)
def test_closer_to_the_truth(method):
    assert gain(denoise(COUNTS, method), COUNTS, TRUTH) > LEAST[method]


@pytest.mark.parametrize("method", ["bm3d", "volume"])
def test_sums_of_slices_are_kept(method):
    found = denoise(COUNTS.astype(float), method)
    np.testing.assert_allclose(found.sum(axis=(0, 1)), COUNTS.sum(axis=(0, 1), dtype=float), rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_counts_stand_for_electrons(method):
    many = denoise(0.1 * COUNTS.astype(float), method, electrons_per_count=10.0)
    np.testing.assert_allclose(10 * many, denoise(COUNTS.astype(float), method), rtol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_gaps_stay_and_spoil_nothing(method):
    holed = COUNTS.copy()
    holed[3, 5] = holed[0, :3] = np.nan
    holed[:, 4, -2:] = np.nan
    holed[..., 0] = np.nan
    found = denoise(holed, method)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(holed))
    # Channels that not every pixel has are left alone by low_rank.
    inner = slice(1, -2)
    assert gain(found[..., inner], COUNTS[..., inner], TRUTH[..., inner]) > LEAST[method] - 1.5


@pytest.mark.parametrize("method", METHODS)
def test_the_type_of_the_counts_is_kept(method):
    assert denoise(COUNTS[:8, :8], method).dtype == np.float32
    assert denoise(COUNTS[:8, :8].astype(np.int64), method).dtype == np.float64
    assert denoise(COUNTS[:8, :8].astype(np.uint16), method).dtype == np.float32


@pytest.mark.parametrize("method", METHODS)
def test_threads_change_nothing(method):
    with dask.config.set(num_workers=1):
        alone = denoise(COUNTS, method)
    with dask.config.set(num_workers=3):
        np.testing.assert_array_equal(denoise(COUNTS, method), alone)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 9, 5), (3, 3, 40)])
def test_small_images(method, shape):
    found = denoise(np.random.default_rng(1).poisson(20.0, shape).astype(float), method)
    assert found.shape == shape
    assert np.isfinite(found).all()


def test_the_published_noise_leaves_more_of_it():
    rough, smooth = (
        denoise(COUNTS, "bm3d", stabilise=False, estimator=estimator) for estimator in ("published", "robust")
    )
    assert 0 < gain(rough, COUNTS, TRUTH) < gain(smooth, COUNTS, TRUTH)


def test_a_given_noise_and_rank_are_used():
    np.testing.assert_array_equal(denoise(COUNTS, "bm3d", sigma=0.0, stabilise=False), COUNTS)
    assert np.linalg.matrix_rank(denoise(COUNTS.astype(float), "low_rank", rank=3).reshape(-1, 48), tol=1e-6) == 3


def test_what_is_wrong_is_said():
    with pytest.raises(MethodError, match="One of bm3d, volume, low_rank is wanted, got 'median'"):
        denoise(COUNTS, "median")
    with pytest.raises(MethodError, match="One of robust, published is wanted"):
        denoise(COUNTS, estimator="mad")
    with pytest.raises(MethodError, match="shape"):
        denoise(COUNTS[0])
    with pytest.raises(MethodError, match="only NaN"):
        denoise(np.full((3, 3, 3), np.nan))
    with pytest.raises(MethodError, match="infinities"):
        denoise(np.full((3, 3, 3), np.inf))
    partly = COUNTS.copy()
    partly[0, 0, ::2] = partly[1, 1, 1::2] = np.nan
    with pytest.raises(MethodError, match="Channels with counts in every pixel"):
        denoise(partly, "low_rank")
