"""Take a temperature map elsewhere: to HyperSpy, MATLAB or a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kapitza.data import Status, TemperatureMap, pixel_coordinates
from kapitza.errors import OutputError
from kapitza.files.folder import result_file
from kapitza.files.hspy import write_signal

_LAYERS = ("temperature", "temperature_error", "status", "shift")


def export_map(tmap: TemperatureMap, path: str | Path) -> None:
    """Write a temperature map (K) with its errors and status, in the format that the suffix of `path` names.

    `.hspy`: a stack of pictures, one per layer, named in the original metadata. `.mat`: variables of the same names as
    in the result folder, with `step` in nm. `.csv`: one line per pixel.

    Raises
    ------
    OutputError
        if the suffix is another one, or the disk is full, read-only or forbidden.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise OutputError(
            f"A name ending in {', '.join(_WRITERS)} is wanted for the export, got {path.name!r}: rename it."
        )
    write(tmap, path)


def _write_hspy(tmap: TemperatureMap, path: Path) -> None:
    maps = tmap.to_xarray()
    pitch, unit = (tmap.step, "nm") if tmap.step is not None else ((1.0, 1.0), "")
    axes = [{"name": "layer", "offset": 0.0, "scale": 1.0, "units": "", "navigate": True}]
    axes += [
        {"name": name, "offset": 0.0, "scale": float(scale), "units": unit, "navigate": False}
        for name, scale in zip("yx", pitch, strict=True)
    ]
    metadata = {"General": {"title": tmap.name}, "Signal": {"signal_type": "", "quantity": "Temperature (K)"}}
    own = {"layers": list(_LAYERS), "units": [maps[name].attrs.get("units", "") for name in _LAYERS]}
    stack = np.stack([np.asarray(maps[name], dtype=float) for name in _LAYERS])
    write_signal(path, stack, axes, metadata, {"kapitza": own})


def _write_mat(tmap: TemperatureMap, path: Path) -> None:
    from scipy.io import savemat

    maps = tmap.to_xarray()
    variables = {str(name): np.asarray(maps[name]) for name in maps.data_vars}
    variables["step"] = np.asarray(tmap.step if tmap.step is not None else [])
    variables["energy"] = np.asarray(tmap.energy)
    with result_file(path) as scratch:
        savemat(scratch, variables, appendmat=False)


def _write_csv(tmap: TemperatureMap, path: Path) -> None:
    coordinates = pixel_coordinates(tmap.temperature.shape, tmap.step)
    unit = coordinates["y"][2]["units"]
    with result_file(path) as scratch, scratch.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["row", "column", f"y_{unit}", f"x_{unit}", "temperature_K", "error_K", "status"])
        for (row, column), status in np.ndenumerate(tmap.status):
            place = (coordinates["y"][1][row], coordinates["x"][1][column])
            value = (tmap.temperature[row, column], tmap.error[row, column])
            table.writerow([row, column, *map(float, place), *map(float, value), Status(int(status)).name.lower()])


_WRITERS: dict[str, Callable[[TemperatureMap, Path], None]] = {
    ".hspy": _write_hspy,
    ".mat": _write_mat,
    ".csv": _write_csv,
}
