"""The kernels of block matching and collaborative filtering against slow versions of them."""

import numpy as np
import pytest

from kapitza.spectra.denoising import stages
from kapitza.spectra.denoising.bm3d import picture_recipe
from kapitza.spectra.denoising.matching import grid, match, search_offsets
from kapitza.spectra.denoising.transforms import bior15, cosine, kaiser
from kapitza.spectra.denoising.volume import volume_recipe

from . import denoising as slow

WAVELETS, WAVES = [np.eye(1), bior15(8), bior15(8)], [np.eye(1), cosine(8), cosine(8)]
KINDS = {
    "picture": (
        picture_recipe(),
        (0, 19, 19),
        (1, 15, 17),
        [np.eye(1), bior15(8), bior15(8)],
        [np.eye(1), cosine(8), cosine(8)],
    ),
    "volume": (volume_recipe(), (19, 19, 0), (6, 7, 8), [cosine(4)] * 3, [cosine(4)] * 3),
}


def noisy(shape):
    """Half of it six standard deviations higher than the other."""
    rng = np.random.default_rng(4)
    return (rng.normal(size=shape) + 6.0 * (np.arange(shape[2]) > shape[2] / 2)).astype(np.float32)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", [np.inf, 300.0])
def test_match(kind, limit):
    recipe, _, shape, *_ = KINDS[kind]
    volume, most, reach = noisy(shape), 8, (2, 3, 4)
    columns = grid(shape[2], recipe.block[2], 3)
    distance, place = np.empty((len(columns), most), np.float32), np.zeros((len(columns), most), np.int64)
    z, y = shape[0] - recipe.block[0], 2
    offsets = search_offsets(reach)
    match(volume, recipe.rows(shape), recipe.block, z, y, columns, offsets, np.float32(limit), distance, place)
    for r, x in enumerate(columns):
        like = slow.matched(volume, (z, y, x), recipe.block, reach, limit, most)
        found = np.isfinite(distance[r])
        assert found.sum() == len(like)
        np.testing.assert_allclose(distance[r][found], [d for d, _ in like], rtol=1e-5, atol=1e-4)
        assert [np.unravel_index(p, shape) for p in place[r][found]] == [where for _, where in like]


@pytest.mark.parametrize("kind", KINDS)
def test_both_stages(kind):
    recipe, reach, shape, hard, wiener = KINDS[kind]
    volume, step, most = noisy(shape), stages._STEP, recipe.most
    starts = [grid(n, b, step) for n, b in zip(shape, recipe.block, strict=True)]
    shared = recipe.block, reach, starts
    window = kaiser(recipe.block, stages._BETA)
    numbers = most, stages._THRESHOLD, stages._CAUTION**2, window
    basic = stages._stage(volume, None, recipe, False)
    slowly = slow.estimate(volume, None, *shared, hard, 64 * stages._LIKENESS[0], *numbers)
    np.testing.assert_allclose(basic, slowly, atol=1e-4)
    final = stages._stage(volume, basic, recipe, False)
    slowly = slow.estimate(volume, basic, *shared, wiener, 64 * stages._LIKENESS[1], *numbers)
    np.testing.assert_allclose(final, slowly, atol=1e-4)
