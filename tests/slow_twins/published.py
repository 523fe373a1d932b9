"""The published background fit by SciPy, with the same weights, start and bounds."""

import numpy as np
from scipy.optimize import least_squares


def model(energy, p):
    """I w^(2m) / (w^2 + (2^(1/m) - 1)(2E - 2 t0)^2)^m, as it was published."""
    height, width, m, centre = p
    return height * (width**2 / (width**2 + (2 ** (1 / m) - 1) * (2 * energy - 2 * centre) ** 2)) ** m


def residuals(p, energy, counts):
    """Weighted by |E|^0.4, and by 4 where the model exceeds the data."""
    misfit = counts - model(energy, p)
    return misfit * np.abs(energy) ** 0.4 * np.where(misfit < 0, 4.0, 1.0)


def fit(energy, counts, height):
    """Parameters height, fwhm, exponent, centre."""
    start = [height, 10.0, 1.5, 0.01]
    bounds = ([0.5 * height, 2.0, 0.1, -1.0], [10 * height, 50.0, 5.0, 1.0])
    found = least_squares(
        residuals,
        start,
        bounds=bounds,
        args=(energy, counts),
        x_scale=[height, 10, 1, 1],
        xtol=1e-14,
        ftol=1e-14,
        gtol=1e-14,
        max_nfev=5000,
    )
    return found.x, 2 * found.cost
