"""Spectra per second of each step and of the whole chain, kapitza's and what a user would run today, in one run.

    python benchmarks/speed.py            # some minutes on two cores
    python benchmarks/speed.py --rows 64  # a smaller cube for the whole chain
    python benchmarks/speed.py --only "Richardson-Lucy, 5 iterations"

Prints Markdown tables. Each tool gets as many spectra as keep it busy for `--seconds` in all; the best of three runs
counts, of fewer where they take over 20 s. "spectra/s" is by the clock, with as many threads as the tool starts by
itself; "spectra/s of a core" by processor time, which other programs on the machine disturb less. Ratios are of these,
of kapitza's first row to each peer; for the whole chain, to the fastest peers one after another. A peer that is not
installed says so (`make bench` has them all). The spectra are synthetic: 1000 channels of 0.5 meV, 1e7 zero-loss
electrons each, a zero-loss peak of 12 meV, two materials, heat flowing. Preset `paper` runs without its BM3D, which
`denoising.py` measures.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from measuring import Timing, best, installed, machine, paced, row, table, thousands
from peers import Step, Tool
from peers.both import BOTH
from peers.deconvolution import DECONVOLVE
from peers.registration import ALIGN, FIND
from peers.temperature import TEMPERATURE, temperature_error
from peers.zero_loss import ZERO_LOSS
from synthetic import COLUMNS, Spectra, spectra, undenoised

import kapitza
from kapitza.settings import Preset

STEPS: tuple[Step, ...] = (FIND, ALIGN, ZERO_LOSS, TEMPERATURE, BOTH, DECONVOLVE)
PRESETS: tuple[Preset, ...] = ("recommended", "paper")
HEADS = ("step", "tool", "spectra/s", "spectra/s of a core", "spectra", "error", "kapitza faster, per core")
MOST_ROWS = 32
WARM_UP_ROWS = 8
FRESH_ROWS = 2
FRESH = """
import sys, numpy, kapitza
from kapitza.settings import Method
with numpy.load(sys.argv[1]) as held:
    image = kapitza.SpectrumImage(held["counts"], held["energy"], (1.0, 1.0))
kapitza.temperature_map(image, method=Method(preset=sys.argv[2], denoise="none"))
"""


Rates = dict[str, tuple[str, float]]
"""The fastest peer of each step: its name and spectra per second of a core."""


def step_rows(step: Step, given: Spectra, seconds: float, rates: Rates) -> Iterator[str]:
    """Rows of one step; the fastest peer is left in `rates`."""
    ours: float | None = None
    for tool in step.tools:
        if any(installed(name) is None for name in tool.needs):
            yield row(step.name, tool.name, "not installed", "", "", "", "")
            continue
        number, timing, error = measured(step, tool, given, seconds)
        each, ratio = number / timing.processor, ""
        if tool.ours:
            ours = ours or each
        elif ours is not None:
            ratio = f"{thousands(ours / each)} x"
            rates[step.name] = max(rates.get(step.name, ("", 0.0)), (tool.name, each), key=lambda pair: pair[1])
        yield row(step.name, tool.name, *rates_of(number, timing), f"{number:,}", error, ratio)


def measured(step: Step, tool: Tool, given: Spectra, seconds: float) -> tuple[int, Timing, str]:
    """The tool on as many spectra as take about `seconds` in all: how many, the times, and the error in words."""
    number, timing = paced(tool.run, lambda n: step.prepare(given.first(n)), len(given.counts), seconds)
    return number, timing, step.judge(timing.result, given.first(number))


def rates_of(number: int, timing: Timing) -> tuple[str, str]:
    """Spectra per second by the clock, and per second of a core."""
    return thousands(number / timing.seconds), thousands(number / timing.processor)


def chain_rows(given: Spectra, rates: Rates) -> Iterator[str]:
    """Rows of the whole chain, and of the fastest peers one after another."""
    needed = [rates[step.name] for step in (ALIGN, BOTH) if step.name in rates]
    peers = 1 / sum(1 / rate for _, rate in needed) if len(needed) == 2 else None
    image, number = given.image(), len(given.counts)
    for preset in PRESETS:
        method = undenoised(preset)
        # Compiling is another table's matter.
        kapitza.temperature_map(given.first(WARM_UP_ROWS * COLUMNS).image(), method=method)
        for keep in (False, True):
            call = partial(kapitza.temperature_map, image, method=method, keep_spectra=keep)
            timing = best(call)
            error = temperature_error(timing.result.temperature.ravel(), given)
            name = f"kapitza, preset {preset}" + (", loss and gain kept" if keep else "")
            ratio = f"{thousands(number / timing.processor / peers)} x" if peers else ""
            yield row("whole chain", name, *rates_of(number, timing), f"{number:,}", error, ratio)
    if peers:
        names = "; ".join(name for name, _ in needed)
        yield row("whole chain", f"fastest peers one after another: {names}", "", thousands(peers), "", "", "")


def first_call_rows(given: Spectra) -> Iterator[str]:
    """Rows of a first call in a fresh process, interpreter, imports and reading the file included; what was compiled
    by an earlier process is kept on disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.npz"
        image = given.image()
        np.savez(path, counts=image.counts, energy=image.energy)
        for preset in PRESETS:
            command = [sys.executable, "-c", FRESH, str(path), preset]
            subprocess.run(command, check=True)
            seconds = best(lambda c=command: subprocess.run(c, check=True)).seconds
            again = best(partial(kapitza.temperature_map, image, method=undenoised(preset))).seconds
            size = " x ".join(map(str, image.shape))
            yield row(f"preset {preset}", size, f"{seconds:.2f} s", f"{again:.2f} s")


def quiet() -> None:
    """Keep the peers' own messages and progress bars out of the tables."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    np.seterr(all="ignore")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each tool is kept busy")
    parser.add_argument("--rows", type=int, default=256, help="rows of 256 spectra for the whole chain")
    parser.add_argument("--only", choices=[step.name for step in STEPS], help="one step, and nothing else")
    chosen = parser.parse_args()
    quiet()
    print(machine(), flush=True)
    print("\n" + table(*HEADS), flush=True)
    samples = {drift: spectra(MOST_ROWS, drift=drift).shuffled() for drift in (True, False)}
    rates: Rates = {}
    for step in STEPS:
        if chosen.only not in (None, step.name):
            continue
        for line in step_rows(step, samples[step.drift], chosen.seconds, rates):
            print(line, flush=True)
    del samples
    if chosen.only:
        return
    for line in chain_rows(spectra(chosen.rows, drift=True), rates):
        print(line, flush=True)
    print("\n" + table("first call of a fresh process", "image", "with all imports", "called again"), flush=True)
    for line in first_call_rows(spectra(FRESH_ROWS, drift=True)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
