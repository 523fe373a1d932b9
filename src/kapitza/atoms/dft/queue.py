"""Many calculations, some at a time: what is finished is not run again, what did not converge is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kapitza.atoms.dft.inputs import cp2k_input
from kapitza.atoms.dft.job import Job, Label, check_command, finished, input_hash, read_label, run_job
from kapitza.atoms.dft.settings import RECOMMENDED, DftSettings
from kapitza.atoms.progress import Progress, silent
from kapitza.errors import KapitzaError, MethodError

if TYPE_CHECKING:
    from ase import Atoms

_SHORT = 10
"""Digits of the input's hash in the name of a folder."""


@dataclass(frozen=True)
class Calculation:
    """A structure to calculate: its name, its atoms and the settings."""

    name: str
    atoms: Atoms
    settings: DftSettings = RECOMMENDED


@dataclass(frozen=True)
class Labels:
    """What a queue has: `done` by name, `refused` as sentences by name, and the names of what is `missing`."""

    done: dict[str, Label] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def run_queue(
    calculations: Sequence[Calculation],
    folder: Path | str,
    *,
    at_once: int = 1,
    threads: int = 1,
    command: str = "cp2k",
    scheduler: str | None = None,
    known: Mapping[str, Label] | None = None,
    progress: Progress = silent,
) -> Labels:
    """Run CP2K on every structure that has no result yet, in order, and return what all of them gave.

    Each structure has a folder of its own, named after it and the hash of its input, with input, output and a record.
    A queue that was stopped, killed or lost its machine goes on from there when it is run again; other settings give
    other folders.

    Parameters
    ----------
    calculations
        structures, names and settings.
    folder
        where the folders are; every worker must reach it under this path.
    at_once
        how many run at a time on this machine.
    threads
        of each calculation.
    command
        how CP2K is started.
    scheduler
        address of a dask scheduler, whose workers each run one at a time instead.
    known
        labels of earlier calculations by the SHA-256 of their inputs: what is among them is not run again.
    progress
        called with (what, how many are done, how many there are).

    Raises
    ------
    MethodError
        if two structures share a name, a number is below 1, or CP2K is not there. A structure that fails does not stop
        the others: its sentence is among `refused`.
    KapitzaError
        if no scheduler answers.
    """
    if min(at_once, threads) < 1:
        raise MethodError(f"One or more jobs and threads are wanted, got {at_once} and {threads}: give whole numbers.")
    jobs = _jobs(calculations, Path(folder), command, threads)
    known = known or {}
    waiting = {name: job for name, job in jobs.items() if job.input_sha256 not in known and not finished(job)}
    failed: dict[str, str] = {}
    if waiting and scheduler is None:
        check_command(command)
    progress("labelling", len(jobs) - len(waiting), len(jobs))
    stop = threading.Event()
    with _pool(at_once, scheduler) as pool:
        given = (stop.is_set,) if scheduler is None else ()
        futures = {pool.submit(run_job, job, *given): name for name, job in waiting.items()}
        try:
            for count, future in enumerate(as_completed(futures), len(jobs) - len(waiting) + 1):
                if isinstance(error := future.exception(), KapitzaError):
                    failed[futures[future]] = str(error)
                elif error is not None:
                    raise error
                progress("labelling", count, len(jobs))
        except BaseException:
            stop.set()
            for future in futures:
                future.cancel()
            # Distant calculations cannot be stopped; they are recorded in their folders when they end.
            pool.shutdown(wait=scheduler is None)
            raise
    return _collected(jobs, failed, known)


def read_queue(
    calculations: Sequence[Calculation], folder: Path | str, known: Mapping[str, Label] | None = None
) -> Labels:
    """What a queue has so far, running nothing."""
    return _collected(_jobs(calculations, Path(folder), "cp2k", 1), {}, known or {})


def _jobs(calculations: Sequence[Calculation], folder: Path, command: str, threads: int) -> dict[str, Job]:
    jobs: dict[str, Job] = {}
    for one in calculations:
        if one.name in jobs:
            raise MethodError(f"A name for each structure is wanted, got {one.name!r} twice: rename one of them.")
        text = cp2k_input(one.atoms, one.settings)
        jobs[one.name] = Job(calculation_folder(folder, one.name, text), text, command, threads)
    return jobs


def calculation_folder(folder: Path, name: str, text: str) -> Path:
    """Where the calculation of a structure with this input is kept."""
    return (folder / f"{name}-{input_hash(text)[:_SHORT]}").resolve()


def _collected(jobs: dict[str, Job], failed: dict[str, str], known: Mapping[str, Label]) -> Labels:
    done, refused, missing = {}, dict(failed), []
    for name, job in jobs.items():
        if name in failed:
            continue
        if (label := known.get(job.input_sha256)) is not None:
            done[name] = label
            continue
        if not finished(job):
            missing.append(name)
            continue
        try:
            done[name] = read_label(job)
        except KapitzaError as error:
            refused[name] = str(error)
    return Labels(done, refused, tuple(missing))


@contextmanager
def _pool(at_once: int, scheduler: str | None) -> Iterator[Executor]:
    if scheduler is None:
        with ThreadPoolExecutor(at_once) as pool:
            yield pool
        return
    from kapitza.spectra.crew import connected

    with connected(scheduler) as client, client.get_executor() as distant:
        yield distant
