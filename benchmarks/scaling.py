"""How cost grows: spectra per second with one and two workers, cost against pixels and channels, memory against size.

    python benchmarks/scaling.py                      # some minutes on two cores
    python benchmarks/scaling.py --sizes 1 4 40       # other sizes of the cubes on disk, in GB

Prints Markdown tables, as in docs/any-size.md. The spectra are those of `speed.py`: 1000 channels of 0.5 meV, 256
columns, 1e7 zero-loss electrons each, preset `recommended`. The best of three runs counts. Cubes of a given size are
written to a temporary folder, as a Zarr store of 16 x 16 spectra per chunk in which the same 128 rows come again and
again, and analysed once, each in a process of its own; its memory is measured as Linux tells it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import dask
import dask.array as da
import numpy as np
import zarr
from measuring import best, machine, row, table, thousands
from synthetic import COLUMNS, spectra

from kapitza import SpectrumImage, temperature_map

CHUNK = 16
STORED_ROWS = 128
PIXEL_ROWS = (16, 32, 64, 128, 256)
CHANNELS = (250, 500, 1000, 2000)
CHANNEL_ROWS = 32
SIZES = (0.25, 1.0, 4.0)

_ON_DISK = """
import json, sys, time
import dask.array as da, numpy as np, zarr
import kapitza
path = sys.argv[1]
stored = da.from_array(zarr.open_array(path, mode="r"), chunks=(16, 16, 1000))
energy = np.load(path + ".npy")
def image(rows):
    return kapitza.SpectrumImage(stored[:rows], energy, (1.0, 1.0))
def memory():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**20
kapitza.temperature_map(image(8), keep_spectra=False)
before, start = memory(), time.perf_counter()
kapitza.temperature_map(image(None), keep_spectra=False)
print(json.dumps([time.perf_counter() - start, before, memory()]))
"""


def worker_rows(image: SpectrumImage) -> Iterator[str]:
    """One and two threads, one and two worker processes of a dask.distributed scheduler."""
    alone: dict[str, float] = {}
    for kind, number, rate in _rates(image):
        alone.setdefault(kind, rate)
        yield row(kind, str(number), thousands(rate), f"{rate / alone[kind]:.2f}")


def _rates(image: SpectrumImage) -> Iterator[tuple[str, int, float]]:
    from distributed import LocalCluster

    pixels = image.shape[0] * image.shape[1]
    for number in (1, 2):
        with dask.config.set(num_workers=number):
            yield "threads, counts in memory", number, pixels / best(lambda: temperature_map(image)).seconds
    with tempfile.TemporaryDirectory() as folder:
        stored = replace(image, counts=_stored(image, Path(folder) / "cube.zarr", image.shape[0]))
        for number in (1, 2):
            with dask.config.set(num_workers=number):
                yield "threads, counts on disk", number, pixels / best(lambda: _slim(stored)).seconds
        for number in (1, 2):
            with LocalCluster(number, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as cluster:
                _slim(stored, scheduler=cluster.scheduler_address)
                took = best(lambda at=cluster.scheduler_address: _slim(stored, scheduler=at))
                yield "processes, counts on disk", number, pixels / took.seconds


def _slim(image: SpectrumImage, **more: Any) -> Any:
    return temperature_map(image, keep_spectra=False, **more)


def _stored(image: SpectrumImage, path: Path, rows: int) -> da.Array:
    """So many rows on disk, those of the image again and again."""
    own, *plane = image.shape
    store = zarr.create_array(path, shape=(rows, *plane), chunks=(CHUNK, CHUNK, plane[1]), dtype=np.float32)
    for first in range(0, rows, own):
        store[first : first + own] = image.counts[: rows - first]
    return da.from_array(store, chunks=store.chunks)


def pixel_rows(image: SpectrumImage) -> Iterator[str]:
    """More and more rows of the same image."""
    for rows in PIXEL_ROWS:
        part = replace(image, counts=image.counts[:rows])
        seconds = best(lambda part=part: temperature_map(part)).seconds
        yield row(f"{rows} x {COLUMNS}", f"{seconds:.2f}", f"{1e6 * seconds / (rows * COLUMNS):.1f}")


def channel_rows(image: SpectrumImage) -> Iterator[str]:
    """The same energies in fewer and more channels."""
    for channels in CHANNELS:
        part = _rebinned(replace(image, counts=image.counts[:CHANNEL_ROWS]), channels)
        seconds = best(lambda part=part: temperature_map(part)).seconds
        spectrum = 1e6 * seconds / (CHANNEL_ROWS * COLUMNS)
        yield row(str(channels), f"{seconds:.2f}", f"{spectrum:.1f}", f"{1e3 * spectrum / channels:.1f}")


def _rebinned(image: SpectrumImage, channels: int) -> SpectrumImage:
    """The counts shared out over so many channels of the same range."""
    own = image.shape[2]
    if channels <= own:
        counts = image.counts.reshape(*image.shape[:2], channels, own // channels).sum(axis=3)
    else:
        # Half of a Poisson count is not Poisson; thinning it is.
        part = np.random.default_rng(0).binomial(image.counts.astype(np.int64), own / channels)
        counts = np.stack([part, image.counts - part], axis=3).reshape(*image.shape[:2], channels)
    step = image.dispersion * own / channels
    first = image.energy[0] + 0.5 * (step - image.dispersion)
    return replace(image, counts=counts.astype(np.float32), energy=first + step * np.arange(channels))


def size_rows(image: SpectrumImage, sizes: list[float]) -> Iterator[str]:
    """Cubes on disk, each in a fresh process."""
    some = replace(image, counts=image.counts[:STORED_ROWS])
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path, rows = Path(folder) / "cube.zarr", round(size * 1e9 / (4 * COLUMNS * len(image.energy)))
            _stored(some, path, rows)
            np.save(f"{path}.npy", image.energy)
            done = subprocess.run(
                [sys.executable, "-c", _ON_DISK, str(path)], capture_output=True, text=True, check=True
            )
            seconds, before, peak = json.loads(done.stdout)
            yield row(
                f"{size:g}", f"{rows} x {COLUMNS}", f"{before:.2f}", f"{peak:.2f}", f"{peak - before:.2f}",
                thousands(rows * COLUMNS / seconds),
            )  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=float, nargs="*", default=SIZES, metavar="GB")
    options = parser.parse_args()
    print(machine(), end="\n\n")
    image = spectra(max(PIXEL_ROWS), drift=True).image()
    temperature_map(replace(image, counts=image.counts[:8]))
    tables = (
        (("done by", "workers", "spectra/s", "times one"), worker_rows(image)),
        (("pixels", "s", "µs per spectrum"), pixel_rows(image)),
        (("channels", "s", "µs per spectrum", "ns per channel"), channel_rows(image)),
        (
            ("cube (GB)", "pixels", "memory before (GiB)", "peak (GiB)", "for the cube (GiB)", "spectra/s"),
            size_rows(image, options.sizes),
        ),
    )
    for heads, rows in tables:
        print(table(*heads))
        for line in rows:
            print(line, flush=True)
        print()


if __name__ == "__main__":
    main()
