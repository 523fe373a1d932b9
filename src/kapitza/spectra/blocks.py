"""A function of spectra mapped over an image, block of rows by block of rows, on all cores and larger than memory."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from kapitza.data import Array
from kapitza.errors import KapitzaError
from kapitza.spectra.checkpoints import Checkpoints, keyed
from kapitza.spectra.crew import Crew, connected, distant_crew, local_crew, unpacked, unreadable, versions

BLOCK_BYTES = 16 * 2**20
"""Size of the block that a function gets, its counts in double precision."""

SPAN_BYTES = 256 * 2**20
"""Most that is read at once, as stored; chunks that are taller than that are read more than once."""

READ_BYTES = 2**30
"""Most that the threads of this process hold at once of what they read, with what joining chunks takes."""

Progress = Callable[[int, int], None]
Span = tuple[int, int]


class Job:
    """Passes over the blocks of an image: where they run, what is kept of them, and how many are done.

    Results do not depend on where they run, nor on how often the job was stopped.

    progress : called with (blocks done, blocks in all passes). passes : how many passes the job makes.
    scheduler : address of a dask.distributed scheduler, as in "tcp://127.0.0.1:8786", whose workers do the work while
        the job is used in a `with` statement; threads of this process when None.
    store : folder that keeps what finished blocks gave, for a job that is stopped and started again; it must belong to
        the counts and settings of this job alone. Nothing is kept when None.
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
        self._open = ExitStack()
        self._client: Any = None

    def __enter__(self) -> Job:
        if self._scheduler is not None:
            self._client = self._open.enter_context(connected(self._scheduler))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def map(self, name: str, function: Callable[..., Any], counts: Any, *pixelwise: Array) -> list[Any]:
        """Results of `function(block, row, *values)` for blocks of whole rows, in order: all that `each` gives."""
        return list(self.each(name, function, counts, *pixelwise))

    def each(self, name: str, function: Callable[..., Any], counts: Any, *pixelwise: Array) -> Iterator[Any]:
        """Results of `function(block, row, *values)` for blocks of whole rows, one after another in order, so that
        sums need not hold them all.

        Parameters
        ----------
        name : of the pass; no two passes of a job share one.
        function : called with the (r, x, energy) counts of a block, the number of its first row, and the block's (r, x)
            part of every array of `pixelwise`; runs in threads. What it gives must not depend on how rows are split
            into blocks, and be small: arrays, numbers, and tuples and data classes of them.
        counts : (y, x, energy), NumPy or Dask array. pixelwise : (y, x) arrays.

        Raises
        ------
        KapitzaError
            if the scheduler or its workers fail, or the counts cannot be read.
        """
        spans = rows_at_once(counts)
        self._total = self._total or len(spans) * self._passes
        kept = self._checkpoints(counts, spans)
        with self._crew(counts, spans) as crew:
            # Apart, because no pickler packs both a function made here and an open HDF5 file.
            shared = crew.shared(function), crew.shared(self._proof(counts, spans))

            def task(span: Span) -> Callable[[], list[Any]]:
                if kept is not None and (earlier := kept.get(_label(name, span))):
                    return lambda: earlier[0]
                future = crew.submit(_done, *shared, crew.packed(_task(counts, span, pixelwise)))

                def result() -> list[Any]:
                    found: list[Any] = crew.result(future)
                    if kept is not None:
                        kept.put(_label(name, span), found)
                    return found

                return result

            for results in _ahead(task, spans, 2 * crew.size):
                self._tick()
                yield from results

    def _crew(self, counts: Any, spans: Sequence[Span]) -> AbstractContextManager[Crew]:
        if self._client is not None:
            assert self._scheduler is not None
            return distant_crew(self._client, self._scheduler)
        assert self._scheduler is None, "a job with a scheduler works in a with statement"
        tallest = max(stop - start for start, stop in spans)
        read = 0 if isinstance(counts, np.ndarray) else 2 * tallest * _row_bytes(counts)
        return local_crew(len(spans) if read == 0 else READ_BYTES // read)

    def _proof(self, counts: Any, spans: Sequence[Span]) -> _Proof | None:
        """Something for distant workers to try their eyes on."""
        if self._client is None or isinstance(counts, np.ndarray):
            return None
        assert self._scheduler is not None
        part = _part(counts, spans[len(spans) // 2])
        return _Proof(part, _digest(_read(part)), self._scheduler)

    def _checkpoints(self, counts: Any, spans: Sequence[Span]) -> Checkpoints | None:
        if self._store is None:
            return None
        layout = [list(counts.shape), str(counts.dtype), [list(span) for span in spans], block_height(counts.shape)]
        return Checkpoints(keyed(self._store, versions(), layout))

    def _tick(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(min(self._done, self._total), self._total)


def block_height(shape: tuple[int, ...]) -> int:
    """How many rows of (y, x, energy) counts a function gets at once."""
    return max(1, BLOCK_BYTES // (8 * int(shape[1]) * int(shape[2])))


def rows_at_once(counts: Any) -> list[Span]:
    """(first row, row after the last) of what is read together: whole chunks of a Dask array where they are not too
    tall, and blocks of a NumPy array."""
    height = block_height(counts.shape)
    if isinstance(counts, np.ndarray):
        return _cut(0, len(counts), height)
    most = max(1, SPAN_BYTES // _row_bytes(counts))
    spans: list[Span] = []
    start = stop = 0
    for chunk in counts.chunks[0]:
        if stop > start and stop + chunk - start > min(height, most):
            spans += _cut(start, stop, most)
            start = stop
        stop += int(chunk)
    return spans + _cut(start, stop, most)


def _cut(start: int, stop: int, most: int) -> list[Span]:
    return [(row, min(row + most, stop)) for row in range(start, stop, most)]


def _row_bytes(counts: Any) -> int:
    return int(counts.shape[1]) * int(counts.shape[2]) * int(counts.dtype.itemsize)


def _label(name: str, span: Span) -> str:
    return f"{name}-{span[0]}-{span[1]}"


@dataclass(frozen=True)
class _Task:
    """Rows to work on: a NumPy array, or a Dask array that is read where the work is done."""

    part: Any
    row: int
    height: int
    values: tuple[Array, ...]


def _task(counts: Any, span: Span, pixelwise: Sequence[Array]) -> _Task:
    start, stop = span
    values = tuple(array[start:stop] for array in pixelwise)
    return _Task(_part(counts, span), start, block_height(counts.shape), values)


@dataclass(frozen=True)
class _Proof:
    """Rows whose fingerprint is known: a Zarr store that a worker cannot see would read as zeros, without a word."""

    part: Any
    digest: str
    scheduler: str


def _ahead(task: Callable[[Span], Callable[[], list[Any]]], spans: Sequence[Span], most: int) -> Iterator[list[Any]]:
    """What the tasks of all spans give, in order; so many are on their way at a time."""
    waiting: deque[Callable[[], list[Any]]] = deque()
    for span in spans:
        if len(waiting) == most:
            yield waiting.popleft()()
        waiting.append(task(span))
    while waiting:
        yield waiting.popleft()()


def _done(*packed: Any) -> list[Any]:
    """What a function gives for every block of a task, once the worker has shown that it reads the right counts."""
    function, proof, task = map(unpacked, packed)
    if proof is not None:
        _check(proof)
    counts, height = _read(task.part), task.height
    return [
        function(counts[i : i + height], task.row + i, *(values[i : i + height] for values in task.values))
        for i in range(0, len(counts), height)
    ]


_seen: set[tuple[str, str]] = set()
"""Names and fingerprints of what this process has read right."""


def _check(proof: _Proof) -> None:
    if (proof.part.name, proof.digest) not in _seen:
        if _digest(_read(proof.part)) != proof.digest:
            raise KapitzaError(unreadable(proof.scheduler, "it reads other numbers"))
        _seen.add((proof.part.name, proof.digest))


def _digest(counts: Array) -> str:
    return hashlib.sha256(np.ascontiguousarray(counts).data).hexdigest()


def _part(counts: Any, span: Span) -> Any:
    if isinstance(counts, np.ndarray):
        return counts[span[0] : span[1]]
    import dask

    (part,) = dask.optimize(counts[span[0] : span[1]])
    return part


def _read(part: Any) -> Array:
    """The counts of a part, read by this thread alone, so that the threads of a job hold one part each."""
    return part if isinstance(part, np.ndarray) else np.asarray(part.compute(scheduler="synchronous"))
