"""One run from its first step to its last, in segments between checkpoints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from kapitza.atoms.nemd.bins import choose_bins, fit_ranges
from kapitza.atoms.nemd.checkpoint import State, load_state, named, part, save_state
from kapitza.atoms.nemd.engine import Motion, Segment, Stage, StageKind, lammps_segment
from kapitza.atoms.nemd.recording import Recorder, restored
from kapitza.atoms.nemd.settings import Case, Simulation
from kapitza.atoms.nemd.system import (
    System,
    area,
    build_system,
    located,
    mode_files,
    model_calculator,
    potential_files,
    strained,
)
from kapitza.atoms.nemd.trace import Trace
from kapitza.atoms.progress import Progress, silent
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import BOLTZMANN, EV_PER_U_A2_FS2

CHECKPOINT = "checkpoint.npz"

_STAGES: tuple[StageKind, ...] = ("npt", "nvt", "nve", "production")
_TOO_HOT = 5.0
"""Temperatures above this multiple of the wanted one are a potential's failure, not a fluctuation."""


class Observer(Protocol):
    """Whatever looks at the atoms during production; what it sums up goes into the checkpoint with the rest."""

    def add(self, step: int, positions: Array, velocities: Array) -> None:
        """See the atoms at a step of production: positions (n, 3), A, not folded back; velocities (n, 3), A/fs."""

    def state(self) -> dict[str, Array]:
        """All that it has summed up."""

    def restore(self, state: dict[str, Array]) -> None:
        """Take back what `state` gave."""


@runtime_checkable
class Beginning(Observer, Protocol):
    """An observer that wants to know where production begins, as one that looks at the atoms at rest there."""

    def begin(self, cell: Array) -> None:
        """Production begins in `cell` (3, 3), A; not called where a run goes on in production."""


@dataclass(frozen=True)
class Moment:
    """Where a run is: stage, steps done in it, and the motion; what constant pressure has summed up of the cell."""

    stage: int
    done: int
    motion: Motion
    cells: Array
    """(4,), sums of the three edges, A, and how many."""


def run_case(
    simulation: Simulation,
    case: Case,
    folder: Path | str,
    *,
    calculator: Any = None,
    observers: Mapping[str, Observer] | None = None,
    keep: bool = True,
    progress: Progress = silent,
) -> Trace:
    """Run one case to its end, from the checkpoint in `folder` where there is one.

    A run that was killed at any moment and run again gives the same trajectory, bit for bit, as one that was not: at
    every checkpoint both begin anew from what the checkpoint holds, with neighbour lists and random numbers of their
    own.

    Parameters
    ----------
    simulation
        what to run.
    case
        direction, temperature and seed.
    folder
        where the checkpoint is kept; it is made.
    calculator
        any ASE calculator to take the forces from instead of what `[potential]` says.
    observers
        by name, called every `sample` of production; one with `begin` also when it begins.
    keep
        whether to write checkpoints; of several processes that MPI started for one run, one does.
    progress
        called with (name of the case, steps done, steps in all).

    Returns
    -------
    Trace
        bath energies and profile over time.

    Raises
    ------
    MethodError
        if the system cannot be used or is too short for the profile, the dynamics leave what is physical, or the
        checkpoint belongs to another simulation.
    """
    system = build_system(simulation, case.direction)
    fit_ranges(choose_bins(system, system.positions, simulation.run.bin_width), simulation.analysis)
    if calculator is None:
        calculator = model_calculator(simulation)
    path = Path(folder) / CHECKPOINT
    path.parent.mkdir(parents=True, exist_ok=True)
    run = _Run(simulation, case, system, calculator, dict(observers or {}))
    run.begin(load_state(path) if path.is_file() else None)
    while not run.over:
        progress(case.name, run.steps_done, run.steps_in_all)
        run.segment()
        if keep:
            save_state(run.state, path)
    progress(case.name, run.steps_done, run.steps_in_all)
    return run.trace


