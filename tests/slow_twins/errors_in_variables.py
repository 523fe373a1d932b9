"""The errors-in-variables thermometer by general minimisers and root finders."""

import numpy as np
from scipy.optimize import brentq, minimize_scalar


def objective(beta, energy, loss, gain, variance_loss, variance_gain):
    """Sum over channels of (g - r l)^2 / (v_g + r^2 v_l), r = exp(-beta E)."""
    r = np.exp(-beta * energy)
    return float(((gain - r * loss) ** 2 / (variance_gain + r**2 * variance_loss)).sum())


def minimum(energy, *spectra):
    """beta, 1/meV, of the least objective: the lowest of a fine grid, then refined."""
    grid = np.geomspace(1e-3, 1.0, 2000)
    best = int(np.argmin([objective(b, energy, *spectra) for b in grid]))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    return minimize_scalar(
        objective, bounds=ends, args=(energy, *spectra), method="bounded", options={"xatol": 1e-12}
    ).x


def corrected_score(beta, energy, loss, gain, counted_loss, counted_gain, signal, kept):
    """Score of the objective less what the noise of loss and gain alone puts there, with counts as variances.

    The score is sum of w E r d h, d = gain - r loss and h = w (v_gain loss + v_loss r gain) the most likely true loss.
    Its mean from noise alone is w^2 E r (v_loss r Var(gain) - v_gain r Var(loss)).
    """
    r = np.exp(-beta * energy)
    v_loss, v_gain = counted_loss - loss + signal, counted_gain - gain + r * signal
    w = 1 / (v_gain + r**2 * v_loss)
    hidden = w * (v_gain * loss + v_loss * r * gain)
    noise = kept * w * r * (v_loss * counted_gain - v_gain * counted_loss)
    return float((w * energy * r * ((gain - r * loss) * hidden - noise)).sum())


def root(start, energy, *spectra):
    """beta, 1/meV, of the nearest root of the corrected score around `start`."""
    for factor in np.linspace(1.02, 3.0, 100):
        ends = [corrected_score(b, energy, *spectra) for b in (start / factor, start * factor)]
        if ends[0] <= 0 < ends[1]:
            return brentq(corrected_score, start / factor, start * factor, args=(energy, *spectra), xtol=1e-14)
    raise AssertionError("no root")
