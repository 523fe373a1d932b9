"""Modes one by one: every atom's phase written out, every wave vector a sum over all atoms."""

import numpy as np


def amplitude(velocities, positions, masses, wave, vector, cells):
    """Q of one mode of one frame: velocities and positions (n, 3), masses (n,), wave (3,) 1/A, vector (n, 3)."""
    total = 0j
    for velocity, position, mass, polarisation in zip(velocities, positions, masses, vector, strict=True):
        phase = np.exp(-1j * (wave @ position))
        total += np.sqrt(mass) * phase * (polarisation.conj() @ velocity)
    return total / np.sqrt(cells)


def powers(velocities, positions, masses, waves, vectors, cells):
    """|Q|^2 (frames, k, modes): vectors (k, modes, n, 3) as each atom has them."""
    found = np.empty((len(velocities), len(waves), vectors.shape[1]))
    for frame, k, mode in np.ndindex(found.shape):
        q = amplitude(velocities[frame], positions, masses, waves[k], vectors[k, mode], cells)
        found[frame, k, mode] = abs(q) ** 2
    return found


def chain(wave, spacing, masses, strength):
    """Squares of frequencies (2,) and vectors (2, 2) of a chain of two atoms `spacing` apart, phases of atoms.

    D_12 = -(K e^{iqd} + K e^{-iqd}) / sqrt(m1 m2), D_jj = 2 K / m_j.
    """
    off = -2 * strength * np.cos(wave * spacing) / np.sqrt(masses[0] * masses[1])
    matrix = np.array([[2 * strength / masses[0], off], [off, 2 * strength / masses[1]]])
    square, vectors = np.linalg.eigh(matrix)
    return square, vectors.T
