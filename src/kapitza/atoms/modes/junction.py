"""Modes bound to the interface of a longer cell, such as one through which heat flows: where they are, how warm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from kapitza.atoms.modes.basis import Basis
from kapitza.atoms.modes.bound import InterfaceModes, only
from kapitza.atoms.modes.observing import ModeObserver
from kapitza.atoms.modes.sites import NEAR, STRAIN, Region
from kapitza.atoms.modes.slab import Junction, LocalMode, SlabModes, junctions_of, local_modes, slab_modes
from kapitza.atoms.modes.temperatures import ModalTemperatures
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.quantity import Quantity

ALL_BOUND = "all bound modes"
"""What the average over them, at every wave vector in the plane that fits, is called."""


@dataclass(frozen=True)
class BoundTemperatures:
    """Temperatures of the modes bound to an interface.

    junction : the interface, its height that in the longer cell. modal : all modes of the interface cell, as far as
    they lie on its atoms that were found; `freedom` is the part of each that does. modes, captured, temperatures : of
    those bound at the zone centre, that part and their temperature. averages : K, over the bound modes at every wave
    vector in the plane that fits, all and in windows of energy. counts : how many modes each average has.
    """

    junction: Junction
    modal: ModalTemperatures
    modes: tuple[LocalMode, ...]
    captured: tuple[float, ...]
    temperatures: tuple[Quantity, ...]
    averages: dict[str, Quantity]
    counts: dict[str, int]


class BoundObserver(ModeObserver):
    """Temperatures of the modes bound to the interface of a longer cell than the one that they were found in.

    A mode is looked at on the atoms within the interface cell; of one that is bound there, little lies elsewhere. In
    equilibrium the part on these atoms has k T times its share of the mode.
    """

    def __init__(self, atoms: Any, found: InterfaceModes, left_out: Array | None = None) -> None:
        """Find the atoms of the interface; start without frames.

        Parameters
        ----------
        atoms
            the longer cell, ASE's `Atoms`, with the column `side`, a left crystal below a right one.
        found
            modes of an interface cell that is repeated here in the plane, its left crystal below, too.
        left_out
            (n,) booleans: atoms that are not looked at, such as frozen ones and those in heat baths.

        Raises
        ------
        MethodError
            if the interface cell is not found, or atoms within its reach are left out.
        """
        self._found = found
        region, self.junction = find_junction(atoms, found, left_out)
        super().__init__(found.crystal, region)
        masses = found.crystal.masses[region.basis]
        count = np.prod(region.repeats)
        rows = np.abs(self.basis.matrix) ** 2 / (np.repeat(masses, 3)[:, np.newaxis] / count)
        self._freedom = rows.sum(axis=1).reshape(self.basis.energy.shape)

    def bound(self, energies: tuple[tuple[str, float, float], ...] = ()) -> BoundTemperatures:
        """The temperatures of the bound modes so far; `energies` : (name, low, high), meV, of windows to average over.

        Raises
        ------
        MethodError
            if there were no frames.
        """
        modal = self.result()
        chosen = _bound_modes(self._found, self.basis)
        centre = int(np.argmin(np.linalg.norm(self.basis.wave, axis=1)))
        here = [one for one in self._found.bound if one.junction == self._found.modes.junctions[0]]
        weights = {str(number): only(chosen.shape, centre, one) for number, one in enumerate(here)}
        weights[ALL_BOUND] = chosen
        inside = {name: chosen * (self.basis.window(low, high) > 0) for name, low, high in energies}
        found = modal.averages({**weights, **inside})
        temperatures = tuple(found.pop(str(number)) for number in range(len(here)))
        captured = tuple(float(self._freedom[centre, list(one.modes)].mean()) for one in here)
        counts = {name: round(float((weights | inside)[name].sum())) for name in found}
        return BoundTemperatures(self.junction, modal, tuple(here), captured, temperatures, found, counts)


def find_junction(atoms: Any, found: InterfaceModes, left_out: Array | None = None) -> tuple[Region, Junction]:
    """Find which atoms of a longer cell sit at the sites of an interface cell, on both sides of its lower interface.

    Parameters
    ----------
    atoms, found, left_out
        as for `BoundObserver`.

    Returns
    -------
    region, junction
        the sites that are there with all their repetitions in the plane, and the interface.

    Raises
    ------
    MethodError
        as `BoundObserver`.
    """
    junction, frame = junctions_of(atoms)[0][0], _frame(atoms, found)
    usable = np.ones(len(atoms), bool) if left_out is None else ~np.asarray(left_out, bool)
    heights = np.array(atoms.positions)[:, 2] - junction.height
    sites = _sites(found.modes)
    top = int(np.argmin(np.where(heights < 0, -heights, np.inf)))
    same = sites[(found.modes.numbers[sites] == atoms.numbers[top]) & (found.modes.sides[sites] == 0)]
    fits = [_fit(atoms, found, frame, heights, sites, frame.places[top] - frame.sites[one]) for one in same]
    if not fits or min(fit.misfit for fit in fits) > NEAR:
        raise MethodError(
            f"The interface {found.modes.junctions[0].name} of the interface cell is wanted in the structure, got "
            f"{junction.name}, or other places of its atoms: find the modes of this interface."
        )
    best = min(fits, key=lambda fit: fit.misfit)
    whole: Array = np.all(best.grid >= 0, axis=(0, 1))
    whole[whole] &= usable[best.grid[:, :, whole]].all(axis=(0, 1))
    near = found.modes.near(found.settings.reach)[0][sites]
    if not whole[near].all():
        raise MethodError(
            f"All atoms within {found.settings.reach:g} A of the interface are wanted, free to move and outside heat "
            "baths, got some frozen, in a bath, or missing: make the crystals longer."
        )
    kept = sites[whole]
    origin = np.append(best.shift @ frame.unit, junction.height - found.modes.junctions[0].height)
    cell = found.modes.cell.copy()
    cell[:2, :2] = frame.unit
    scaled = found.modes.positions[kept] @ np.linalg.inv(found.modes.cell)
    region = Region(
        best.grid[:, :, np.newaxis, whole], np.eye(3, dtype=int), kept, scaled, cell, origin, np.eye(3), False,
        len(atoms),
    )  # fmt: skip
    return region, junction


class _Frame(NamedTuple):
    """The plane: repeats, the unit cell here (2, 2), A, and places (n, 2), (s, 2) of atoms and sites in units of it."""

    repeats: tuple[int, int]
    unit: Array
    places: Array
    sites: Array


class _Fit(NamedTuple):
    """Atoms at the sites of each unit cell (n1, n2, s), -1 where there is none, for a shift (2,) in the plane; the
    largest distance of an atom near the interface from its site, A."""

    grid: Array
    shift: Array
    misfit: float


def _frame(atoms: Any, found: InterfaceModes) -> _Frame:
    box, cell = np.array(atoms.cell)[:2, :2], found.modes.cell[:2, :2]
    steps = np.rint(box @ np.linalg.inv(cell)).astype(int)
    repeats = (int(steps[0, 0]), int(steps[1, 1]))
    stretch = np.linalg.solve(steps @ cell, box) if np.linalg.det(steps) else np.full((2, 2), np.inf)
    if steps[0, 1] or steps[1, 0] or min(repeats) < 1 or np.abs(stretch - np.eye(2)).max() > STRAIN:
        raise MethodError(
            "The interface cell repeated along a and b is wanted, got a structure with other edges: find the modes of "
            f"a cell that fits, within {STRAIN:.0%}."
        )
    unit = box / np.array(repeats)[:, np.newaxis]
    places = np.array(atoms.positions)[:, :2] @ np.linalg.inv(unit)
    return _Frame(repeats, unit, places, found.modes.positions[:, :2] @ np.linalg.inv(cell))


def _sites(modes: SlabModes) -> Array:
    """Sites that are nearer to the lower interface than to the one through which a periodic cell goes on."""
    heights, length = _heights(modes), modes.cell[2, 2]
    if not modes.periodic:
        return np.arange(len(heights))
    apart = modes.junctions[1].height - modes.junctions[0].height
    return np.flatnonzero((heights < apart / 2) & (heights > (apart - length) / 2))


def _heights(modes: SlabModes) -> Array:
    return modes.positions[:, 2] - modes.junctions[0].height


def _fit(atoms: Any, found: InterfaceModes, frame: _Frame, heights: Array, sites: Array, shift: Array) -> _Fit:
    modes, grid, misfit = found.modes, np.full((*frame.repeats, len(sites)), -1), 0.0
    levels, near = _heights(modes), modes.near(found.settings.reach)[0]
    for column, site in enumerate(sites):
        level = np.flatnonzero((atoms.numbers == modes.numbers[site]) & (np.abs(heights - levels[site]) < NEAR))
        off = frame.places[level] - frame.sites[site] - shift
        cells = np.rint(off).astype(int)
        distances = np.hypot(np.linalg.norm((off - cells) @ frame.unit, axis=1), heights[level] - levels[site])
        there = distances < NEAR
        grid[(*(cells[there] % frame.repeats).T, column)] = level[there]
        if near[site]:
            complete = (grid[..., column] >= 0).all()
            misfit = max(misfit, float(distances[there].max()) if complete else np.inf)
    return _Fit(grid, shift, misfit)


def _bound_modes(found: InterfaceModes, basis: Basis) -> Array:
    """Weights (k, modes) of those bound to the lower interface."""
    chosen, settings = np.zeros(basis.energy.shape), found.settings
    for row, q in enumerate(basis.q):
        modes = slab_modes(found.crystal, found.atoms, q[:2])
        for one in local_modes(modes, settings.reach, settings.least_weight, settings.most_participation):
            if one.junction == modes.junctions[0]:
                chosen[row, list(one.modes)] = basis.weight[row]
    return chosen
