"""The fingerprint is the usual one for a file, and covers every part of an input of several."""

import hashlib
from pathlib import Path

import pytest

from kapitza.errors import InputError
from kapitza.files import sha256


def test_single_file_as_sha256sum_prints(tmp_path: Path) -> None:
    (tmp_path / "a.dm4").write_bytes(b"counts")
    assert sha256(tmp_path / "a.dm4") == hashlib.sha256(b"counts").hexdigest()


def test_pair_and_rename(swift_files: dict[str, Path]) -> None:
    path = swift_files["npy"]
    description = path.with_suffix(".json")
    before = sha256(path)
    lines = "".join(f"{hashlib.sha256(part.read_bytes()).hexdigest()}  {part.suffix}\n" for part in (description, path))
    assert before == hashlib.sha256(lines.encode()).hexdigest()
    assert sha256(description) == before
    description.rename(description.with_stem("other"))
    assert sha256(path.rename(path.with_stem("other"))) == before
    path.with_stem("other").with_suffix(".json").write_text("{}")
    assert sha256(path.with_stem("other")) != before


def test_folder_covers_every_chunk(write_zspy, tmp_path: Path) -> None:
    path = write_zspy()
    before = sha256(path)
    moved = path.rename(tmp_path / "moved.zspy")
    assert sha256(moved) == before
    chunk = max(moved.rglob("*"), key=lambda file: file.stat().st_size if file.is_file() else 0)
    chunk.write_bytes(chunk.read_bytes() + b"0")
    assert sha256(moved) != before


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="got nothing at"):
        sha256(tmp_path / "a.dm4")
    with pytest.raises(InputError, match="got the folder"):
        sha256(tmp_path)
