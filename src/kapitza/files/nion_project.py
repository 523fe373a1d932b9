"""Nion Swift projects: an `.nsproj` file (JSON) and a folder of data files beside it.

The project names its data folders in `project_data_folders` (relative to itself); items are the `.ndata` and `.h5`
files anywhere below, except in folders called `trash`. Items listed in `data_item_deletions` are left out.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from kapitza.errors import InputError
from kapitza.files.item import Item
from kapitza.files.nion import read_hdf, read_zip

_READERS = {".ndata": read_zip, ".h5": read_hdf}


def find_project(folder: Path) -> Path | None:
    """The `.nsproj` that a folder stands for: the only one inside, or the one beside a `<name> Data` folder."""
    inside = sorted(folder.glob("*.nsproj"))
    beside = folder.parent / f"{folder.name.removesuffix(' Data')}.nsproj"
    if len(inside) == 1:
        return inside[0]
    return beside if not inside and beside.is_file() else None


def data_files(path: Path) -> list[Path]:
    """The data files of a project, in the order of their paths.

    Raises
    ------
    InputError
        if the file is no project or its data folder is not there.
    """
    folders = _data_folders(path, _project(path))
    return [
        file
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix in _READERS and not file.name.startswith(".") and "trash" not in file.relative_to(folder).parts
    ]


def read_project(path: Path) -> list[Item]:
    """All items of a project that can be read; a note on each says how many data files could not be."""
    deletions = _project(path).get("data_item_deletions")
    deleted = set(map(str, deletions)) if isinstance(deletions, list) else set()
    items: list[Item] = []
    failed: list[str] = []
    for file in data_files(path):
        try:
            items += [item for item in _READERS[file.suffix](file) if item.uuid not in deleted]
        except Exception:
            failed.append(file.name)
    if not items:
        raise InputError(
            f"A project with data items is wanted, got none that can be read in {path.name}"
            + (f" ({len(failed)} damaged or without data)" if failed else "")
            + ": keep the project and its Data folder together."
        )
    if failed:
        note = f"{len(failed)} data files of the project could not be read"
        items = [replace(item, notes=(*item.notes, note)) for item in items]
    return items


def _project(path: Path) -> dict[str, object]:
    project = json.loads(path.read_text("utf-8"))
    if not isinstance(project, dict):
        raise InputError(f"A Nion Swift project is wanted, got other JSON in {path.name}: choose the .nsproj file.")
    return project


def _data_folders(path: Path, project: dict[str, object]) -> list[Path]:
    named = project.get("project_data_folders")
    names = [str(name) for name in named] if isinstance(named, list) else []
    folders = [folder for folder in (path.parent / name for name in names) if folder.is_dir()]
    if not folders and (beside := path.parent / f"{path.stem} Data").is_dir():
        folders = [beside]
    if not folders:
        raise InputError(
            f"The folder {(names or [f'{path.stem} Data'])[0]!r} with the data is wanted beside {path.name}, got no"
            " such folder: copy it along with the project."
        )
    return folders
