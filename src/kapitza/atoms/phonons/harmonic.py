"""Force constants by finite displacements (phonopy), from any ASE calculator or from an engine outside."""

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
from kapitza.units import MEV_PER_THZ

SUPERCELL = 12.0
"""Least height of a supercell where its repeats are not given, A."""

_PLAN = "phonopy_disp.yaml"


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
        unit cells along each lattice vector of the supercell, (3,); so many that it is 12 A high everywhere when None.
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
    phonopy = _displaced(atoms, repeats, displacement)
    forces = []
    for cell in phonopy.supercells_with_displacements:
        moved = Atoms(cell.symbols, cell=cell.cell, scaled_positions=cell.scaled_positions, pbc=True)
        moved.calc = calculator
        forces.append(moved.get_forces())
    return _from_forces(phonopy, np.array(forces))


def write_displacements(
    atoms: Any, folder: str | Path, repeats: Sequence[int] | None = None, displacement: float = 0.01
) -> list[Path]:
    """Write the displaced supercells for an engine outside, such as CP2K, as supercell-001.xyz and so on.

    `folder` must exist; what was displaced is kept there in phonopy_disp.yaml, for `harmonic_from_forces`. Parameters
    and errors are those of `harmonic`.
    """
    with optional("ASE"):
        from ase import Atoms
    folder = Path(folder)
    phonopy = _displaced(atoms, repeats, displacement)
    phonopy.save(folder / _PLAN)
    files = []
    for number, cell in enumerate(phonopy.supercells_with_displacements, 1):
        files.append(folder / f"supercell-{number:03d}.xyz")
        moved = Atoms(cell.symbols, cell=cell.cell, scaled_positions=cell.scaled_positions, pbc=True)
        moved.write(files[-1], format="extxyz")
    return files


def harmonic_from_forces(folder: str | Path, forces: Sequence[Array | str | Path]) -> Harmonic:
    """Force constants from the forces that an engine outside found in the displaced supercells.

    Parameters
    ----------
    folder
        where `write_displacements` wrote.
    forces
        for each supercell, in order: forces (atoms, 3), eV/A, or a file with them that ASE reads.

    Raises
    ------
    InputError
        if a file is missing or ASE finds no forces in it.
    MethodError
        if number or shape of the forces do not fit the supercells.
    """
    with optional("phonopy"):
        import phonopy
    plan = Path(folder) / _PLAN
    if not plan.is_file():
        raise InputError(f"A folder with {_PLAN} is wanted, got none in {folder}: write_displacements makes it.")
    made: Any = phonopy.load(plan, produce_fc=False, log_level=0)
    found = [forces_of(entry) if isinstance(entry, str | Path) else np.asarray(entry, float) for entry in forces]
    wanted = (len(made.supercells_with_displacements), len(made.supercell), 3)
    if len(found) != wanted[0] or any(entry.shape != wanted[1:] for entry in found):
        raise MethodError(
            f"Forces on {wanted[1]} atoms in each of {wanted[0]} supercells are wanted, got "
            f"{[entry.shape for entry in found]}: give one array (atoms, 3) for each, in order."
        )
    return _from_forces(made, np.array(found))


def forces_of(file: str | Path) -> Array:
    """Forces (atoms, 3), eV/A, from the last structure in a file that ASE reads.

    Raises
    ------
    InputError
        if the file is missing, or holds no forces.
    """
    with optional("ASE"):
        from ase.io import read
    try:
        last: Any = read(file)
        return np.array(last.get_forces())
    except Exception as error:
        raise InputError(
            f"A file with forces in a format of ASE is wanted, {Path(file).name} is not one ({error}): convert it to "
            "extended XYZ."
        ) from error


def default_repeats(cell: Array) -> tuple[int, int, int]:
    """Unit cells along each lattice vector that make a supercell 12 A high everywhere. cell (3, 3): A."""
    heights = 1 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    first, second, third = (max(1, int(np.ceil(SUPERCELL / height - 1e-9))) for height in heights)
    return first, second, third


def _displaced(atoms: Any, repeats: Sequence[int] | None, displacement: float) -> Any:
    with optional("phonopy"):
        from phonopy import Phonopy
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
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="primitive_matrix defaulted")  # the primitive cell is what is wanted
        made = Phonopy(cell, np.diag([int(n) for n in counts]), primitive_matrix="auto", log_level=0)
    made.generate_displacements(distance=displacement)
    return made


def _from_forces(phonopy: Any, forces: Array) -> Harmonic:
    phonopy.forces = forces
    phonopy.produce_force_constants(calculate_full_force_constants=False, show_drift=False)
    drift = float(np.abs(phonopy.force_constants.sum(axis=1)).max())
    phonopy.symmetrize_force_constants(show_drift=False)
    return Harmonic(phonopy, drift)
