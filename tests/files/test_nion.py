"""Nion Swift's files come in with the numbers, axes and metadata that Swift wrote."""

import json
import pickle
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from kapitza.data import SpectrumImage
from kapitza.errors import AxisError, InputError
from kapitza.files import describe, nion, read, reading, sha256, size

from .swift import swift_properties, write_h5, write_nhdf, write_npy, write_zip

FORMATS = ["ndata1", "packed", "ndata", "npy", "h5", "nhdf"]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_image(kind: str, swift_files: dict[str, Path], image: SpectrumImage) -> None:
    got = read(swift_files[kind])
    np.testing.assert_array_equal(got.counts, image.counts)
    np.testing.assert_allclose(got.energy, image.energy, rtol=1e-12, atol=1e-12)
    assert got.step == image.step
    assert got.name == image.name
    assert got.microscope.beam_energy == 60.0
    assert got.microscope.dwell == 0.1
    assert got.microscope.convergence == pytest.approx(25.0)
    assert got.microscope.collection == pytest.approx(24.9)
    assert got.microscope.electrons_per_count == pytest.approx(1 / 49)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "packed"])
def test_large_arrays_stay_on_disk(
    kind: str, swift_files: dict[str, Path], image: SpectrumImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "EAGER_BYTES", 100)
    got = read(swift_files[kind])
    assert hasattr(got.counts, "dask")
    assert got.counts.chunks[1:] == ((4,), (50,))
    np.testing.assert_array_equal(got.counts.compute(), image.counts)


def test_a_large_packed_array_is_unpacked_once(
    swift_files: dict[str, Path], image: SpectrumImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "EAGER_BYTES", 100)
    np.testing.assert_array_equal(read(swift_files["packed"]).counts, image.counts)
    assert isinstance(read(swift_files["packed"]).counts, np.ndarray)


@pytest.mark.parametrize("kind", ["ndata1", "npy", "h5"])
def test_a_large_array_goes_to_another_process_as_the_name_of_its_file(
    kind: str, swift_files: dict[str, Path], image: SpectrumImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "EAGER_BYTES", 100)
    monkeypatch.chdir(swift_files[kind].parent)
    packed = pickle.dumps(read(swift_files[kind].name).counts)
    monkeypatch.chdir("/")
    assert len(packed) < image.counts.nbytes
    np.testing.assert_array_equal(pickle.loads(packed).compute(), image.counts)


@pytest.mark.parametrize("kind", ["ndata1", "h5"])
def test_a_large_array_is_read_in_slabs_of_whole_rows(
    kind: str, swift_files: dict[str, Path], image: SpectrumImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "EAGER_BYTES", 100)
    monkeypatch.setattr(reading, "SLAB_BYTES", 2 * image.counts[0].nbytes)
    got = read(swift_files[kind])
    assert got.counts.chunks == ((2, 1), (4,), (50,))
    np.testing.assert_array_equal(got.counts.compute(), image.counts)


def test_no_file_stays_open_after_reading(swift_files: dict[str, Path], image: SpectrumImage) -> None:
    got = read(swift_files["h5"])
    write_h5(swift_files["h5"], 3 * image.counts, swift_properties(image))
    np.testing.assert_array_equal(got.counts, image.counts)


def test_json_beside_the_array_is_the_same_input(swift_files: dict[str, Path], image: SpectrumImage) -> None:
    description = swift_files["npy"].with_suffix(".json")
    np.testing.assert_array_equal(read(description).counts, image.counts)
    assert sha256(description) == sha256(swift_files["npy"])


def test_npy_without_description_says_what_is_missing(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((3, 3, 9)))
    with pytest.raises(InputError, match=r"axes in a\.json are wanted"):
        read(tmp_path / "a.npy")


def test_fortran_order_survives_the_zip(tmp_path: Path, image: SpectrumImage) -> None:
    path = write_zip(tmp_path / "f.ndata", np.asfortranarray(image.counts), swift_properties(image))
    np.testing.assert_array_equal(read(path).counts, image.counts)


def test_pickled_objects_are_never_opened(tmp_path: Path, image: SpectrumImage) -> None:
    trap = np.array([Trap(tmp_path / "sprung")] * 24, dtype=object).reshape(2, 3, 4)
    properties = swift_properties(image)
    write_zip(tmp_path / "a.ndata", None, properties)
    for path in (write_zip(tmp_path / "b.ndata", trap, properties), write_npy(tmp_path / "c.npy", trap, properties)):
        with pytest.raises(InputError):
            read(path)
    assert not (tmp_path / "sprung").exists()
    np.load(tmp_path / "c.npy", allow_pickle=True)
    assert (tmp_path / "sprung").exists(), "the trap must be a real one for this test to mean anything"


