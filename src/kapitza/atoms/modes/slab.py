"""Lattice dynamics of a whole interface cell: which modes are bound to an interface, and to which of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.atoms.elements import symbols_of
from kapitza.atoms.extra import optional
from kapitza.atoms.modes.basis import ALIKE
from kapitza.atoms.phonons import Harmonic
from kapitza.atoms.phonons.harmonic import from_forces
from kapitza.atoms.progress import Progress, silent
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import MEV_PER_THZ

REACH = 10.0
"""How far from an interface an atom counts to it, A."""

_WIDE = 12.0
"""Least height of the supercell in the plane where its repeats are not given, A."""

_OPEN = 5.0
_FLAT = 0.1


@dataclass(frozen=True)
class Junction:
    """An interface. height : A. name : species that face each other, the lower first, such as N-Si."""

    height: float
    name: str


@dataclass(frozen=True)
class SlabModes:
    """The modes of an interface cell at one wave vector in the plane.

    q (2,) : in units of the reciprocal lattice vectors. energy (m,) : meV, rising, negative where imaginary.
    vectors (m, n, 3) : eigenvectors of norm 1, phases of atomic positions. density (m, n) : where a mode is, adding up
    to 1, of a degenerate set the mean of its modes. sets (m,) : number of the degenerate set. positions (n, 3) : A.
    cell (3, 3) : A. numbers (n,) : atomic numbers. sides (n,) : 0 left, 1 right. junctions : the interfaces.
    periodic : whether the cell goes on above and below.
    """

    q: tuple[float, float]
    energy: Array
    vectors: Array
    density: Array
    sets: Array
    positions: Array
    cell: Array
    numbers: Array
    sides: Array
    junctions: tuple[Junction, ...]
    periodic: bool

    @property
    def participation(self) -> Array:
        """Participation ratio (m,): what part of the atoms a mode is spread over, 1/n to 1."""
        return 1 / (self.density.shape[1] * np.sum(self.density**2, axis=1))

    @property
    def left(self) -> Array:
        """What part of each mode (m,) is on the left side."""
        return self.density[:, self.sides == 0].sum(axis=1)

    def near(self, reach: float = REACH) -> Array:
        """Which atoms (j, n) are within `reach`, A, of each interface."""
        off = self.positions[:, 2] - np.array([[junction.height] for junction in self.junctions])
        if self.periodic:
            off -= self.cell[2, 2] * np.rint(off / self.cell[2, 2])
        return np.abs(off) < reach

    def weights(self, reach: float = REACH) -> Array:
        """What part of each mode is within `reach`, A, of each interface, (m, j)."""
        return self.density @ self.near(reach).T


@dataclass(frozen=True)
class LocalMode:
    """A degenerate set of modes bound to an interface.

    modes : their numbers in `SlabModes`. energy : meV. participation, weight, left : as in `SlabModes`. expected :
    weight of a mode that is spread evenly. junction : which interface.
    """

    modes: tuple[int, ...]
    energy: float
    participation: float
    weight: float
    expected: float
    left: float
    junction: Junction


def slab_harmonic(
    atoms: Any,
    calculator: Any,
    repeats: Sequence[int] | None = None,
    displacement: float = 0.01,
    progress: Progress = silent,
) -> Harmonic:
    """Force constants of an interface cell by finite displacements of its atoms.

    Parameters
    ----------
    atoms
        relaxed interface cell, as small as it may be in the plane, ASE's `Atoms`.
    calculator
        any ASE calculator with forces.
    repeats
        cells of the supercell along a and b, (2,); so many that it is 12 A high in the plane when None.
    displacement
        how far an atom is moved, A.

    Raises
    ------
    MethodError
        if the repeats are not two whole numbers above 0, or the displacement is not above 0.
    """
    with optional("phonopy"):
        from phonopy import Phonopy
        from phonopy.structure.atoms import PhonopyAtoms
    from ase import Atoms

    counts = _plane_repeats(np.array(atoms.cell)) if repeats is None else tuple(repeats)
    if len(counts) != 2 or any(n != int(n) or n < 1 for n in counts) or not displacement > 0:
        raise MethodError(
            f"Two whole numbers above 0 as repeats in the plane and a displacement above 0 A are wanted, got {counts} "
            f"and {displacement:g}: 4 x 4 and 0.01 A suit."
        )
    cell = PhonopyAtoms(
        symbols=atoms.get_chemical_symbols(), cell=np.array(atoms.cell), positions=atoms.positions,
        masses=atoms.get_masses(),
    )  # fmt: skip
    # The cell is its own primitive cell, so that its atoms keep their order.
    made: Any = Phonopy(cell, np.diag([*counts, 1]), primitive_matrix=np.eye(3), log_level=0)
    made.generate_displacements(distance=displacement)
    forces = []
    for number, one in enumerate(made.supercells_with_displacements):
        moved = Atoms(one.symbols, cell=one.cell, scaled_positions=one.scaled_positions, pbc=True)
        moved.calc = calculator
        forces.append(moved.get_forces())
        progress("moving atoms of the interface cell", number + 1, len(made.supercells_with_displacements))
    return from_forces(made, np.array(forces))


def slab_modes(crystal: Harmonic, atoms: Any, q: Sequence[float] = (0.0, 0.0)) -> SlabModes:
    """The modes of an interface cell at a wave vector in the plane.

    Parameters
    ----------
    crystal
        from `slab_harmonic`.
    atoms
        the same cell, with the column `side`.
    q
        wave vector (2,), in units of the reciprocal lattice vectors.

    Raises
    ------
    MethodError
        if the cell is another one, or has no sides.
    """
    if len(atoms) != len(crystal.species) or "side" not in atoms.arrays:
        raise MethodError(
            f"The interface cell of the force constants is wanted, {len(crystal.species)} atoms with the column "
            f"`side`, got {len(atoms)} atoms: write it as extended XYZ by `kapitza atoms structure`."
        )
    found = crystal.phonopy.run_qpoints([[q[0], q[1], 0.0]], with_eigenvectors=True)
    energy = np.array(found.frequencies)[0] * MEV_PER_THZ
    vectors = np.array(found.eigenvectors)[0].T.reshape(len(energy), -1, 3)
    sets = np.cumsum(np.diff(energy, prepend=-np.inf) > ALIKE) - 1
    density = np.sum(np.abs(vectors) ** 2, axis=2)
    starts = np.flatnonzero(np.diff(sets, prepend=-1))
    counts = np.diff(np.append(starts, len(sets)))
    shared = np.repeat(np.add.reduceat(density, starts, axis=0) / counts[:, np.newaxis], counts, axis=0)
    junctions, periodic = junctions_of(atoms)
    return SlabModes(
        (float(q[0]), float(q[1])), energy, vectors, shared, sets, np.array(atoms.positions), np.array(atoms.cell),
        np.array(atoms.numbers), np.array(atoms.arrays["side"]), junctions, periodic,
    )  # fmt: skip


def local_modes(
    modes: SlabModes, reach: float = REACH, least_weight: float = 0.5, most_participation: float = 0.2
) -> tuple[LocalMode, ...]:
    """The modes bound to an interface, by rising energy.

    Parameters
    ----------
    modes
        of an interface cell.
    reach
        how far from an interface an atom counts to it, A.
    least_weight
        part of a mode that must be there.
    most_participation
        largest participation ratio. Both limits are conventions: scan them before a number of modes is told.

    Raises
    ------
    MethodError
        if the two interfaces are closer than twice the reach.

    Source: Gordiz and Henry, J. Appl. Phys. 119, 015101 (2016), for weights on both sides.
    """
    near = modes.near(reach)
    if (near.sum(axis=0) > 1).any():
        raise MethodError(
            f"Interfaces more than {2 * reach:g} A apart are wanted, got some atoms near both: repeat the crystals "
            "more often along c, or shorten the reach."
        )
    weights, participation, expected = modes.weights(reach), modes.participation, near.mean(axis=1)
    found = []
    for number in range(int(modes.sets[-1]) + 1):
        members = np.flatnonzero(modes.sets == number)
        first, place = members[0], int(np.argmax(weights[members[0]]))
        if weights[first, place] > least_weight and participation[first] < most_participation:
            found.append(
                LocalMode(
                    tuple(members.tolist()), float(modes.energy[members].mean()), float(participation[first]),
                    float(weights[first, place]), float(expected[place]), float(modes.left[first]),
                    modes.junctions[place],
                )
            )  # fmt: skip
    return tuple(found)


def _plane_repeats(cell: Array) -> tuple[int, int]:
    heights = 1 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    first, second = (max(1, int(np.ceil(_WIDE / height - 1e-9))) for height in heights[:2])
    return first, second


def junctions_of(atoms: Any) -> tuple[tuple[Junction, ...], bool]:
    """The interfaces of a cell with the column `side`, the lower first, and whether it goes on above and below.

    Raises
    ------
    MethodError
        if the left crystal is not below the right one.
    """
    heights, sides = np.array(atoms.positions[:, 2]), np.array(atoms.arrays.get("side", ()))
    if set(sides.tolist()) != {0, 1} or heights[sides == 0].max() > heights[sides == 1].min():
        raise MethodError(
            "A left crystal below a right one is wanted, by the column `side`, got another cell: write it as extended "
            "XYZ by `kapitza atoms structure`."
        )
    length = float(atoms.cell[2, 2])
    faces = [(0, heights[sides == 0].max()), (1, heights[sides == 1].min())]
    found = [Junction(float((faces[0][1] + faces[1][1]) / 2), _named(atoms, faces))]
    top, bottom = heights[sides == 1].max(), heights[sides == 0].min()
    periodic = bool(bottom + length - top < _OPEN)
    if periodic:
        middle = float((top + bottom + length) / 2)
        found.append(Junction(middle, _named(atoms, [(1, top), (0, bottom)])))
    return tuple(found), periodic


def _named(atoms: Any, faces: list[tuple[int, float]]) -> str:
    names = []
    for side, height in faces:
        flat = (np.array(atoms.arrays["side"]) == side) & (np.abs(atoms.positions[:, 2] - height) < _FLAT)
        names.append("".join(sorted(set(symbols_of(np.array(atoms.numbers)[flat])))))
    return "-".join(names)
