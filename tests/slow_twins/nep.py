"""A neuroevolution potential (NEP4) written out from its formulas, atom by atom; energies only."""

from pathlib import Path

import numpy as np
from numpy.polynomial.chebyshev import chebval
from numpy.polynomial.legendre import legval


class Nep4:
    """The potential in a `nep.txt` without repulsion and five-body terms."""

    def __init__(self, path: Path) -> None:
        lines = [line.split() for line in path.read_text().splitlines()]
        head = {words[0]: words[1:] for words in lines[:6]}
        self.species = head["nep4"][1:]
        self.cutoffs = [float(word) for word in head["cutoff"][:2]]
        n_max, basis, l_max = ([int(word) for word in head[key]] for key in ("n_max", "basis_size", "l_max"))
        assert l_max[1:] == [2, 0]
        neurons, types = int(head["ANN"][0]), len(self.species)
        self.l_max = l_max[0]
        size = (n_max[0] + 1) + (n_max[1] + 1) * (self.l_max + 1)
        numbers = iter([float(words[0]) for words in lines[6:]])

        def take(*shape):
            return np.array([next(numbers) for _ in range(int(np.prod(shape)))]).reshape(shape)

        self.layers = [(take(neurons, size), take(neurons), take(neurons)) for _ in range(types)]
        self.bias = take(1)[0]
        self.weights = [take(n + 1, k + 1, types, types) for n, k in zip(n_max, basis, strict=True)]
        self.scaler = take(size)
        assert next(numbers, None) is None

    def energies(self, atoms) -> np.ndarray:
        """Energy of every atom, eV; the cell is repeated as often as the cutoff wants."""
        species = [self.species.index(symbol) for symbol in atoms.get_chemical_symbols()]
        cell = atoms.cell[:]
        thick = 1 / np.linalg.norm(np.linalg.inv(cell), axis=0)
        counts = [range(-int(n), int(n) + 1) for n in np.ceil(max(self.cutoffs) / thick) + 1]
        shifts = np.array([[a, b, c] for a in counts[0] for b in counts[1] for c in counts[2]]) @ cell
        found = []
        for here, one in zip(atoms.positions, species, strict=True):
            bonds, others = [], []
            for there, other in zip(atoms.positions, species, strict=True):
                images = there + shifts - here
                length = np.linalg.norm(images, axis=1)
                near = images[(length < max(self.cutoffs)) & (length > 1e-9)]
                bonds.append(near)
                others += [other] * len(near)
            found.append(self._energy(one, np.array(others), np.concatenate(bonds)))
        return np.array(found)

    def _energy(self, one, others, bonds):
        descriptor = self._descriptor(one, others, bonds) * self.scaler
        inner, shift, outer = self.layers[one]
        return outer @ np.tanh(inner @ descriptor - shift) - self.bias

    def _descriptor(self, one, others, bonds):
        length = np.linalg.norm(bonds, axis=1)
        radial = self._radial(0, one, others, length)
        near = length < self.cutoffs[1]
        angular = self._radial(1, one, others[near], length[near])
        unit = bonds[near] / length[near, None]
        cosines = unit @ unit.T
        three = [
            [(2 * degree + 1) / (4 * np.pi) * g @ legval(cosines, [0] * degree + [1]) @ g for g in angular]
            for degree in range(1, self.l_max + 1)
        ]
        tensors = np.einsum("nj,ja,jb->nab", angular, unit, unit)
        tensors -= np.trace(tensors, axis1=1, axis2=2)[:, None, None] * np.eye(3) / 3
        # sum of A_2a A_2b A_2c with Wigner's 3j symbol (2 2 2; a b c), which is -sqrt(2/35) for a = b = c = 0
        four = -np.sqrt(2 / 35) * (5 / (4 * np.pi)) ** 1.5 * 4.5 * np.einsum("nab,nbc,nca->n", *[tensors] * 3)
        return np.concatenate([radial.sum(axis=1), *three, four])

    def _radial(self, which, one, others, length):
        """g_n(r) of every neighbour, (n, neighbours)."""
        cutoff, weights = self.cutoffs[which], self.weights[which]
        smooth = 0.5 * (1 + np.cos(np.pi * length / cutoff)) * (length < cutoff)
        x = 2 * (length / cutoff - 1) ** 2 - 1
        basis = np.array([0.5 * (chebval(x, [0] * k + [1]) + 1) * smooth for k in range(weights.shape[1])])
        return np.einsum("nkj,kj->nj", weights[:, :, one, others], basis)
