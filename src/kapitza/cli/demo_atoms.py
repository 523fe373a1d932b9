"""What `kapitza atoms demo` does: every step by the functions and files that a user has, each result in its folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
import typer

from kapitza.atoms.modes import BoundSettings, interface_modes
from kapitza.atoms.phonons import Phonons, Settings, phonons
from kapitza.atoms.potential import calculator, find_model
from kapitza.atoms.structures import Slab, interface, named_crystal
from kapitza.cli.nemd import Way, run_simulation
from kapitza.cli.progress import progress
from kapitza.errors import OutputError
from kapitza.files.digest import sha256
from kapitza.report.atoms.bound import save_interface_modes
from kapitza.report.atoms.phonons import save_phonons

MODEL = "AlN-SiC"
_CRYSTALS = {"left": "AlN", "right": "SiC"}
_FACES = {"left": "N", "right": "Si"}
_CELLS = {"left": 5, "right": 3}
_THIN_CELLS = {"left": 4, "right": 2}
_ACROSS = 2
_SIMULATION = "simulation.toml"
_STEPS = ("phonons of AlN", "phonons of SiC", "modes at the interface")


def run_demo(output: Path, jobs: int, *, resume: bool, force: bool, quiet: bool) -> None:
    """Write phonons, interface modes, a simulation file and its result into `output`, and say where they are.

    Raises
    ------
    OutputError
        if the folder exists and neither `force` nor `resume` is given.
    """
    if output.exists() and not (force or resume):
        raise OutputError(
            f"A new folder is wanted, got {output}, which exists: choose another with -o, or use --force or --resume."
        )
    if force and not resume:
        _clear(output)
    output.mkdir(parents=True, exist_ok=True)
    if not (output / _SIMULATION).is_file():
        _prepare(output, quiet)
    run_simulation(output / _SIMULATION, output / "heat", Way(jobs, None, resume, force, quiet))
    if not quiet:
        for name in ("AlN", "SiC", "interface-modes", "heat"):
            typer.echo(f"Page: {output / name / 'report.html'}")
        typer.echo(f"The same again:  kapitza atoms nemd {output / _SIMULATION} -o DIR")


def _clear(output: Path) -> None:
    """Remove what an earlier demo left in `output`, and nothing else."""
    (output / _SIMULATION).unlink(missing_ok=True)
    for name in (*_CRYSTALS.values(), "interface-modes", "heat", ".heat.kapitza-resume"):
        shutil.rmtree(output / name, ignore_errors=True)


def _prepare(output: Path, quiet: bool) -> None:
    """Everything that comes before the heat; the simulation file last, as the mark that it is there."""
    engine = calculator(MODEL)
    with progress(quiet) as report:

        def told(number: int) -> None:
            if report is not None:
                report(_STEPS[min(number, len(_STEPS) - 1)], number, len(_STEPS))

        told(0)
        nitride = _phonons("AlN", engine, None, output)
        told(1)
        grown, height = _lattice(nitride)
        carbide = _phonons("SiC", engine, grown, output)
        told(2)
        heights = {"left": height, "right": _lattice(carbide)[1]}
        _bound(engine, grown, heights, output)
        told(3)
    (output / _SIMULATION).write_text(tomli_w.dumps(_simulation(grown, heights)), encoding="utf-8")


def _phonons(name: str, engine: Any, in_plane: float | None, output: Path) -> Phonons:
    settings = Settings(in_plane=in_plane, mesh=(12, 12, 6), elastic=False)
    found = phonons(name, named_crystal(name).atoms, engine, f"the model {MODEL}", settings)
    save_phonons(found, output / name, _inputs(), force=True)
    return found


def _lattice(found: Phonons) -> tuple[float, float]:
    """Lattice constants a and c, A."""
    lengths = np.linalg.norm(found.crystal.cell, axis=1)
    return float(lengths[0]), float(lengths[2])


def _bound(engine: Any, in_plane: float, heights: dict[str, float], output: Path) -> None:
    slabs = [
        Slab(named_crystal(_CRYSTALS[side], in_plane, heights[side]), (1, 1, _THIN_CELLS[side]), _FACES[side])
        for side in _CRYSTALS
    ]
    found = interface_modes(interface(*slabs).atoms, engine, f"the model {MODEL}", BoundSettings())
    save_interface_modes(found, output / "interface-modes", _inputs(), force=True)


def _simulation(in_plane: float, heights: dict[str, float]) -> dict[str, Any]:
    slabs = {
        side: {
            "crystal": crystal, "a": in_plane, "c": heights[side], "repeats": [_ACROSS, _ACROSS, _CELLS[side]],
            "face": _FACES[side],
        }
        for side, crystal in _CRYSTALS.items()
    }  # fmt: skip
    return {
        "structure": {**slabs, "regions": {"frozen": "right", "bath_length": 10.0, "interface_length": 4.0}},
        "potential": {"model": MODEL},
        "run": {
            "temperatures": [900.0], "difference": 300.0, "timestep": 2.5, "damping": 50.0, "nvt": 2000.0,
            "nve": 1000.0, "production": 150_000.0, "bin_width": 2.5, "sample": 20.0, "block": 200.0, "checkpoint": 1e4,
        },
        "modes": {
            **{side: f"{crystal}/phonopy.yaml" for side, crystal in _CRYSTALS.items()},
            "interface": "interface-modes", "energies": [[81.0, 85.0]],
        },
    }  # fmt: skip


def _inputs() -> list[dict[str, str]]:
    path = find_model(MODEL).path
    return [{"name": "model", "file": path.name, "sha256": sha256(path)}]
