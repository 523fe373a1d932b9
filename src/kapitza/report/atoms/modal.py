"""The result folder of modal temperatures: numbers, arrays, a figure and a page, complete or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kapitza
from kapitza.atoms.modes import BoundTemperatures, InterfaceTemperatures, SideTemperatures
from kapitza.files.folder import result_folder
from kapitza.quantity import Quantity
from kapitza.report.atoms.modal_page import modal_page, mode_error
from kapitza.report.folder import write_group, write_numbers, write_text
from kapitza.report.results import SCHEMA, versions
from kapitza.report.short_page import short_page


def save_modal(
    result: InterfaceTemperatures,
    directory: Path | str,
    inputs: Sequence[Mapping[str, str]] = (),
    *,
    command: str | None = None,
    force: bool = False,
) -> Path:
    """Write the temperatures of modes into one folder, complete or not at all.

    `results.json` has averages and settings, `modes.zarr` a group for each side with all modes (`left/bulk`) and the
    windows along z (`left/along`), blocks included, and one for an interface, `figures/modes` the figure,
    `report.html` the page. No user name, host name or absolute path goes into it.

    Parameters
    ----------
    result
        what `kapitza.atoms.modes.modal_temperatures` or an observer returned.
    directory
        the folder to make.
    inputs
        name, file name and sha256 of each input.
    command
        what made it, as one would type it again; None where that is no command of its own.
    force
        whether an earlier result at `directory` is replaced.

    Raises
    ------
    OutputError
        if the folder exists and may not be replaced, or cannot be written.
    """
    from kapitza.plots import modal_figure, save_figure

    directory = Path(directory)
    with result_folder(directory, force) as scratch:
        numbers = _numbers(result, inputs, command)
        write_numbers(scratch, numbers)
        for side in result.sides:
            for name, dataset in (("bulk", side.bulk.dataset()), ("along", side.along.dataset())):
                write_group(dataset, scratch / "modes.zarr", f"{side.name}/{name}")
        if result.bound is not None:
            write_group(result.bound.modal.dataset(), scratch / "modes.zarr", "interface")
        (scratch / "figures").mkdir()
        _, drawn = save_figure(modal_figure(result), scratch / "figures", "modes")
        write_text(scratch / "report.html", short_page(modal_page(result, drawn), numbers))
    return directory


def modal_averages(result: InterfaceTemperatures) -> dict[str, Any]:
    """The averages of each side over its modes and of those bound to the interface, K, as in a `results.json`."""
    averages = {
        side.name: {
            **{name: value.to_dict() for name, value in side.averages.items()},
            "optical_minus_acoustic": side.optical_minus_acoustic.to_dict(),
        }
        for side in result.sides
    }
    if result.bound is not None:
        averages["interface"] = {name: value.to_dict() for name, value in result.bound.averages.items()}
    return averages


def _numbers(result: InterfaceTemperatures, inputs: Sequence[Mapping[str, str]], command: str | None) -> dict[str, Any]:
    libraries = {name: version(name) for name in ("ase", "phonopy")}
    return {
        "schema": SCHEMA,
        "kapitza": kapitza.__version__,
        "command": command,
        "versions": {**versions(), **libraries},
        "inputs": [dict(entry) for entry in inputs],
        "settings": asdict(result.settings),
        "modal_temperatures": {
            "frames": result.frames,
            **{side.name: _side(side) for side in result.sides},
            **({} if result.bound is None else {"interface": _bound(result.bound)}),
        },
        "warnings": [{"code": code, "message": message} for code, message in result.warnings],
    }


def _bound(bound: BoundTemperatures) -> dict[str, Any]:
    modes = zip(bound.modes, bound.captured, bound.temperatures, strict=True)
    return {
        "junction": bound.junction.name,
        "height": Quantity(bound.junction.height / 10, None, "nm").to_dict(),
        "averages": {name: value.to_dict() for name, value in bound.averages.items()},
        "counts": bound.counts,
        "at_zone_centre": [
            {
                "energy": Quantity(mode.energy, None, "meV").to_dict(),
                "degeneracy": len(mode.modes),
                "weight": mode.weight,
                "captured": captured,
                "temperature": temperature.to_dict(),
            }
            for mode, captured, temperature in modes
        ],
    }


def _side(side: SideTemperatures) -> dict[str, Any]:
    basis, along = side.bulk.basis, side.along
    return {
        "species": side.crystal.species,
        "cells": basis.shape,
        "modes": basis.modes,
        "frames_per_block": side.bulk.length,
        "averages": {name: value.to_dict() for name, value in side.averages.items()},
        "optical_minus_acoustic": side.optical_minus_acoustic.to_dict(),
        "mode_error": mode_error(side).to_dict(),
        "along": {
            "height": {"values": along.height / 10, "unit": "nm"},
            "span": Quantity(along.span / 10, None, "nm").to_dict(),
            "resolution": Quantity(along.resolution, None, "1/Å").to_dict(),
            **{name: _profile(along.of(name)) for name in along.names},
        },
    }


def _profile(pair: tuple[Any, Any]) -> dict[str, Any]:
    return {"values": pair[0], "errors": pair[1], "unit": "K"}
