"""A sample stands for the whole image, and depends on nothing but its shape and the pixels that are allowed."""

import dask.array as da
import numpy as np
import pytest

from kapitza.spectra.sampling import spectra_at, spread


@pytest.mark.parametrize("shape", [(1, 10000), (10000, 1), (100, 100), (3, 4000), (4000, 3), (257, 301)])
def test_a_sample_is_spread_evenly(shape):
    pixels = spread(np.ones(shape, bool), 2000)
    assert 1900 <= len(pixels) <= 2000
    assert (np.diff(pixels) > 0).all()
    for number, size in zip(np.divmod(pixels, shape[1]), shape, strict=True):
        # Each third of either axis holds its share, but for a row or column at the edge.
        share = np.histogram(number, 3, (-0.5, size - 0.5))[0] / len(pixels)
        np.testing.assert_allclose(share, 1 / 3, atol=1 / min(size, 16) if size > 1 else 1)


def test_few_rows_are_read_of_a_large_image():
    assert len(np.unique(spread(np.ones((3000, 3000), bool), 2048) // 3000)) == 16


def test_a_small_image_is_its_own_sample():
    np.testing.assert_array_equal(spread(np.ones((5, 7), bool), 35), np.arange(35))


def test_only_allowed_pixels_are_chosen():
    allowed = np.zeros((400, 300), bool)
    allowed[37:41, 100:200] = True
    assert allowed.flat[spread(allowed, 100)].all()
    np.testing.assert_array_equal(spread(allowed, 400), np.flatnonzero(allowed))
    assert len(spread(~allowed, 2000)) == 2000
    assert len(spread(np.zeros((4, 4), bool), 10)) == 0


@pytest.mark.parametrize("lazy", [False, True])
def test_spectra_of_pixels_are_read(lazy):
    counts = np.arange(6 * 5 * 4).reshape(6, 5, 4)
    pixels = np.array([0, 3, 4, 17, 29])
    found = spectra_at(da.from_array(counts, chunks=(4, 2, 3)) if lazy else counts, pixels)
    np.testing.assert_array_equal(found, counts.reshape(-1, 4)[pixels])
