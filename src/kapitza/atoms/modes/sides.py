"""Both sides of an interface at once: temperatures of their modes, in bulk and along z."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.modes.blocks import FEWEST
from kapitza.atoms.modes.bound import InterfaceModes
from kapitza.atoms.modes.junction import BoundObserver, BoundTemperatures
from kapitza.atoms.modes.observing import (
    ModeObserver,
    WindowObserver,
    branch,
    energy_window,
    standard_averages,
)
from kapitza.atoms.modes.sites import Region, find_region
from kapitza.atoms.modes.temperatures import ModalTemperatures, WindowTemperatures
from kapitza.atoms.modes.trajectory import read_frames
from kapitza.atoms.phonons import Harmonic, imaginary_sentence
from kapitza.atoms.progress import Progress, silent
from kapitza.atoms.structures import GROUPS
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.quantity import Quantity

SIDES = ("left", "right")
_WINDOW = 20.0
"""Length of windows along z where it is not given, A."""

_TOO_ALIKE = 0.5
"""Correlation of neighbouring blocks above which a run is called too short."""

_BATHS = ("hot bath", "cold bath")


@dataclass(frozen=True)
class ModeSettings:
    """How temperatures of modes are found.

    energies : windows of energy (low, high), meV, to average over. branches : whether also over each branch.
    layers : unit cells along z of the windows that slide, as many as make 20 A when None. every : layers from one to
    the next. taper : "hann" or "none". at_rest : whether the centre of mass of the atoms that are not frozen is at
    rest, as without baths; its motion is then taken out. baths : whether layers inside the heat baths count to the
    sides.
    """

    energies: tuple[tuple[float, float], ...] = ()
    branches: bool = False
    layers: int | None = None
    every: int = 1
    taper: str = "hann"
    at_rest: bool = False
    baths: bool = False


@dataclass(frozen=True)
class SideTemperatures:
    """One side: name, crystal, bulk temperatures of all modes, temperatures along z, and averages of the bulk."""

    name: str
    crystal: Harmonic
    bulk: ModalTemperatures
    along: WindowTemperatures
    averages: dict[str, Quantity]

    @property
    def optical_minus_acoustic(self) -> Quantity:
        """Mean temperature of the optical modes minus that of the acoustic ones, K."""
        return self.bulk.difference(self.bulk.basis.optical(), self.bulk.basis.acoustic())


@dataclass(frozen=True)
class InterfaceTemperatures:
    """The sides of an interface, or one crystal, what to tell of them: (code, sentence), and modes bound to it."""

    sides: tuple[SideTemperatures, ...]
    settings: ModeSettings
    frames: int
    warnings: tuple[tuple[str, str], ...]
    bound: BoundTemperatures | None = None


class InterfaceObserver:
    """Temperatures of the modes of both sides of an interface, for a run or a dump."""

    def __init__(
        self,
        atoms: Any,
        crystals: Mapping[str, Harmonic],
        settings: ModeSettings | None = None,
        bound: InterfaceModes | None = None,
    ) -> None:
        """Find the sides in the structure; start without frames.

        Parameters
        ----------
        atoms
            the cell, ASE's `Atoms`, as `kapitza.atoms.structures` writes it. Sides are told by the column `side`, or by
            their species where they share none; frozen ends and baths by the column `group`.
        crystals
            phonons by the name of the side, "left" and "right"; one of them where only one side is wanted. Strained in
            the plane as in the structure.
        settings
            the defaults when None.
        bound
            modes of an interface cell, whose temperatures are wanted, too.

        Raises
        ------
        MethodError
            if a side is not found, is no whole number of cells, has no layer without frozen atoms, or left is above;
            as `BoundObserver`.
        """
        if not crystals or not set(crystals) <= set(SIDES):
            raise MethodError(f"Phonons of the sides left, right or both are wanted, got {sorted(crystals) or 'none'}.")
        self.settings = settings or ModeSettings()
        self._crystals = dict(crystals)
        left_out = _in_groups(atoms, ("frozen",) if self.settings.baths else ("frozen", *_BATHS))
        held = _in_groups(atoms, ("frozen",))
        masses = np.where(held, 0.0, atoms.get_masses()) if self.settings.at_rest else None
        members = {name: _members(atoms, name, crystals) for name in crystals}
        self.regions = {
            name: _trimmed(find_region(atoms, crystal, members[name]), left_out)
            for name, crystal in self._crystals.items()
        }
        if len(self.regions) == 2 and self.regions["left"].origin[2] > self.regions["right"].origin[2]:
            raise MethodError(
                "Phonons of the lower crystal as left, of the upper as right are wanted, got them the other way round."
            )
        self._observers: dict[str, ModeObserver | WindowObserver] = {}
        self._bound = None if bound is None else BoundObserver(_sided(atoms, members), bound, left_out)
        if self._bound is not None:
            self._observers["bound"] = self._bound
        for name, region in self.regions.items():
            crystal = self._crystals[name]
            self._observers[f"{name}.bulk"] = ModeObserver(crystal, region, masses)
            layers = self.settings.layers or min(max(2, round(_WINDOW / region.height)), region.repeats[2])
            self._observers[f"{name}.along"] = WindowObserver(
                crystal, region, layers, every=self.settings.every, taper=self.settings.taper,
                weights=self._averages(crystal), masses=masses,
            )  # fmt: skip

    def _averages(self, crystal: Harmonic) -> dict[str, Any]:
        windows = {window_name(low, high): energy_window(low, high) for low, high in self.settings.energies}
        count = 3 * len(crystal.species) if self.settings.branches else 0
        branches = {branch_name(number): branch(number) for number in range(count)}
        return {**standard_averages(), **windows, **branches}

    def add(self, step: int, positions: Array, velocities: Array) -> None:
        """Take one frame: velocities (n, 3) of all atoms of the cell, A/fs."""
        for observer in self._observers.values():
            observer.add(step, positions, velocities)

    def state(self) -> dict[str, Array]:
        """All that `restore` wants to go on from here."""
        return {
            f"{name}.{key}": value
            for name, observer in self._observers.items()
            for key, value in observer.state().items()
        }

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from where `state` was called, in an observer made with the same arguments."""
        for name, observer in self._observers.items():
            own = {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}
            observer.restore(own)

    def result(self) -> InterfaceTemperatures:
        """The temperatures so far; more frames may follow.

        Raises
        ------
        MethodError
            if there were no frames.
        """
        sides = tuple(self._side(name) for name in self._crystals)
        windows = tuple((window_name(low, high), low, high) for low, high in self.settings.energies)
        bound = None if self._bound is None else self._bound.bound(windows)
        return InterfaceTemperatures(sides, self.settings, sides[0].bulk.frames, _warnings(sides), bound)

    def _side(self, name: str) -> SideTemperatures:
        bulk, along = self._observers[f"{name}.bulk"].result(), self._observers[f"{name}.along"].result()
        assert isinstance(bulk, ModalTemperatures)
        assert isinstance(along, WindowTemperatures)
        averages = bulk.averages({key: make(bulk.basis) for key, make in self._averages(self._crystals[name]).items()})
        return SideTemperatures(name, self._crystals[name], bulk, along, averages)


