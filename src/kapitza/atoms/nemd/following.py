"""Modes that are followed while heat flows: their temperatures, streamed from the run and kept in its checkpoint."""

from __future__ import annotations

from pathlib import Path

from kapitza.atoms.extra import optional
from kapitza.atoms.modes import InterfaceObserver, InterfaceTemperatures, ModeSettings
from kapitza.atoms.nemd.checkpoint import load_state, part
from kapitza.atoms.nemd.driver import CHECKPOINT, observer_part
from kapitza.atoms.nemd.settings import Simulation
from kapitza.atoms.nemd.system import System, build_system
from kapitza.atoms.phonons import read_harmonic

MODES = "modes"
"""What the observer is called among those of a run."""


def mode_observers(simulation: Simulation) -> dict[str, InterfaceObserver]:
    """What `run_case` is to call: an observer of the modes where the simulation wants them, else nothing.

    Raises
    ------
    InputError
        if the phonons cannot be read.
    MethodError
        if the crystals are not where the structure has the sides.
    """
    wanted = simulation.modes
    if wanted is None:
        return {}
    crystals = {side: read_harmonic(simulation.beside(name)) for side, name in wanted.crystals.items()}
    settings = ModeSettings(
        energies=wanted.energies, layers=wanted.layers, every=wanted.every, taper=wanted.taper, baths=wanted.baths
    )
    return {MODES: InterfaceObserver(_atoms(build_system(simulation)), crystals, settings)}


def followed_modes(simulation: Simulation, folder: Path | str) -> InterfaceTemperatures | None:
    """Temperatures of the modes from the checkpoint of a run in `folder`; None where none were followed."""
    observers, path = mode_observers(simulation), Path(folder) / CHECKPOINT
    if not observers or not path.is_file():
        return None
    observers[MODES].restore(part(load_state(path), observer_part(MODES)))
    return observers[MODES].result()


def _atoms(system: System) -> object:
    """The atoms as ASE has them, with groups and sides."""
    with optional("ASE"):
        from ase import Atoms
    symbols = [system.species[kind] for kind in system.types]
    atoms = Atoms(symbols, positions=system.positions, cell=system.cell, pbc=system.periodic, masses=system.masses)
    atoms.new_array("group", system.groups)
    if system.sides is not None:
        atoms.new_array("side", system.sides)
    return atoms