class Trap:
    """Unpickled, it leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_a_header_that_claims_more_than_the_file_holds(tmp_path: Path, image: SpectrumImage) -> None:
    np.save(tmp_path / "whole.npy", image.counts)
    boast = (tmp_path / "whole.npy").read_bytes().replace(b"(3, 4, 50)", b"(9, 9, 99)")
    with zipfile.ZipFile(tmp_path / "a.ndata", "w") as archive:
        archive.writestr("data.npy", boast)
        archive.writestr("metadata.json", json.dumps(swift_properties(image)))
    with pytest.raises(InputError, match=r"\(9, 9, 99\).*truncated or damaged"):
        read(tmp_path / "a.ndata")
    (tmp_path / "b.npy").write_bytes(boast)
    (tmp_path / "b.json").write_text(json.dumps(swift_properties(image)))
    with pytest.raises(InputError, match="damaged, truncated"):
        read(tmp_path / "b.npy")


def test_an_hdf5_file_of_another_kind(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data"] = np.zeros(3)
    with pytest.raises(InputError, match="another kind of HDF5"):
        read(tmp_path / "a.h5")


def test_compression_that_is_not_installed_is_named(tmp_path: Path, image: SpectrumImage) -> None:
    unknown = 31999
    with h5py.File(tmp_path / "a.h5", "w") as file:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk(image.shape)
        plist.set_filter(unknown, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple(image.shape)
        h5py.h5d.create(file.id, b"data", h5py.h5t.NATIVE_FLOAT, space, plist)
        file["data"].attrs["properties"] = json.dumps(swift_properties(image))
    with pytest.raises(InputError, match=r"31999 in a\.h5: run `pip install hdf5plugin`"):
        read(tmp_path / "a.h5")


def test_several_items_are_listed_and_chosen(tmp_path: Path, image: SpectrumImage) -> None:
    first, second = swift_properties(image), {**swift_properties(image), "title": "second", "uuid": "u-2"}
    summed = {**first, "title": "sum", "uuid": "u-3", "dimensional_calibrations": first["dimensional_calibrations"][2:]}
    total = image.counts.sum((0, 1))
    path = write_nhdf(tmp_path / "a.nhdf", [(image.counts, first), (2 * image.counts, second), (total, summed)])
    with pytest.raises(InputError, match=r"2 spectrum images.*'AlN on SiC'.*'second'.*'sum'.*item="):
        read(path)
    for wanted in ("second", "1", "u-2"):
        np.testing.assert_array_equal(read(path, item=wanted).counts, 2 * image.counts)
    np.testing.assert_array_equal(read(path, item="sum").counts[0, 0], total)
    with pytest.raises(InputError, match="no such item"):
        read(path, item="third")
    only = write_nhdf(tmp_path / "b.nhdf", [(total, summed), (image.counts, first)])
    assert read(only).name == image.name


def test_intensity_calibration_is_named_not_applied(tmp_path: Path, image: SpectrumImage) -> None:
    calibration = {"offset": 0.0, "scale": 0.5, "units": "e"}
    properties = swift_properties(image, intensity_calibration=calibration)
    got = read(write_zip(tmp_path / "a.ndata", image.counts, properties))
    np.testing.assert_array_equal(got.counts, image.counts)
    assert any("intensity calibration" in line for line in got.history)


def test_colour_pictures_are_no_spectra(tmp_path: Path, image: SpectrumImage) -> None:
    properties = swift_properties(image)
    properties["dimensional_calibrations"] = properties["dimensional_calibrations"][:2]
    path = write_zip(tmp_path / "a.ndata", np.zeros((4, 5, 3), np.uint8), properties)
    with pytest.raises(InputError, match="axis for each dimension"):
        read(path)


def test_missing_energy_unit_is_refused_with_the_units_found(tmp_path: Path, image: SpectrumImage) -> None:
    properties = swift_properties(image)
    properties["dimensional_calibrations"][2]["units"] = ""
    with pytest.raises(AxisError, match=r"3 \(nm\) x 4 \(nm\) x 50 \(no unit\)"):
        read(write_zip(tmp_path / "a.ndata", image.counts, properties))


def test_description_that_is_no_object(tmp_path: Path, image: SpectrumImage) -> None:
    path = write_npy(tmp_path / "a.npy", image.counts, {})
    path.with_suffix(".json").write_text(json.dumps([1, 2]))
    with pytest.raises(InputError):
        read(path)


def test_samples_written_by_swift_agree_with_each_other_and_their_source(shared_data: Path) -> None:
    names = ["bto_crop.ndata1", "bto_crop.npy", "bto_crop.nhdf", "bto_crop_library.ndata", "bto_crop_library.h5"]
    images = [read(shared_data / "nion_formats" / name) for name in [*names, "bto_crop.json"]]
    source = read(shared_data / "pan_bto" / "Example_BTO_deleted.dm4")
    for got in images:
        np.testing.assert_array_equal(got.counts, images[0].counts)
        np.testing.assert_allclose(got.energy, source.energy, rtol=1e-6, atol=1e-9)
        assert got.step == pytest.approx(source.step, rel=1e-5)
    windows = np.lib.stride_tricks.sliding_window_view(source.counts[:, :, 200], (8, 8))
    places = np.argwhere((windows == images[0].counts[:, :, 200]).all((2, 3)))
    assert len(places) == 1
    y, x = places[0]
    np.testing.assert_array_equal(images[0].counts, source.counts[y : y + 8, x : x + 8])
    assert images[0].microscope.beam_energy == 60.0
    assert images[0].microscope.dwell == 0.5


def test_describe_names_what_is_found_and_missing(tmp_path: Path, image: SpectrumImage) -> None:
    properties = swift_properties(image)
    del properties["metadata"]["hardware_source"]["counts_per_electron"]
    got = describe(write_zip(tmp_path / "a.ndata", image.counts, properties))
    assert got.shape == (3, 4, 50)
    assert got.found["beam_energy"] == (60.0, "keV")
    assert got.missing == ("electrons_per_count",)
    assert [axis.role for axis in got.axes] == ["y", "x", "energy"]
    assert got.axes[1].scale == 0.2
    assert got.axes[1].unit == "nm"
    assert got.axes[2].offset == pytest.approx(image.energy[0])
    assert got.axes[2].scale == pytest.approx(image.dispersion)


def test_array_opens_its_file_only_to_read(swift_files: dict[str, Path], image: SpectrumImage) -> None:
    item = nion.read_hdf(swift_files["h5"])[0]
    swift_files["h5"].rename(swift_files["h5"].with_name("moved.h5"))
    assert item.data.ndim == 3
    with pytest.raises(FileNotFoundError):
        item.data[0]
