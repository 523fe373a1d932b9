"""Blocks worked on by the workers of a dask scheduler: the floats of threads, whoever dies on the way."""

import os
import signal
import socket
import time
from importlib.metadata import version

import dask.array as da
import h5py
import numpy as np
import pytest
import zarr
from distributed import LocalCluster

from kapitza.errors import KapitzaError
from kapitza.spectra import blocks, crew
from kapitza.spectra.blocks import Job

pytestmark = pytest.mark.xdist_group("cluster")


def divided(divisor):
    """A function made here, as those of the passes are, which no other process can import."""

    def work(block, row, weight):
        time.sleep(0.02)
        return np.cumsum(block * weight[..., None] / divisor, axis=2)[..., -1], np.arange(row, row + len(block))

    return work


@pytest.fixture
def counts():
    return np.random.default_rng(1).normal(100.0, 30.0, (40, 6, 50)).astype(np.float32)


@pytest.fixture
def weight():
    return np.random.default_rng(2).random((40, 6))


@pytest.fixture(params=["numpy", "hdf5", "zarr"])
def source(request, counts, tmp_path):
    """The same counts in memory, in an HDF5 file that is open here, and in a Zarr store."""
    if request.param == "numpy":
        yield counts
    elif request.param == "hdf5":
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file.create_dataset("data", data=counts, chunks=(4, 3, 50))
        with h5py.File(tmp_path / "a.h5", "r") as file:
            yield da.from_array(file["data"], chunks=(4, 3, 50))
    else:
        store = zarr.open_array(tmp_path / "a.zarr", mode="w", shape=counts.shape, chunks=(4, 3, 50), dtype="f4")
        store[:] = counts
        yield da.from_array(store, chunks=(4, 3, 50))


def mapped(source, weight, **more):
    with Job(**more) as job:
        parts = job.map("divide", divided(3.0), source, weight)
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 4 * 8 * 6 * 50)


def test_workers_give_the_floats_of_threads(cluster, source, counts, weight):
    told = []
    found = mapped(source, weight, scheduler=cluster.scheduler_address, progress=lambda *call: told.append(call))
    for one, other in zip(found, mapped(counts, weight), strict=True):
        np.testing.assert_array_equal(one, other)
    assert told == [(n, 10) for n in range(1, 11)]


@pytest.mark.skipif(os.name != "posix", reason="processes are killed by a POSIX signal")
def test_a_worker_that_is_killed_midway_changes_nothing(mortal_cluster, source, counts, weight):
    killed = []

    def kill(done, total):
        if done == 3:
            killed.append(mortal_cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    found = mapped(source, weight, scheduler=mortal_cluster.scheduler_address, progress=kill)
    assert killed
    for one, other in zip(found, mapped(counts, weight), strict=True):
        np.testing.assert_array_equal(one, other)


def test_finished_blocks_are_kept_here_whoever_did_them(cluster, counts, weight, tmp_path):
    first = mapped(counts, weight, scheduler=cluster.scheduler_address, store=tmp_path)
    with Job(store=tmp_path) as job:
        parts = job.map("divide", lambda *_: pytest.fail("done before"), counts, weight)
    again = [np.concatenate(part) for part in zip(*parts, strict=True)]
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_error_in_a_block_is_the_error_of_the_job(cluster, counts):
    def work(block, row):
        raise KapitzaError("A sentence.")

    with (
        pytest.raises(KapitzaError, match=r"^A sentence\.$"),
        Job(scheduler=cluster.scheduler_address) as job,
    ):
        job.map("fail", work, counts)


UNSEEN = "put the file where all of them find it under the same path"


@pytest.mark.parametrize("otherwise", [None, 0])
def test_counts_that_workers_cannot_see_are_told_in_a_sentence(cluster, counts, weight, otherwise):
    home = os.getpid()

    def seen(block):
        if os.getpid() == home:
            return block
        if otherwise is None:
            raise FileNotFoundError("a.h5")
        return np.full_like(block, otherwise)

    source = da.from_array(counts, chunks=(4, 6, 50)).map_blocks(seen, dtype=counts.dtype)
    with pytest.raises(KapitzaError, match=UNSEEN):
        mapped(source, weight, scheduler=cluster.scheduler_address)


@pytest.mark.parametrize("kind", ["hdf5", "zarr"])
def test_a_file_that_workers_do_not_have_is_told_in_a_sentence(cluster, counts, weight, tmp_path, monkeypatch, kind):
    # A relative name is one that means something else, or nothing, in the folder that a worker is in.
    monkeypatch.chdir(tmp_path)
    with h5py.File("a.h5", "w") as file:
        file.create_dataset("data", data=counts, chunks=(4, 3, 50))
    if kind == "hdf5":
        with h5py.File("a.h5", "r") as file, pytest.raises(KapitzaError, match=UNSEEN):
            mapped(da.from_array(file["data"], chunks=(4, 3, 50)), weight, scheduler=cluster.scheduler_address)
        return
    store = zarr.open_array("a.zarr", mode="w", shape=counts.shape, chunks=(4, 3, 50), dtype="f4")
    store[:] = counts
    with pytest.raises(KapitzaError, match=UNSEEN):
        mapped(da.from_array(store, chunks=(4, 3, 50)), weight, scheduler=cluster.scheduler_address)


def test_a_scheduler_that_loses_all_workers_is_told_in_a_sentence(counts, weight, monkeypatch):
    monkeypatch.setattr(crew, "_ABSENCE", 0.2)
    monkeypatch.setattr(crew, "_GLANCE", 0.2)

    def leave(done, total):
        if done == 2:
            lonely.scale(0)

    with (
        LocalCluster(1, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as lonely,
        pytest.raises(KapitzaError, match=r"none is left at tcp://.*--resume"),
    ):
        mapped(counts, weight, scheduler=lonely.scheduler_address, progress=leave)


def test_nobody_there_is_told_in_a_sentence(counts, weight, monkeypatch):
    monkeypatch.setattr(crew, "_PATIENCE", 0.5)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
    for wrong in (address, "nonsense://here"):
        with pytest.raises(KapitzaError, match=f"scheduler is wanted at {wrong}.*`dask scheduler`"):
            mapped(counts, weight, scheduler=wrong)


def test_other_versions_on_the_workers_are_told_in_a_sentence(cluster, counts, weight, monkeypatch):
    monkeypatch.setattr(crew, "version", lambda name: "0.1" if name == "numpy" else version(name))
    with pytest.raises(KapitzaError, match=r"Workers with numpy 0\.1 are wanted at .*, as here, got numpy \d"):
        mapped(counts, weight, scheduler=cluster.scheduler_address)
