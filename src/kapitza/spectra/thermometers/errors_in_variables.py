"""Errors-in-variables thermometer of preset `recommended`: loss and gain compared as counts, no logarithm.

beta = argmin sum_i (g_i - r_i l_i)^2 / (v_g,i + r_i^2 v_l,i), r_i = exp(-beta E_i)   (PHYSICS 1.10). The true loss
spectrum is free at every channel, both sides carry noise, and zero or negative channels are data like any other.
"""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array
from kapitza.units import BOLTZMANN

_START = 1 / (BOLTZMANN * 600.0)
_STEPS = 60


def inverse_temperature(
    energy: Array, loss: Array, gain: Array, variance_loss: Array, variance_gain: Array
) -> tuple[Array, Array, Array, Array]:
    """1/kT of each pixel, its standard error from counting, and how it answers to the two backgrounds.

    Parameters
    ----------
    energy : (m,), meV.
    loss, gain : (n, m), electrons above the background.
    variance_loss, variance_gain : (n, m), variance before the subtraction, electrons^2; smooth, not the pixel's own
        counts.

    Returns
    -------
    beta : (n,), 1/meV; NaN where no minimum is found.
    error : (n,), 1/meV, without the background's part; it counts the noise of the loss spectrum as regressor.
    answer_loss, answer_gain : (n, m), d beta / d background, 1/(meV electron).
    """
    arrays = [np.ascontiguousarray(a, float) for a in (loss, gain, variance_loss, variance_gain)]
    return _solve(np.ascontiguousarray(energy, float), *arrays)


@numba.njit(cache=True, nogil=True)
def _solve(energy, loss, gain, v_loss, v_gain):  # type: ignore[no-untyped-def]
    n, m = loss.shape
    beta, error = np.full(n, np.nan), np.full(n, np.nan)
    answer_loss, answer_gain = np.full((n, m), np.nan), np.full((n, m), np.nan)
    for p in range(n):
        b = _root(energy, loss[p], gain[p], v_loss[p], v_gain[p])
        if not np.isfinite(b):
            continue
        slope, square = 0.0, 0.0
        for i in range(m):
            r, weight, hidden = _channel(energy[i], loss[p, i], gain[p, i], v_loss[p, i], v_gain[p, i], b)
            lever = weight * energy[i] * r
            # Var(hidden) = v_g v_l weight is noise, not signal, in the sum that turns the score into beta.
            slope += lever * energy[i] * r * (hidden * hidden - v_gain[p, i] * v_loss[p, i] * weight)
            square += lever * energy[i] * r * hidden * hidden
            answer_loss[p, i], answer_gain[p, i] = -lever * hidden * r, lever * hidden
        if slope <= 0:
            continue
        beta[p], error[p] = b, np.sqrt(square) / slope
        answer_loss[p] /= slope
        answer_gain[p] /= slope
    return beta, error, answer_loss, answer_gain


@numba.njit(cache=True, nogil=True)
def _channel(energy, loss, gain, v_loss, v_gain, beta):  # type: ignore[no-untyped-def]
    r = np.exp(-beta * energy)
    weight = 1 / (v_gain + r * r * v_loss)
    return r, weight, (loss * v_gain + r * gain * v_loss) * weight


@numba.njit(cache=True, nogil=True)
def _score(energy, loss, gain, v_loss, v_gain, beta):  # type: ignore[no-untyped-def]
    """Half the derivative of (1.10) by beta: d = g - r l, sum of weight d E r hidden."""
    total = 0.0
    for i in range(len(energy)):
        r, weight, hidden = _channel(energy[i], loss[i], gain[i], v_loss[i], v_gain[i], beta)
        total += weight * (gain[i] - r * loss[i]) * energy[i] * r * hidden
    return total


@numba.njit(cache=True, nogil=True)
def _root(energy, loss, gain, v_loss, v_gain):  # type: ignore[no-untyped-def]
    # The score rises through zero at the minimum. Bracket it outwards from 600 K in factors of 1.2, then bisect.
    low = high = _START
    at_start = _score(energy, loss, gain, v_loss, v_gain, _START)
    for _ in range(30):
        if at_start > 0:
            high, low = low, low / 1.2
            if _score(energy, loss, gain, v_loss, v_gain, low) <= 0:
                break
        else:
            low, high = high, high * 1.2
            if _score(energy, loss, gain, v_loss, v_gain, high) > 0:
                break
    else:
        return np.nan
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if _score(energy, loss, gain, v_loss, v_gain, middle) > 0:
            high = middle
        else:
            low = middle
        if high - low < 1e-13:
            break
    return 0.5 * (low + high)
