"""The two stages of block matching and collaborative filtering, for a picture or a volume in units of its noise."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.spectra.crew import threads
from kapitza.spectra.denoising.collaborative import SIZE, hard_stage, wiener_stage
from kapitza.spectra.denoising.matching import grid, search_offsets
from kapitza.spectra.denoising.transforms import kaiser

_STEP = 3
_BETA = 2.0
"""Of the Kaiser window under which blocks are put together."""
_THRESHOLD = 2.7
"""Standard deviations of the noise below which the first stage drops a coefficient."""
_CAUTION = 1.1
"""Standard deviations of the noise that the second stage allows for: more smooth what few blocks share."""
_LIKENESS = 6.0, 5.0
"""Mean squared difference, in variances of the noise, up to which blocks are alike: of what was measured, where noise
makes 2, and of the first estimate."""


Matrices = tuple[Array, Array]
"""Float32, by which a block, as a matrix of its rows, is multiplied from the left and from the right."""


@dataclass(frozen=True)
class Recipe:
    """What blocks are, where like ones are looked for, and the transforms of the two stages.

    block : three sides, of 64 elements together; the last axis is contiguous. offsets : (m, 3), of the search. reach :
    along the first axis. most : blocks in a stack, a power of two. hard, wiener : of either stage, there and back.
    window : (64,) float32.
    """

    block: tuple[int, int, int]
    offsets: Array
    reach: int
    most: int
    hard: tuple[Matrices, Matrices]
    wiener: tuple[Matrices, Matrices]
    window: Array

    @classmethod
    def made(
        cls, block: tuple[int, int, int], reach: tuple[int, int, int], most: int, hard: Matrices, wiener: Matrices
    ) -> Recipe:
        """From how far like blocks are looked for along each axis, and the matrices there."""
        window = _single(kaiser(block, _BETA).ravel())
        return cls(block, search_offsets(reach), reach[0], most, _both_ways(hard), _both_ways(wiener), window)

    def rows(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Flat offsets of the rows of a block in a volume of this shape."""
        planes, lines, _ = self.block
        return tuple((p * shape[1] + q) * shape[2] for p in range(planes) for q in range(lines))


def estimate(noisy: Array, recipe: Recipe, *, parallel: bool) -> Array:
    """The picture or volume without its noise.

    Parameters
    ----------
    noisy : (a, b, c), in standard deviations of its noise; the sides are no smaller than those of a block.
    parallel : whether planes of blocks are worked on by several threads. The result is the same: they are added up in
        order.

    Returns
    -------
    (a, b, c), float32.
    """
    noisy = _single(noisy)
    basic = _stage(noisy, None, recipe, parallel)
    return _stage(noisy, basic, recipe, parallel)


def _stage(noisy: Array, basic: Array | None, recipe: Recipe, parallel: bool) -> Array:
    """The first estimate, or with it the second."""
    total, weight = np.zeros(noisy.shape, np.float32), np.zeros(noisy.shape, np.float32)
    planes = grid(len(noisy), recipe.block[0], _STEP)

    def work(plane: int) -> tuple[slice, Array, Array]:
        low = max(0, plane - recipe.reach)
        near = slice(low, min(len(noisy), plane + recipe.reach + recipe.block[0]))
        guess = None if basic is None else basic[near]
        return near, *_sums(noisy[near], guess, recipe, plane - low)

    for near, more, share in _mapped(work, planes, parallel):
        total[near] += more
        weight[near] += share
    return total / weight


def _mapped(work, planes: Array, parallel: bool) -> Iterator[tuple[slice, Array, Array]]:  # type: ignore[no-untyped-def]
    size = min(len(planes), threads()) if parallel else 1
    if size == 1:
        yield from map(work, planes.tolist())
        return
    with ThreadPoolExecutor(size, "kapitza") as executor:
        # A few at a time: what waits to be added up is as large as the planes within reach.
        for first in range(0, len(planes), size):
            yield from executor.map(work, planes[first : first + size].tolist())


def _sums(noisy: Array, basic: Array | None, recipe: Recipe, plane: int) -> tuple[Array, Array]:
    """Sums of weighted estimates and of weights, of the blocks that begin in one plane."""
    sums = np.zeros(noisy.shape, np.float32), np.zeros(noisy.shape, np.float32)
    lines, columns = (grid(noisy.shape[i], recipe.block[i], _STEP) for i in (1, 2))
    starts = np.array([plane]), lines, columns
    shared = recipe.rows(noisy.shape), recipe.block, starts, recipe.offsets
    limit = np.float32(SIZE * _LIKENESS[0 if basic is None else 1])
    if basic is None:
        hard_stage(noisy, *shared, limit, recipe.most, *recipe.hard, np.float32(_THRESHOLD), recipe.window, *sums)
    else:
        variance = np.float32(_CAUTION**2)
        wiener_stage(noisy, basic, *shared, limit, recipe.most, *recipe.wiener, variance, recipe.window, *sums)
    return sums


def _both_ways(pair: Matrices) -> tuple[Matrices, Matrices]:
    left, right = pair
    return (_single(left), _single(right)), (_single(np.linalg.inv(left)), _single(np.linalg.inv(right)))


def _single(values: Array) -> Array:
    return np.ascontiguousarray(values, np.float32)