class _Run:
    """A run under way."""

    def __init__(
        self, simulation: Simulation, case: Case, system: System, calculator: Any, observers: dict[str, Observer]
    ) -> None:
        self.simulation, self.case, self.system = simulation, case, system
        self.calculator, self.observers = calculator, observers
        run = simulation.run
        self.lengths = [run.steps(getattr(run, kind)) for kind in _STAGES]
        self.potential = located(simulation)
        self.digest = _digest(simulation, case, system)
        self.recorder: Recorder | None = None

    @property
    def over(self) -> bool:
        """Whether the last stage has been run to its end."""
        return self.now.stage == len(_STAGES) - 1 and self.now.done >= self.lengths[-1]

    @property
    def steps_in_all(self) -> int:
        """Steps of all stages together."""
        return sum(self.lengths)

    @property
    def steps_done(self) -> int:
        """Steps done in all stages so far."""
        return sum(self.lengths[: self.now.stage]) + self.now.done

    def begin(self, state: State | None) -> None:
        """Begin where a checkpoint is, or with the structure."""
        if state is None:
            self.now = Moment(0, 0, _first(self.system, self.case), np.zeros(4))
        else:
            self._restore(state)
        self._skip_finished()

    def segment(self) -> None:
        """Go on to the next checkpoint."""
        run = self.simulation.run
        kind = _STAGES[self.now.stage]
        steps = min(run.steps(run.checkpoint), self.lengths[self.now.stage] - self.now.done)
        with lammps_segment(self.system, self.now.motion, self._stage(kind), self.potential, self.calculator) as atoms:
            cells = self._followed(atoms, kind, steps)
            self.now = Moment(self.now.stage, self.now.done + steps, atoms.motion, cells)
        self._skip_finished()

    def _followed(self, atoms: Segment, kind: StageKind, steps: int) -> Array:
        """Go through a segment, looking at the atoms at every sample; the sums of the cell."""
        run, cells = self.simulation.run, self.now.cells.copy()
        sample, block = run.steps(run.sample), run.steps(run.block)
        for start in range(0, steps, sample):
            taken = min(sample, steps - start)
            atoms.advance(taken)
            step = self.now.done + start + taken
            if kind == "npt" and 2 * step > self.lengths[0]:
                cells += [*np.diag(atoms.cell), 1.0]
            if kind == "production":
                self._seen(atoms, step, ends_block=step % block == 0)
            elif step % block == 0:
                _refuse_heat(atoms.velocities, self.system, self.case.temperature, step)
        if self.recorder is not None:
            self.recorder.end_segment()
        return cells

    def _seen(self, atoms: Segment, step: int, *, ends_block: bool) -> None:
        assert self.recorder is not None
        positions, velocities = atoms.positions, atoms.velocities
        self.recorder.sample(positions, velocities)
        for observer in self.observers.values():
            observer.add(step, positions, velocities)
        if ends_block:
            _refuse_heat(velocities, self.system, self.case.temperature, step)
            self.recorder.end_block(step * self.simulation.run.timestep, atoms.energies)

    def _stage(self, kind: StageKind) -> Stage:
        run, case = self.simulation.run, self.case
        entropy = [case.seed, run_index(case), self.now.stage, self.now.done]
        first, second = np.random.SeedSequence(entropy).generate_state(2)
        return Stage(
            kind, case.temperature, run.difference, run.timestep, run.damping, run.pressure_damping,
            (int(first), int(second)),
        )  # fmt: skip

    def _skip_finished(self) -> None:
        while self.now.stage < len(_STAGES) - 1 and self.now.done >= self.lengths[self.now.stage]:
            motion = self.now.motion
            if self.now.cells[3] > 0:
                motion = _at_mean_cell(motion, self.now.cells[:3] / self.now.cells[3])
            self.now = Moment(self.now.stage + 1, 0, motion, np.zeros(4))
        if self.now.stage == len(_STAGES) - 1 and self.recorder is None:
            motion = self.now.motion
            still = np.where(self.system.mobile[:, None], motion.velocities, 0.0)
            self.now = replace(self.now, motion=replace(motion, velocities=still))
            bins = choose_bins(self.system, motion.positions, self.simulation.run.bin_width)
            self.recorder = Recorder(self.system, bins)
            for observer in self.observers.values():
                if isinstance(observer, Beginning):
                    observer.begin(motion.cell)

    @property
    def state(self) -> State:
        """All that a checkpoint needs."""
        motion = self.now.motion
        state: State = {
            "digest": np.array(self.digest),
            "moment": np.array([self.now.stage, self.now.done]),
            "cell": motion.cell,
            "positions": motion.positions,
            "velocities": motion.velocities,
            "cells": self.now.cells,
        }
        if self.recorder is not None:
            state |= named(self.recorder.state, "recorder")
        for name, observer in self.observers.items():
            state |= named(observer.state(), observer_part(name))
        return state

    def _restore(self, state: State) -> None:
        if str(state["digest"]) != self.digest:
            raise MethodError(
                f"A checkpoint of this simulation is wanted for {self.case.name}, got one of another: run without "
                "--resume, or undo what was changed in the simulation file."
            )
        motion = Motion(state["cell"], state["positions"], state["velocities"])
        self.now = Moment(int(state["moment"][0]), int(state["moment"][1]), motion, state["cells"])
        if kept := part(state, "recorder"):
            self.recorder = restored(self.system, kept)
        for name, observer in self.observers.items():
            if kept := part(state, observer_part(name)):
                observer.restore(kept)

    @property
    def trace(self) -> Trace:
        """What has been recorded."""
        assert self.recorder is not None
        state, bins = self.recorder.state, self.recorder.bins
        time, potential, kinetic, hot, cold = state["rows"].T
        count = state["counts"]
        warmth = np.divide(state["warmth"], count, out=np.full_like(count, np.nan), where=count > 0)
        return Trace(
            self.case, time, hot, cold, warmth, count, bins.edges, bins.bulk, bins.interface,
            area(self.now.motion.cell), self.system.hot_is_left, len(self.system), potential, kinetic,
        )  # fmt: skip


