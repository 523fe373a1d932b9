"""A function of spectra mapped over an image, block of rows by block of rows, on all cores and larger than memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dask
import numpy as np
from dask.callbacks import Callback

from kapitza.data import Array

_BLOCK_BYTES = 32 * 2**20

Progress = Callable[[int, int], None]


class Tally:
    """Blocks done over all passes of a job, told to the caller's progress function."""

    def __init__(self, progress: Progress | None, passes: int) -> None:
        self._progress, self._passes = progress, passes
        self._done = self._total = 0

    def start(self, blocks: int) -> None:
        """A pass of so many blocks begins."""
        self._total = self._total or blocks * self._passes

    def tick(self) -> None:
        """A block is done."""
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._total), self._total)


def map_blocks(function: Callable[..., Any], counts: Any, *pixelwise: Array, tally: Tally | None = None) -> list[Any]:
    """Results of `function(block, first, *values)` for blocks of whole rows, in order.

    Parameters
    ----------
    function : called with (n, energy) counts of a block, the number of its first pixel, and the block's part of every
        array of `pixelwise`. Runs in threads.
    counts : (y, x, energy), NumPy or Dask array. pixelwise : (y, x) arrays.
    """
    rows, columns, channels = counts.shape
    per_block = max(1, _BLOCK_BYTES // (8 * columns * channels))
    starts = range(0, rows, per_block)
    tally = tally or Tally(None, 1)
    tally.start(len(starts))

    def work(block: Any, first: int, *values: Array) -> Any:
        return function(np.asarray(block).reshape(-1, channels), first, *(v.ravel() for v in values))

    tasks = [
        dask.delayed(work, pure=False)(
            counts[s : s + per_block],
            s * columns,
            *(v[s : s + per_block] for v in pixelwise),
            dask_key_name=f"block-{s}",
        )
        for s in starts
    ]

    def finished(key: Any, *_: Any) -> None:
        if isinstance(key, str) and key.startswith("block-"):
            tally.tick()

    with Callback(posttask=finished):
        return list(dask.compute(*tasks, scheduler="threads"))
