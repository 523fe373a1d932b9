"""Shapes of the zero-loss peak and of phonon lines. Energies and widths in meV; widths are full widths at half maximum.

Source: Levin et al., Microsc. Microanal. 25, 674 (2019), for the Pearson VII form of zero-loss peaks, f = A q^-m with
q = 1 + 4 K u^2, K = 2^(1/m) - 1, u = (E - centre)/fwhm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from kapitza.data import Array
from kapitza.units import SIGMA_PER_FWHM


def pearson7(energy: ArrayLike, height: ArrayLike, centre: ArrayLike, fwhm: ArrayLike, exponent: ArrayLike) -> Array:
    """Pearson VII peak: between a Lorentzian (exponent 1) and a Gaussian (exponent to infinity).

    energy, centre, fwhm in meV; the value has the unit of `height`. Arguments broadcast.
    """
    u = _offset(energy, centre, fwhm)
    return np.asarray(height) * np.exp(-np.asarray(exponent) * np.log1p(4.0 * _curvature(exponent) * u**2))


def pearson7_gradient(energy: ArrayLike, height: float, centre: float, fwhm: float, exponent: float) -> Array:
    """Derivatives of `pearson7` by height, centre, fwhm and exponent, in this order along the last axis."""
    u = _offset(energy, centre, fwhm)
    shape = pearson7(energy, 1.0, centre, fwhm, exponent)
    f, k, m = height * shape, _curvature(exponent), exponent
    q = 1.0 + 4.0 * k * u**2
    by_centre = f * 8.0 * m * k * u / (fwhm * q)
    by_exponent = f * (-np.log(q) + 4.0 * u**2 * (1.0 + k) * np.log(2.0) / (m * q))
    return np.stack([shape, by_centre, by_centre * u, by_exponent], axis=-1)


def pearson7_area(height: ArrayLike, fwhm: ArrayLike, exponent: ArrayLike) -> Array:
    """Area under a Pearson VII peak, unit of `height` times meV; infinite where the exponent is 1/2 or less."""
    m = np.asarray(exponent, dtype=float)
    area = np.exp(gammaln(m - 0.5) - gammaln(m)) * np.sqrt(np.pi / _curvature(m)) / 2.0
    return np.asarray(height) * np.asarray(fwhm) * np.where(m > 0.5, area, np.inf)


def pearson7_tail(
    energy: ArrayLike, height: ArrayLike, centre: ArrayLike, fwhm: ArrayLike, exponent: ArrayLike
) -> Array:
    """Power law that a Pearson VII peak becomes far from its centre: height (4K)^-m |u|^-2m, u = (E-centre)/fwhm."""
    u = np.abs(_offset(energy, centre, fwhm))
    m = np.asarray(exponent, dtype=float)
    return np.asarray(height) * (4.0 * _curvature(m)) ** -m * u ** (-2.0 * m)


def unit_pearson7(
    energy: ArrayLike, centre: ArrayLike, fwhm: ArrayLike, exponent: ArrayLike, asymmetry: float = 0.0
) -> Array:
    """Pearson VII peak of unit area (1/meV), its loss and gain halves as unequal as `asymmetry` says.

    asymmetry : (loss half width - gain half width) over their sum, between -1 and 1; `fwhm` stays the full width.
    """
    side = np.where(_offset(energy, centre, fwhm) > 0.0, 1.0 + asymmetry, 1.0 - asymmetry)
    return pearson7(energy, 1.0 / pearson7_area(1.0, fwhm, exponent), centre, fwhm * side, exponent)


def gaussian(energy: ArrayLike, centre: ArrayLike, fwhm: ArrayLike) -> Array:
    """Gaussian line of unit area (1/meV)."""
    sigma = SIGMA_PER_FWHM * np.asarray(fwhm, dtype=float)
    z = (np.asarray(energy, dtype=float) - centre) / sigma
    return np.exp(-0.5 * z**2) / (np.sqrt(2.0 * np.pi) * sigma)


def lorentzian(energy: ArrayLike, centre: ArrayLike, fwhm: ArrayLike) -> Array:
    """Lorentzian line of unit area (1/meV)."""
    return 2.0 / (np.pi * np.asarray(fwhm, dtype=float)) / (1.0 + (2.0 * _offset(energy, centre, fwhm)) ** 2)


def _offset(energy: ArrayLike, centre: ArrayLike, fwhm: ArrayLike) -> Array:
    return (np.asarray(energy, dtype=float) - centre) / np.asarray(fwhm, dtype=float)


def _curvature(exponent: ArrayLike) -> Array:
    """K = 2^(1/m) - 1, kept precise where m is large."""
    return np.expm1(np.log(2.0) / np.asarray(exponent, dtype=float))
