"""Structures with their labels, read from extended XYZ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.atoms.potential.evaluation import Labels
from kapitza.data import Array
from kapitza.errors import InputError


@dataclass(frozen=True)
class DataSet:
    """Labelled structures. structures : n `ase.Atoms`. groups : n names, such as "AlN rattled"."""

    structures: tuple[Any, ...]
    labels: Labels
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.structures)

    @property
    def species(self) -> tuple[str, ...]:
        """The elements, in the order of their atomic numbers."""
        numbers = np.unique(np.concatenate([atoms.numbers for atoms in self.structures]))
        return tuple(_symbols()[number] for number in numbers)

    def taken(self, indices: Sequence[int]) -> DataSet:
        """The same with only the structures of these numbers."""
        chosen = tuple(indices)
        return DataSet(
            tuple(self.structures[i] for i in chosen), self.labels.taken(chosen), tuple(self.groups[i] for i in chosen)
        )

    def joined(self, other: DataSet) -> DataSet:
        """These structures with those of `other` behind."""
        mine, theirs = self.labels, other.labels
        labels = Labels(
            np.concatenate([mine.energies, theirs.energies]),
            mine.forces + theirs.forces,
            np.concatenate([mine.virials, theirs.virials]),
        )
        return DataSet(self.structures + other.structures, labels, self.groups + other.groups)


def read_dataset(path: str | Path) -> DataSet:
    """Read labelled structures from extended XYZ.

    Every structure wants `energy` (eV) and `forces` (eV/Å); `virial` (eV, 9 numbers, minus stress times volume) or
    `stress` (eV/Å3) where there is one; `config_type`, or `group` and `kind`, name its group.

    Raises
    ------
    InputError
        if the file cannot be read, or a structure lacks energy, forces or a periodic cell.
    """
    path = Path(path)
    structures = read_structures(path)
    labels = [_label(atoms, number, path.name) for number, atoms in enumerate(structures, 1)]
    energies, forces, virials = zip(*labels, strict=True)
    groups = tuple(_group(atoms.info) for atoms in structures)
    bare = tuple(_bare(atoms) for atoms in structures)
    return DataSet(bare, Labels(np.array(energies), forces, np.array(virials)), groups)


def read_structures(path: str | Path) -> list[Any]:
    """Read structures (`ase.Atoms`), labelled or not, from extended XYZ.

    Raises
    ------
    InputError
        if the file is not there, holds none, or cannot be read.
    """
    with optional("ASE"):
        from ase.io import read
    path = Path(path)
    if not path.is_file():
        raise InputError(f"A file of structures is wanted, got nothing at {path}: check the name and the folder.")
    try:
        structures = read(path, ":", format="extxyz")
    except Exception as error:
        raise InputError(f"Extended XYZ is wanted, got {path.name}, which does not read as such ({error}).") from error
    if not structures:
        raise InputError(f"Structures are wanted, got {path.name}, which holds none: check the file.")
    return list(structures)


def _symbols() -> list[str]:
    from ase.data import chemical_symbols

    return list(chemical_symbols)


def _group(known: dict[str, Any]) -> str:
    words = [str(known[key]) for key in ("group", "kind") if key in known]
    return str(known.get("config_type", " ".join(words) or "all"))


def _bare(atoms: Any) -> Any:
    from ase import Atoms

    return Atoms(atoms.numbers, atoms.positions, cell=atoms.cell, pbc=atoms.pbc)


def _label(atoms: Any, number: int, name: str) -> tuple[float, Array, Array]:
    known = {**atoms.info, **atoms.arrays, **(atoms.calc.results if atoms.calc else {})}
    forces = known.get("forces", known.get("force"))
    for what, value in (("an energy", known.get("energy")), ("forces", forces)):
        if value is None or not np.isfinite(value).all():
            raise InputError(
                f"Structures with energy and forces are wanted, got number {number} of {name} without {what}: label "
                "it, or leave it out."
            )
    if atoms.cell.rank < 3:
        raise InputError(
            f"Structures in a periodic cell are wanted, got number {number} of {name} without one: put it in a "
            "box with vacuum around it."
        )
    virial = known.get("virial")
    if virial is None and "stress" in known:
        virial = -_matrix(np.asarray(known["stress"])) * atoms.get_volume()
    return float(known["energy"]), np.array(forces), np.full((3, 3), np.nan) if virial is None else _matrix(virial)


def _matrix(values: Any) -> Array:
    """A symmetric tensor from 9 numbers, or from 6 in the order xx, yy, zz, yz, xz, xy."""
    numbers = np.asarray(values, dtype=float).ravel()
    return numbers[[0, 5, 4, 5, 1, 3, 4, 3, 2]].reshape(3, 3) if numbers.size == 6 else numbers.reshape(3, 3)
