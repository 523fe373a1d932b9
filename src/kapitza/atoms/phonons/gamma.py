"""Modes at the zone centre: energies, degeneracies, irreducible representations, longitudinal optical limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.atoms.phonons.harmonic import Harmonic
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import MEV_PER_THZ

ACOUSTIC = 3


@dataclass(frozen=True)
class GammaMode:
    """A set of degenerate modes at the zone centre, without the electric field of LO modes.

    energy : meV, negative where imaginary. degeneracy : how many modes. label : irreducible representation as in
    character tables (A1, B1, E1, E2 for wurtzite), None where it was not found. acoustic : whether all of them move the
    crystal as a whole.
    """

    energy: float
    degeneracy: int
    label: str | None
    acoustic: bool


def gamma_modes(crystal: Harmonic) -> tuple[GammaMode, ...]:
    """The modes at the zone centre by rising energy, with their irreducible representations where phonopy has them.

    Modes of the same energy within symmetry are one entry; a crystal whose point group has no table gets no labels.

    Source: phonopy's `IrReps`; acoustic are the modes with at least half of their weight in a common translation.
    """
    found = crystal.phonopy.run_irreps([0, 0, 0], symmetry_adapted=True)
    energies = np.array(found.frequencies) * MEV_PER_THZ
    vectors = np.array(found.eigenvectors)
    labels = _labels(found, crystal)
    modes = [
        GammaMode(
            float(energies[bands].mean()),
            len(bands),
            label,
            bool(_translation(vectors[:, bands], crystal.masses) > 0.5),
        )
        for bands, label in zip(found.band_indices, labels, strict=True)
    ]
    return tuple(sorted(modes, key=lambda mode: mode.energy))


def longitudinal_energy(crystal: Harmonic, direction: Array | tuple[float, float, float]) -> float:
    """Energy, meV, of the highest mode as q goes to zero along `direction`: LO in polar crystals.

    direction : (3,), in units of the reciprocal lattice vectors.

    Raises
    ------
    MethodError
        if no Born charges were given.
    """
    if not crystal.polar:
        raise MethodError(
            "Born charges and a dielectric constant are wanted for an LO energy, got none: force constants of finite "
            "range have no field. with_born_charges takes them, --born on the command line."
        )
    return float(crystal.energies(np.zeros(3), np.asarray(direction, float)).max())


def acoustic_rest(crystal: Harmonic) -> float:
    """Largest energy, meV, of the three acoustic modes at the zone centre, without sign: 0 by the acoustic sum rule."""
    return float(np.sort(np.abs(crystal.energies(np.zeros(3))[0]))[ACOUSTIC - 1])


def _translation(vectors: Array, masses: Array) -> float:
    """What part of the modes (3n, modes) is a common translation, 0 to 1."""
    count = len(masses)
    shifts = np.kron(np.sqrt(masses / masses.sum())[:, np.newaxis], np.eye(3))
    assert shifts.shape == (3 * count, 3)
    return float((np.abs(shifts.T @ vectors) ** 2).sum() / vectors.shape[1])


def _labels(found: Any, crystal: Harmonic) -> list[str | None]:
    with optional("phonopy"):
        from phonopy.phonon.irreps import IrRepLabels
    group = crystal.phonopy.primitive_symmetry.pointgroup_symbol
    try:
        table = IrRepLabels(found.characters, found.conventional_rotations, group, False)
    except RuntimeError:
        return [None] * len(found.band_indices)
    return list(table.irrep_labels or [None] * len(found.band_indices))
