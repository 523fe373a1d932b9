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
    """The core of a zero-loss peak: a Pearson VII with two half widths.

    centre, fwhm : meV, with standard errors. exponent : Pearson exponent.
    asymmetry : (loss half width - gain half width) over their sum, with standard error.
    """

    centre: float
    centre_error: float
    fwhm: float
    fwhm_error: float
    exponent: float
    asymmetry: float = 0.0
    asymmetry_error: float = 0.0

    @property
    def fwhm_loss(self) -> float:
        """Twice the half width of the loss side, meV."""
        return self.fwhm * (1 + self.asymmetry)

    @property
    def fwhm_gain(self) -> float:
        """Twice the half width of the gain side, meV."""
        return self.fwhm * (1 - self.asymmetry)


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
    """Centre and width of the zero-loss peak from its core, by a Pearson VII of two half widths with Poisson weights.

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
        widths = p[2] * np.where(x > p[1], 1 + p[4], 1 - p[4])
        return (pearson7(x, p[0], p[1], widths, p[3]) - y) / noise

    start = [float(y.max()), top, width, 2.0, 0.0]
    lower, upper = [0, top - width, width / 3, 0.6, -0.5], [np.inf, top + width, width * 3, 100, 0.5]
    fit = least_squares(residuals, start, bounds=(lower, upper), x_scale=[y.max(), width, width, 1.0, 0.1])
    spread = max(1.0, 2 * fit.cost / max(len(x) - 5, 1))
    error = np.sqrt(np.abs(np.diag(np.linalg.pinv(fit.jac.T @ fit.jac))) * spread)
    centre, fwhm, exponent, asymmetry = (float(number) for number in fit.x[1:])
    return ZeroLossCore(centre, float(error[1]), fwhm, float(error[2]), exponent, asymmetry, float(error[4]))
