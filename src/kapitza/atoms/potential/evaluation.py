"""Energies, forces and virials of many structures at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np

from kapitza.data import Array


@dataclass(frozen=True)
class Labels:
    """What is known, or predicted, of n structures.

    energies : (n,) eV. forces : n arrays (atoms, 3), eV/Å. virials : (n, 3, 3) eV, minus stress times volume; NaN where
    not known.
    """

    energies: Array
    forces: tuple[Array, ...]
    virials: Array

    def __len__(self) -> int:
        return len(self.energies)

    def taken(self, indices: Sequence[int]) -> Labels:
        """The same of the structures with these numbers."""
        chosen = list(indices)
        return Labels(self.energies[chosen], tuple(self.forces[i] for i in chosen), self.virials[chosen])


def evaluate(structures: Sequence[Any], calculator: Any) -> Labels:
    """Energies (eV), forces (eV/Å) and virials (eV) of structures (`ase.Atoms`) with a calculator of ASE.

    Virials are NaN where the calculator gives no stress or the cell has no volume. The structures are left as they are.

    Raises
    ------
    MethodError
        if the calculator of `kapitza.atoms.potential.calculator` refuses a structure.
    """
    energies, forces, virials = [], [], []
    for structure in structures:
        atoms = structure.copy()
        atoms.calc = calculator
        energies.append(float(atoms.get_potential_energy()))
        forces.append(np.array(atoms.get_forces()))
        virials.append(_virial(atoms))
    return Labels(np.array(energies), tuple(forces), np.array(virials).reshape(-1, 3, 3))


def evaluation_time(atoms: Any, calculator: Any, length: float) -> float:
    """Processor time, s, that the forces take per atom, in a structure repeated to at least `length` Å along each side.

    The least of three evaluations.
    """
    repeats = np.maximum(np.ceil(length / atoms.cell.lengths()).astype(int), 1)
    large = atoms.repeat(repeats)
    large.calc = calculator
    times = []
    for step in range(3):
        large.positions += 1e-6 * step
        begin = process_time()
        large.get_forces()
        times.append(process_time() - begin)
    return min(times) / len(large)


def _virial(atoms: Any) -> Array:
    if atoms.cell.rank < 3 or "stress" not in atoms.calc.implemented_properties:
        return np.full((3, 3), np.nan)
    return -np.asarray(atoms.get_stress(voigt=False)) * atoms.get_volume()
