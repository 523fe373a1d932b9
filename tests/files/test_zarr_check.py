"""Nothing in a zarr store is ever unpickled, whatever its metadata asks for."""

import contextlib
import json
import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from kapitza.data import SpectrumImage
from kapitza.errors import InputError
from kapitza.files import read
from kapitza.files.zarr_check import check_zarr


class Trap:
    """Unpickled, it leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def poison(path: Path, sprung: Path, place: str) -> None:
    """Have the counts of a `.zspy` folder decoded by pickle."""
    (meta,) = (file for file in path.rglob(".zarray") if file.parent.name == "data")
    content = json.loads(meta.read_text())
    text, trap = {"id": "vlen-utf8"}, {"id": "pickle"}
    chain = (
        {"filters": [text, trap], "compressor": None} if place == "filters" else {"filters": [text], "compressor": trap}
    )
    content.update(chain, dtype="|O", fill_value=None)
    meta.write_text(json.dumps(content))
    for chunk in meta.parent.rglob("*"):
        if chunk.is_file() and not chunk.name.startswith(".z"):
            chunk.write_bytes(pickle.dumps(Trap(sprung)))


@pytest.mark.parametrize("place", ["filters", "compressor"])
@pytest.mark.parametrize("packed", [False, True])
def test_pickle_codec_is_refused_before_anything_is_decoded(
    place: str, packed: bool, write_zspy, tmp_path: Path
) -> None:
    path = write_zspy()
    poison(path, tmp_path / "sprung", place)
    if packed:
        path = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", path)).rename(tmp_path / "packed.zspy")
    with pytest.raises(InputError, match="packed with 'pickle'"):
        read(path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("place", ["filters", "compressor"])
def test_the_trap_is_a_real_one(place: str, write_zspy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numcodecs.pickles
    from rsciio.zspy import file_reader

    # newer numcodecs want to be asked before they unpickle, older ones do it at once
    monkeypatch.setattr(numcodecs.pickles, "ALLOW_UNSAFE_PICKLE_DECODE", True, raising=False)
    path = write_zspy()
    poison(path, tmp_path / "sprung", place)
    with contextlib.suppress(Exception):
        file_reader(str(path))
    assert (tmp_path / "sprung").exists()


def test_pickle_hidden_in_consolidated_metadata_or_zarr_3(write_zspy, tmp_path: Path) -> None:
    path = write_zspy()
    for name, content in (
        (".zmetadata", {"metadata": {"Experiments/image/data/.zarray": {"shape": [1], "filters": [{"id": "pickle"}]}}}),
        ("zarr.json", {"shape": [1], "codecs": [{"name": "numcodecs.pickle", "configuration": {}}]}),
        (
            "zarr.json",
            {"shape": [1], "codecs": [{"name": "sharding_indexed", "configuration": {"codecs": ["pickle"]}}]},
        ),
        ("zarr.json", {"consolidated_metadata": {"metadata": {"a": {"shape": [1], "codecs": [{"name": "pickle"}]}}}}),
    ):
        (path / name).write_text(json.dumps(content))
        with pytest.raises(InputError, match="pickle"):
            check_zarr(path)
        (path / name).unlink()
    check_zarr(path)


def test_what_users_attach_is_left_alone(write_zspy, image: SpectrumImage) -> None:
    path = write_zspy()
    (path / ".zmetadata").write_text(json.dumps({"metadata": {".zattrs": {"shape": 1, "filters": [{"id": "Wiener"}]}}}))
    assert check_zarr(path) == image.counts.nbytes


def test_links_out_of_the_folder_are_refused(write_zspy, tmp_path: Path) -> None:
    path = write_zspy()
    shutil.move(path / "Experiments", tmp_path / "elsewhere")
    (path / "Experiments").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="link to elsewhere"):
        read(path)


def test_zarr_3_arrays_are_sized(tmp_path: Path) -> None:
    import zarr

    root = zarr.create_group(tmp_path / "a.zspy", zarr_format=3)
    root.create_array("data", data=np.zeros((3, 5), np.float32))
    assert check_zarr(tmp_path / "a.zspy") == 60


def test_damaged_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zspy", "w") as archive:
        archive.writestr(".zgroup", "{")
    with pytest.raises(InputError, match=r"complete \.zspy file is wanted"):
        read(tmp_path / "a.zspy")
