"""From a `Study` back to TOML, and to plain settings: relative file names only."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomli_w

from kapitza.study.model import ImageEntry, Study
from kapitza.study.scenario.entries import Scenario

_OPTIONAL = ("interface", "residual", "factorisation", "deconvolution", "beam")
"""Tables of a study that mean something by being there."""


def to_toml(study: Study, relative_to: Path | str) -> str:
    """The study with every setting written out, as a study file that runs again to the same numbers.

    Parameters
    ----------
    study
        the study.
    relative_to
        folder in which the text will be saved as a study file; file names are written relative to it. A file on another
        drive, or in a folder named after the user, is written by its bare name, with a comment that says so.
    """
    folder = Path(relative_to).resolve()
    title = tomli_w.dumps({"study": {"title": study.title}})
    images = ["[[image]]\n" + tomli_w.dumps(_image(image, folder)) for image in study.images]
    modes = ["[[mode]]\n" + tomli_w.dumps(asdict(mode)) for mode in study.modes]
    bands = ["[[band]]\n" + tomli_w.dumps(_given(asdict(band))) for band in study.bands]
    scenario = [] if study.scenario is None else _scenario(study.scenario)
    tables: dict[str, Any] = {}
    for name in _OPTIONAL:
        if (settings := getattr(study, name)) is not None:
            tables[name] = _given(asdict(settings))
    tables["energy"] = _given(asdict(study.energy))
    tables["method"] = {**_given(asdict(study.method)), "compare": study.compare}
    if study.thickness_asked_for:
        tables["thickness"] = _given(asdict(study.thickness))
    bare = [path.name for image in study.images for path in image.files if _relative(path, folder) is None]
    note = (
        f"# Put {', '.join(bare)} beside this file before running it again: a path may not name a user.\n"
        if bare
        else ""
    )
    return note + "\n".join([title, *images, *modes, *bands, *scenario, tomli_w.dumps(tables)])


def resolved_settings(study: Study) -> dict[str, Any]:
    """Every setting of the study as a plain nested dict, None where left to the data; files by their bare names."""
    images = [{**asdict(image), **{key: path.name for key, path in image.paths.items()}} for image in study.images]
    return {
        "study": {"title": study.title},
        "image": [_listed(image) for image in images],
        "mode": [asdict(mode) for mode in study.modes],
        "band": [_listed(asdict(band)) for band in study.bands],
        "scenario": None if study.scenario is None else _scenario_table(study.scenario),
        **{name: None if (kind := getattr(study, name)) is None else _listed(asdict(kind)) for name in _OPTIONAL},
        "energy": _listed(asdict(study.energy.resolved(study.method))),
        "method": {**asdict(study.method.resolved()), "compare": study.compare},
        "thickness": asdict(study.thickness) if study.thickness_asked_for else None,
    }


def _scenario(scenario: Scenario) -> list[str]:
    table = _scenario_table(scenario)
    partners = ["[[scenario.partner]]\n" + tomli_w.dumps(partner) for partner in table.pop("partner")]
    given = _given(table)
    inner = {key: given.pop(key) for key in list(given) if isinstance(given[key], dict)}
    return ["[scenario]\n" + tomli_w.dumps(given), *partners, *([tomli_w.dumps({"scenario": inner})] if inner else [])]


def _scenario_table(scenario: Scenario) -> dict[str, Any]:
    table = asdict(scenario)
    return {"partner": list(table.pop("partners")), **table}


def _image(image: ImageEntry, folder: Path) -> dict[str, Any]:
    placed = {key: _relative(path, folder) or path.name for key, path in image.paths.items()}
    return _given({**asdict(image), **placed})


def _relative(path: Path, folder: Path) -> str | None:
    try:
        relative = Path(os.path.relpath(path, folder))
    except ValueError:  # another drive
        return None
    user = os.path.basename(os.path.expanduser("~"))
    return None if user in relative.parts else relative.as_posix()


def _given(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}


def _listed(table: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in table.items()}
