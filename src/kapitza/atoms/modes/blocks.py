"""Means over blocks of a long series in constant memory, and the errors that follow from them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kapitza.data import Array

FEWEST = 8
"""Blocks from which on their scatter tells an error."""

MOST = 64

_MOST_ALIKE = 0.9


class Blocks:
    """Sums over blocks of equal length; when there are too many, neighbours are joined and the length doubles.

    shape : of one value of the series. most : blocks that are kept at most, an even number.
    """

    def __init__(self, shape: tuple[int, ...], most: int = MOST) -> None:
        self._sums = np.zeros((most, *shape))
        self._open = np.zeros(shape)
        self._done, self._length, self._inside = 0, 1, 0

    def add(self, series: Array) -> None:
        """Go on with `series` (frames, *shape)."""
        start = 0
        while start < len(series):
            take = min(len(series) - start, self._length - self._inside)
            self._open += series[start] if take == 1 else series[start : start + take].sum(axis=0)
            start, self._inside = start + take, self._inside + take
            if self._inside == self._length:
                self._close()

    def _close(self) -> None:
        self._sums[self._done] = self._open
        self._open[...] = 0
        self._done, self._inside = self._done + 1, 0
        if self._done == len(self._sums):
            half = self._done // 2
            self._sums[:half] = self._sums[0::2] + self._sums[1::2]
            self._done, self._length = half, 2 * self._length

    @property
    def frames(self) -> int:
        """How long the series is."""
        return self._done * self._length + self._inside

    @property
    def length(self) -> int:
        """Frames in each block."""
        return self._length

    @property
    def means(self) -> Array:
        """Means of the complete blocks, (blocks, *shape)."""
        return self._sums[: self._done] / self._length

    @property
    def mean(self) -> Array:
        """Mean of all frames, (*shape)."""
        return (self._sums[: self._done].sum(axis=0) + self._open) / max(self.frames, 1)

    def state(self) -> dict[str, Array]:
        """All that `restore` wants."""
        counts = np.array([self._done, self._length, self._inside])
        return {"sums": self._sums[: self._done].copy(), "open": self._open.copy(), "counts": counts}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from where `state` was called."""
        self._done, self._length, self._inside = (int(count) for count in state["counts"])
        self._sums[: self._done] = state["sums"]
        self._open[...] = state["open"]


def block_correlation(means: Array) -> Array:
    """How much neighbours among `means` (blocks, *shape) are correlated, (*shape), 0 to 0.9; NaN below 8 blocks."""
    if len(means) < FEWEST:
        return np.full(means.shape[1:], np.nan)
    off = means - means.mean(axis=0)
    spread = np.sum(off**2, axis=0)
    shared = np.sum(off[1:] * off[:-1], axis=0)
    return np.clip(np.divide(shared, spread, out=np.zeros_like(spread), where=spread > 0), 0.0, _MOST_ALIKE)


def block_error(means: Array) -> Array:
    """Standard error (*shape) of the mean of `means` (blocks, *shape), which may be correlated.

    The scatter of blocks, times sqrt((1 + r) / (1 - r)) for a correlation r of neighbours: what joining blocks to ever
    longer ones leads to where the correlation falls off geometrically, without the noise of few long blocks. NaN below
    8 blocks.

    Source: Flyvbjerg and Petersen, J. Chem. Phys. 91, 461 (1989), for blocks.
    """
    if len(means) < FEWEST:
        return np.full(means.shape[1:], np.nan)
    alike = block_correlation(means)
    return means.std(axis=0, ddof=1) / np.sqrt(len(means)) * np.sqrt((1 + alike) / (1 - alike))
