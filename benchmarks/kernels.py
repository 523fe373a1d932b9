"""Spectra per second of each kernel on one core, how far it is from what the memory allows, and where the time goes.

    python benchmarks/kernels.py

A kernel must read what it is given and write what it returns, once. The last column is that traffic over what the same
core copies per second: at 100 % the kernel could only be faster by touching less. What a kernel reads and writes is
counted in channels as they are stored, 4 bytes each. The second table parts the processor time of `temperature_map` on
256 x 256 spectra among its steps. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from measuring import best, machine, paced, row, table, thousands
from peers.both import Registered, registered
from peers.temperature import kapitza_temperature, net
from peers.zero_loss import kapitza_background
from synthetic import CHANNELS, Spectra, spectra

import kapitza
from kapitza.data import Array
from kapitza.spectra.forward.reading import roots, weighted_sums
from kapitza.spectra.forward.weights import SCORE, VARIANCE
from kapitza.spectra.quality import inspect
from kapitza.spectra.registration import register, sum_registered, zero_loss_positions
from kapitza.spectra.spikes import find_spikes

ROWS, CHAIN_ROWS = 128, 256
COPIED = 2**26
BYTES = 4
SIGNAL, WINDOWS, SERIES = 141, 172, 2 * (SCORE + VARIANCE + 1)
"""Channels of one side in its signal window and in its two background windows; sums per spectrum, 8 bytes each."""


@dataclass(frozen=True)
class Kernel:
    """A kernel of `kapitza.spectra`. prepare : spectra to its argument. run : what is timed.

    reads, writes : channels per spectrum that it must read and write.
    """

    name: str
    prepare: Callable[[Spectra], Any]
    run: Callable[[Any], Any]
    reads: int
    writes: int


def same(given: Spectra) -> Spectra:
    """Nothing is prepared."""
    return given


def positions(given: Spectra) -> Array:
    """Zero-loss positions against one of the spectra: making a template is not the kernel's work."""
    return zero_loss_positions(given.counts, given.counts[0], 24)


def registered_sum(given: Spectra) -> tuple[Array, Array]:
    """Sum of registered spectra that are not kept."""
    return sum_registered(given.counts, given.energy, given.shift, np.zeros(len(given.counts), int), 1)


def scores(given: Registered) -> Array:
    """The weighted sums that the estimating functions are made of."""
    table = given.plan.estimator
    return weighted_sums(given.spectra.counts, given.material, table.table, table.first, table.last)


def summed(given: Registered) -> tuple[Array, Array]:
    """The series of which `roots` takes the root."""
    sums = scores(given)
    return sums[:, :SCORE], sums[:, SCORE : SCORE + VARIANCE]


KERNELS = (
    Kernel("quality.inspect", same, lambda s: inspect(s.counts), CHANNELS, 1),
    Kernel("spikes.find_spikes", same, lambda s: find_spikes(s.counts, s.peaks[0], 8.0), CHANNELS, 0),
    Kernel("registration.zero_loss_positions", same, positions, CHANNELS, 1),
    Kernel("registration.register", same, lambda s: register(s.counts, s.energy, s.shift), CHANNELS, CHANNELS),
    Kernel("registration.sum_registered", same, registered_sum, CHANNELS, 0),
    Kernel("forward.reading.weighted_sums", registered, scores, CHANNELS, SERIES),
    Kernel("forward.reading.roots", lambda s: summed(registered(s)), lambda s: roots(*s), SERIES, 2),
    Kernel("published.background", same, kapitza_background, 2 * WINDOWS, 2 * SIGNAL),
    Kernel("published.log_ratio", net, kapitza_temperature, 2 * SIGNAL, 2),
)


def copy_rate() -> float:
    """Bytes that one core reads and writes per second when it copies an array much larger than its caches."""
    source = np.ones(COPIED, np.float32)
    target = np.empty_like(source)
    return 2 * source.nbytes / best(lambda: np.copyto(target, source), rounds=7).processor


def rows(given: Spectra, seconds: float, copied: float) -> Any:
    """Rows of all kernels."""
    for kernel in KERNELS:
        number, timing = paced(kernel.run, lambda n, k=kernel: k.prepare(given.first(n)), len(given.counts), seconds)
        rate, moved = number / timing.processor, BYTES * (kernel.reads + kernel.writes)
        share = 100 * rate * moved / copied
        yield row(
            kernel.name, thousands(rate), f"{moved:,}", f"{rate * moved / 1e9:.2g}", f"{share:.2g} %", f"{number:,}"
        )


def step_rows(given: Spectra) -> Iterator[str]:
    """Processor time of the steps of `temperature_map`, told by when its passes over the blocks begin and end."""
    image = given.image()
    kapitza.temperature_map(image)
    ticks = [time.process_time()]
    kapitza.temperature_map(image, keep_spectra=False, progress=lambda done, total: ticks.append(time.process_time()))
    ticks.append(time.process_time())
    blocks = (len(ticks) - 2) // 3
    one = (ticks[3 * blocks] - ticks[2 * blocks + 1]) / (blocks - 1)
    spent = {
        "a template from a sample; inspect, find spikes and peaks": ticks[blocks] - ticks[0],
        "sum registered spectra by tiles": ticks[2 * blocks] - ticks[blocks],
        "tell materials, fit the model, make the weights": ticks[2 * blocks + 1] - ticks[2 * blocks] - one,
        "register, read temperatures": blocks * one,
        "put the map together": ticks[-1] - ticks[3 * blocks],
    }
    whole, number = ticks[-1] - ticks[0], len(given.counts)
    for name, seconds in spent.items():
        yield row(name, f"{seconds:.2f}", f"{1e6 * seconds / number:.1f}", f"{100 * seconds / whole:.0f} %")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each kernel is kept busy")
    seconds = parser.parse_args().seconds
    print(machine())
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    copied = copy_rate()
    print(f"One core copies {copied / 1e9:.1f} GB/s, read and written.\n")
    print(table("kernel", "spectra/s of a core", "bytes it must move", "GB/s", "of copying", "spectra"), flush=True)
    for line in rows(spectra(ROWS, drift=True), seconds, copied):
        print(line, flush=True)
    print("\n" + table("step of temperature_map", "processor s", "µs per spectrum", "share"))
    for line in step_rows(spectra(CHAIN_ROWS, drift=True)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
