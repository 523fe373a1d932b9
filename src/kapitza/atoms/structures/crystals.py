"""Crystals to build from: 2H-AlN, 4H-SiC, and whatever ASE or a file gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.data import Array
from kapitza.errors import InputError, MethodError

if TYPE_CHECKING:
    from ase import Atoms

_ALUMINIUM, _NITROGEN, _SILICON, _CARBON = 13, 7, 14, 6


@dataclass(frozen=True)
class Crystal:
    """A unit cell whose third lattice vector lies along z and whose other two lie in the plane.

    name : what it is called. cell (3, 3) : lattice vectors as rows, A. numbers (n,) : atomic numbers. scaled (n, 3) :
    positions in units of the lattice vectors, from 0 to below 1.
    """

    name: str
    cell: Array
    numbers: Array
    scaled: Array

    @property
    def height(self) -> float:
        """Length of the third lattice vector, A."""
        return float(self.cell[2, 2])

    @property
    def atoms(self) -> Atoms:
        """The unit cell as ASE's `Atoms`, periodic in all directions."""
        with optional("ASE"):
            from ase import Atoms
        return Atoms(numbers=self.numbers, scaled_positions=self.scaled, cell=self.cell, pbc=True)


def aluminium_nitride(a: float = 3.112, c: float = 4.982, u: float = 0.3821) -> Crystal:
    """2H-AlN, wurtzite, space group P6_3mc, 4 atoms.

    Parameters
    ----------
    a, c
        lattice constants, A.
    u
        distance from Al to the N above it, in units of `c`.

    Raises
    ------
    MethodError
        if a length is not above 0 or `u` is not between 0.25 and 0.5.

    Source of `u`: Schulz and Thiemann, Solid State Commun. 23, 815 (1977).
    """
    _check_lengths(a, c)
    if not 0.25 < u < 0.5:
        raise MethodError(f"A u between 0.25 and 0.5 is wanted for wurtzite, got {u:g}: 0.375 is the ideal one.")
    return _stacked("2H-AlN", a, c, "AB", (_ALUMINIUM, _NITROGEN), u * 2)


def silicon_carbide(a: float = 3.0798, c: float = 10.082) -> Crystal:
    """4H-SiC, space group P6_3mc, 8 atoms, with ideal heights inside the cell: every bilayer c/4 high.

    Parameters
    ----------
    a, c
        lattice constants, A.

    Raises
    ------
    MethodError
        if a length is not above 0.
    """
    _check_lengths(a, c)
    return _stacked("4H-SiC", a, c, "ABCB", (_SILICON, _CARBON), 0.75)


def crystal_from_atoms(atoms: Atoms, name: str | None = None) -> Crystal:
    """A crystal from ASE's `Atoms`, turned so that a lies along x and b in the plane.

    Parameters
    ----------
    atoms
        unit cell with three lattice vectors, the third at right angles to the others.
    name
        what to call it; its formula when None.

    Raises
    ------
    MethodError
        if there are no atoms, the cell is flat, or c is not at right angles to a and b.
    """
    with optional("ASE"):
        from ase.geometry import cellpar_to_cell
    if not len(atoms) or abs(atoms.cell.volume) < 1e-6:
        raise MethodError("A unit cell with atoms and three lattice vectors is wanted: give the crystal its cell.")
    lengths_and_angles = atoms.cell.cellpar()
    if np.abs(lengths_and_angles[3:5] - 90).max() > 0.01:
        alpha, beta = lengths_and_angles[3:5]
        raise MethodError(
            f"A c axis at right angles to a and b is wanted, got angles of {alpha:.2f} and {beta:.2f} degrees: give "
            "the conventional cell, turned so that heat flows along c."
        )
    lengths_and_angles[3:5] = 90
    scaled = atoms.get_scaled_positions(wrap=True)
    return Crystal(
        name or atoms.get_chemical_formula(empirical=True),
        cellpar_to_cell(lengths_and_angles),
        np.array(atoms.numbers),
        np.round(scaled, 12) % 1.0,
    )


