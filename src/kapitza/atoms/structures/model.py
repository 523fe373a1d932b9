"""A structure: atoms in a cell, each in a group that the engines treat alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.data import Array

if TYPE_CHECKING:
    from ase import Atoms

GROUPS = ("frozen", "hot bath", "left bulk", "interface", "right bulk", "cold bath")
"""What the numbers in `Structure.groups` mean."""


@dataclass(frozen=True)
class Strain:
    """How one side of an interface was deformed in the plane to fit the other.

    side : name of the crystal that was strained. along_a, along_b : relative changes of length of its two in-plane
    axes, above 0 where stretched. shear : change of the angle between them, rad. mismatch : how much larger the
    in-plane lattice of the left crystal is than that of the right, relative, along a.
    """

    side: str
    along_a: float
    along_b: float
    shear: float
    mismatch: float

    def __str__(self) -> str:
        """The strain as a sentence."""
        text = f"{self.side} strained in the plane by {self.along_a:+.2%} along a and {self.along_b:+.2%} along b"
        return text + (f", sheared by {np.degrees(self.shear):.2f} degrees" if abs(self.shear) > 1e-6 else "")


@dataclass(frozen=True)
class Structure:
    """Atoms in a cell, heat flowing along z.

    name : what it is. cell (3, 3) : lattice vectors as rows, A. numbers (n,) : atomic numbers. positions (n, 3) : A.
    periodic : along each lattice vector. groups (n,) : indices into `GROUPS`. sides (n,) : 0 left, 1 right crystal.
    lengths : of the left and right crystal along z, in whole unit cells, A. junctions : heights of the interfaces, A;
    the second one, of a periodic cell, is at the cell's edge. strain : None without an interface.
    """

    name: str
    cell: Array
    numbers: Array
    positions: Array
    periodic: tuple[bool, bool, bool]
    groups: Array
    sides: Array
    lengths: tuple[float, ...]
    junctions: tuple[float, ...] = ()
    strain: Strain | None = None

    def __len__(self) -> int:
        """Number of atoms."""
        return len(self.numbers)

    @property
    def area(self) -> float:
        """Cross-section of the cell in the plane, A^2."""
        return float(np.linalg.norm(np.cross(self.cell[0], self.cell[1])))

    @property
    def atoms(self) -> Atoms:
        """ASE's `Atoms` with the arrays `group` and `side`."""
        with optional("ASE"):
            from ase import Atoms
        atoms = Atoms(numbers=self.numbers, positions=self.positions, cell=self.cell, pbc=self.periodic)
        atoms.new_array("group", self.groups.astype(np.int64))
        atoms.new_array("side", self.sides.astype(np.int64))
        return atoms
