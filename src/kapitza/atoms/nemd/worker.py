"""The process of one run: a job as JSON on standard input, progress on standard output."""

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
    from kapitza.atoms.nemd.following import run_observers
    from kapitza.atoms.nemd.many import REFUSED, TRACE, tell_steps
    from kapitza.atoms.nemd.settings import Case, Simulation
    from kapitza.atoms.nemd.trace import save_trace
    from kapitza.errors import KapitzaError

    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    simulation = TypeAdapter(Simulation).validate_python(job["simulation"])
    folder = Path(job["folder"])
    try:
        observers = run_observers(simulation)
        trace = run_case(simulation, Case(**job["case"]), folder, observers=observers, progress=tell_steps)
        save_trace(trace, folder / TRACE)
    except KapitzaError as error:
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
