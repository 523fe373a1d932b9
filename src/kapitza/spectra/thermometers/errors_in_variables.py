"""Errors-in-variables thermometer of preset `recommended`: loss and gain compared as counts, no logarithm.

beta = argmin sum_i (g_i - r_i l_i)^2 / (v_g,i + r_i^2 v_l,i), r_i = exp(-beta E_i)   (docs/physics.md). The true loss
spectrum is free at every channel, both sides carry noise, and zero or negative channels are data like any other. The
minimum is unbiased only if the ratio v_g/v_l is right, which no model of a pixel's spectrum can promise; so the part
of the score that comes from noise alone is subtracted with the pixel's own counts as variances (a corrected score,
Nakamura 1990 Biometrika 77, 127), and the v only weigh.
"""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array
from kapitza.units import BOLTZMANN

_START = 1 / (BOLTZMANN * 600.0)
_STEPS = 60


def inverse_temperature(
    energy: Array,
    loss: Array,
    gain: Array,
    counted_loss: Array,
    counted_gain: Array,
    signal: Array,
    kept: Array,
) -> tuple[Array, Array, Array, Array]:
    """1/kT of each pixel, its standard error from counting, and how it answers to the two backgrounds.

    Parameters
    ----------
    energy : (m,), meV.
    loss, gain : (n, m), electrons above the background.
    counted_loss, counted_gain : (n, m), electrons before the subtraction: unbiased, if noisy, variances.
    signal : (n, m), electrons, a smooth model of `loss`, not the pixel's own counts. With the background it weighs the
        channels; where it is wrong the result is less precise, not biased.
    kept : (n,), share of a channel's variance that interpolation has left
        (`kapitza.spectra.registration.kept_variance`).

    Returns
    -------
    beta : (n,), 1/meV; NaN where no minimum is found.
    error : (n,), 1/meV, without the background's part; it counts the noise of the loss spectrum as regressor.
    answer_loss, answer_gain : (n, m), d beta / d background, 1/(meV electron).
    """
    given = (energy, loss, gain, counted_loss, counted_gain, signal, kept)
    return _solve(*(np.ascontiguousarray(a, float) for a in given))


@numba.njit(cache=True, nogil=True)
def _solve(energy, loss, gain, n_loss, n_gain, signal, kept):  # type: ignore[no-untyped-def]
    n, m = loss.shape
    beta, error = np.full(n, np.nan), np.full(n, np.nan)
    answer_loss, answer_gain = np.full((n, m), np.nan), np.full((n, m), np.nan)
    for p in range(n):
        pixel = (energy, loss[p], gain[p], n_loss[p], n_gain[p], signal[p], kept[p])
        b = _root(pixel)
        if not np.isfinite(b):
            continue
        slope, square = 0.0, 0.0
        for i in range(m):
            r, weight, hidden, v_loss, v_gain = _channel(pixel, i, b)
            lever = weight * energy[i] * r
            # The noise of the hidden spectrum is not signal in the sum that turns the score into beta.
            noise = v_gain**2 * n_loss[p, i] + (r * v_loss) ** 2 * n_gain[p, i]
            slope += lever * energy[i] * r * (hidden * hidden - kept[p] * weight * weight * noise)
            square += (lever * hidden) ** 2 * (n_gain[p, i] + r * r * n_loss[p, i])
            answer_loss[p, i], answer_gain[p, i] = -lever * hidden * r, lever * hidden
        if slope <= 0:
            continue
        beta[p], error[p] = b, np.sqrt(max(square, 0.0)) / slope
        answer_loss[p] /= slope
        answer_gain[p] /= slope
    return beta, error, answer_loss, answer_gain


@numba.njit(cache=True, nogil=True)
def _channel(pixel, i, beta):  # type: ignore[no-untyped-def]
    """r, weight, most likely true loss given both sides, and modelled variances of one channel."""
    energy, loss, gain, n_loss, n_gain, signal, _ = pixel
    r = np.exp(-beta * energy[i])
    v_loss = max(n_loss[i] - loss[i] + signal[i], 1e-9)
    v_gain = max(n_gain[i] - gain[i] + r * signal[i], 1e-9)
    weight = 1 / (v_gain + r * r * v_loss)
    return r, weight, (loss[i] * v_gain + r * gain[i] * v_loss) * weight, v_loss, v_gain


@numba.njit(cache=True, nogil=True)
def _score(pixel, beta):  # type: ignore[no-untyped-def]
    """Half the derivative of (1.10) by beta, sum of weight E r d hidden with d = g - r l, less the noise of d
    hidden."""
    energy, loss, gain, n_loss, n_gain, _, kept = pixel
    total = 0.0
    for i in range(len(energy)):
        r, weight, hidden, v_loss, v_gain = _channel(pixel, i, beta)
        together = kept * weight * r * (v_loss * n_gain[i] - v_gain * n_loss[i])
        total += weight * energy[i] * r * ((gain[i] - r * loss[i]) * hidden - together)
    return total


@numba.njit(cache=True, nogil=True)
def _root(pixel):  # type: ignore[no-untyped-def]
    # The score rises through zero at the minimum. Bracket it outwards from 600 K in factors of 1.2, then bisect.
    low = high = _START
    at_start = _score(pixel, _START)
    for _ in range(30):
        if at_start > 0:
            high, low = low, low / 1.2
            if _score(pixel, low) <= 0:
                break
        else:
            low, high = high, high * 1.2
            if _score(pixel, high) > 0:
                break
    else:
        return np.nan
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if _score(pixel, middle) > 0:
            high = middle
        else:
            low = middle
        if high - low < 1e-13:
            break
    return 0.5 * (low + high)
