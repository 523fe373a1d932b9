"""From a study file in TOML to a `Study`; whatever is wrong in it is said in sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from kapitza.errors import StudyError
from kapitza.settings import (
    BeamSettings,
    DeconvolutionSettings,
    EnergyWindows,
    FactorisationSettings,
    InterfaceSettings,
    Method,
    ResidualSettings,
    ThicknessSettings,
)
from kapitza.study.checks import check
from kapitza.study.keys import WANTED, inner_tables, refuse_unknown, wrong
from kapitza.study.model import BandEntry, ImageEntry, ModeEntry, Study, anchored, require_files
from kapitza.study.scenario.entries import Aperture, Channels, Elastic, PartnerEntry, Scenario
from kapitza.toml import read_text, shown, strict_json, tables

T = TypeVar("T")

_SETTINGS: dict[str, type[Any]] = {"energy": EnergyWindows, "method": Method, "thickness": ThicknessSettings}
_WHERE_GIVEN: dict[str, type[Any]] = {
    "interface": InterfaceSettings,
    "residual": ResidualSettings,
    "factorisation": FactorisationSettings,
    "deconvolution": DeconvolutionSettings,
    "beam": BeamSettings,
}
"""Tables that mean something by being there, even empty."""


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
    missing = f"`kapitza init {path.name}` writes one."
    return tables(read_text(path, "a study", missing, "a spectrum image goes to `kapitza map` instead."), path.name)


def _build(document: dict[str, Any], folder: Path) -> Study:
    refuse_unknown(document, inner_tables(""), "")
    about, method = _table(document, "study"), _table(document, "method")
    settings: dict[str, Any] = {
        name: _validated(kind, _table(document, name), f"[{name}]")
        for name, kind in {**_SETTINGS, **_WHERE_GIVEN}.items()
        if name in document or name in _SETTINGS
    }
    return Study(
        images=tuple(_image(table, folder) for table in _image_tables(document)),
        title=_scalar(about, "[study]", "title", ""),
        modes=tuple(_entry(ModeEntry, "mode", table) for table in _tables(document, "mode")),
        bands=tuple(_entry(BandEntry, "band", table) for table in _tables(document, "band")),
        compare=_scalar(method, "[method]", "compare", True),
        scenario=_scenario(_table(document, "scenario")) if "scenario" in document else None,
        **settings,
    )


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    key = name.split(".")[-1]
    table = document.get(key, {})
    if not isinstance(table, dict):
        raise StudyError(f"[{name}] must be a table, got {key} = {shown(table)}: write a line [{name}] above its keys.")
    refuse_unknown(table, [*WANTED[name], *inner_tables(name)], f"[{name}]")
    return table


def _tables(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    tables = document.get(name.split(".")[-1], [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        each = {
            "image": "spectrum image",
            "mode": "phonon line",
            "band": "range of phonon energies",
            "scenario.partner": "bulk phonon of a mode",
        }[name]
        raise StudyError(f"[{name}] must be [[{name}]] in double brackets, one such table per {each}.")
    return tables


def _image_tables(document: dict[str, Any]) -> list[dict[str, Any]]:
    tables = _tables(document, "image")
    if not tables:
        raise StudyError("A study needs at least one image, got none: add an [[image]] table with name and file.")
    return tables


def _entry(kind: type[T], name: str, table: dict[str, Any]) -> T:
    label = f"[[{name}]] {table['name']!r}" if isinstance(table.get("name"), str) else f"[[{name}]]"
    refuse_unknown(table, WANTED[name], label)
    return _validated(kind, table, label)


def _scenario(table: dict[str, Any]) -> Scenario:
    inner = {key: table[key] for key in inner_tables("scenario") if key in table}
    own = {key: value for key, value in table.items() if key not in inner}
    kinds = {"channels": Channels, "elastic": Elastic, "aperture": Aperture}
    parts: dict[str, Any] = {
        key: _validated(kind, _table(inner, f"scenario.{key}"), f"[scenario.{key}]")
        for key, kind in kinds.items()
        if key in inner
    }
    partners = tuple(_partner(partner) for partner in _tables(inner, "scenario.partner"))
    return replace(_validated(Scenario, own, "[scenario]"), partners=partners, **parts)


def _partner(table: dict[str, Any]) -> PartnerEntry:
    label = f"[[scenario.partner]] {table['mode']!r}" if isinstance(table.get("mode"), str) else "[[scenario.partner]]"
    refuse_unknown(table, WANTED["scenario.partner"], label)
    return _validated(PartnerEntry, table, label)


def _image(table: dict[str, Any], folder: Path) -> ImageEntry:
    entry = _entry(ImageEntry, "image", table)
    placed: dict[str, Any] = {key: anchored(folder / path) for key, path in entry.paths.items()}
    return replace(entry, **placed)


def _validated(kind: type[T], table: dict[str, Any], label: str) -> T:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_json(strict_json(table), strict=True)
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
