"""The estimating functions applied to pixels: a few weighted sums per spectrum, and the root of a short series."""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array
from kapitza.spectra.forward.weights import CROWDING, REACH, SCORE, VARIANCE, Estimator

_SEEK = 0.05
_REFINE = 60
_LARGEST = 1.0
"""Variance of ln T above which a spectrum tells no temperature."""


def read(
    counts: Array, material: Array, estimator: Estimator, electrons_per_count: float
) -> tuple[Array, Array, Array]:
    """Temperature of each spectrum.

    The root of S is biased where errors are large, by its curvature and because noise in S and in its slope go
    together; both are known from the counts and taken off.

    Parameters
    ----------
    counts : (n, k), registered, finite between the estimator's channels. material : (n,), which of its weights to use.
    electrons_per_count : number, which says how noisy counts are.

    Returns
    -------
    (n,) temperature, K, and (n,) its standard error; NaN where S has no root, or the error is as large as the
    temperature. (n,) counts in the zero-loss peak.
    """
    sums = weighted_sums(counts, material, estimator.table, estimator.first, estimator.last)
    log_ratio, error = roots(sums[:, :SCORE], sums[:, SCORE : SCORE + VARIANCE] / electrons_per_count)
    kelvin = np.exp(estimator.middle) * log_ratio
    return kelvin, kelvin * error, sums[:, -1]


@numba.njit(cache=True, nogil=True)
def weighted_sums(counts, material, table, first, last):  # type: ignore[no-untyped-def]
    """(n, c): sums over the channels first to last of counts (n, k) times table[material] (k, c)."""
    n, c = len(counts), table.shape[2]
    sums = np.zeros((n, c))
    fours = first + (last - first) // 4 * 4
    for p in range(n):
        weights, total = table[material[p]], sums[p]
        # Four channels at once: the sums then wait a quarter as often for the one before.
        for i in range(first, fours, 4):
            y0, y1, y2, y3 = counts[p, i], counts[p, i + 1], counts[p, i + 2], counts[p, i + 3]
            for j in range(c):
                total[j] += (
                    y0 * weights[i, j] + y1 * weights[i + 1, j] + y2 * weights[i + 2, j] + y3 * weights[i + 3, j]
                )
        for i in range(fours, last):
            for j in range(c):
                total[j] += counts[p, i] * weights[i, j]
    return sums


@numba.njit(cache=True, nogil=True)
def roots(score, variance):  # type: ignore[no-untyped-def]
    """(n,) temperatures over the middle one at which series (n, SCORE) vanish, relative errors from (n, VARIANCE)."""
    n = len(score)
    ratio, error = np.full(n, np.nan), np.full(n, np.nan)
    for p in range(n):
        u = _root(score[p])
        if not np.isfinite(u):
            continue
        _, slope, bend = _series(score[p], u)
        v, v_slope, _ = _series(variance[p], u)
        # From derivatives by u to those by ln T.
        log_ratio = REACH * np.sinh(CROWDING * u) / np.sinh(CROWDING)
        by_u = REACH * CROWDING * np.cosh(CROWDING * u) / np.sinh(CROWDING)
        slope, v_slope = slope / by_u, v_slope / by_u
        bend = (bend - slope * CROWDING**2 * log_ratio) / by_u**2
        if not (slope < 0 and 0 < v < _LARGEST * slope**2):
            continue
        square = v / slope**2
        shift = 0.5 * v_slope / slope**2 - 0.5 * bend * v / slope**3
        ratio[p] = np.exp(log_ratio - shift - 0.5 * square)
        error[p] = np.sqrt(square)
    return ratio, error


@numba.njit(cache=True, nogil=True)
def _root(score):  # type: ignore[no-untyped-def]
    """Where a series falls through zero, nearest to the middle in the direction in which it says to look; else NaN."""
    low, here = 0.0, _series(score, 0.0)[0]
    if here == 0.0:
        return 0.0
    direction = 1.0 if here > 0 else -1.0
    while True:
        high = low + direction * _SEEK
        if abs(high) > 1 + 1e-9:
            return np.nan
        there = _series(score, high)[0]
        if there * direction <= 0:
            break
        low, here = high, there
    x = low + (high - low) * here / (here - there)
    for _ in range(_REFINE):
        value, slope, _ = _series(score, x)
        if value * direction > 0:
            low = x
        else:
            high = x
        new = x - value / slope if slope < 0 else 0.5 * (low + high)
        if not min(low, high) <= new <= max(low, high):
            new = 0.5 * (low + high)
        if abs(new - x) < 1e-13:
            return new
        x = new
    return x


@numba.njit(cache=True, nogil=True)
def _series(coefficients, x):  # type: ignore[no-untyped-def]
    """A Chebyshev series with its first two derivatives at x, by the recurrences of T, T' and T''."""
    value, slope, bend = coefficients[0], 0.0, 0.0
    t0, d0, e0 = 1.0, 0.0, 0.0
    t1, d1, e1 = x, 1.0, 0.0
    for k in range(1, len(coefficients)):
        value += coefficients[k] * t1
        slope += coefficients[k] * d1
        bend += coefficients[k] * e1
        t0, t1, d0, d1, e0, e1 = t1, 2 * x * t1 - t0, d1, 2 * t1 + 2 * x * d1 - d0, e1, 4 * d1 + 2 * x * e1 - e0
    return value, slope, bend
