"""The result folder of a crystal's phonons: numbers, curves, force constants, figure, page; complete or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import kapitza
from kapitza.atoms.phonons import (
    Difference,
    Elastic,
    Expansion,
    Phonons,
    save_harmonic,
    sound_velocities,
    twin_material,
)
from kapitza.files.folder import result_folder
from kapitza.quantity import Quantity
from kapitza.report.atoms.phonons_page import phonons_page
from kapitza.report.folder import write_numbers, write_table, write_text
from kapitza.report.results import SCHEMA, versions
from kapitza.report.short_page import short_page

_ROOM_TEMPERATURE = 300.0


def save_phonons(
    result: Phonons,
    directory: Path | str,
    inputs: Sequence[Mapping[str, str]] = (),
    *,
    command: str | None = None,
    force: bool = False,
) -> Path:
    """Write phonons into one folder, complete or not at all.

    `results.json` has the numbers with their units, `dispersion.csv`, `states.csv` and `loss.csv` the curves,
    `phonopy.yaml` the force constants, `twin.toml` the material for a twin file, `figures/phonons` the figure,
    `report.html` the page. No user name, host name or absolute path goes into it.

    Parameters
    ----------
    result
        what `kapitza.atoms.phonons.phonons` returned.
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
    from kapitza.plots import phonon_figure, save_figure

    directory = Path(directory)
    with result_folder(directory, force) as scratch:
        numbers = _numbers(result, inputs, command)
        write_numbers(scratch, numbers)
        _write_curves(result, scratch)
        save_harmonic(result.crystal, scratch / "phonopy.yaml")
        if result.loss is not None:
            write_text(scratch / "twin.toml", twin_material("left", result.name, result.loss))
        (scratch / "figures").mkdir()
        _, drawn = save_figure(phonon_figure([result]), scratch / "figures", "phonons")
        write_text(scratch / "report.html", short_page(phonons_page(result, drawn), numbers))
    return directory


def _numbers(result: Phonons, inputs: Sequence[Mapping[str, str]], command: str | None) -> dict[str, Any]:
    settings = asdict(result.settings)
    settings["repeats"], settings["mesh"] = result.crystal.repeats, result.states.mesh
    settings["born"] = None if result.settings.born is None else result.settings.born.name
    libraries = {name: version(name) for name in ("ase", "phonopy", "seekpath")}
    return {
        "schema": SCHEMA,
        "kapitza": kapitza.__version__,
        "command": command,
        "versions": {**versions(), **libraries},
        "inputs": [dict(entry) for entry in inputs],
        "settings": settings,
        "phonons": _phonons(result),
        "warnings": [{"code": code, "message": message} for code, message in result.warnings],
    }


def _phonons(result: Phonons) -> dict[str, Any]:
    gap = result.states.gap
    found: dict[str, Any] = {
        "name": result.name,
        "source": result.source,
        "cell": {"vectors": result.crystal.cell, "unit": "Å"},
        "species": result.crystal.species,
        "lowest_energy": _of(result.lowest, "meV"),
        "highest_energy": _of(result.dispersion.highest, "meV"),
        "acoustic_rest": _of(result.acoustic_rest, "meV"),
        "gap": None if gap is None else {"low": _of(gap[0], "meV"), "high": _of(gap[1], "meV")},
        "gamma": [
            {"energy": _of(mode.energy, "meV"), "degeneracy": mode.degeneracy, "label": mode.label}
            for mode in result.gamma
        ],
        "acoustic_slopes": [_of(speed, "km/s") for speed in result.slopes],
    }
    if result.reference is not None:
        found["measured"] = {
            "source": result.reference.source,
            "doi": result.reference.doi,
            "modes": [_difference(one) for one in result.differences],
            "elastic_source": result.reference.elastic_source,
            "elastic": {name: constant.to_dict() for name, constant in result.reference.elastic.items()},
        }
    if result.heat is not None:
        room = int(np.argmin(np.abs(result.heat.temperature - _ROOM_TEMPERATURE)))
        found["heat_capacity_300K"] = _of(result.heat.per_volume[room], "J/(cm³ K)")
    if result.loss is not None:
        found["loss"] = {"provenance": result.loss.provenance, "shares": result.loss.shares}
    if result.relaxed is not None:
        found["relaxed"] = {
            "energy": _of(result.relaxed.energy, "eV"),
            "force": _of(result.relaxed.force, "eV/Å"),
            "stress": {"values": result.relaxed.stress, "unit": "GPa", "order": "xx yy zz yz xz xy"},
        }
    if result.elastic is not None:
        found["elastic"] = _elastic(result.elastic)
    if result.expansion is not None:
        found["expansion_300K"] = _expansion(result.expansion)
    return found


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "name": one.measured.name,
        "label": one.measured.label,
        "measured": _of(one.measured.energy, "meV"),
        "calculated": _of(one.calculated, "meV"),
        "difference": _of(one.difference, "meV"),
    }


def _elastic(elastic: Elastic) -> dict[str, Any]:
    return {
        "system": elastic.system,
        **{name: quantity.to_dict() for name, quantity in elastic.named.items()},
        "bulk_modulus": _of(elastic.bulk_modulus, "GPa"),
        "density": _of(elastic.density, "kg/m³"),
        "sound_along_c": [_of(speed, "km/s") for speed in sound_velocities(elastic)],
    }


def _expansion(expansion: Expansion) -> dict[str, Any]:
    room = int(np.argmin(np.abs(expansion.temperature - _ROOM_TEMPERATURE)))
    axial = None if expansion.axial is None else [_of(one, "1/K") for one in expansion.axial[room]]
    return {
        "axial_expansion": axial,
        "volume": _of(expansion.volume[room], "Å³"),
        "volume_expansion": _of(expansion.expansion[room], "1/K"),
        "bulk_modulus": _of(expansion.bulk_modulus[room], "GPa"),
        "gruneisen": _of(expansion.gruneisen[room], ""),
    }


def _of(value: float | None, unit: str) -> dict[str, Any]:
    return Quantity(value, None, unit).to_dict()


def _write_curves(result: Phonons, folder: Path) -> None:
    states = result.states
    names = ["energy_meV", "total_per_meV", *(f"{one}_per_meV" for one in states.species)]
    write_table(folder / "states.csv", names, np.column_stack([states.energy, states.total, *states.partial]))
    if result.loss is not None:
        columns = np.column_stack([result.loss.energy, result.loss.weight])
        write_table(folder / "loss.csv", ["energy_meV", "weight_per_meV"], columns)
    rows = [
        np.column_stack([branch.distance, branch.q, branch.energy, np.linalg.norm(branch.velocity, axis=2)])
        for branch in result.dispersion.branches
    ]
    modes = range(1, result.dispersion.branches[0].energy.shape[1] + 1)
    names = [
        "distance_per_A",
        "q1",
        "q2",
        "q3",
        *(f"energy_{n}_meV" for n in modes),
        *(f"speed_{n}_km_s" for n in modes),
    ]
    write_table(folder / "dispersion.csv", names, np.concatenate(rows))
