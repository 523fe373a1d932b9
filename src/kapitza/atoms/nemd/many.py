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

JOB = "job.json"
"""What the process of a run is told, in the same folder."""

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
    launcher: Sequence[str] = (),
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
        how many run at a time; each takes one core, or as many as `launcher` starts.
    launcher
        words of a command that starts a run as several processes of MPI, as mpiexec -n 4; LAMMPS shares the atoms of a
        pair style among them.
    progress
        called with (name of the case, steps done, steps in all).

    Raises
    ------
    MethodError
        if `jobs` is below 1, MPI is asked to share what is not a pair style, or the model's device is not there. A
        case that fails does not stop the others: its sentence is among `refused`.
    """
    from kapitza.atoms.potential import check_device

    if jobs < 1:
        raise MethodError(f"One or more jobs are wanted, got {jobs}: give a whole number.")
    if launcher and simulation.potential.model is not None:
        raise MethodError(
            f"A pair_style of LAMMPS is wanted for MPI, got the model {simulation.potential.model}, whose forces come "
            "from one process: leave MPI, and let more jobs run at a time."
        )
    check_device(simulation.potential.device)
    place = Path(folder)
    done: dict[str, Trace] = {}
    refused: dict[str, str] = {}
    killed: list[str] = []
    processes: list[subprocess.Popen[str]] = []
    with ThreadPoolExecutor(jobs) as pool:
        futures = {
            pool.submit(_run, simulation, case, place / case.name, launcher, progress, processes): case
            for case in wanted
        }
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
    simulation: Simulation,
    case: Case,
    folder: Path,
    launcher: Sequence[str],
    progress: Progress,
    processes: list[subprocess.Popen[str]],
) -> tuple[int, str]:
    """Run one case in a process of its own, or several of MPI; its exit code and what it said last."""
    folder.mkdir(parents=True, exist_ok=True)
    job = {"simulation": asdict(simulation), "case": asdict(case), "launched": bool(launcher)}
    (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
    alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
    with (folder / "errors.txt").open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*launcher, sys.executable, "-m", "kapitza.atoms.nemd.worker", str((folder / JOB).resolve())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **alone},
        )  # fmt: skip
        processes.append(process)
        # Its input stays open: a run ends by itself when this process is gone.
        with process:
            assert process.stdout is not None
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
