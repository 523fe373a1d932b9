"""A stand-in for labels from first principles: Morse pairs of Si and C, with forces and virial written out."""

from __future__ import annotations

from typing import Any

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.calculator import Calculator, all_changes
from ase.neighborlist import neighbor_list

from kapitza.atoms.potential import DataSet, evaluate

REACH = 4.0
DEPTH = {("Si", "Si"): 0.4, ("C", "C"): 0.5, ("C", "Si"): 1.2}
LENGTH = {("Si", "Si"): 2.6, ("C", "C"): 2.4, ("C", "Si"): 1.9}
STIFFNESS = 1.6


class Morse(Calculator):
    """Energy of pairs, D (exp(-2a(r - r0)) - 2 exp(-a(r - r0))), brought smoothly to nothing at `REACH`."""

    implemented_properties = ("energy", "forces", "stress")

    def calculate(self, atoms: Any = None, properties: Any = None, system_changes: Any = all_changes) -> None:
        super().calculate(atoms, properties, system_changes)
        i, j, d, D = neighbor_list("ijdD", atoms, REACH)
        pairs = [
            tuple(sorted(pair)) for pair in zip(np.array(atoms.symbols)[i], np.array(atoms.symbols)[j], strict=True)
        ]
        depth, length = (np.array([table[pair] for pair in pairs]) for table in (DEPTH, LENGTH))
        x = np.exp(-STIFFNESS * (d - length))
        smooth = 0.5 * (1 + np.cos(np.pi * d / REACH))
        slope = -0.5 * np.pi / REACH * np.sin(np.pi * d / REACH)
        pair = depth * (x**2 - 2 * x)
        derivative = -2 * STIFFNESS * depth * (x**2 - x) * smooth + pair * slope
        pull = (derivative / d)[:, None] * D
        forces = np.zeros((len(atoms), 3))
        np.add.at(forces, i, pull)
        stress = 0.5 * np.einsum("px,py->xy", pull, D) / atoms.get_volume()
        self.results = {
            "energy": 0.5 * float(np.sum(pair * smooth)),
            "forces": forces,
            "stress": stress.ravel()[[0, 4, 8, 5, 2, 1]],
        }


def crystal() -> Atoms:
    """Eight atoms of zinc-blende SiC."""
    return bulk("SiC", "zincblende", a=4.36, cubic=True)


def rattled(count: int, seed: int, amount: float = 0.08, strain: float = 0.02) -> list[Atoms]:
    """Crystals with displaced atoms (Å) and strained cells."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        atoms = crystal()
        bend = strain * random.uniform(-1, 1, (3, 3))
        atoms.set_cell(atoms.cell[:] @ (np.eye(3) + (bend + bend.T) / 2), scale_atoms=True)
        atoms.positions += amount * random.normal(size=atoms.positions.shape)
        made.append(atoms)
    return made


def labelled(count: int, seed: int, group: str = "SiC rattled", **how: float) -> DataSet:
    """Rattled crystals with their labels."""
    structures = tuple(rattled(count, seed, **how))
    return DataSet(structures, evaluate(structures, Morse()), (group,) * count)
