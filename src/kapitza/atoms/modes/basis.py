"""The modes of a crystal that fit a region: wave vectors, energies, and the matrices that project velocities on them.

Gauge: phonopy's dynamical matrix has the phases of atomic positions, exp(iq.(r' - r)), so that atom b of cell l moves
as e_b exp(iq.r_lb) / sqrt(m_b), r_lb being its position and not that of its cell. The sum over cells is a Fourier
transform with the phases of cells; what is left of the position inside the cell stands in the matrix, as exp(-iq.t_b).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from kapitza.atoms.modes.sites import Region
from kapitza.atoms.phonons import Harmonic
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import BOLTZMANN, MEV_PER_THZ

ALIKE = 0.01
"""Modes at one wave vector whose energies differ by less, meV, are one degenerate set."""

ACOUSTIC = 3


@dataclass(frozen=True)
class Basis:
    """Modes at the wave vectors that fit `shape` unit cells.

    A wave vector and its opposite are one entry: what real velocities have in both is the same.

    q (k, 3) : in units of the reciprocal lattice vectors of the primitive cell, from -1/2 to below 1/2.
    wave (k, 3) : the same, 1/A (2 pi included), of the equivalent ones the shortest. weight (k,) : 2 where q and -q
    are one entry, else 1. energy (k, modes) : meV, rising, negative where imaginary. sets (k, modes) : number of the
    degenerate set that a mode belongs to. matrix (g, 3s, m) : of the g transforms of velocities of the s sites of a
    unit cell into m modes, wave vectors that differ by a reciprocal vector of the unit cell together; sqrt(u).
    """

    shape: tuple[int, int, int]
    q: Array
    wave: Array
    weight: Array
    energy: Array
    sets: Array
    matrix: Array

    @property
    def modes(self) -> int:
        """Modes in all, every wave vector counted."""
        return int(self.weight.sum()) * self.energy.shape[1]

    def shared(self, values: Array) -> Array:
        """`values` (..., k, modes) averaged over each degenerate set: what does not depend on the choice of vectors."""
        flat = values.reshape(*values.shape[:-2], -1)
        order = self.sets.reshape(-1)
        starts = np.flatnonzero(np.diff(order, prepend=-1))
        counts = np.diff(np.append(starts, len(order)))
        means = np.add.reduceat(flat, starts, axis=-1) / counts
        return np.repeat(means, counts, axis=-1).reshape(values.shape)

    def branches(self, *numbers: int) -> Array:
        """Weights (k, modes) of the branches with these numbers, from 0 on by rising energy at each wave vector."""
        chosen = np.zeros(self.energy.shape)
        chosen[:, list(numbers)] = 1
        return self._weights(chosen)

    def acoustic(self) -> Array:
        """Weights (k, modes) of the three branches of lowest energy."""
        return self.branches(*range(ACOUSTIC))

    def optical(self) -> Array:
        """Weights (k, modes) of all branches but the three of lowest energy."""
        return self.branches(*range(ACOUSTIC, self.energy.shape[1]))

    def window(self, low: float, high: float) -> Array:
        """Weights (k, modes) of the modes with energies from `low` to `high`, meV; there may be none."""
        energy = self.shared(self.energy)
        return self._weights(((energy >= low) & (energy <= high)).astype(float))

    def shell(self, low: float, high: float) -> Array:
        """Weights (k, modes) of the modes with wave vectors of a length from `low` to below `high`, 1/A."""
        length = np.linalg.norm(self.wave, axis=1)
        chosen = (length >= low) & (length < high)
        return self._weights(np.repeat(chosen[:, np.newaxis].astype(float), self.energy.shape[1], axis=1))

    def every(self) -> Array:
        """Weights (k, modes) of all modes."""
        return self._weights(np.ones(self.energy.shape))

    def heat_capacity(self, temperature: float) -> Array:
        """Weights (k, modes) of all modes by the heat that a quantum oscillator takes up at `temperature`, K, over k.

        (x / 2 sinh(x / 2))^2 with x = E / kT: 1 where classical dynamics is right. Imaginary modes count as at 0 meV.

        Raises
        ------
        MethodError
            if the temperature is not above 0 K.
        """
        if not temperature > 0:
            raise MethodError(f"A temperature above 0 K is wanted, got {temperature:g} K.")
        half = np.maximum(self.energy, 1e-9) / (2 * BOLTZMANN * temperature)
        return self._weights((half / np.sinh(half)) ** 2)

    def _weights(self, chosen: Array) -> Array:
        return self.shared(chosen) * self.weight[:, np.newaxis]


def mode_basis(crystal: Harmonic, region: Region, layers: int | None = None) -> Basis:
    """The modes of `crystal` with wave vectors that fit a region, or `layers` unit cells of it along z.

    Parameters
    ----------
    crystal
        whose phonons; in the plane strained as it is in the region.
    region
        where its atoms are.
    layers
        unit cells along z of the window that is looked at; all when None.

    Raises
    ------
    MethodError
        if the crystal has Born charges: a potential of finite range knows no field, and modes with one are not its own.
    """
    if crystal.polar:
        raise MethodError(
            "Phonons without Born charges are wanted, got some with: the potentials of molecular dynamics here know no "
            "long-ranged field. Leave the charges out."
        )
    shape = (*region.repeats[:2], region.repeats[2] if layers is None else layers)
    q = _wave_vectors(shape, region.unit)
    groups, together = q.shape[:2]
    found = crystal.phonopy.run_qpoints(q.reshape(-1, 3), with_eigenvectors=True)
    energy = np.array(found.frequencies) * MEV_PER_THZ
    vectors = np.array(found.eigenvectors).reshape(groups, together, -1, 3, energy.shape[1])
    vectors = np.einsum("ij,gcbjm->gcbim", region.rotation, vectors)[:, :, region.basis]
    phases = np.exp(2j * np.pi * np.einsum("gcx,sx->gcs", q, region.scaled))
    masses = crystal.masses[region.basis]
    scale = np.sqrt(masses / (together * np.prod(shape)))
    waves = vectors * (phases * scale)[..., np.newaxis, np.newaxis]
    # (g, c, s, i, m) to (g, s i, c m); the transform of velocities is multiplied from the left.
    matrix = waves.conj().transpose(0, 2, 3, 1, 4).reshape(groups, 3 * len(masses), -1)
    folded = (q.reshape(-1, 3) + 0.5 + 1e-9) % 1.0 - 0.5 - 1e-9
    return Basis(
        shape, folded, _shortest(folded, region), _weight(shape, together), energy, _sets(energy),
        np.ascontiguousarray(matrix),
    )  # fmt: skip


def _wave_vectors(shape: tuple[int, int, int], unit: Array) -> Array:
    """(g, c, 3): for each Fourier transform over cells (half of them along the second vector), all wave vectors."""
    second = shape[1] // 2 + 1
    steps = np.stack(np.meshgrid(np.arange(shape[0]), np.arange(second), np.arange(shape[2]), indexing="ij"), axis=-1)
    fractions = steps.reshape(-1, 3) / shape
    inverse = np.linalg.inv(unit)
    offsets: dict[tuple[float, ...], Array] = {}
    reach = range(round(abs(np.linalg.det(unit))))
    for step in product(reach, repeat=3):
        offset = inverse @ np.array(step)
        offsets.setdefault(tuple(np.round(offset % 1.0, 6) % 1.0), offset)
    return fractions[:, np.newaxis] @ inverse.T + np.array(list(offsets.values()))


def _weight(shape: tuple[int, int, int], together: int) -> Array:
    """(k,): 2 where the transform for -q is left out because it tells nothing new, else 1."""
    second = np.arange(shape[1] // 2 + 1)
    alone = (second == 0) | (2 * second == shape[1])
    weight = np.broadcast_to(np.where(alone, 1, 2)[:, np.newaxis], (shape[0], len(second), shape[2]))
    return np.repeat(weight.reshape(-1), together)


def _shortest(q: Array, region: Region) -> Array:
    """Wave vectors (k, 3), 1/A, the shortest of those that differ by a reciprocal lattice vector."""
    reciprocal = 2 * np.pi * np.linalg.inv(region.cell).T
    shifts = np.array(list(product((-1, 0, 1), repeat=3)))
    waves = (q[:, np.newaxis] + shifts) @ reciprocal
    nearest = np.argmin(np.round(np.linalg.norm(waves, axis=2), 9), axis=1)
    return waves[np.arange(len(q)), nearest]


def _sets(energy: Array) -> Array:
    """Number of the degenerate set (k, modes), counted on from one wave vector to the next."""
    new = np.diff(energy, axis=1, prepend=-np.inf) > ALIKE
    return np.cumsum(new.reshape(-1)).reshape(energy.shape) - 1
