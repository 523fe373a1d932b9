"""From a study file in TOML to a `Study`; whatever is wrong in it is said in sentences."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from kapitza.errors import StudyError
from kapitza.settings import DeconvolutionSettings, EnergyWindows, InterfaceSettings, Method
from kapitza.study.checks import check
from kapitza.study.keys import WANTED, refuse_unknown, shown, wrong
from kapitza.study.model import ImageEntry, ModeEntry, Study, anchored, require_files

T = TypeVar("T")


def read_study(path: Path | str) -> Study:
    """Read a study file and check it before any spectrum is touched.

    Parameters
    ----------
    path
        TOML file; the paths in it are relative to its folder.

    Raises
    ------
    StudyError
        if the file is missing or no TOML, if a key is unknown (the nearest known one is named), a value is of the wrong
        kind, windows overlap, names repeat, or files do not exist.
    """
    path = Path(path)
    document = _load(path)
    try:
        study = _build(document, anchored(path).parent)
        check(study)
    except StudyError as error:
        raise StudyError(f"{path.name}: {error}") from error
    require_files([file for image in study.images for file in image.files])
    return study


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise StudyError(
            f"A study file is wanted, {path} cannot be read ({error.strerror}): `kapitza init {path.name}` writes one."
        ) from error
    except UnicodeDecodeError as error:
        raise StudyError(
            f"A study file in TOML is wanted, {path.name} is not text: a spectrum image goes to `kapitza map` instead."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path.name} is not valid TOML: {error}. Correct that line and run again.") from error


def _build(document: dict[str, Any], folder: Path) -> Study:
    refuse_unknown(document, WANTED, "")
    tables = {name: _table(document, name) for name in ("study", "interface", "deconvolution", "energy", "method")}
    return Study(
        images=tuple(_image(table, folder) for table in _image_tables(document)),
        modes=tuple(_mode(table) for table in _tables(document, "mode")),
        title=_scalar(tables["study"], "[study]", "title", ""),
        compare=_scalar(tables["method"], "[method]", "compare", True),
        interface=_validated(InterfaceSettings, tables["interface"], "[interface]")
        if "interface" in document
        else None,
        deconvolution=_validated(DeconvolutionSettings, tables["deconvolution"], "[deconvolution]")
        if "deconvolution" in document
        else None,
        energy=_validated(EnergyWindows, tables["energy"], "[energy]"),
        method=_validated(Method, tables["method"], "[method]"),
    )


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise StudyError(
            f"[{name}] must be a table, got {name} = {shown(table)}: write a line [{name}] above its keys."
        )
    refuse_unknown(table, WANTED[name], f"[{name}]")
    return table


def _tables(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    tables = document.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        each = {"image": "spectrum image", "mode": "phonon line"}[name]
        raise StudyError(f"[{name}] must be [[{name}]] in double brackets, one such table per {each}.")
    return tables


def _image_tables(document: dict[str, Any]) -> list[dict[str, Any]]:
    tables = _tables(document, "image")
    if not tables:
        raise StudyError("A study needs at least one image, got none: add an [[image]] table with name and file.")
    return tables


def _mode(table: dict[str, Any]) -> ModeEntry:
    label = f"[[mode]] {table['name']!r}" if isinstance(table.get("name"), str) else "[[mode]]"
    refuse_unknown(table, WANTED["mode"], label)
    return _validated(ModeEntry, table, label)


def _image(table: dict[str, Any], folder: Path) -> ImageEntry:
    label = f"[[image]] {table['name']!r}" if isinstance(table.get("name"), str) else "[[image]]"
    refuse_unknown(table, WANTED["image"], label)
    entry = _validated(ImageEntry, table, label)
    mask, survey, vacuum = (
        None if path is None else anchored(folder / path) for path in (entry.mask, entry.survey, entry.vacuum)
    )
    return replace(entry, file=anchored(folder / entry.file), mask=mask, survey=survey, vacuum=vacuum)


def _validated(kind: type[T], table: dict[str, Any], label: str) -> T:
    # Read as JSON, pydantic's strict mode takes an array for a tuple but never a text for a number.
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_json(json.dumps(table, default=str), strict=True)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        if key not in table:
            raise StudyError(f"{label}: {key} is missing: add {key} = ...") from error
        raise wrong(label, key, table[key]) from error


def _scalar(table: dict[str, Any], label: str, key: str, default: T) -> T:
    value = table.get(key, default)
    if not isinstance(value, type(default)):
        raise wrong(label, key, value)
    return value
