"""Timing, and the machine it was done on."""

from __future__ import annotations

import datetime
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROUNDS = 3
LONG = 20.0
PAUSE = 0.2
FEWEST = 32
LIBRARIES = ("kapitza", "numpy", "scipy", "numba", "hyperspy", "exspy", "lmfit", "scikit-image", "nionswift", "dynasor")


@dataclass(frozen=True)
class Timing:
    """Least of several runs: s by the clock, s of all cores together, and what the last run returned."""

    seconds: float
    processor: float
    result: Any


def best(function: Callable[[], Any], rounds: int = ROUNDS) -> Timing:
    """The least times of several runs; of fewer where they take longer than `LONG` together."""
    found = total = once(function)
    for _ in range(rounds - 1):
        if total.seconds >= LONG:
            break
        last = once(function)
        total = Timing(total.seconds + last.seconds, total.processor + last.processor, None)
        found = Timing(min(found.seconds, last.seconds), min(found.processor, last.processor), last.result)
    return found


def paced(
    function: Callable[[Any], Any], prepare: Callable[[int], Any], most: int, seconds: float
) -> tuple[int, Timing]:
    """`function(prepare(n))` with such an n, up to `most`, that all runs take about `seconds`: n and the least times.

    What `prepare` does is not timed, nor is the first run, which may compile.
    """
    number, share = FEWEST, seconds / ROUNDS
    given = prepare(number)
    function(given)
    # Processor time: the clock would give a busy machine fewer spectra, and fixed costs would weigh more.
    while number < most and (took := once(partial(function, given)).processor) < share / 2:
        number = min(most, int(number * min(max(share / took, 2), 16)))
        given = prepare(number)
    return number, best(partial(function, given))


def once(function: Callable[[], Any]) -> Timing:
    """One run, after a pause: the threads of linear-algebra libraries keep a core busy for a while after their work."""
    time.sleep(PAUSE)
    processor, start = time.process_time(), time.perf_counter()
    result = function()
    return Timing(time.perf_counter() - start, time.process_time() - processor, result)


def machine() -> str:
    """Date, processor, cores, load and versions, in one line of Markdown."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    libraries = ", ".join(f"{name} {found}" for name in LIBRARIES if (found := installed(name)))
    python = f"Python {platform.python_version()}"
    return f"{datetime.date.today()}, {_processor()}, {cores} cores{load}; {python}, {libraries}."


def installed(distribution: str) -> str | None:
    """Version of an installed distribution; None where it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def table(*heads: str) -> str:
    """Head of a Markdown table."""
    return f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"


def row(*cells: str) -> str:
    """Row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def thousands(number: float) -> str:
    """A number to two or three digits: 19, 640, 31,600."""
    digits = 3 - len(str(int(number)))
    return f"{round(number, min(digits, 0)):,.0f}" if number >= 10 else f"{number:.1f}"


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
