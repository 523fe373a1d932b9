"""Force constants from the forces of an engine outside: displaced supercells out, forces in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.atoms.phonons.harmonic import Harmonic, displaced, from_forces, read_phonopy
from kapitza.data import Array
from kapitza.errors import InputError, MethodError

_PLAN = "phonopy_disp.yaml"


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
    phonopy = displaced(atoms, repeats, displacement)
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
    plan = Path(folder) / _PLAN
    if not plan.is_file():
        raise InputError(f"A folder with {_PLAN} is wanted, got none in {folder}: write_displacements makes it.")
    made = read_phonopy(plan)
    found = [forces_of(entry) if isinstance(entry, str | Path) else np.asarray(entry, float) for entry in forces]
    wanted = (len(made.supercells_with_displacements), len(made.supercell), 3)
    if len(found) != wanted[0] or any(entry.shape != wanted[1:] for entry in found):
        raise MethodError(
            f"Forces on {wanted[1]} atoms in each of {wanted[0]} supercells are wanted, got "
            f"{[entry.shape for entry in found]}: give one array (atoms, 3) for each, in order."
        )
    return from_forces(made, np.array(found))


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
