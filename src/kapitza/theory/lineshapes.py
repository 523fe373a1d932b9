"""Shapes of the zero-loss peak and of phonon lines. Energies and widths in meV; widths are full widths at half maximum.

Sources: Levin et al., Microsc. Microanal. 25, 674 (2019), for the Pearson VII form of zero-loss peaks, f = A q^-m with
q = 1 + 4 K u^2, K = 2^(1/m) - 1, u = (E - centre)/fwhm; Heinrich, CDF note 6820 (2004), for the area of a Pearson IV.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import gammaln, loggamma, voigt_profile

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


def voigt(energy: ArrayLike, centre: ArrayLike, fwhm: float, lorentzian_share: float) -> Array:
    """Voigt line of unit area (1/meV): a Gaussian convolved with a Lorentzian, `fwhm` the full width of the result.

    lorentzian_share : the Lorentzian's full width at half maximum over the sum of both, 0 (Gaussian) to 1 (Lorentzian).
    """
    sigma, gamma = SIGMA_PER_FWHM * (1.0 - lorentzian_share), 0.5 * lorentzian_share
    scale = fwhm / _full_width(lambda u: voigt_profile(u, sigma, gamma), 1.0)
    offset = np.asarray(energy, dtype=float) - centre
    return np.asarray(voigt_profile(offset, scale * sigma, scale * gamma))


def gaussian_and_pearson(
    energy: ArrayLike, centre: ArrayLike, fwhm: float, core_share: float, tail_width: float, exponent: float
) -> Array:
    """Gaussian core on a Pearson VII tail, of unit area (1/meV) together; `fwhm` is the full width of the sum.

    core_share : the Gaussian's share of the area, 0 to 1. tail_width : full width at half maximum of the Pearson VII
    over the Gaussian's. exponent : of the Pearson VII.
    """

    def unscaled(u: ArrayLike) -> Array:
        tail = unit_pearson7(u, 0.0, tail_width, exponent)
        return core_share * gaussian(u, 0.0, 1.0) + (1.0 - core_share) * tail

    scale = fwhm / _full_width(unscaled, max(1.0, tail_width))
    return unscaled(_offset(energy, centre, scale)) / scale


def pearson4(energy: ArrayLike, centre: ArrayLike, fwhm: float, exponent: float, skew: float) -> Array:
    """Pearson IV peak of unit area (1/meV): a Pearson VII whose sides differ, f = (1 + z^2)^-m exp(skew arctan z).

    centre : of the highest point. exponent : m, above 1/2. skew : 0 is the Pearson VII; above 0 the loss side is the
    heavier one, its tail exp(pi skew) times the other.
    """
    top = 0.5 * skew / exponent

    def logarithm(z: ArrayLike) -> Array:
        return skew * np.arctan(z) - exponent * np.log1p(np.square(z))

    highest = logarithm(top)
    # Both halves are found apart, mirrored to rise from the top.
    reach = 2.0 * np.hypot(1.0, top) * np.exp((np.log(2.0) + np.pi * abs(skew)) / (2.0 * exponent))
    halves = [
        brentq(lambda u, side=side: logarithm(top + side * u) - highest + np.log(2.0), 0.0, reach, xtol=1e-14)
        for side in (-1.0, 1.0)
    ]
    scale = fwhm / sum(halves)
    m = exponent
    area = 0.5 * np.log(np.pi) + gammaln(m - 0.5) + gammaln(m) - 2.0 * loggamma(m + 0.5j * skew).real
    return np.exp(logarithm(top + _offset(energy, centre, scale)) - area) / scale


def _full_width(shape: Callable[[float], ArrayLike], widest: float) -> float:
    """Full width at half maximum of a symmetric line that falls from 0, of which `widest` is an upper bound."""
    half = 0.5 * float(shape(0.0))  # type: ignore[arg-type]
    return 2.0 * brentq(lambda u: float(shape(u)) - half, 0.0, 0.51 * widest, xtol=1e-14)  # type: ignore[arg-type]


def _offset(energy: ArrayLike, centre: ArrayLike, fwhm: ArrayLike) -> Array:
    return (np.asarray(energy, dtype=float) - centre) / np.asarray(fwhm, dtype=float)


def _curvature(exponent: ArrayLike) -> Array:
    """K = 2^(1/m) - 1, kept precise where m is large."""
    return np.expm1(np.log(2.0) / np.asarray(exponent, dtype=float))
