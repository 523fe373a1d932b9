"""A function of spectra mapped over an image, block of rows by block of rows, on all cores and larger than memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import dask
import numpy as np
from dask.callbacks import Callback

from kapitza.data import Array

_BLOCK_BYTES = 32 * 2**20

Progress = Callable[[int, int], None]


class Job:
    """Passes over the blocks of an image: where they run, what is kept of them, and how many are done.

    progress : called with (blocks done, blocks in all passes). passes : how many passes the job makes.
    scheduler : address of a dask.distributed scheduler; threads of this process when None.
    store : folder that keeps what finished blocks gave, for a job that is stopped and started again.
    """

    def __init__(
        self,
        progress: Progress | None = None,
        passes: int = 1,
        *,
        scheduler: str | None = None,
        store: Path | None = None,
    ) -> None:
        self._progress, self._passes = progress, passes
        self._scheduler, self._store = scheduler, store
        self._done = self._total = 0

    def __enter__(self) -> Job:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def map(self, name: str, function: Callable[..., Any], counts: Any, *pixelwise: Array) -> list[Any]:
        """Results of `function(block, row, *values)` for blocks of whole rows, in order.

        Parameters
        ----------
        name : of the pass; no two passes of a job share one.
        function : called with the (r, x, energy) counts of a block, the number of its first row, and the block's (r, x)
            part of every array of `pixelwise`. Its results must not depend on how rows are split into blocks.
        counts : (y, x, energy), NumPy or Dask array. pixelwise : (y, x) arrays.
        """
        rows, columns, channels = counts.shape
        per_block = max(1, _BLOCK_BYTES // (8 * columns * channels))
        starts = range(0, rows, per_block)
        self._total = self._total or len(starts) * self._passes

        def work(block: Any, row: int, *values: Array) -> Any:
            return function(np.asarray(block), row, *values)

        tasks = [
            dask.delayed(work, pure=False)(
                counts[s : s + per_block],
                s,
                *(v[s : s + per_block] for v in pixelwise),
                dask_key_name=f"block-{s}",
            )
            for s in starts
        ]

        def finished(key: Any, *_: Any) -> None:
            if isinstance(key, str) and key.startswith("block-"):
                self._tick()

        with Callback(posttask=finished):
            return list(dask.compute(*tasks, scheduler="threads"))

    def _tick(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._total), self._total)