def modal_temperatures(
    path: Path | str,
    structure: Any,
    crystals: Mapping[str, Harmonic],
    settings: ModeSettings | None = None,
    bound: InterfaceModes | None = None,
    progress: Progress = silent,
) -> InterfaceTemperatures:
    """Temperatures of the modes of both sides of an interface from a dump of any length.

    path : of the dump, see `read_frames`. structure, crystals, settings, bound : as for `InterfaceObserver`.

    Raises
    ------
    InputError
        if the dump is not what the structure says.
    MethodError
        as `InterfaceObserver`; if there are no frames.
    """
    observer = InterfaceObserver(structure, crystals, settings, bound)
    for frame in read_frames(path, structure):
        observer.add(frame.step, frame.positions, frame.velocities)
        progress("projecting frames on modes", round(1000 * frame.share), 1000)
    return observer.result()


def window_name(low: float, high: float) -> str:
    """What the average over modes from `low` to `high`, meV, is called."""
    return f"{low:g} to {high:g} meV"


def branch_name(number: int) -> str:
    """What the average over the branch `number`, from 0 on by rising energy, is called."""
    return f"branch {number + 1}"


def _trimmed(region: Region, left_out: Array) -> Region:
    return region.without(left_out) if left_out[region.atoms].any() else region


def _in_groups(atoms: Any, names: tuple[str, ...]) -> Array:
    """Which atoms (n,) are in groups with these names; none where the structure has no groups."""
    if "group" not in atoms.arrays:
        return np.zeros(len(atoms), bool)
    known = dict(enumerate(GROUPS))
    if "groups" in atoms.info:
        entries = atoms.info["groups"]
        texts = entries.split(",") if isinstance(entries, str) else [str(entry) for entry in entries]
        pairs = [text.split(":", 1) for text in texts]
        known = {int(number): name.replace("_", " ") for number, name in pairs}
    numbers = [number for number, name in known.items() if name in names]
    return np.isin(atoms.arrays["group"], numbers)


