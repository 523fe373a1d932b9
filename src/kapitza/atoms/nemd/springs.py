"""Force constants between the atoms on either side of a cut through a cell, by finite displacements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize

from kapitza.atoms.nemd.engine import Motion, StaticForces, static_forces
from kapitza.atoms.nemd.settings import PotentialEntry
from kapitza.atoms.nemd.system import COLD, HOT, System, area, junction, strained
from kapitza.data import Array
from kapitza.errors import MethodError

_STILL = 1e-4
"""Largest component of a force that relaxation aims at, eV/A."""

_RESTLESS = 1e-2
"""Largest that it may leave, as a potential that jumps at its cutoff can, eV/A."""

_FELT = 1e-6
"""Change of a force, over the largest, that an atom must cause to reach another."""

_MARGIN = 0.5
"""What the reach of other atoms may be beyond that of those tried, A."""


@dataclass(frozen=True)
class CutSprings:
    """Force constants across a cut at right angles to z.

    pairs (p, 2) : atoms, one on the left and one on the right. constants (p, 3, 3) : d2E/(du_left du_right), eV/A^2.
    rest (n, 3) : positions of all atoms at rest, A. height : of the cut there, A. reach : how far an atom is felt, A.
    area : A^2.
    """

    pairs: Array
    constants: Array
    rest: Array
    height: float
    reach: float
    area: float

    def state(self) -> dict[str, Array]:
        """All of it, as arrays."""
        numbers = np.array([self.height, self.reach, self.area])
        return {"pairs": self.pairs, "constants": self.constants, "rest": self.rest, "numbers": numbers}


def restored_springs(state: Mapping[str, Array]) -> CutSprings:
    """The force constants that `CutSprings.state` gave."""
    height, reach, area = (float(number) for number in state["numbers"])
    return CutSprings(state["pairs"], state["constants"], state["rest"], height, reach, area)


def cut_sides(system: System, height: float | None = None) -> Array:
    """On which side of a cut each atom is, (n,): 0 left, below, and 1 right.

    Parameters
    ----------
    system
        atoms as they are in the structure.
    height
        of the cut, A; at the interface when None, or half-way between the baths where there is none.

    Raises
    ------
    MethodError
        if the cut is not between the baths.
    """
    if height is None and system.sides is not None:
        return system.sides
    z = system.positions[:, 2]
    lower, upper = sorted((z[system.groups == bath].min(), z[system.groups == bath].max()) for bath in (HOT, COLD))
    wanted = (lower[1] + upper[0]) / 2 if height is None else height
    if not lower[1] < wanted < upper[0]:
        raise MethodError(
            f"A cut between the baths is wanted, from {lower[1]:.4g} to {upper[0]:.4g} A along z, got {wanted:.4g} A: "
            "correct height in [current]."
        )
    return np.asarray(z > wanted, dtype=int)


def cut_springs(
    system: System,
    cell: Array,
    potential: PotentialEntry,
    calculator: Any = None,
    *,
    height: float | None = None,
    displacement: float = 0.01,
) -> CutSprings:
    """Force constants across a cut, in the cell at rest, by central differences of the forces.

    All atoms are relaxed in the given cell. How far an atom is felt is tried with the atoms next to the cut; those of
    the left side that are no farther from it are moved, in a slab in which nothing that they feel is missing.

    Parameters
    ----------
    system
        atoms.
    cell
        (3, 3), A; the atoms of the structure are strained with it.
    potential, calculator
        where the forces come from, as for `kapitza.atoms.nemd.engine.lammps_segment`.
    height
        of the cut in the structure, A, as for `cut_sides`.
    displacement
        how far an atom is moved either way, A.

    Raises
    ------
    MethodError
        if the cut is not between the baths, the atoms find no rest, or no force crosses the cut.
    """
    sides = cut_sides(system, height)
    motion = Motion(cell, strained(system.positions, system.cell, cell), np.zeros((len(system), 3)))
    with static_forces(system, motion, potential, calculator) as forces:
        rest = _relaxed(forces, motion.positions)
        at = junction(rest, sides)
        reach = _reach(forces, rest, _next_to(system, sides, np.abs(rest[:, 2] - at)), cell, displacement) + _MARGIN
    close = np.abs(rest[:, 2] - at) <= reach
    _check_touching(len(np.unique(sides[close])) == 2)
    members, slab, still = _slab(system, replace(motion, positions=rest), at, reach)
    near = [np.flatnonzero((sides == side)[members] & close[members]) for side in (0, 1)]
    with static_forces(slab, still, potential, calculator) as forces:
        constants = _constants(forces, still.positions, near, displacement)
    size = np.abs(constants).max(axis=(2, 3), initial=0.0)
    kept = np.argwhere(size > _FELT * size.max(initial=0.0))
    _check_touching(len(kept) > 0)
    pairs = np.stack([members[near[side]][kept[:, side]] for side in (0, 1)], axis=1)
    return CutSprings(pairs, constants[kept[:, 0], kept[:, 1]], rest, at, reach, area(cell))


def _check_touching(across: bool) -> None:
    if not across:
        raise MethodError(
            "Forces across the cut are wanted, got none: bring the crystals together, or put the cut elsewhere."
        )


def _relaxed(forces: StaticForces, start: Array) -> Array:
    """Positions (n, 3), A, without forces, from `start` on."""

    def slope(flat: Array) -> tuple[float, Array]:
        energy, pull = forces(flat.reshape(-1, 3))
        return energy, -pull.ravel()

    options = {"gtol": _STILL, "ftol": 0.0, "maxiter": 3000, "maxfun": 6000}
    found = minimize(slope, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    if (left := float(np.abs(found.jac).max())) > _RESTLESS:
        raise MethodError(
            f"Forces below {_RESTLESS:g} eV/A are wanted at rest, got {left:.2g} eV/A after {found.nit} steps: start "
            "from a better structure."
        )
    return np.asarray(found.x).reshape(-1, 3)


def _next_to(system: System, sides: Array, distance: Array) -> list[int]:
    """Of each species on each side the atom that is nearest to the cut."""
    kinds = np.stack([sides, system.types], axis=1)
    nearest = []
    for kind in np.unique(kinds, axis=0):
        alike = np.flatnonzero((kinds == kind).all(axis=1))
        nearest.append(int(alike[np.argmin(distance[alike])]))
    return nearest


def _reach(forces: StaticForces, rest: Array, tried: list[int], cell: Array, displacement: float) -> float:
    """How far atoms are felt by others, A."""
    farthest = 0.0
    for atom in tried:
        felt = np.linalg.norm(_change(forces, rest, atom, np.full(3, displacement / np.sqrt(3))), axis=1)
        share = (rest - rest[atom]) @ np.linalg.inv(cell)
        share[:, :2] -= np.rint(share[:, :2])
        distance = np.linalg.norm(share @ cell, axis=1)
        farthest = max(farthest, float(distance[felt > _FELT * felt.max()].max(initial=0.0)))
    return farthest


def _slab(system: System, motion: Motion, height: float, reach: float) -> tuple[Array, System, Motion]:
    """The atoms that matter: within twice the reach, for what lies between two atoms that feel each other."""
    members = np.flatnonzero(np.abs(motion.positions[:, 2] - height) <= 2 * reach)
    if len(members) == len(system):
        return members, system, motion
    positions, cell = motion.positions[members], motion.cell.copy()
    positions[:, 2] -= height - 2 * reach
    # Periodic, because not every engine takes another cell; its images do not feel each other.
    cell[2] = [0.0, 0.0, 5 * reach]
    part = replace(
        system, types=system.types[members], masses=system.masses[members], cell=cell, positions=positions,
        periodic=(True, True, True), groups=system.groups[members],
        sides=None if system.sides is None else system.sides[members],
    )  # fmt: skip
    return members, part, Motion(cell, positions, motion.velocities[members])


def _constants(forces: StaticForces, rest: Array, near: list[Array], displacement: float) -> Array:
    """(l, r, 3, 3), eV/A^2: of the atoms `near` on the left and on the right."""
    found = np.empty((len(near[0]), len(near[1]), 3, 3))
    for number, atom in enumerate(near[0]):
        for axis, step in enumerate(displacement * np.eye(3)):
            found[number, :, axis] = -_change(forces, rest, atom, step)[near[1]] / (2 * displacement)
    return found


def _change(forces: StaticForces, rest: Array, atom: int, step: Array) -> Array:
    """How forces (n, 3), eV/A, change from one side of rest to the other where an atom is moved by `step` (3,), A."""
    moved = []
    for sign in (1, -1):
        positions = rest.copy()
        positions[atom] += sign * step
        moved.append(forces(positions)[1])
    return moved[0] - moved[1]
