"""Crystals whose phonons are known in closed form: springs, and Lennard-Jones with few shells."""

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.calculator import Calculator, all_changes
from ase.calculators.lj import LennardJones
from ase.neighborlist import neighbor_list
from ase.stress import full_3x3_to_voigt_6_stress

EPSILON, SIGMA, CUTOFF = 1.0, 3.4, 6.0
STIFF, SOFT = 12.0, 3.0


class Springs(Calculator):
    """Springs of strength `STIFF` between unlike neighbours and `SOFT` between like ones, at rest at given lengths."""

    implemented_properties = ("energy", "forces", "stress")

    def __init__(self, unlike: float, like: float):
        super().__init__()
        self.unlike, self.like = unlike, like

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        i, j, d, vector = neighbor_list("ijdD", atoms, 1.15 * max(self.unlike, self.like))
        alike = atoms.numbers[i] == atoms.numbers[j]
        rest = np.where(alike, self.like, self.unlike)
        strength = np.where(alike, SOFT, STIFF) * (d < 1.15 * rest)
        pull = (strength * (d - rest) / d)[:, np.newaxis] * vector
        forces = np.zeros((len(atoms), 3))
        np.add.at(forces, i, pull)
        stress = 0.5 * vector.T @ pull / atoms.get_volume()
        self.results = {
            "energy": 0.25 * (strength * (d - rest) ** 2).sum(),
            "forces": forces,
            "stress": full_3x3_to_voigt_6_stress(stress),
        }


def rock_salt() -> tuple[Atoms, Springs]:
    return bulk("MgO", "rocksalt", a=4.2), Springs(2.1, 4.2 / np.sqrt(2))


def wurtzite() -> tuple[Atoms, Springs]:
    a = 3.11
    atoms = bulk("AlN", "wurtzite", a=a, c=a * np.sqrt(8 / 3), u=0.375)
    return atoms, Springs(a * np.sqrt(3 / 8), a)


def argon(cutoff: float = CUTOFF) -> tuple[Atoms, LennardJones]:
    return bulk("Ar", "fcc", a=5.3, cubic=True), LennardJones(epsilon=EPSILON, sigma=SIGMA, rc=cutoff)


def pair_terms(length: float, cutoff: float = CUTOFF) -> list[tuple[np.ndarray, float, float]]:
    """Neighbours of an atom of the fcc crystal of lattice constant `length`: vector, first and second derivative."""
    steps = np.array(np.meshgrid(*[np.arange(-3, 4)] * 3)).reshape(3, -1).T
    terms = []
    for step in steps[(steps.sum(axis=1) % 2 == 0) & (np.abs(steps).sum(axis=1) > 0)]:
        r = np.linalg.norm(vector := step * length / 2)
        if r < cutoff:
            s6 = (SIGMA / r) ** 6
            first = 4 * EPSILON * (-12 * s6**2 + 6 * s6) / r
            terms.append((vector, first, 4 * EPSILON * (156 * s6**2 - 42 * s6) / r**2))
    return terms


def dynamical_matrix(q: np.ndarray, length: float, mass: float) -> np.ndarray:
    """(3, 3), eV/(A^2 u), of the fcc crystal at wave vector `q`, 1/A."""
    matrix = np.zeros((3, 3))
    for vector, first, second in pair_terms(length):
        r = np.linalg.norm(vector)
        along = np.outer(vector, vector) / r**2
        matrix += (second * along + first / r * (np.eye(3) - along)) * (1 - np.cos(q @ vector))
    return matrix / mass
