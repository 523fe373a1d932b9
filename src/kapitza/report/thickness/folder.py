"""The result folder of a low-loss image on its own: numbers, maps and a figure, complete or not at all."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

import kapitza
from kapitza.data import Status, pixel_coordinates
from kapitza.files.folder import result_folder
from kapitza.report.folder import write_group, write_numbers
from kapitza.report.results import SCHEMA, input_numbers, versions
from kapitza.report.thickness.maps import thickness_variables
from kapitza.report.thickness.results import thickness
from kapitza.study.low_loss import LowLossResult


def save_thickness(result: LowLossResult, directory: Path | str, *, force: bool = False) -> Path:
    """Write what a low-loss image gave into one folder: `results.json`, `maps.zarr` and `figures/thickness`.

    The folder appears complete or not at all. No user name, host name or absolute path goes into it.

    Parameters
    ----------
    result
        what `kapitza.study.low_loss.measure_thickness` returned.
    directory
        the folder to make.
    force
        whether an earlier result at `directory` is replaced.

    Raises
    ------
    OutputError
        if the folder exists and may not be replaced, or cannot be written.
    """
    directory = Path(directory)
    with result_folder(directory, force) as scratch:
        write_numbers(scratch, _numbers(result))
        _write_maps(result, scratch / "maps.zarr")
        _write_figure(result, scratch / "figures")
    return directory


def _numbers(result: LowLossResult) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "kapitza": kapitza.__version__,
        "versions": versions(),
        "inputs": [input_numbers(result.record)],
        "settings": {"thickness": asdict(result.settings)},
        "images": {result.name: {"thickness": thickness(result.thickness)}},
        "warnings": [{"code": code, "message": message} for code, message in result.warnings],
    }


def _write_maps(result: LowLossResult, store: Path) -> None:
    import xarray as xr

    status = result.thickness.placed.recorded.status
    flags = {"flag_values": [int(s) for s in Status], "flag_meanings": " ".join(s.name.lower() for s in Status)}
    variables = {**thickness_variables(result.thickness), "status": (("y", "x"), status, flags)}
    maps = xr.Dataset(variables, coords=pixel_coordinates(status.shape, result.step), attrs={"name": result.name})
    write_group(maps, store, unicodedata.normalize("NFC", result.name))


def _write_figure(result: LowLossResult, folder: Path) -> None:
    from kapitza.plots import save_figure, thickness_map

    folder.mkdir()
    save_figure(thickness_map(result.thickness, result.step), folder, "thickness")