def read_crystal(path: Path | str) -> Crystal:
    """A crystal from a file that ASE reads: CIF, POSCAR, extended XYZ and others.

    Raises
    ------
    InputError
        if the file is missing or ASE cannot read it.
    MethodError
        if what it holds is no crystal with c at right angles to a and b.
    """
    with optional("ASE"):
        from ase.io import read
    path = Path(path)
    if not path.is_file():
        raise InputError(
            f"AlN, SiC or a file with a crystal is wanted, got nothing at {path}: check the name and the folder."
        )
    try:
        atoms: Any = read(path)
    except Exception as error:
        raise InputError(
            f"A crystal in a format of ASE is wanted (.cif, .vasp, .xyz), {path.name} is not: {error}."
        ) from error
    return crystal_from_atoms(atoms, path.stem)


def named_crystal(name: str, a: float | None = None, c: float | None = None) -> Crystal:
    """AlN or SiC with the given lattice constants, A, or the crystal in the file `name`.

    Raises
    ------
    MethodError
        if lattice constants are given for a file, which has its own, or do not fit.
    InputError
        if there is no such file, or ASE cannot read it.
    """
    constants = {key: value for key, value in (("a", a), ("c", c)) if value is not None}
    known = {"aln": aluminium_nitride, "sic": silicon_carbide}
    if name.lower() in known:
        return known[name.lower()](**constants)
    if constants:
        raise MethodError(
            f"Lattice constants of AlN or SiC are wanted, got {' and '.join(constants)} for {name!r}, which has its "
            "own: leave them out."
        )
    return read_crystal(name)


def orthogonal(crystal: Crystal) -> Crystal:
    """The same hexagonal crystal in an orthogonal cell, a x sqrt(3) a x c, with twice the atoms.

    A cell that is orthogonal already comes back as it is.

    Raises
    ------
    MethodError
        if the angle between a and b is not 60, 90 or 120 degrees, or a and b differ in length.
    """
    a, b = crystal.cell[0], crystal.cell[1]
    if abs(a @ b) < 1e-6 * (a @ a):
        return crystal
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    if abs(abs(cosine) - 0.5) > 1e-6 or abs(np.linalg.norm(a) / np.linalg.norm(b) - 1) > 1e-6:
        angle = np.degrees(np.arccos(cosine))
        raise MethodError(
            f"A hexagonal or orthogonal cell is wanted, got {angle:.2f} degrees between axes of "
            f"{np.linalg.norm(a):.4f} and {np.linalg.norm(b):.4f} A: keep its own cell."
        )
    second = a + 2 * b if cosine < 0 else 2 * b - a
    cell = np.array([a, second, crystal.cell[2]])
    doubled = np.concatenate([crystal.scaled, crystal.scaled + np.array([0.0, 1.0, 0.0])]) @ crystal.cell
    scaled = np.round(doubled @ np.linalg.inv(cell), 12) % 1.0
    return Crystal(crystal.name, cell, np.tile(crystal.numbers, 2), scaled)


def _stacked(name: str, a: float, c: float, order: str, species: tuple[int, int], bond: float) -> Crystal:
    """Bilayers of a cation and the anion `bond` bilayer heights above it, at places A, B and C of the close packing."""
    places = {"A": (0.0, 0.0), "B": (1 / 3, 2 / 3), "C": (2 / 3, 1 / 3)}
    layers = [(*places[letter], index / len(order)) for index, letter in enumerate(order)]
    anions = [(x, y, z + bond / len(order)) for x, y, z in layers]
    cell = np.array([[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, c]])
    return Crystal(name, cell, np.repeat(species, len(order)), np.array([*layers, *anions]) % 1.0)


def _check_lengths(*lengths: float) -> None:
    for length in lengths:
        if not (np.isfinite(length) and length > 0):
            raise MethodError(f"Lattice constants above 0 A are wanted, got {length:g}: give a and c in angstrom.")
