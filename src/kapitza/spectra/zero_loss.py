"""The zero-loss peak: its core fitted for centre and width."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.lineshapes import pearson7

CORE = 0.8
"""Half-width of the fitted core in units of the full width at half maximum."""


@dataclass(frozen=True)
class ZeroLossCore:
    """The core of a zero-loss peak: centre and fwhm in meV with standard errors, Pearson VII exponent."""

    centre: float
    centre_error: float
    fwhm: float
    fwhm_error: float
    exponent: float


def half_maximum_width(energy: Array, counts: Array) -> tuple[float, float]:
    """Position of the highest channel and full width at half maximum by linear interpolation, meV.

    Raises
    ------
    MethodError
        if the spectrum does not fall to half its maximum on both sides.
    """
    top = int(np.nanargmax(counts))
    half = counts[top] / 2
    below, above = np.flatnonzero(counts[:top] < half), np.flatnonzero(counts[top:] < half)
    if not len(below) or not len(above):
        raise MethodError(
            "A zero-loss peak that falls to half its height on both sides is wanted, but the highest channel stands at "
            f"{energy[top]:.4g} meV, at the end of the axis ({energy[0]:.4g} to {energy[-1]:.4g} meV): "
            "check the energy axis, or record both sides of the zero-loss peak."
        )
    i, j = below[-1], top + above[0]
    left = np.interp(half, [counts[i], counts[i + 1]], [energy[i], energy[i + 1]])
    right = np.interp(half, [counts[j], counts[j - 1]], [energy[j], energy[j - 1]])
    return float(energy[top]), float(right - left)


def fit_core(energy: Array, counts: Array) -> ZeroLossCore:
    """Centre and width of the zero-loss peak from its core, by a symmetric Pearson VII with Poisson weights.

    Only energies within 0.8 FWHM of the centre are used: the tails carry phonons, of which losses outnumber gains, and
    would pull the centre.

    Parameters
    ----------
    energy : (n,), meV. counts : (n,), counts.

    Raises
    ------
    MethodError
        if there is no peak, or its core has fewer than five channels.
    """
    top, width = half_maximum_width(energy, counts)
    core = np.abs(energy - top) <= CORE * width
    if core.sum() < 5:
        raise MethodError(
            f"At least 5 channels across the core of the zero-loss peak are wanted, got {core.sum()} "
            f"({energy[1] - energy[0]:.4g} meV per channel): record with a finer dispersion."
        )
    x, y = energy[core], counts[core]
    noise = np.sqrt(np.maximum(y, y.max() * 1e-3))

    def residuals(p: Array) -> Array:
        return (pearson7(x, p[0], p[1], p[2], p[3]) - y) / noise

    start = [float(y.max()), top, width, 2.0]
    lower, upper = [0, top - width, width / 3, 0.6], [np.inf, top + width, width * 3, 100]
    fit = least_squares(residuals, start, bounds=(lower, upper), x_scale=[y.max(), width, width, 1.0])
    spread = max(1.0, 2 * fit.cost / max(len(x) - 4, 1))
    error = np.sqrt(np.abs(np.diag(np.linalg.pinv(fit.jac.T @ fit.jac))) * spread)
    return ZeroLossCore(float(fit.x[1]), float(error[1]), float(fit.x[2]), float(error[2]), float(fit.x[3]))
