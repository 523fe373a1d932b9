"""Passes over blocks: the same floats however rows are split, a stopped job that goes on, progress, what is read."""

import math
import threading
from dataclasses import dataclass

import dask
import dask.array as da
import numpy as np
import pytest

from kapitza.errors import InputError
from kapitza.spectra import blocks
from kapitza.spectra.blocks import Job, block_height, rows_at_once
from kapitza.spectra.checkpoints import Checkpoints, keyed
from kapitza.spectra.pixels import Pixels

SHAPE = (23, 7, 40)


@pytest.fixture
def counts():
    return np.random.default_rng(3).normal(100.0, 30.0, SHAPE)


def summed(block, row, weight):
    """Per pixel and per row, in an order that does not change with the block."""
    spectra = np.cumsum(block * weight[..., None] / 3.0, axis=2)[..., -1]
    return spectra, np.cumsum(spectra, axis=1)[:, -1], np.arange(row, row + len(block))


def joined(results):
    return [np.concatenate(parts) for parts in zip(*results, strict=True)]


@pytest.mark.parametrize("height", [1, 2, 5, 22, 23, 400])
@pytest.mark.parametrize("chunks", [None, (1, 7, 40), (4, 3, 11), ((9, 1, 13), 7, 40), (23, 7, 1)])
def test_results_are_the_same_floats_however_the_rows_are_split(counts, monkeypatch, height, chunks):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", height * 8 * 7 * 40)
    weight = np.random.default_rng(4).random(SHAPE[:2])
    data = counts if chunks is None else da.from_array(counts, chunks=chunks)
    found = joined(Job().map("sum", summed, data, weight))
    expected = summed(counts, 0, weight)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_block_has_as_many_rows_as_its_size_allows_and_one_at_least():
    assert block_height((1000, 256, 1000)) == blocks.BLOCK_BYTES // (8 * 256 * 1000)
    assert block_height((1000, 10**5, 10**5)) == 1


class Source:
    """An array that counts how often each of its rows is read."""

    def __init__(self, data):
        self.data, self.shape, self.dtype, self.ndim = data, data.shape, data.dtype, data.ndim
        self.read = np.zeros(data.shape, int)
        self.lock = threading.Lock()

    def __getitem__(self, place):
        with self.lock:
            self.read[place] += 1
        return self.data[place]


@pytest.mark.parametrize("chunks", [(4, 7, 40), (4, 3, 11), ((1, 9, 1, 1, 11), 7, 40)])
def test_every_chunk_is_read_once_a_pass(counts, monkeypatch, chunks):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 3 * 8 * 7 * 40)
    source = Source(counts)
    Job().map("sum", summed, da.from_array(source, chunks=chunks, asarray=True), np.ones(SHAPE[:2]))
    assert (source.read == 1).all()


def test_chunks_that_are_too_tall_for_memory_are_read_in_parts(counts, monkeypatch):
    monkeypatch.setattr(blocks, "SPAN_BYTES", 6 * 8 * 7 * 40)
    data = da.from_array(counts, chunks=(16, 7, 40))
    assert rows_at_once(data) == [(0, 6), (6, 12), (12, 16), (16, 22), (22, 23)]


def test_small_chunks_are_read_together_up_to_a_block(counts, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 5 * 8 * 7 * 40)
    assert rows_at_once(da.from_array(counts, chunks=(2, 7, 40)))[:3] == [(0, 4), (4, 8), (8, 12)]


def test_no_more_is_held_at_once_than_memory_allows(counts, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 8 * 7 * 40)
    monkeypatch.setattr(blocks, "READ_BYTES", 5 * 8 * 7 * 40)  # two rows, each twice while its chunks are joined
    lock, running, most = threading.Lock(), set(), []

    def work(block, row):
        with lock:
            running.add(row)
            most.append(len(running))
        threading.Event().wait(0.005)
        with lock:
            running.discard(row)
        return row

    with dask.config.set(num_workers=8):
        Job().map("rows", work, da.from_array(counts, chunks=(1, 7, 40)))
        assert max(most) == 2
        most.clear()
        Job().map("rows", work, counts)
        assert max(most) > 2


def test_progress_counts_the_blocks_of_all_passes(counts, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 6 * 8 * 7 * 40)
    told = []
    job = Job(lambda done, total: told.append((done, total)), 2)
    for name in ("one", "two"):
        job.map(name, lambda block, row: row, counts)
    assert told == [(n, 8) for n in range(1, 9)]