def _members(atoms: Any, name: str, crystals: Mapping[str, Harmonic]) -> Array:
    """The atoms (n,) of one side."""
    if "side" in atoms.arrays:
        members = np.asarray(atoms.arrays["side"]) == SIDES.index(name)
    else:
        members = np.isin(atoms.get_chemical_symbols(), crystals[name].species)
        others = [crystal for other, crystal in crystals.items() if other != name]
        shared = set(crystals[name].species).intersection(*(set(other.species) for other in others)) if others else ()
        if shared:
            raise MethodError(
                f"A column `side` is wanted for two crystals that share {', '.join(sorted(shared))}, got none: write "
                "the structure as extended XYZ by `kapitza atoms structure`."
            )
    if not members.any():
        raise MethodError(
            f"Atoms of the {name} side are wanted, the structure has none: name the phonons of the other side."
        )
    return members


def _sided(atoms: Any, members: Mapping[str, Array]) -> Any:
    """The atoms with a column `side`, from the members of a side where there is none."""
    if "side" in atoms.arrays:
        return atoms
    found = atoms.copy()
    name, mine = next(iter(members.items()))
    found.set_array("side", np.where(mine, SIDES.index(name), 1 - SIDES.index(name)))
    return found


def _warnings(sides: tuple[SideTemperatures, ...]) -> tuple[tuple[str, str], ...]:
    found = []
    for side in sides:
        if (sentence := imaginary_sentence(float(side.bulk.basis.energy.min()))) is not None:
            found.append(("imaginary_modes", f"{side.name}: {sentence}"))
        for name, average in side.averages.items():
            if average.value is None or not np.isfinite(average.value):
                text = f"Modes of the {side.name} side are wanted for the average {name!r}, got none in its cells."
                found.append(("no_modes", text))
        found += _too_short(side)
    if (blocks := len(sides[0].bulk.blocks)) < FEWEST:
        sentence = (
            f"{FEWEST} frames or more are wanted for errors, got {blocks}: run longer, or take frames more often. "
            "Temperatures stand without errors."
        )
        found.append(("no_errors", sentence))
    return tuple(found)


def _too_short(side: SideTemperatures) -> list[tuple[str, str]]:
    """What to tell where blocks of acoustic or optical modes are still correlated."""
    found = []
    for name, weights in (("acoustic", side.bulk.basis.acoustic()), ("optical", side.bulk.basis.optical())):
        if (alike := side.bulk.correlation(weights)) > _TOO_ALIKE:
            longer = np.log(_TOO_ALIKE) / np.log(alike)
            sentence = (
                f"Runs much longer than the memory of the modes are wanted, got blocks of {side.bulk.length} frames "
                f"correlated by {alike:.2f} ({name}, {side.name}): run at least {longer:.1f} times as long."
            )
            found.append(("run_too_short", sentence))
    return found
