"""Density of phonon states, by species, and its gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from kapitza.atoms.phonons.harmonic import Harmonic
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import MEV_PER_THZ, SIGMA_PER_FWHM

_SMALLEST_GAP = 0.5
_POINTS_PER_A = 16.0


@dataclass(frozen=True)
class DensityOfStates:
    """Density of states of the primitive cell.

    energy (k,) : meV, uniform; imaginary modes stand at negative energies. species (s,) : chemical symbols.
    partial (s, k) : states per meV of each species; a species' area is 3 for each of its atoms in the cell.
    fwhm : of the Gaussian that stands for each mode, meV. mesh (3,) : of wave vectors. gaps : (low, high), meV, between
    bands of modes where there are no states, widest first. lowest : lowest energy on the mesh, meV, negative where
    imaginary.
    """

    energy: Array
    species: tuple[str, ...]
    partial: Array
    fwhm: float
    mesh: tuple[int, int, int]
    gaps: tuple[tuple[float, float], ...]
    lowest: float

    @property
    def total(self) -> Array:
        """(k,), states per meV; the area is three for each atom of the cell."""
        return self.partial.sum(axis=0)

    @property
    def gap(self) -> tuple[float, float] | None:
        """The widest gap, (low, high) in meV, or None."""
        return self.gaps[0] if self.gaps else None


def density_of_states(
    crystal: Harmonic, mesh: tuple[int, int, int] | None = None, step: float = 0.25, fwhm: float = 1.0
) -> DensityOfStates:
    """Density of states and its part on each species, from modes on a mesh, each a narrow Gaussian.

    Parameters
    ----------
    crystal
        with force constants.
    mesh
        wave vectors along each reciprocal lattice vector, zone centre among them; from the cell when None.
    step
        of the energies, meV.
    fwhm
        of the Gaussian, meV.

    Raises
    ------
    MethodError
        if the mesh is not of three numbers above 1, or the Gaussian is narrower than two steps.
    """
    points = default_mesh(crystal.cell) if mesh is None else mesh
    if len(points) != 3 or min(points) < 2:
        raise MethodError(
            f"A mesh of three numbers above 1 is wanted, got {points}: {default_mesh(crystal.cell)} suits."
        )
    if not 0 < 2 * step <= fwhm:
        raise MethodError(
            f"A width of two steps or more is wanted, got {fwhm:g} and {step:g} meV: 1 and 0.25 suit EELS."
        )
    found = crystal.phonopy.run_mesh(points, with_eigenvectors=True, is_gamma_center=True)
    energies = np.array(found.frequencies) * MEV_PER_THZ
    species = tuple(dict.fromkeys(crystal.species))
    sigma = SIGMA_PER_FWHM * fwhm
    first, last = np.floor(min(0.0, energies.min() - 6 * sigma) / step), np.ceil((energies.max() + 6 * sigma) / step)
    axis = np.arange(first, last + 1) * step
    edges = np.append(axis - step / 2, axis[-1] + step / 2)
    share = np.array(found.weights) / np.sum(found.weights)
    partial = []
    for one in species:
        weights = _on_species(np.array(found.eigenvectors), np.array(crystal.species) == one) * share[:, np.newaxis]
        counted = np.histogram(energies, edges, weights=weights)[0] / step
        partial.append(gaussian_filter1d(counted, sigma / step, mode="constant", truncate=6.0))
    return DensityOfStates(axis, species, np.stack(partial), fwhm, points, _gaps(energies), float(energies.min()))


def default_mesh(cell: Array) -> tuple[int, int, int]:
    """Wave vectors along each reciprocal lattice vector of a cell (3, 3), A: 16 for each 1/A of its length."""
    lengths = 2 * np.pi * np.linalg.norm(np.linalg.inv(cell), axis=0)
    first, second, third = (max(2, round(_POINTS_PER_A * float(length))) for length in lengths)
    return first, second, third


def _on_species(vectors: Array, chosen: Array) -> Array:
    """What part of each mode, vectors (q, 3n, modes), the chosen atoms (n,) carry: (q, modes).

    Symmetry maps atoms to others of their species only, so that the irreducible wave vectors are enough.
    """
    by_atom = (np.abs(vectors) ** 2).reshape(len(vectors), len(chosen), 3, -1).sum(axis=2)
    return by_atom[:, chosen].sum(axis=1)


def _gaps(energies: Array) -> tuple[tuple[float, float], ...]:
    """Where a band ends below the next one's beginning, from the bands (q, modes), meV; widest first."""
    top, bottom = energies.max(axis=0), energies.min(axis=0)
    found = [
        (float(low), float(high)) for low, high in zip(top[:-1], bottom[1:], strict=True) if high - low > _SMALLEST_GAP
    ]
    return tuple(sorted(found, key=lambda gap: gap[0] - gap[1]))
