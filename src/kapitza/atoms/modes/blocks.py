"""Means over blocks of a long series in constant memory, and the errors that follow from them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kapitza.data import Array

FEWEST = 8
"""Blocks from which on their scatter tells an error."""

MOST = 64


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


def block_error(means: Array) -> Array:
    """Standard error (*shape) of the mean of `means` (blocks, *shape), which may be correlated.

    Neighbouring blocks are joined until longer ones no longer raise the error beyond its own uncertainty, or fewer than
    8 would be left. NaN where there are fewer than 8 blocks.

    Source: Flyvbjerg and Petersen, J. Chem. Phys. 91, 461 (1989).
    """
    levels, doubts = [], []
    while len(means) >= FEWEST:
        count = len(means)
        levels.append(means.std(axis=0, ddof=1) / np.sqrt(count))
        doubts.append(1 / np.sqrt(2 * (count - 1)))
        even = count - count % 2
        means = 0.5 * (means[:even:2] + means[1:even:2])
    if not levels:
        return np.full(means.shape[1:], np.nan)
    found = np.full(means.shape[1:], np.nan)
    for number in reversed(range(len(levels))):
        later = [level * (1 - doubt) for level, doubt in zip(levels[number + 1 :], doubts[number + 1 :], strict=True)]
        flat = np.ones(found.shape, bool) if not later else levels[number] >= np.max(later, axis=0)
        found = np.where(flat, levels[number], found)
    return found