def observer_part(name: str) -> str:
    """What the part of a checkpoint is called that an observer filled."""
    return f"observer-{name}"


def run_index(case: Case) -> int:
    """A number for direction and temperature, so that cases with one seed do not share their random numbers."""
    return round(case.temperature * 1000) * 2 + (case.direction == "reverse")


def _first(system: System, case: Case) -> Motion:
    """Atoms where the structure has them, with velocities of the mean temperature and without drift."""
    random = np.random.default_rng([case.seed, run_index(case)])
    spread = np.sqrt(BOLTZMANN * 1e-3 * case.temperature / (EV_PER_U_A2_FS2 * system.masses))
    velocities = random.standard_normal((len(system), 3)) * spread[:, None]
    velocities -= np.average(velocities, axis=0, weights=system.masses)
    return Motion(system.cell, system.positions, velocities)


def _at_mean_cell(motion: Motion, edges: Array) -> Motion:
    """The motion in a cell with the given edges (3,), A, its angles kept."""
    scale = edges / np.diag(motion.cell)
    cell = motion.cell * scale[:, None]
    # The in-plane edges move together, so that the angle between a and b stays.
    cell[1, 0] = motion.cell[1, 0] * scale[0]
    return Motion(cell, strained(motion.positions, motion.cell, cell), motion.velocities)


def _refuse_heat(velocities: Array, system: System, wanted: float, step: int) -> None:
    kinetic = EV_PER_U_A2_FS2 * np.mean(system.masses[:, None] * velocities**2)
    found = kinetic / (BOLTZMANN * 1e-3)
    if not found < _TOO_HOT * wanted:
        raise MethodError(
            f"Dynamics near {wanted:g} K are wanted, got {found:.0f} K after {step} steps: take a shorter timestep, "
            "relax longer, or train the potential further."
        )


def _digest(simulation: Simulation, case: Case, system: System) -> str:
    """What a checkpoint must have been made with: every setting that changes the trajectory, and the atoms."""
    settings = asdict(simulation)
    settings["run"] = {
        key: value
        for key, value in settings["run"].items()
        if key not in ("temperatures", "directions", "seeds", "production")
    }
    del settings["folder"], settings["analysis"], settings["potential"]["device"]
    found = hashlib.sha256(json.dumps([settings, asdict(case)], sort_keys=True).encode())
    for array in (system.types, system.masses, system.cell, system.positions, system.groups):
        found.update(np.ascontiguousarray(array).tobytes())
    for file in (*potential_files(simulation), *mode_files(simulation).values()):
        found.update(file.read_bytes())
    return found.hexdigest()