class TestStore:
    """A job that stops and starts again."""

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch):
        monkeypatch.setattr(blocks, "BLOCK_BYTES", 4 * 8 * 7 * 40)

    def run(self, store, counts, called, stop_at=math.inf, name="sum"):
        def work(block, row, weight):
            if row >= stop_at:
                raise RuntimeError("stopped")
            called.append(row)
            return summed(block, row, weight)

        with dask.config.set(num_workers=1), Job(store=store) as job:
            return joined(job.map(name, work, counts, np.full(SHAPE[:2], 0.3)))

    @pytest.mark.parametrize("lazy", [False, True])
    def test_goes_on_from_the_finished_blocks_to_the_same_floats(self, tmp_path, counts, lazy):
        data = da.from_array(counts, chunks=(4, 2, 40)) if lazy else counts
        called = []
        with pytest.raises(RuntimeError, match="stopped"):
            self.run(tmp_path, data, called, stop_at=12)
        assert called == [0, 4, 8]
        found = self.run(tmp_path, data, called)
        assert called == [0, 4, 8, 12, 16, 20]
        for one, other in zip(found, summed(counts, 0, np.full(SHAPE[:2], 0.3)), strict=True):
            np.testing.assert_array_equal(one, other)

    def test_tells_of_the_blocks_that_were_there_already(self, tmp_path, counts):
        self.run(tmp_path, counts, [])
        told = []
        with Job(lambda done, total: told.append(done), store=tmp_path) as job:
            job.map("sum", lambda *_: pytest.fail("done before"), counts, np.full(SHAPE[:2], 0.3))
        assert told == [1, 2, 3, 4, 5, 6]

    def test_another_pass_finds_nothing_of_the_first(self, tmp_path, counts):
        self.run(tmp_path, counts, [])
        called = []
        self.run(tmp_path, counts, called, name="other")
        assert len(called) == 6

    @pytest.mark.parametrize("change", ["shape", "type", "blocks", "version"])
    def test_another_key_finds_nothing(self, tmp_path, counts, monkeypatch, change):
        self.run(tmp_path, counts, [])
        if change == "version":
            monkeypatch.setattr("kapitza.__version__", "9.9")
        elif change == "blocks":
            monkeypatch.setattr(blocks, "BLOCK_BYTES", 5 * 8 * 7 * 40)
        other = {"shape": counts[..., 1:], "type": counts.astype(np.float32)}.get(change, counts)
        called = []
        self.run(tmp_path, other, called)
        assert len(called) >= 5

    def test_a_torn_file_is_as_good_as_none(self, tmp_path, counts):
        whole = self.run(tmp_path, counts, [])
        files = sorted(tmp_path.rglob("sum-*.npz"))
        assert len(files) == 6
        files[1].write_bytes(files[1].read_bytes()[:-20])
        files[2].write_bytes(b"")
        spoilt = bytearray(files[3].read_bytes())
        spoilt[len(spoilt) // 2] ^= 0xFF
        files[3].write_bytes(bytes(spoilt))
        called = []
        found = self.run(tmp_path, counts, called)
        assert len(called) == 3
        for one, other in zip(found, whole, strict=True):
            np.testing.assert_array_equal(one, other)

    def test_leaves_no_half_written_files(self, tmp_path, counts):
        self.run(tmp_path, counts, [])
        assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".npz"] == []


class TestCheckpoints:
    """What is kept comes back as it was."""

    def test_every_kind_of_result_comes_back_as_it_was(self, tmp_path):
        value = (
            np.array([[1.5, np.nan], [-0.0, np.inf]]),
            np.float32(0.1),
            {"a": 1}.get("a"),
            0.1 + 0.2,
            math.inf,
            None,
            True,
            ["text", (np.zeros((0, 3), np.int16),)],
        )
        kept = Checkpoints(tmp_path / "store")
        kept.put("block-0", value)
        (back,) = kept.get("block-0")
        assert isinstance(back, tuple)
        np.testing.assert_array_equal(back[0], value[0])
        assert np.signbit(back[0][1, 0])
        assert back[1:7] == value[1:7]
        assert [type(one) for one in back] == [type(one) for one in value]
        assert back[7][0] == "text"
        assert back[7][1][0].shape == (0, 3)
        assert back[7][1][0].dtype == np.int16

    def test_data_classes_of_kapitza_come_back_as_themselves(self, tmp_path):
        pixels = Pixels(*(np.arange(3.0) + i for i in range(len(Pixels.__dataclass_fields__))))
        kept = Checkpoints(tmp_path)
        kept.put("block-0", pixels)
        (back,) = kept.get("block-0")
        assert type(back) is Pixels
        for name in Pixels.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(back, name), getattr(pixels, name))

    def test_a_file_cannot_ask_for_another_class(self, tmp_path):
        @dataclass
        class Foreign:
            value: int

        kept = Checkpoints(tmp_path)
        kept.put("block-0", Foreign(1))
        assert (tmp_path / "block-0.npz").is_file()
        assert kept.get("block-0") == []

    def test_nothing_pickled_is_read(self, tmp_path):
        np.savez(tmp_path / "block-0.npz", np.array([{"a": 1}], dtype=object))
        assert Checkpoints(tmp_path).get("block-0") == []

    def test_a_place_that_cannot_be_written_keeps_nothing_and_stops_nothing(self, tmp_path):
        (tmp_path / "file").write_text("")
        kept = Checkpoints(tmp_path / "file" / "store")
        kept.put("block-0", 1)
        assert kept.get("block-0") == []

    def test_a_key_is_a_folder_of_its_own(self, tmp_path):
        same = keyed(tmp_path, {"a": 1, "b": (2, 3)}, "x")
        assert same == keyed(tmp_path, {"b": [2, 3], "a": 1}, "x")
        assert same != keyed(tmp_path, {"a": 1, "b": (2, 4)}, "x")
        assert same.parent == tmp_path


def test_counts_that_vanish_while_they_are_read_are_told_in_a_sentence(counts):
    def fail(block):
        raise FileNotFoundError("gone")

    data = da.from_array(counts, chunks=(4, 7, 40)).map_blocks(fail, dtype=float)
    with pytest.raises(InputError, match="moved, changed or damaged"):
        Job().map("sum", lambda block, row: row, data)
