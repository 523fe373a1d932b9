"""The fingerprint of an input, by which a result says what it was made from."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kapitza.errors import InputError
from kapitza.files.door import reading
from kapitza.files.nion_project import data_files, find_project


def sha256(path: str | Path) -> str:
    """SHA-256 of an input file, as 64 hexadecimal digits.

    For a single file the same as `sha256sum` prints. An input of several files (a `.zspy` folder, a `.npy` with its
    `.json`, a `.rpl` with its `.raw`, a Nion Swift project with its data files) has the SHA-256 of the text that lists
    each part as "digest  label\\n" in the order of the labels. Labels are paths below the folder, and the suffix alone
    where the parts share a name, so that moving or renaming the input does not change it.

    Raises
    ------
    InputError
        if there is nothing to read.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"A file is wanted, got nothing at {path}: check the name and the folder.")
    with reading(path):
        parts = _parts(path)
        if len(parts) == 1:
            return _digest(next(iter(parts.values())))
        lines = "".join(f"{_digest(file)}  {label}\n" for label, file in sorted(parts.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _parts(path: Path) -> dict[str, Path]:
    """The files that make up an input, by label."""
    if path.is_dir() and path.suffix.lower() == ".zspy":
        return {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
    project = find_project(path) if path.is_dir() else path
    if project is not None and project.suffix.lower() == ".nsproj":
        return {".nsproj": project, **{f"data/{file.name}": file for file in data_files(project)}}
    if project is None:
        raise InputError(f"A file is wanted, got the folder {path}: name the file inside it.")
    for main, beside in ((".npy", ".json"), (".rpl", ".raw")):
        pair = [path.with_suffix(main), path.with_suffix(beside)]
        if path in pair and all(part.is_file() for part in pair):
            return {part.suffix: part for part in pair}
    return {path.suffix: path}


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
