"""Crystals of springs, and velocities that excite chosen modes, built without the code that is tested."""

import numpy as np
from ase import Atoms

from kapitza.atoms.phonons import harmonic
from kapitza.atoms.structures import Crystal, Slab, bulk, crystal_from_atoms, interface, orthogonal, silicon_carbide

from ..phonons.models import Springs, wurtzite

REPEATS = (4, 4, 3)
KELVIN = 103.64269652680504 / 8.617333262e-5  # u A^2/fs^2


def nitride():
    """Phonons of wurtzite AlN of springs."""
    return harmonic(*wurtzite(), REPEATS)


def carbide(a: float):
    """Phonons of 4H-SiC of springs with its in-plane lattice constant held at `a`, A."""
    crystal = silicon_carbide(a=a)
    return harmonic(crystal.atoms, Springs(1.89, 3.08), (4, 4, 2))


def nitride_crystal() -> Crystal:
    return crystal_from_atoms(wurtzite()[0], "AlN")


def periodic(repeats=REPEATS, *, cell: str = "hexagonal") -> Atoms:
    crystal = nitride_crystal()
    return bulk(orthogonal(crystal) if cell == "orthogonal" else crystal, repeats).atoms


def joined(left=(4, 4, 4), right=(4, 4, 3)):
    """AlN and SiC in a periodic cell."""
    return interface(Slab(nitride_crystal(), left, "N"), Slab(silicon_carbide(), right, "Si"))


def supercell_modes(phonopy) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Energies (3n,), meV, unit eigenvectors (3n, n, 3) and positions (n, 3) of the supercell's whole Hessian."""
    from phonopy.harmonic.force_constants import compact_fc_to_full_fc

    full = compact_fc_to_full_fc(phonopy.primitive, phonopy.force_constants)
    masses, count = phonopy.supercell.masses, len(phonopy.supercell)
    hessian = full.transpose(0, 2, 1, 3).reshape(3 * count, -1) / np.sqrt(np.outer(*2 * [np.repeat(masses, 3)]))
    square, vectors = np.linalg.eigh(0.5 * (hessian + hessian.T))
    # eV/(A^2 u) to meV: hbar sqrt(e / (A^2 u)).
    energy = np.sign(square) * np.sqrt(np.abs(square)) * 64.65415129579077
    return energy, vectors.T.reshape(-1, count, 3), phonopy.supercell.positions


def matched(positions: np.ndarray, atoms: Atoms) -> np.ndarray:
    """For each atom, which of `positions` (n, 3) is its own, periodic images included."""
    scaled = (atoms.positions[:, np.newaxis] - positions) @ np.linalg.inv(atoms.cell)
    distance = np.linalg.norm((scaled - np.rint(scaled)) @ np.array(atoms.cell), axis=2)
    assert distance.min(axis=1).max() < 1e-6
    return np.argmin(distance, axis=1)


def maxwell(masses: np.ndarray, temperature: float, frames: int, rng: np.random.Generator) -> np.ndarray:
    """Velocities (frames, n, 3), A/fs."""
    scale = np.sqrt(temperature / KELVIN / masses)
    return rng.normal(size=(frames, len(masses), 3)) * scale[:, np.newaxis]
