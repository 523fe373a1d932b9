"""Force constants by finite displacements (phonopy) with any ASE calculator."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.data import Array
from kapitza.errors import InputError, MethodError
from kapitza.units import COULOMB, MEV_PER_THZ

SUPERCELL = 16.0
"""Least height of a supercell where its repeats are not given, A."""


@dataclass(frozen=True)
class Harmonic:
    """A crystal with its force constants.

    phonopy : the `phonopy.Phonopy` that holds them. drift : largest sum of a row of force constants before the acoustic
    sum rule was imposed, eV/A^2, None where it is not known.
    """

    phonopy: Any
    drift: float | None = None

    @property
    def species(self) -> tuple[str, ...]:
        """Chemical symbols of the atoms of the primitive cell, (n,)."""
        return tuple(self.phonopy.primitive.symbols)

    @property
    def masses(self) -> Array:
        """Masses of the atoms of the primitive cell, (n,), u."""
        return np.array(self.phonopy.primitive.masses)

    @property
    def cell(self) -> Array:
        """Lattice vectors of the primitive cell as rows, (3, 3), A."""
        return np.array(self.phonopy.primitive.cell)

    @property
    def volume(self) -> float:
        """Volume of the primitive cell, A^3."""
        return float(abs(np.linalg.det(self.cell)))

    @property
    def repeats(self) -> tuple[int, ...]:
        """Unit cells along each lattice vector of the supercell, (3,)."""
        return tuple(int(n) for n in np.diag(self.phonopy.supercell_matrix))

    @property
    def polar(self) -> bool:
        """Whether the long-ranged electric field of the modes is in it (Born charges were given)."""
        return self.phonopy.nac_params is not None

    def energies(self, q: Array, direction: Array | None = None) -> Array:
        """Energies (k, 3n), meV, at wave vectors q (k, 3) in units of the reciprocal lattice; imaginary ones negative.

        direction : (3,), likewise, along which zero is approached; for polar crystals the limits differ.
        """
        points = self.phonopy.run_qpoints(np.atleast_2d(q), nac_q_direction=direction)
        return np.array(points.frequencies) * MEV_PER_THZ


def harmonic(atoms: Any, calculator: Any, repeats: Sequence[int] | None = None, displacement: float = 0.01) -> Harmonic:
    """Force constants of a relaxed crystal by finite displacements, symmetrised.

    Parameters
    ----------
    atoms
        relaxed unit cell, ASE's `Atoms`.
    calculator
        any ASE calculator with forces.
    repeats
        unit cells along each lattice vector of the supercell, (3,); so many that it is 16 A high everywhere when None.
    displacement
        how far an atom is moved, A.

    Raises
    ------
    MethodError
        if the repeats are not three whole numbers above 0, or the displacement is not above 0.

    Source: Togo, J. Phys. Soc. Jpn. 92, 012001 (2023), for phonopy.
    """
    with optional("ASE"):
        from ase import Atoms
    phonopy = displaced(atoms, repeats, displacement)
    forces = []
    for cell in phonopy.supercells_with_displacements:
        moved = Atoms(cell.symbols, cell=cell.cell, scaled_positions=cell.scaled_positions, pbc=True)
        moved.calc = calculator
        forces.append(moved.get_forces())
    return from_forces(phonopy, np.array(forces))


def default_repeats(cell: Array) -> tuple[int, int, int]:
    """Unit cells along each lattice vector that make a supercell 16 A high everywhere. cell (3, 3): A."""
    heights = 1 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    first, second, third = (max(1, int(np.ceil(SUPERCELL / height - 1e-9))) for height in heights)
    return first, second, third


def displaced(atoms: Any, repeats: Sequence[int] | None, displacement: float) -> Any:
    """phonopy's `Phonopy` with the supercells in which symmetry wants an atom moved; arguments as `harmonic`'s."""
    with optional("phonopy"):
        from phonopy.structure.atoms import PhonopyAtoms
    counts = default_repeats(np.array(atoms.cell)) if repeats is None else tuple(repeats)
    if len(counts) != 3 or any(n != int(n) or n < 1 for n in counts):
        raise MethodError(f"Three whole numbers above 0 are wanted as repeats of the cell, got {counts}.")
    if not displacement > 0:
        raise MethodError(f"A displacement above 0 A is wanted, got {displacement:g}: 0.01 A is usual.")
    cell = PhonopyAtoms(
        symbols=atoms.get_chemical_symbols(),
        cell=np.array(atoms.cell),
        scaled_positions=atoms.get_scaled_positions(),
        masses=atoms.get_masses(),
    )
    made = _phonopy(cell, np.diag([int(n) for n in counts]))
    made.generate_displacements(distance=displacement)
    return made


def _phonopy(cell: Any, supercell: Array, primitive: Array | None = None) -> Any:
    with optional("phonopy"):
        from phonopy import Phonopy
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="primitive_matrix defaulted")  # the primitive cell is what is wanted
        return Phonopy(cell, supercell, primitive_matrix="auto" if primitive is None else primitive, log_level=0)


def read_phonopy(path: Path) -> Any:
    """phonopy's `Phonopy` from what a phonopy.yaml says, and from nothing else.

    phonopy's own `load` takes Born charges and forces from files of certain names in the working folder, too.

    Raises
    ------
    InputError
        if the file is not phonopy's, or is not in eV and A.
    """
    with optional("phonopy"):
        from phonopy.interface.phonopy_yaml import PhonopyYaml
    held: Any = PhonopyYaml()
    try:
        held.read(path)
        if held.unitcell is None:
            raise ValueError("it holds no unit cell")
    except Exception as error:
        raise InputError(f"A phonopy.yaml is wanted, {path.name} is not one ({error}): save it by phonopy.") from error
    if held.calculator not in (None, "vasp"):
        raise InputError(
            f"A phonopy.yaml in eV and A is wanted, {path.name} is in the units of {held.calculator!r}: convert it."
        )
    made = _phonopy(held.unitcell, held.supercell_matrix, held.primitive_matrix)
    made.dataset = held.dataset
    if held.force_constants is not None:
        made.force_constants = held.force_constants
    if held.nac_params is not None:
        made.nac_params = {"factor": COULOMB, **held.nac_params}
    return made


def from_forces(phonopy: Any, forces: Array) -> Harmonic:
    """Symmetrised force constants from forces (supercells, atoms, 3), eV/A, in phonopy's displaced supercells."""
    phonopy.forces = forces
    phonopy.produce_force_constants(calculate_full_force_constants=False, show_drift=False)
    drift = float(np.abs(phonopy.force_constants.sum(axis=1)).max())
    phonopy.symmetrize_force_constants(show_drift=False)
    return Harmonic(phonopy, drift)
