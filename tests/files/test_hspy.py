"""What kapitza writes as .hspy is a HyperSpy file, and comes back to the last bit."""

import dataclasses
from pathlib import Path

import dask.array as da
import h5py
import numpy as np
import pytest

from kapitza.data import Microscope, SpectrumImage
from kapitza.errors import OutputError
from kapitza.files import read, write_hspy


def assert_same(got: SpectrumImage, expected: SpectrumImage) -> None:
    assert got.counts.dtype == expected.counts.dtype
    np.testing.assert_array_equal(got.counts, np.asarray(expected.counts))
    np.testing.assert_array_equal(got.energy, expected.energy)
    assert got.step == expected.step
    assert got.name == expected.name
    assert got.microscope == expected.microscope
    assert got.history[: len(expected.history)] == expected.history


def test_round_trip_to_the_last_bit(image: SpectrumImage, tmp_path: Path) -> None:
    awkward = dataclasses.replace(image, energy=np.linspace(-0.1, 0.7, 50) * 1e2 / 3)
    for i, entry in enumerate((image, awkward, dataclasses.replace(image, counts=image.counts.astype(np.uint16)))):
        write_hspy(entry, tmp_path / f"{i}.hspy")
        assert_same(read(tmp_path / f"{i}.hspy"), entry)


def test_round_trip_of_what_is_not_known(image: SpectrumImage, tmp_path: Path) -> None:
    bare = SpectrumImage(counts=image.counts, energy=image.energy, name="a/b")
    write_hspy(bare, tmp_path / "a.hspy")
    got = read(tmp_path / "a.hspy")
    assert got.step is None
    assert got.microscope == Microscope()
    assert got.name == "a/b"


def test_round_trip_twice_keeps_the_history_growing(image: SpectrumImage, tmp_path: Path) -> None:
    write_hspy(image, tmp_path / "a.hspy")
    once = read(tmp_path / "a.hspy")
    write_hspy(once, tmp_path / "b.hspy")
    assert read(tmp_path / "b.hspy").history == (*image.history, "read from a.hspy", "read from b.hspy")


def test_dask_counts_are_written_in_blocks(image: SpectrumImage, tmp_path: Path) -> None:
    lazy = dataclasses.replace(image, counts=da.from_array(image.counts, chunks=(1, 2, -1)))
    write_hspy(lazy, tmp_path / "a.hspy")
    assert_same(read(tmp_path / "a.hspy"), image)


def test_axis_that_others_recalibrated_or_cropped_wins(image: SpectrumImage, tmp_path: Path) -> None:
    write_hspy(image, tmp_path / "a.hspy")
    with h5py.File(tmp_path / "a.hspy", "r+") as file:
        next(iter(file["Experiments"].values()))["axis-2"].attrs["offset"] = 5.0
    np.testing.assert_allclose(read(tmp_path / "a.hspy").energy, 5 + image.dispersion * np.arange(50))


def test_extra_goes_to_the_original_metadata(image: SpectrumImage, tmp_path: Path) -> None:
    write_hspy(image, tmp_path / "a.hspy", extra={"twin": {"seed": 7, "drop": 15.0}})
    with h5py.File(tmp_path / "a.hspy") as file:
        original = next(iter(file["Experiments"].values()))["original_metadata"]
        assert dict(original["twin"].attrs) == {"seed": 7, "drop": 15.0}


def test_file_names_no_folder(image: SpectrumImage, tmp_path: Path) -> None:
    write_hspy(image, tmp_path / "a.hspy")
    assert str(tmp_path).encode() not in (tmp_path / "a.hspy").read_bytes()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.hspy"]


def test_other_suffixes_are_refused(image: SpectrumImage, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ending in \.hspy"):
        write_hspy(image, tmp_path / "a.h5")


@pytest.mark.filterwarnings("ignore")
def test_hyperspy_opens_it_as_eels_with_the_right_axes(image: SpectrumImage, tmp_path: Path) -> None:
    hs = pytest.importorskip("hyperspy.api", reason="HyperSpy is not installed")
    write_hspy(image, tmp_path / "a.hspy")
    signal = hs.load(tmp_path / "a.hspy")
    np.testing.assert_array_equal(signal.data, image.counts)
    energy = signal.axes_manager.signal_axes[0]
    assert (energy.units, energy.name, energy.size) == ("meV", "Energy loss", 50)
    np.testing.assert_allclose(energy.axis, image.energy, rtol=1e-12)
    x, y = signal.axes_manager.navigation_axes
    assert [(axis.name, axis.scale, str(axis.units)) for axis in (x, y)] == [("x", 0.2, "nm"), ("y", 0.3, "nm")]
    metadata = signal.metadata
    assert metadata.Signal.signal_type == "EELS"
    assert metadata.General.title == image.name
    assert metadata.Acquisition_instrument.TEM.beam_energy == 60.0
    assert metadata.Acquisition_instrument.TEM.Detector.EELS.collection_angle == 24.9
    signal.save(tmp_path / "b.hspy")
    assert_same(read(tmp_path / "b.hspy"), image)
