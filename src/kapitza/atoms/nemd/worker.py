"""The process of one run, or one of several that MPI started for it: a job in a file, progress on standard output."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path


def main() -> int:
    """Run the job to its end; 0, or the exit code that says what went wrong."""
    from pydantic import TypeAdapter

    from kapitza.atoms.nemd.driver import run_case
    from kapitza.atoms.nemd.engine import leads
    from kapitza.atoms.nemd.following import run_observers
    from kapitza.atoms.nemd.many import REFUSED, TRACE, tell_steps
    from kapitza.atoms.nemd.settings import Case, Simulation
    from kapitza.atoms.nemd.trace import save_trace
    from kapitza.atoms.progress import silent
    from kapitza.errors import KapitzaError

    path = Path(sys.argv[1])
    job = json.loads(path.read_text(encoding="utf-8"))
    simulation = TypeAdapter(Simulation).validate_python(job["simulation"])
    first = True
    try:
        first = not job["launched"] or leads()
        if first:
            threading.Thread(target=_end_with_parent, daemon=True).start()
        observers = run_observers(simulation)
        trace = run_case(
            simulation, Case(**job["case"]), path.parent, observers=observers, keep=first,
            progress=tell_steps if first else silent,
        )  # fmt: skip
        if first:
            save_trace(trace, path.with_name(TRACE))
    except KapitzaError as error:
        if first:
            print(" ".join(str(error).split()), flush=True)
        return REFUSED
    except KeyboardInterrupt:
        return 130
    return 0


def _end_with_parent() -> None:
    """Two runs must never share a checkpoint: when the process that started this one is gone, so is this one."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
