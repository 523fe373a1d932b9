"""The errors-in-variables thermometer by a general minimiser."""

import numpy as np
from scipy.optimize import minimize_scalar


def objective(beta, energy, loss, gain, variance_loss, variance_gain):
    """PHYSICS 1.10."""
    r = np.exp(-beta * energy)
    return float(((gain - r * loss) ** 2 / (variance_gain + r**2 * variance_loss)).sum())


def inverse_temperature(energy, *spectra):
    """beta, 1/meV: the lowest of a fine grid, then refined."""
    grid = np.geomspace(1e-3, 1.0, 2000)
    best = int(np.argmin([objective(b, energy, *spectra) for b in grid]))
    bracket = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    return minimize_scalar(
        objective, bounds=bracket, args=(energy, *spectra), method="bounded", options={"xatol": 1e-12}
    ).x
