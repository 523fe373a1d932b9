"""What is followed while heat flows, streamed from the run and kept in its checkpoint: temperatures of modes, and the
spectrum of the heat across a cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kapitza.atoms.extra import optional
from kapitza.atoms.modes import InterfaceObserver, InterfaceTemperatures, ModeSettings, load_interface_modes
from kapitza.atoms.modes.blocks import FEWEST
from kapitza.atoms.nemd.checkpoint import State, load_state, named, part
from kapitza.atoms.nemd.current import CurrentObserver, SpectralCurrent, segment_frames
from kapitza.atoms.nemd.driver import CHECKPOINT, Observer, observer_part
from kapitza.atoms.nemd.settings import CurrentEntry, Simulation
from kapitza.atoms.nemd.springs import CutSprings, cut_sides, cut_springs, restored_springs
from kapitza.atoms.nemd.system import System, build_system, located, model_calculator
from kapitza.atoms.phonons import read_harmonic
from kapitza.data import Array
from kapitza.errors import MethodError

MODES, CURRENT = "modes", "current"
"""What the observers are called among those of a run."""


def run_observers(simulation: Simulation) -> dict[str, Observer]:
    """What `run_case` is to call: an observer for each of [modes] and [current] that the simulation has.

    Raises
    ------
    InputError, MethodError
        as `mode_observers` and `current_observers`.
    """
    return {**mode_observers(simulation), **current_observers(simulation)}


def mode_observers(simulation: Simulation) -> dict[str, InterfaceObserver]:
    """What `run_case` is to call: an observer of the modes where the simulation wants them, else nothing.

    Raises
    ------
    InputError
        if the phonons cannot be read.
    MethodError
        if the crystals, or the interface, are not where the structure has them.
    """
    wanted = simulation.modes
    if wanted is None:
        return {}
    crystals = {side: read_harmonic(simulation.beside(name)) for side, name in wanted.crystals.items()}
    settings = ModeSettings(
        energies=wanted.energies, layers=wanted.layers, every=wanted.every, taper=wanted.taper, baths=wanted.baths
    )
    bound = None if wanted.interface is None else load_interface_modes(simulation.beside(wanted.interface))
    return {MODES: InterfaceObserver(_atoms(build_system(simulation)), crystals, settings, bound)}


def followed_modes(simulation: Simulation, folder: Path | str) -> InterfaceTemperatures | None:
    """Temperatures of the modes from the checkpoint of a run in `folder`; None where none were followed."""
    observers, path = mode_observers(simulation), Path(folder) / CHECKPOINT
    if not observers or not path.is_file():
        return None
    observers[MODES].restore(part(load_state(path), observer_part(MODES)))
    return observers[MODES].result()


class CurrentFollower:
    """The spectral current of a run: force constants when production begins, velocities from there on."""

    def __init__(self, simulation: Simulation, entry: CurrentEntry, calculator: Any = None) -> None:
        """Check what can be checked before the run; `calculator` as for `run_case`."""
        self._simulation, self._entry, self._calculator = simulation, entry, calculator
        self._system, run = build_system(simulation), simulation.run
        cut_sides(self._system, entry.height)
        self._segment = segment_frames(entry.resolution, run.sample)
        # Segments overlap by half.
        needed = (FEWEST + 1) * self._segment / 2 * run.sample
        if run.production < needed:
            raise MethodError(
                f"A production of {needed * 1e-3:.4g} ps or longer is wanted for spectra with errors at a resolution "
                f"of {entry.resolution:g} meV, got {run.production * 1e-3:.4g} ps: make it longer, or the resolution "
                "in [current] coarser."
            )
        self._springs: CutSprings | None = None

    def begin(self, cell: Array) -> None:
        """Find the force constants across the cut, in `cell` (3, 3), A."""
        calculator = model_calculator(self._simulation) if self._calculator is None else self._calculator
        entry = self._entry
        springs = cut_springs(
            self._system, cell, located(self._simulation), calculator, height=entry.height,
            displacement=entry.displacement,
        )  # fmt: skip
        self._start(springs)

    def _start(self, springs: CutSprings) -> None:
        self._springs = springs
        self._observer = CurrentObserver(springs, len(self._system), self._simulation.run.sample, self._segment)

    def add(self, step: int, positions: Array, velocities: Array) -> None:
        """Take one frame, as `CurrentObserver`."""
        self._observer.add(step, positions, velocities)

    def state(self) -> State:
        """Force constants and sums; nothing before production."""
        if self._springs is None:
            return {}
        return {**named(self._springs.state(), "springs"), **named(self._observer.state(), "spectrum")}

    def restore(self, state: State) -> None:
        """Go on from where `state` was called in production."""
        self._start(restored_springs(part(state, "springs")))
        self._observer.restore(part(state, "spectrum"))

    def result(self) -> SpectralCurrent:
        """The current so far, as `CurrentObserver`."""
        return self._observer.result()


def current_observers(simulation: Simulation, calculator: Any = None) -> dict[str, CurrentFollower]:
    """What `run_case` is to call: an observer of the spectral current where the simulation wants it, else nothing.

    calculator : any ASE calculator to take the forces from, the one that `run_case` is given.

    Raises
    ------
    MethodError
        if the cut is not between the baths, or production too short for errors.
    """
    wanted = simulation.current
    return {} if wanted is None else {CURRENT: CurrentFollower(simulation, wanted, calculator)}


def followed_current(simulation: Simulation, folder: Path | str) -> SpectralCurrent | None:
    """Spectral current from the checkpoint of a run in `folder`; None where none was followed."""
    observers, path = current_observers(simulation), Path(folder) / CHECKPOINT
    if not observers or not path.is_file():
        return None
    observers[CURRENT].restore(part(load_state(path), observer_part(CURRENT)))
    return observers[CURRENT].result()


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
