"""Whether pixels scatter as much as their standard errors say."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, TemperatureMap

_FEWEST = 30


def neighbour_residuals(tmap: TemperatureMap) -> Array:
    """Differences between neighbouring pixels over the standard error of the difference, a unit Gaussian if errors are
    honest.

    Neighbours along y and along x both count, so that the whole map is used; pixels without a temperature are left out.
    Returns (n,), a number each. A temperature that changes by more than its error from pixel to pixel widens the
    distribution.
    """
    value, variance = tmap.temperature, tmap.error**2
    parts = []
    for axis in (0, 1):
        difference = np.diff(value, axis=axis)
        first, second = np.delete(variance, -1, axis), np.delete(variance, 0, axis)
        parts.append((difference / np.sqrt(first + second)).ravel())
    residuals = np.concatenate(parts)
    return residuals[np.isfinite(residuals)]


def scatter(tmap: TemperatureMap) -> float | None:
    """Robust standard deviation of `neighbour_residuals`: 1 if errors are honest; None with fewer than 30
    neighbours."""
    residuals = neighbour_residuals(tmap)
    if len(residuals) < _FEWEST:
        return None
    return float(1.4826 * np.median(np.abs(residuals - np.median(residuals))))
