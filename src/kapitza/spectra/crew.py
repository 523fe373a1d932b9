"""Who does the work of a job: threads of this process, or the workers of a dask.distributed scheduler."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from time import monotonic
from typing import Any

import dask
from dask.system import CPU_COUNT

import kapitza
from kapitza.errors import InputError, KapitzaError

_PATIENCE = 10.0
"""Seconds to wait for a scheduler's answer, and for its first worker."""

_GLANCE = 5.0
"""Seconds between looks at whether there are still workers."""

_ABSENCE = 60.0
"""Seconds that a scheduler may be without workers before the work is given up."""

_NUMERICS = ("numpy", "scipy", "numba")


@dataclass(frozen=True)
class Crew:
    """A pool of threads or a client, which both take tasks, and how many blocks it works on at a time.

    address : of the client's scheduler; None for threads.
    """

    pool: Any
    size: int
    address: str | None = None

    def shared(self, thing: Any) -> Any:
        """`thing` for every task: itself in threads; sent once to workers elsewhere, and again to whoever lost it."""
        return thing if self.address is None else self.submit(_same, self.packed(thing))

    def packed(self, thing: Any) -> Any:
        """`thing` for one task: itself in threads; for workers elsewhere, to be opened with `unpacked`."""
        if self.address is None:
            return thing
        from distributed.protocol.pickle import dumps

        return Packed(dumps(thing))

    def submit(self, function: Callable[..., Any], *given: Any) -> Any:
        """A task on its way: `function(*given)`."""
        return self.pool.submit(function, *given, **({} if self.address is None else {"pure": False}))

    def result(self, task: Any) -> Any:
        """What a task gave, once it is done.

        Raises
        ------
        KapitzaError
            if the scheduler has been without workers for a minute, or lost the task with its last worker.
        """
        if self.address is None:
            return task.result()
        absent_since = None
        while True:
            try:
                return task.result(timeout=_GLANCE)
            except CancelledError:
                if self.pool.nthreads():
                    raise
                raise KapitzaError(_left(self.address)) from None
            except TimeoutError:
                if task.status == "error":
                    raise
                absent_since = None if self.pool.nthreads() else absent_since or monotonic()
            if absent_since is not None and monotonic() - absent_since > _ABSENCE:
                raise KapitzaError(_left(self.address))


def _left(address: str) -> str:
    return (
        f"Workers that stay are wanted, but none is left at {address}: start some with `dask worker {address}`, and"
        " repeat the command with --resume."
    )


class Packed:
    """Something in bytes, opened where it is used: a worker would die of what it cannot open on arrival."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __reduce__(self) -> tuple[type[Packed], tuple[bytes]]:
        return Packed, (self.content,)

    @cached_property
    def thing(self) -> Any:
        """What is inside."""
        from distributed.protocol.pickle import loads

        return loads(self.content)


def unpacked(thing: Any) -> Any:
    """What `Crew.packed` and `Crew.shared` were given."""
    return thing.thing if isinstance(thing, Packed) else thing


def threads() -> int:
    """How many threads work at a time: Dask's setting `num_workers`, else the cores that this process may use."""
    return int(dask.config.get("num_workers", None) or CPU_COUNT)


def versions() -> dict[str, str]:
    """Versions of what the last digits of a result depend on."""
    return {"kapitza": kapitza.__version__, **{name: version(name) for name in _NUMERICS}}


@contextmanager
def local_crew(most: int) -> Iterator[Crew]:
    """Threads of this process, at most so many.

    Raises
    ------
    InputError
        if the counts cannot be read to the end.
    """
    size = max(1, min(most, threads()))
    executor = ThreadPoolExecutor(size, "kapitza")
    try:
        yield Crew(executor, size)
    except (OSError, EOFError) as error:
        raise InputError(
            f"Counts that can be read to the end are wanted, got {type(error).__name__} on the way: the file was moved,"
            " changed or damaged while it was read."
        ) from error
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def distant_crew(client: Any, address: str) -> Iterator[Crew]:
    """The workers of a scheduler; what goes wrong there comes back as one sentence.

    Raises
    ------
    KapitzaError
        if the scheduler or its workers go away, or a worker cannot read the counts.
    """
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker, NoWorkerError

    # Counts held here travel with their tasks, a few at a time, so that a lost worker loses none.
    quiet = {"distributed.admin.large-graph-warning-threshold": "1 TB"}
    try:
        with dask.config.set(quiet):
            yield Crew(client, max(1, sum(client.nthreads().values())), address)
    except (CancelledError, CommClosedError) as error:
        raise KapitzaError(
            f"A scheduler that stays is wanted, but the one at {address} went away: start it and its workers again, and"
            " repeat the command with --resume."
        ) from error
    except (KilledWorker, NoWorkerError) as error:
        raise KapitzaError(
            f"Workers that stay are wanted, but those of {address} died again and again over the same block: give them"
            " more memory, or fewer threads, and repeat the command with --resume."
        ) from error
    except OSError as error:
        raise KapitzaError(unreadable(address, type(error).__name__)) from error


def unreadable(where: str, reason: str) -> str:
    """The sentence for counts that a worker cannot read."""
    return (
        f"Counts that every worker of {where} can read are wanted, but one could not ({reason}): put the file where all"
        " of them find it under the same path, or run without a scheduler."
    )


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler at `address`, closed in the end.

    Raises
    ------
    KapitzaError
        if nobody answers, there are no workers, or they run other versions.
    """
    client = _client(address)
    try:
        _check_versions(client, address)
        yield client
    finally:
        client.close()


def _client(address: str) -> Any:
    from distributed import Client

    client = None
    with suppress(OSError, ValueError, TypeError):
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    if client is None:
        # Outside of what handles the error, which would keep the half-made client alive.
        raise KapitzaError(
            f"A dask scheduler is wanted at {address}, but none answers within {_PATIENCE:.0f} s: start one with"
            " `dask scheduler`, and give the address that it shows, as in tcp://127.0.0.1:8786."
        )
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, TimeoutError) as error:
        client.close()
        raise KapitzaError(
            f"At least one worker is wanted at {address}, got none within {_PATIENCE:.0f} s: start some with"
            f" `dask worker {address}`."
        ) from error
    return client


def _check_versions(client: Any, address: str) -> None:
    """Refuse workers whose numbers might differ from those of this process."""
    try:
        theirs = client.run(_worker_versions)
    except ModuleNotFoundError as error:
        raise KapitzaError(
            f"Workers with kapitza are wanted at {address}, but one lacks {error.name}: install the same kapitza in the"
            " environment of every worker."
        ) from error
    ours = _worker_versions()
    odd = {(name, found[name]) for found in theirs.values() for name in ours if found[name] != ours[name]}
    if odd:
        got = ", ".join(f"{name} {number}" for name, number in sorted(odd))
        wanted = ", ".join(f"{name} {ours[name]}" for name in sorted({name for name, _ in odd}))
        raise KapitzaError(
            f"Workers with {wanted} are wanted at {address}, as here, got {got}: install the same versions in the"
            " environment of every worker."
        )


def _worker_versions() -> dict[str, str]:
    return {"python": ".".join(platform.python_version_tuple()[:2]), **versions()}


def _same(thing: Any) -> Any:
    return thing
