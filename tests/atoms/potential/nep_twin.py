"""A neuroevolution potential (NEP4) evaluated slowly and straight from its formulas, to check the fast engines against.

Descriptors are sums over pairs of neighbours of Legendre polynomials, and a determinant where three meet; no spherical
harmonics, no recursion. Source: Song et al., Nat. Commun. 15, 10208 (2024); Fan et al., J. Chem. Phys. 157, 114801
(2022), equations 2 to 13.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase.neighborlist import neighbor_list
from scipy.special import eval_chebyt, eval_legendre

THREE_MEET = -np.sqrt(2 / 35) * 13.5 * (5 / (4 * np.pi)) ** 1.5
"""From the determinant of a traceless tensor to the sum over 3j symbols of three spherical harmonics of degree 2."""


@dataclass(frozen=True)
class Twin:
    """Header and numbers of a `nep.txt` with one cutoff for all elements and l_max 4 2 0."""

    species: list[str]
    cutoffs: tuple[float, float]
    expansions: tuple[np.ndarray, np.ndarray]
    networks: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
    bias: float
    scale: np.ndarray

    def energies(self, atoms):
        """Energy of every atom, eV."""
        kinds = np.array([self.species.index(symbol) for symbol in atoms.get_chemical_symbols()])
        radial = np.array([radials.sum(axis=0) for radials, _ in self._around(atoms, kinds, 0)])
        angular = np.array([_angular(*found) for found in self._around(atoms, kinds, 1)])
        found = np.concatenate([radial, angular], axis=1) * self.scale
        return np.array([self._network(kind, one) for kind, one in zip(kinds, found, strict=True)])

    def force(self, atoms, atom, axis, step=1e-4):
        """One component of a force, eV/Å, from energies at displacements of `step`."""
        sums = []
        for sign in (1, -1):
            moved = atoms.copy()
            moved.positions[atom, axis] += sign * step
            sums.append(self.energies(moved).sum())
        return (sums[1] - sums[0]) / (2 * step)

    def _around(self, atoms, kinds, which):
        """Radial functions (neighbours, functions) and directions (neighbours, 3) around every atom."""
        cutoff, expansion = self.cutoffs[which], self.expansions[which]
        first, second, distance, vector = neighbor_list("ijdD", atoms, cutoff)
        order = np.arange(expansion.shape[1])
        waves = eval_chebyt(order, 2 * (distance[:, None] / cutoff - 1) ** 2 - 1)
        basis = (waves + 1) / 2 * (1 + np.cos(np.pi * distance[:, None] / cutoff)) / 2
        radials = np.einsum("pk,nkp->pn", basis, expansion[:, :, kinds[first], kinds[second]])
        for atom in range(len(atoms)):
            mine = first == atom
            yield radials[mine], vector[mine] / distance[mine, None]

    def _network(self, kind, descriptor):
        weights, shift, out = self.networks[kind]
        return out @ np.tanh(weights @ descriptor - shift) - self.bias


def _angular(radials, directions):
    """Degrees 1 to 4 of all radial functions one after the other, then where three neighbours meet."""
    cosines = directions @ directions.T
    two = [
        (2 * degree + 1) / (4 * np.pi) * np.einsum("jn,kn,jk->n", radials, radials, eval_legendre(degree, cosines))
        for degree in range(1, 5)
    ]
    tensors = np.einsum("jn,jab->nab", radials, directions[:, :, None] * directions[:, None, :] - np.eye(3) / 3)
    return np.concatenate([*two, THREE_MEET * np.linalg.det(tensors)])


def read_twin(path):
    """The potential in a `nep.txt`."""
    lines = Path(path).read_text(encoding="utf-8").split("\n")
    header = {line.split()[0]: line.split()[1:] for line in lines[:6]}
    assert header["l_max"] == ["4", "2", "0"]
    species = header["nep4"][1:]
    many = [int(number) for number in header["n_max"]]
    sizes = [int(number) for number in header["basis_size"]]
    neurons = int(header["ANN"][0])
    numbers = np.array([float(line) for line in lines[6:] if line])
    inputs = many[0] + 1 + 5 * (many[1] + 1)

    def taken(*shape):
        nonlocal numbers
        part, numbers = np.split(numbers, [int(np.prod(shape))])
        return part.reshape(shape)

    networks = [(taken(neurons, inputs), taken(neurons), taken(neurons)) for _ in species]
    bias = float(taken(1)[0])
    expansions = [taken(n + 1, k + 1, len(species), len(species)) for n, k in zip(many, sizes, strict=True)]
    scale = taken(inputs)
    assert not len(numbers)
    return Twin(species, tuple(float(one) for one in header["cutoff"][:2]), tuple(expansions), networks, bias, scale)
