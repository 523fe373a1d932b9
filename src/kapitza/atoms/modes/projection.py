"""Velocities on modes: a Fourier transform over unit cells and one small matrix for each wave vector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.fft import fft, rfft

from kapitza.atoms.modes.basis import Basis
from kapitza.data import Array
from kapitza.units import BOLTZMANN, EV_PER_U_A2_FS2

KELVIN = EV_PER_U_A2_FS2 / (1e-3 * BOLTZMANN)
"""Temperature, K, of a mode with |Q|^2 of 1 u A^2/fs^2."""


@dataclass(frozen=True)
class Windows:
    """Where along z a region is looked at.

    starts (w,) : first layer of unit cells of each window. taper (n3,) : weight of each of its layers.
    """

    starts: Array
    taper: Array


def whole(layers: int) -> Windows:
    """One window: the whole region of `layers` unit cells along z, evenly."""
    return Windows(np.zeros(1, int), np.ones(layers))


def projected(velocities: Array, atoms: Array, basis: Basis, windows: Windows) -> Iterator[Array]:
    """2 <kinetic energy> of every mode, (f, k, modes), u A^2/fs^2, in one window after the other.

    Q = N^(-1/2) sum_lb sqrt(m_b) e*_b exp(-iq.r_lb) v_lb, and |Q|^2; the taper w_l stands beside v_l, and
    (sum w^2)^(-1/2) in the place of N^(-1/2). Both make a vector of norm 1, so that equipartition gives k T for each.

    Source: Feng et al., Phys. Rev. B 95, 195202 (2017).

    Parameters
    ----------
    velocities
        (f, n, 3), A/fs, of all atoms of the cell at f times.
    atoms
        (n1, n2, n3, s): which of them are at which site, `Region.atoms`.
    basis
        modes of the windows.
    windows
        where to look.
    """
    frames, (first, second, layers, sites) = len(velocities), atoms.shape
    held = velocities[:, atoms.reshape(-1)].reshape(frames, first, second, layers, 3 * sites)
    plane = fft(rfft(held, axis=2), axis=1, overwrite_x=True)
    length = len(windows.taper)
    taper = windows.taper * np.sqrt(length / np.sum(windows.taper**2))
    for start in windows.starts:
        cut = plane[:, :, :, start : start + length]
        waves = fft(cut if (taper == 1).all() else cut * taper[:, np.newaxis], axis=3)
        amplitudes = waves.reshape(frames, -1, 3 * sites).swapaxes(0, 1) @ basis.matrix
        power = np.square(amplitudes.real)
        power += np.square(amplitudes.imag)
        yield power.reshape(len(power), frames, -1).swapaxes(0, 1).reshape(frames, *basis.energy.shape)


def freedom(atoms: Array, masses: Array, basis: Basis, windows: Windows) -> list[Array]:
    """What part of each mode, (k, modes) for each window, 0 to 1, is left where the centre of mass does not move.

    masses : (n,), u, of all atoms whose common motion was taken out; 0 for atoms that were not among them. A mode's
    part is 1 minus its overlap with the three translations: 0 for the acoustic modes at q = 0 of a whole crystal, below
    1 for those of a part of it.
    """
    moved = (masses > 0)[:, np.newaxis] * np.eye(3)[:, np.newaxis]
    return [1 - power.sum(axis=0) / masses.sum() for power in projected(moved, atoms, basis, windows)]
