"""Shapes that the zero-loss peak can take: non-negative sums of components, with a few free parameters.

"learned" is a mixture of Gaussians of many widths about one centre. Pearson VII, Lorentzian, Voigt and pseudo-Voigt
profiles are such mixtures exactly (a Pearson VII is Student's t), so it holds every symmetric peak of that kind without
assuming one; an asymmetry lets the sides differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import voigt_profile

from kapitza.data import Array

FWHM_PER_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))

_CORE = 1.06 ** np.arange(-13, 5)
_WINGS = 1.06**4 * 1.2 ** np.arange(1, 19)
_STEEPEST, _FLATTEST = np.log(0.55), np.log(60.0)


@dataclass(frozen=True)
class Family:
    """One kind of peak, of unit step in its components' weights.

    components : at lags (n,), meV, with free parameters (p,): (J, n), 1/meV. start : (p,). names : of the parameters.
    """

    components: Callable[[Array, Array], Array]
    start: Array
    names: tuple[str, ...]


def family(kind: str, fwhm: float) -> Family:
    """The family of peaks called `kind`, begun at a full width at half maximum (meV).

    kind : "learned", "pearson7" (two-sided), "pearson4" or "voigt" (two-sided).
    """
    log_fwhm = np.log(fwhm)
    if kind == "learned":
        return Family(_mixture(fwhm / FWHM_PER_SIGMA), np.zeros(2), ("centre", "asymmetry"))
    if kind == "pearson7":
        start = np.array([0.0, 0.0, log_fwhm, np.log(2.0)])
        return Family(_pearson7, start, ("centre", "asymmetry", "log_fwhm", "log_exponent"))
    if kind == "pearson4":
        start = np.array([0.0, 0.0, log_fwhm, np.log(2.0)])
        return Family(_pearson4, start, ("centre", "skewness", "log_fwhm", "log_exponent"))
    start = np.array([0.0, 0.0, log_fwhm - 0.1, log_fwhm - 2.0])
    return Family(_voigt, start, ("centre", "asymmetry", "log_gaussian_fwhm", "log_lorentzian_fwhm"))


def _mixture(sigma: float) -> Callable[[Array, Array], Array]:
    widths = sigma * np.concatenate([_CORE, _WINGS])

    def components(lags: Array, free: Array) -> Array:
        z = _two_sided(lags, free) / widths[:, np.newaxis]
        return np.exp(-0.5 * z**2) / (np.sqrt(2 * np.pi) * widths[:, np.newaxis])

    return components


def _two_sided(lags: Array, free: Array) -> Array:
    lags = lags - free[0]
    return lags / np.where(lags > 0, 1 + free[1], 1 - free[1])


def _pearson7(lags: Array, free: Array) -> Array:
    exponent, fwhm = np.exp(np.clip(free[3], _STEEPEST, _FLATTEST)), np.exp(free[2])
    return (((1 + 4 * (2 ** (1 / exponent) - 1) * (_two_sided(lags, free) / fwhm) ** 2) ** -exponent) / fwhm)[
        np.newaxis
    ]


def _pearson4(lags: Array, free: Array) -> Array:
    exponent, fwhm = np.exp(np.clip(free[3], _STEEPEST, _FLATTEST)), np.exp(free[2])
    width = 0.5 * fwhm / np.sqrt(2 ** (1 / exponent) - 1)
    # Counted from its mode, so that skewness does not move the peak.
    z = (lags - free[0]) / width - free[1] / (2 * exponent)
    return ((1 + z**2) ** -exponent * np.exp(-free[1] * np.arctan(z)) / fwhm)[np.newaxis]


def _voigt(lags: Array, free: Array) -> Array:
    sigma, gamma = np.exp(free[2]) / FWHM_PER_SIGMA, 0.5 * np.exp(free[3])
    return voigt_profile(_two_sided(lags, free), sigma, gamma)[np.newaxis]
