"""torchnep in a process of its own: it may live in another environment, and a crash of it is a sentence here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.data import Array
from kapitza.errors import KapitzaError, MethodError

Progress = Callable[[str, int, int], None]

_MISSING = 3
_DONE = "done.json"
_PROGRAM = f"""
import json, os, platform, sys, threading, time
# ends with the process that waits for it; read without the lock of sys.stdin, which forked helpers want
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
try:
    import numpy, torch, torchnep
except ImportError:
    sys.exit({_MISSING})
torch.set_num_threads(int(sys.argv[2]))
torchnep.train_nep(
    "torchnep.in", "train.xyz", "run", device="cpu", valid_file="test.xyz", run_seed=int(sys.argv[1]),
    checkpoint_interval=10, prediction_interval=0,
)
versions = {{"torchnep": torchnep.__version__, "torch": torch.__version__, "numpy": numpy.__version__,
            "python": platform.python_version()}}
with open("run/{_DONE}", "w") as file:
    json.dump({{"versions": versions, "cpu_seconds": time.process_time()}}, file)
"""


@dataclass(frozen=True)
class LearningCurve:
    """Root-mean-square errors after every epoch, (epochs,), while training and of the held-out structures.

    energy, virial : eV/atom. force : eV/Å. loss : weighted sum of the held-out squared errors, which chose the epoch
    that is kept. kept : that epoch, one of the last stage.
    """

    epoch: Array
    loss: Array
    energy: Array
    force: Array
    virial: Array
    held_out_energy: Array
    held_out_force: Array
    held_out_virial: Array
    kept: int


@dataclass(frozen=True)
class TrainerRun:
    """What torchnep left behind. cpu_seconds : of this process, without what was done before a resumption."""

    model: Path
    curve: LearningCurve
    versions: dict[str, str]
    cpu_seconds: float


def run_torchnep(
    folder: Path,
    seed: int,
    epochs: int,
    *,
    python: str | Path | None = None,
    threads: int = 1,
    progress: Progress | None = None,
    label: str = "training",
) -> TrainerRun:
    """Train on `train.xyz`, `test.xyz` and `torchnep.in` in `folder`, from the checkpoint there if there is one.

    A training that is finished there comes back at once.

    python : interpreter of the environment that holds torchnep; this one when None.
    progress : called with (label, epochs done, epochs at most).

    Raises
    ------
    MethodError
        if torchnep is not installed there or fails.
    KapitzaError
        if it was killed: another call goes on from the checkpoint.
    """
    if (folder / "run" / _DONE).is_file():
        return _collect(folder / "run")
    interpreter = shutil.which(str(python or sys.executable))
    if interpreter is None:
        raise MethodError(f"An interpreter with torchnep is wanted, got {python}, which is none: name its python.")
    command = [os.path.abspath(interpreter), "-c", _PROGRAM, str(seed), str(threads)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    last = ""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                last = line.strip() or last
                _report(line, progress, label, epochs)
        except BaseException:
            process.terminate()
            raise
    if process.returncode == _MISSING:
        raise MethodError(
            'torchnep is wanted to train and is not installed: pip install "kapitza[train]" brings it, or --python '
            "names an interpreter that has it."
        )
    if process.returncode < 0:
        raise KapitzaError(
            f"A finished training is wanted, torchnep was killed (signal {-process.returncode}), perhaps for lack of "
            "memory: run again with --resume."
        )
    if process.returncode:
        raise MethodError(f"A finished training is wanted, got this from torchnep: {last}")
    return _collect(folder / "run")


def read_curve(run: Path) -> LearningCurve:
    """The learning curve from torchnep's `loss.out` and `output.log`."""
    table = np.loadtxt(run / "loss.out", ndmin=2)
    epoch, loss = table[:, 0], table[:, 1]
    # with the last stage the weights in the loss change, and the choice begins anew
    begun = re.findall(r"Stage 2 started at epoch (\d+)", (run / "output.log").read_text(encoding="utf-8"))
    last = epoch >= (int(begun[-1]) if begun else 1)
    kept = int(epoch[last][np.argmin(loss[last])])
    energy, force, virial, _, held_out_energy, held_out_force, held_out_virial = table.T[2:9]
    return LearningCurve(epoch, loss, energy, force, virial, held_out_energy, held_out_force, held_out_virial, kept)


def _collect(run: Path) -> TrainerRun:
    done: dict[str, Any] = json.loads((run / _DONE).read_text(encoding="utf-8"))
    return TrainerRun(run / "nep_best.txt", read_curve(run), done["versions"], done["cpu_seconds"])


def _report(line: str, progress: Progress | None, label: str, epochs: int) -> None:
    found = re.search(r"Epoch +(\d+) \|", line)
    if progress is not None and found:
        progress(label, int(found[1]), epochs)
