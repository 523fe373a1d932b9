"""Whatever is wrong with a file, one sentence comes out and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from kapitza.data import SpectrumImage
from kapitza.errors import InputError, KapitzaError
from kapitza.files import describe, read, sha256, write_hspy
from kapitza.files.door import READERS

SUFFIXES = sorted(READERS)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="got nothing at"):
        read(tmp_path / "a.dm4")
    with pytest.raises(InputError, match="got the folder"):
        read(tmp_path)


def test_unknown_suffix_names_the_known(tmp_path: Path) -> None:
    (tmp_path / "a.prz").write_bytes(b"x")
    with pytest.raises(InputError, match=r"\.dm4, .*\.zspy.* got 'a\.prz'"):
        read(tmp_path / "a.prz")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_empty_file(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"a{suffix}").touch()
    with pytest.raises(InputError, match="empty file"):
        read(tmp_path / f"a{suffix}")


@pytest.mark.parametrize("size", [1, 60, 5000])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_random_bytes(suffix: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(np.random.default_rng(size).bytes(size))
    with pytest.raises(InputError) as caught:
        read(path)
    assert path.name in str(caught.value) or path.stem in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError):
        describe(path)


def _cuts(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    cut = tmp_path / f"cut{path.suffix}"
    if path.suffix == ".npy":
        cut.with_suffix(".json").write_bytes(path.with_suffix(".json").read_bytes())
    for length in (1, 8, 100, len(whole) // 3, len(whole) // 2, len(whole) - 200, len(whole) - 30):
        cut.write_bytes(whole[:length])
        with pytest.raises(InputError):
            read(cut)


@pytest.mark.parametrize("kind", ["ndata1", "packed", "ndata", "npy", "h5", "nhdf"])
def test_truncated_swift_files(kind: str, swift_files: dict[str, Path], tmp_path: Path) -> None:
    _cuts(swift_files[kind], tmp_path)


def test_truncated_hspy_and_zipped_zspy(image: SpectrumImage, write_zspy, tmp_path: Path) -> None:
    write_hspy(image, tmp_path / "a.hspy")
    _cuts(tmp_path / "a.hspy", tmp_path)
    _cuts(write_zspy("z.zspy", packed=True), tmp_path)


def test_truncated_real_files(shared_data: Path, tmp_path: Path) -> None:
    _cuts(shared_data / "pan_bto" / "Example_BTO_deleted.dm4", tmp_path)
    for path in sorted((shared_data / "nion_formats").iterdir()):
        if path.suffix != ".json":
            _cuts(path, tmp_path)


@pytest.mark.parametrize("kind", ["ndata1", "h5", "nhdf", "npy"])
def test_flipped_bytes_never_escape_as_another_error(kind: str, swift_files: dict[str, Path], tmp_path: Path) -> None:
    path = swift_files[kind]
    whole = path.read_bytes()
    rng = np.random.default_rng(3)
    for _ in range(40):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 20):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(damaged)
        try:
            got = read(path)
        except KapitzaError:
            continue
        assert got.counts.ndim == 3


def test_hdf5_that_claims_more_than_any_memory(tmp_path: Path, image: SpectrumImage) -> None:
    import h5py

    from .swift import swift_properties, write_h5

    path = write_h5(tmp_path / "a.h5", image.counts, swift_properties(image))
    with h5py.File(path, "r+") as file:
        properties = file["data"].attrs["properties"]
        del file["data"]
        file.create_dataset("data", (10**6, 10**6, 1000), np.float32, chunks=(1, 1, 1000))
        file["data"].attrs["properties"] = properties
    with pytest.raises(InputError, match=r"claims 4e\+06 GB"):
        read(path)
    write_hspy(image, tmp_path / "a.hspy")
    with h5py.File(tmp_path / "a.hspy", "r+") as file:
        experiment = next(iter(file["Experiments"].values()))
        del experiment["data"]
        experiment.create_dataset("data", (10**5, 10**5, 1000), np.float32, chunks=(1, 1, 1000))
    with pytest.raises(InputError, match=r"claims 4e\+04 GB"):
        read(tmp_path / "a.hspy")


def test_library_words_carry_no_folder_and_chain_their_cause(tmp_path: Path) -> None:
    path = tmp_path / "a.hspy"
    path.write_bytes(b"not HDF5")
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(tmp_path) not in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str], write_zspy) -> None:
    path = write_zspy()
    next(path.rglob(".zarray")).write_text("{}")
    with pytest.raises(InputError):
        read(path)
    assert capfd.readouterr() == ("", "")


def test_fingerprint_of_a_damaged_project_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.nsproj").write_text("{")
    with pytest.raises(InputError):
        sha256(tmp_path / "a.nsproj")
