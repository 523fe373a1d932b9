"""The same study in memory, from disk under a limit, and on other processes: the same floats."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import zarr

from kapitza import temperature_map
from kapitza.files import read, size
from kapitza.report.results import results
from kapitza.settings import InterfaceSettings
from kapitza.spectra import blocks
from kapitza.study import ImageEntry, Study, run

LAYERS = ("temperature", "error", "status", "shift", "spikes")


def write_zspy(image, counts, path: Path) -> None:
    """`counts` with the axes of `image` as a HyperSpy store of chunks of 16 x 16 spectra."""
    root = zarr.create_group(path, zarr_format=2, attributes={"file_format": "ZSpy", "file_format_version": "3.3"})
    attributes = {"package": "", "package_version": ""}
    signal = root.create_group("Experiments").create_group("image", attributes=attributes)
    signal.create_array("data", data=counts, chunks=(16, 16, counts.shape[2]))
    axes = [(0.0, 1.0, "nm"), (0.0, 1.0, "nm"), (float(image.energy[0]), image.dispersion, "meV")]
    for i, (offset, scale, units) in enumerate(axes):
        axis = {"size": counts.shape[i], "offset": offset, "scale": scale, "units": units, "navigate": i < 2}
        signal.create_group(f"axis-{i}", attributes=axis)
    signal.create_group("metadata").create_group("General", attributes={"title": "large"})
    signal.create_group("original_metadata")


def same_maps(one, other) -> None:
    for layer in LAYERS:
        np.testing.assert_array_equal(getattr(one, layer), getattr(other, layer), err_msg=layer)
    assert one.temperature_mean == other.temperature_mean
    assert one.zero_loss == other.zero_loss
    assert one.common_error == other.common_error
    assert one.scatter == other.scatter


@pytest.fixture
def image(experiment):
    return read(experiment / "forward.hspy")


@pytest.mark.parametrize("chunks", [(1, 61, 101), (4, 20, 501), (6, 7, 60)])
def test_counts_on_disk_give_the_floats_of_counts_in_memory(image, monkeypatch, chunks):
    whole = temperature_map(image)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**19)
    same_maps(temperature_map(replace(image, counts=da.from_array(image.counts, chunks=chunks))), whole)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**10)
    same_maps(temperature_map(image), whole)


def study_of(experiment) -> Study:
    entries = tuple(ImageEntry(flow, experiment / f"{flow}.hspy", flow) for flow in ("forward", "reverse"))
    return Study(entries, interface=InterfaceSettings(), compare=False)


def test_a_study_of_files_on_disk_gives_the_numbers_of_one_in_memory(experiment, monkeypatch):
    whole = run(study_of(experiment))
    monkeypatch.setattr(size, "EAGER_BYTES", 1000)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**19)
    lazy = run(study_of(experiment))
    assert results(lazy) == results(whole)
    for name, one in whole.images.items():
        same_maps(lazy.images[name].map, one.map)


@pytest.mark.xdist_group("cluster")
@pytest.mark.skipif(os.name != "posix", reason="processes are killed by a POSIX signal")
@pytest.mark.parametrize(
    ("lazy", "killing"),
    [(True, True), *(pytest.param(*case, marks=pytest.mark.slow) for case in ((True, False), (False, True)))],
)
def test_workers_elsewhere_give_the_numbers_of_threads(request, experiment, monkeypatch, lazy, killing):
    cluster = request.getfixturevalue("mortal_cluster" if killing else "cluster")
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**19)
    if lazy:
        monkeypatch.setattr(size, "EAGER_BYTES", 1000)
    study = study_of(experiment)
    here = run(study)
    killed = []

    def kill(what, done, total):
        if killing and what.startswith("reverse: recommended") and done > total // 2 and not killed:
            killed.append(cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    there = run(study, progress=kill, scheduler=cluster.scheduler_address)
    assert bool(killed) == killing
    assert results(there) == results(here)
    for name, one in here.images.items():
        same_maps(there.images[name].map, one.map)


_LIMITED = """
import resource, sys
import numpy as np
import kapitza
from kapitza.files.size import EAGER_BYTES
small, large, out, room = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
kapitza.temperature_map(kapitza.read(small), keep_spectra=False)
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmData")) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + room, used + room))
image = kapitza.read(large)
assert hasattr(image.counts, "dask")
tmap = kapitza.temperature_map(image, keep_spectra=False)
np.savez(out, **{name: getattr(tmap, name) for name in ("temperature", "error", "status", "shift", "spikes")})
try:
    # Not by reading: the library that unpacks chunks crashes where there is no memory.
    np.empty(image.counts.shape, image.counts.dtype)
except MemoryError:
    print("too large to load")
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is limited and measured as Linux does it")
def test_a_store_larger_than_memory_gives_the_floats_of_one_in_memory(image, tmp_path):
    counts = np.tile(image.counts.astype(np.float32), (1000, 1, 1))[:5200]
    room = 450 * 2**20
    assert counts.nbytes > 600 * 2**20
    write_zspy(image, counts, tmp_path / "large.zspy")
    write_zspy(image, image.counts, tmp_path / "small.zspy")
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, "small.zspy", "large.zspy", "out.npz", str(room)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == ["too large to load"]
    described = read(tmp_path / "large.zspy")
    whole = temperature_map(replace(described, counts=counts), keep_spectra=False)
    with np.load(tmp_path / "out.npz") as found:
        for layer in LAYERS:
            np.testing.assert_array_equal(found[layer], getattr(whole, layer), err_msg=layer)
