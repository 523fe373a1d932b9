"""The result folder of interface modes: numbers, eigenvectors, a figure and a page, complete or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import kapitza
from kapitza.atoms.modes import InterfaceModes, LayerDensity
from kapitza.atoms.phonons import save_harmonic
from kapitza.files.folder import result_folder
from kapitza.quantity import Quantity
from kapitza.report.atoms.bound_page import bound_page
from kapitza.report.folder import write_group, write_numbers, write_text
from kapitza.report.results import SCHEMA, versions
from kapitza.report.short_page import short_page

if TYPE_CHECKING:
    import xarray as xr


def save_interface_modes(
    result: InterfaceModes,
    directory: Path | str,
    inputs: Sequence[Mapping[str, str]] = (),
    *,
    command: str | None = None,
    force: bool = False,
) -> Path:
    """Write the modes of an interface cell into one folder, complete or not at all.

    `results.json` has the bound modes, `modes.zarr` all modes with their eigenvectors (`modes`) and the density of
    states of layers (`density`), `phonopy.yaml` and `force_constants.hdf5` the cell and its force constants, `cell.xyz`
    the cell at rest, `figures/modes` the figure, `report.html` the page. No user name, host name or absolute path goes
    into it.

    Parameters
    ----------
    result
        what `kapitza.atoms.modes.interface_modes` or `in_run` returned.
    directory
        the folder to make.
    inputs
        name, file name and sha256 of each input.
    command
        what made it, as one would type it again; None where no command did.
    force
        whether an earlier result at `directory` is replaced.

    Raises
    ------
    OutputError
        if the folder exists and may not be replaced, or cannot be written.
    """
    from kapitza.plots import interface_mode_figure, save_figure

    directory = Path(directory)
    with result_folder(directory, force) as scratch:
        numbers = _numbers(result, inputs, command)
        write_numbers(scratch, numbers)
        write_group(_modes(result), scratch / "modes.zarr", "modes")
        if result.density is not None:
            write_group(_density(result.density), scratch / "modes.zarr", "density")
        save_harmonic(result.crystal, scratch / "phonopy.yaml", apart=True)
        result.atoms.write(scratch / "cell.xyz", format="extxyz", columns=["symbols", "positions", "side"])
        (scratch / "figures").mkdir()
        _, drawn = save_figure(interface_mode_figure(result), scratch / "figures", "modes")
        write_text(scratch / "report.html", short_page(bound_page(result, drawn), numbers))
    return directory


def _numbers(result: InterfaceModes, inputs: Sequence[Mapping[str, str]], command: str | None) -> dict[str, Any]:
    libraries = {name: version(name) for name in ("ase", "phonopy")}
    modes = result.modes
    return {
        "schema": SCHEMA,
        "kapitza": kapitza.__version__,
        "command": command,
        "versions": {**versions(), **libraries},
        "inputs": [dict(entry) for entry in inputs],
        "settings": {**asdict(result.settings), "repeats": result.crystal.repeats[:2]},
        "interface_modes": {
            "source": result.source,
            "junctions": [{"name": one.name, "height": _of(one.height / 10, "nm")} for one in modes.junctions],
            "modes": len(modes.energy),
            "bound": [_bound(result, number) for number in range(len(result.bound))],
            "frames": result.frames,
        },
        "warnings": [{"code": code, "message": message} for code, message in result.warnings],
    }


def _bound(result: InterfaceModes, number: int) -> dict[str, Any]:
    mode = result.bound[number]
    return {
        "energy": _of(mode.energy, "meV"),
        "degeneracy": len(mode.modes),
        "junction": mode.junction.name,
        "weight": mode.weight,
        "expected_weight": mode.expected,
        "participation": mode.participation,
        "left": mode.left,
        "temperature": None if result.temperatures is None else result.temperatures[number].to_dict(),
    }


def _modes(result: InterfaceModes) -> xr.Dataset:
    import xarray as xr

    modes = result.modes
    return xr.Dataset(
        {
            "energy": ("mode", modes.energy, {"units": "meV"}),
            "participation": ("mode", modes.participation, {"units": "1"}),
            "left": ("mode", modes.left, {"units": "1"}),
            "weight": (("mode", "junction"), modes.weights(result.settings.reach), {"units": "1"}),
            "eigenvector_real": (("mode", "atom", "direction"), modes.vectors.real, {"units": "1"}),
            "eigenvector_imaginary": (("mode", "atom", "direction"), modes.vectors.imag, {"units": "1"}),
            "position": (("atom", "direction"), modes.positions, {"units": "angstrom"}),
            "number": ("atom", modes.numbers, {"units": "1"}),
        },
        attrs={"q": list(modes.q), "junctions": [one.name for one in modes.junctions]},
    )


def _density(density: LayerDensity) -> xr.Dataset:
    import xarray as xr

    layers = ("layer", "energy")
    return xr.Dataset(
        {
            "density": (layers, density.density, {"units": "1/meV"}),
            "error": (layers, density.error, {"units": "1/meV"}),
            "temperature": ("layer", density.temperature, {"units": "K"}),
            "height": ("layer", density.height, {"units": "angstrom"}),
            "atoms": ("layer", np.asarray(density.atoms), {"units": "1"}),
        },
        coords={"energy": ("energy", density.energy, {"units": "meV"})},
        attrs={"resolution_meV": density.resolution, "segments": density.segments},
    )


def _of(value: float, unit: str) -> dict[str, Any]:
    return Quantity(value, None, unit).to_dict()
