"""Energies and group velocities of the modes along the usual path through the Brillouin zone."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.atoms.phonons.harmonic import Harmonic
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import MEV_PER_THZ

KM_S_PER_A_THZ = 0.1
"""1 A THz in km/s."""

_FLAT = 0.1


@dataclass(frozen=True)
class Branch:
    """One straight piece of the path.

    start, stop : names of its ends. q (k, 3) : wave vectors, in units of the reciprocal lattice vectors.
    distance (k,) : along the whole path, 1/A (2 pi included). energy (k, modes) : meV, negative where imaginary.
    velocity (k, modes, 3) : group velocity, km/s, Cartesian.
    """

    start: str
    stop: str
    q: Array
    distance: Array
    energy: Array
    velocity: Array


@dataclass(frozen=True)
class Dispersion:
    """Energies along a path of `branches`; where one does not start where the last stopped, the path jumps."""

    branches: tuple[Branch, ...]

    @property
    def lowest(self) -> float:
        """Lowest energy on the path, meV; below zero where a mode is imaginary."""
        return float(min(branch.energy.min() for branch in self.branches))

    @property
    def highest(self) -> float:
        """Highest energy on the path, meV."""
        return float(max(branch.energy.max() for branch in self.branches))


def dispersion(crystal: Harmonic, spacing: float = 0.02) -> Dispersion:
    """Energies and group velocities along the path that seekpath proposes for the crystal's symmetry.

    Parameters
    ----------
    crystal
        with force constants.
    spacing
        distance of wave vectors, 1/A (2 pi included).

    Raises
    ------
    MethodError
        if the spacing is not above 0.

    Source: Hinuma et al., Comput. Mater. Sci. 128, 140 (2017), for the path.
    """
    if not spacing > 0:
        raise MethodError(f"A spacing of wave vectors above 0 is wanted, got {spacing:g}: 0.02 1/A draws well.")
    points, path = _usual_path(crystal)
    reciprocal = 2 * np.pi * np.linalg.inv(crystal.cell).T
    branches, at = [], 0.0
    for start, stop in path:
        first, last = np.array(points[start]), np.array(points[stop])
        length = float(np.linalg.norm((last - first) @ reciprocal))
        steps = np.linspace(0, 1, max(2, round(length / spacing) + 1))[:, np.newaxis]
        q = first + steps * (last - first)
        energy, velocity = _along(crystal, q)
        branches.append(Branch(_name(start), _name(stop), q, at + steps[:, 0] * length, energy, velocity))
        at += length
    return Dispersion(tuple(branches))


def imaginary_sentence(lowest: float) -> str | None:
    """What to tell of imaginary modes, lowest energy in meV (negative where imaginary); None where there are none.

    Energies within 0.1 meV below zero are what rounding leaves of acoustic modes.
    """
    if lowest > -_FLAT:
        return None
    return (
        f"Modes with real energies are wanted of a stable crystal, got imaginary ones down to {lowest:.2f} meV "
        "(written as negative): relax it, use a larger supercell, or see whether the model knows this crystal."
    )


def refuse_imaginary(lowest: float) -> None:
    """Refuse what has no meaning for an unstable crystal.

    Raises
    ------
    MethodError
        if the lowest energy, meV, is that of an imaginary mode.
    """
    if (sentence := imaginary_sentence(lowest)) is not None:
        raise MethodError(sentence)


def _along(crystal: Harmonic, q: Array) -> tuple[Array, Array]:
    """Energies and velocities on a straight piece; its direction decides the limit at a zone centre."""
    found = crystal.phonopy.run_qpoints(q, with_group_velocities=True, nac_q_direction=q[-1] - q[0])
    return np.array(found.frequencies) * MEV_PER_THZ, np.array(found.group_velocities) * KM_S_PER_A_THZ


def _usual_path(crystal: Harmonic) -> tuple[dict[str, list[float]], list[tuple[str, str]]]:
    with optional("seekpath"):
        from seekpath import get_path_orig_cell
    primitive = crystal.phonopy.primitive
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of lattices on the border between two: either path is right
        found = get_path_orig_cell((primitive.cell, primitive.scaled_positions, primitive.numbers))
    return found["point_coords"], found["path"]


def _name(label: str) -> str:
    return "Γ" if label == "GAMMA" else label.replace("SIGMA", "Σ").replace("DELTA", "Δ").replace("_0", "0")
