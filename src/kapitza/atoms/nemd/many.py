"""Many runs, each a process of its own: what stops one does not stop the others, and a killed one can go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kapitza.atoms.nemd.settings import Case, Simulation
from kapitza.atoms.nemd.trace import Trace, load_trace
from kapitza.atoms.progress import Progress, silent
from kapitza.errors import MethodError

TRACE = "trace.npz"
"""What a finished run leaves in its folder, beside its checkpoint."""

REFUSED = 3
"""Exit code of a run that stopped with a sentence."""

_MARK = "steps "


@dataclass(frozen=True)
class Traces:
    """What many runs gave: `done` by name, `refused` as sentences by name, `killed` by name."""

    done: dict[str, Trace] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    killed: tuple[str, ...] = ()


def run_cases(
    simulation: Simulation,
    wanted: Sequence[Case],
    folder: Path | str,
    *,
    jobs: int = 1,
    progress: Progress = silent,
) -> Traces:
    """Run every case from where it was, each in a process of its own, `jobs` at a time.

    Parameters
    ----------
    simulation
        what to run; relative file names start from its folder.
    wanted
        the cases.
    folder
        where each has a folder with its checkpoint, and its trace once it has ended.
    jobs
        how many run at a time; each takes one core.
    progress
        called with (name of the case, steps done, steps in all).

    Raises
    ------
    MethodError
        if `jobs` is below 1. A case that fails does not stop the others: its sentence is among `refused`.
    """
    if jobs < 1:
        raise MethodError(f"One or more jobs are wanted, got {jobs}: give a whole number.")
    place = Path(folder)
    done: dict[str, Trace] = {}
    refused: dict[str, str] = {}
    killed: list[str] = []
    processes: list[subprocess.Popen[str]] = []
    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(_run, simulation, case, place / case.name, progress, processes): case for case in wanted}
        try:
            for future in as_completed(futures):
                name, (code, sentence) = futures[future].name, future.result()
                if code == 0:
                    done[name] = load_trace(place / name / TRACE)
                elif code == REFUSED:
                    refused[name] = sentence
                else:
                    killed.append(name)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            raise
    return Traces({case.name: done[case.name] for case in wanted if case.name in done}, refused, tuple(sorted(killed)))


def _run(
    simulation: Simulation, case: Case, folder: Path, progress: Progress, processes: list[subprocess.Popen[str]]
) -> tuple[int, str]:
    """Run one case in a process of its own; its exit code and what it said last."""
    folder.mkdir(parents=True, exist_ok=True)
    job = {"simulation": asdict(simulation), "case": asdict(case), "folder": str(folder.resolve())}
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
    with (folder / "errors.txt").open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "kapitza.atoms.nemd.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **alone},
        )  # fmt: skip
        processes.append(process)
        # Its input stays open: a run ends by itself when this process is gone.
        with process:
            assert process.stdin is not None
            assert process.stdout is not None
            print(json.dumps(job), file=process.stdin, flush=True)
            last = ""
            for line in process.stdout:
                if line.startswith(_MARK):
                    done, total = line.removeprefix(_MARK).split()
                    progress(case.name, int(done), int(total))
                else:
                    last = line.strip()
        return process.returncode, last


def tell_steps(_: str, done: int, total: int) -> None:
    """Tell the process that waits how far this one is."""
    print(f"{_MARK}{done} {total}", flush=True)
