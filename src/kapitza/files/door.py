"""The one place where a path becomes arrays with axes, and where every reader's failure becomes a sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from kapitza.errors import InputError, KapitzaError
from kapitza.files.item import Item
from kapitza.files.nion import read_hdf, read_npy, read_zip
from kapitza.files.nion_project import find_project, read_project
from kapitza.files.rosetta import FORMATS, read_rosetta

Reader = Callable[[Path], list[Item]]

READERS: dict[str, Reader] = {
    ".ndata1": read_zip,
    ".ndata": read_zip,
    ".npy": read_npy,
    ".json": read_npy,
    ".h5": read_hdf,
    ".nhdf": read_hdf,
    ".nsproj": read_project,
    **dict.fromkeys(FORMATS, read_rosetta),
}


def open_items(path: Path) -> list[Item]:
    """All arrays in a file, folder or project, with their axes; the larger ones not yet loaded.

    Raises
    ------
    InputError
        if there is no such file, its format is not known, or its content is not what its name says.
    """
    path, reader = _find_reader(path)
    with reading(path):
        items = reader(path)
        if not items:
            raise InputError(f"At least one array is wanted, got none in {path.name}: check what was saved.")
        return items


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a library raises while reading `path` into one sentence; kapitza's own errors pass."""
    try:
        yield
    except KapitzaError:
        raise
    except PermissionError as error:
        raise InputError(f"A file that may be read is wanted, got no permission for {path.name}: change it.") from error
    except MemoryError as error:
        raise InputError(
            f"An array that fits into memory is wanted, got a larger one claimed by {path.name}: the file is damaged,"
            " or needs a larger machine."
        ) from error
    except Exception as error:  # readers meet damaged files with exceptions of every kind
        raise InputError(
            f"A complete {path.suffix.lower() or 'data'} file is wanted, got damaged, truncated or other content in"
            f" {path.name} ({_reason(error, path)}): copy or export it again."
        ) from error


def _find_reader(path: Path) -> tuple[Path, Reader]:
    suffix = path.suffix.lower()
    if not path.exists():
        raise InputError(f"A file is wanted, got nothing at {path}: check the name and the folder.")
    if path.is_dir() and suffix != ".zspy":
        project = find_project(path)
        if project is None:
            raise InputError(
                f"A file, a .zspy folder or a folder with one .nsproj project is wanted, got the folder {path}: name"
                " the file inside it."
            )
        return project.absolute(), read_project
    if suffix not in READERS:
        raise InputError(
            f"A format that kapitza knows ({', '.join(sorted(READERS))}) is wanted, got {path.name!r}: export the"
            " spectrum image to one of them."
        )
    if path.is_file() and path.stat().st_size == 0:
        raise InputError(f"A file with data is wanted, got the empty file {path.name}: copy or export it again.")
    # Absolute, because what stays on disk is read later, and maybe by a process in another folder.
    return path.absolute(), READERS[suffix]


def _reason(error: Exception, path: Path) -> str:
    """The library's own reason, on one line and without the folders of the path."""
    words = " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())
    words = words.replace(str(path.parent), "")
    return f"{type(error).__name__}: {words[:160]}" if words else type(error).__name__
