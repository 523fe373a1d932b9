"""One calculation in a folder of its own: input, output, and a record that is written last."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kapitza.atoms.dft.outputs import DftResult, read_output
from kapitza.errors import InputError, KapitzaError, MethodError

INPUT, OUTPUT, RECORD = "cp2k.inp", "cp2k.out", "record.json"

_INSTALL = "sudo apt-get install cp2k libopenblas0-serial"
_GLANCE = 0.2
"""Seconds between two looks at whether the calculation has ended or is to be stopped."""


@dataclass(frozen=True)
class Job:
    """A calculation to run.

    folder : where. text : CP2K's input. command : how CP2K is started, "cp2k" or "mpirun -n 4 cp2k". threads : of each.
    """

    folder: Path
    text: str
    command: str = "cp2k"
    threads: int = 1

    @property
    def input_sha256(self) -> str:
        """By which the calculation is known again."""
        return input_hash(self.text)


@dataclass(frozen=True)
class Label:
    """A finished calculation: what it found, how long it took (s), and the SHA-256 of its input and output."""

    result: DftResult
    seconds: float
    input_sha256: str
    output_sha256: str


def check_command(command: str) -> None:
    """Refuse a command that is not on this machine.

    Raises
    ------
    MethodError
        with the one command that installs CP2K on Debian.
    """
    words = shlex.split(command) or ["cp2k"]
    for word in (words[0], *(word for word in words[1:] if Path(word).name.startswith("cp2k"))):
        if shutil.which(word) is None:
            raise MethodError(
                f"CP2K is wanted for reference data, {word!r} is not found here: `{_INSTALL}` installs it on Debian "
                "and Ubuntu; elsewhere name the program with --command."
            )


def run_job(job: Job, stopped: Callable[[], bool] | None = None) -> float:
    """Run a calculation and record it; returns the seconds it took.

    The output gets its name when CP2K has ended, and the record is written after it, so that a folder without a record
    that fits is one to run again.

    Raises
    ------
    MethodError
        if CP2K is not there or ends with an error.
    """
    check_command(job.command)
    job.folder.mkdir(parents=True, exist_ok=True)
    for left in (*job.folder.glob("running-*.out"), job.folder / RECORD):
        left.unlink(missing_ok=True)
    (job.folder / INPUT).write_text(job.text, encoding="utf-8")
    running = job.folder / f"running-{os.getpid()}.out"
    begun = time.monotonic()
    code = _executed(job, running, stopped)
    seconds = time.monotonic() - begun
    if running.exists():
        os.replace(running, job.folder / OUTPUT)
    if code:
        raise MethodError(
            f"{job.folder.name}: a run that ends well is wanted, CP2K ended with code {code}: look at {OUTPUT} and "
            "errors.txt in its folder, then run again."
        )
    record = {"input_sha256": digest(job.folder / INPUT), "output_sha256": digest(job.folder / OUTPUT)}
    scratch = job.folder / f".{RECORD}"
    scratch.write_text(json.dumps({**record, "seconds": round(seconds, 2)}, indent=1), encoding="utf-8")
    os.replace(scratch, job.folder / RECORD)
    return seconds


def finished(job: Job) -> bool:
    """Whether this very calculation has been run to its end, by the hashes of its input and output."""
    try:
        record = json.loads((job.folder / RECORD).read_text(encoding="utf-8"))
        output = digest(job.folder / OUTPUT)
        return bool(record["input_sha256"] == job.input_sha256 and record["output_sha256"] == output)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def read_label(job: Job) -> Label:
    """What a finished calculation found.

    Raises
    ------
    InputError
        if it is not finished, or its output lacks something.
    MethodError
        if it did not converge.
    """
    if not finished(job):
        raise InputError(f"{job.folder.name}: a finished calculation is wanted, got none: run the queue again.")
    record = json.loads((job.folder / RECORD).read_text(encoding="utf-8"))
    try:
        result = read_output(job.folder / OUTPUT)
    except KapitzaError as error:
        raise type(error)(str(error).replace(OUTPUT, job.folder.name, 1)) from error
    return Label(result, float(record["seconds"]), record["input_sha256"], record["output_sha256"])


def input_hash(text: str) -> str:
    """SHA-256 of the text of an input."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest(path: Path) -> str:
    """SHA-256 of a file, as `sha256sum` prints it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _executed(job: Job, output: Path, stopped: Callable[[], bool] | None) -> int:
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(job.threads),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "passive",
    }
    with (job.folder / "errors.txt").open("wb") as errors:
        process = subprocess.Popen(
            [*shlex.split(job.command), "-i", INPUT, "-o", output.name],
            cwd=job.folder, env=environment, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
        )  # fmt: skip
        while True:
            try:
                return process.wait(timeout=_GLANCE)
            except subprocess.TimeoutExpired:
                if stopped is not None and stopped():
                    process.terminate()
            except BaseException:
                process.kill()
                raise
