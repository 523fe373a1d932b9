"""Estimating functions applied with sums in plain NumPy and general polynomial roots."""

import numpy as np
from numpy.polynomial import chebyshev


def weighted_sums(counts, material, table, first, last):
    """Sum over the channels of counts times weights, column by column."""
    return np.array(
        [
            [np.sum(spectrum[first:last].astype(float) * column[first:last]) for column in table[m].T]
            for spectrum, m in zip(counts, material, strict=True)
        ]
    )


def root(score, variance, reach, crowding):
    """Temperature over the middle one, and relative error, from every root of the series; NaN where there is none.

    The series run in u, with ln T = reach sinh(crowding u) / sinh(crowding).
    """
    start = chebyshev.chebval(0.0, score)
    found = chebyshev.chebroots(score)
    real = found[np.abs(found.imag) < 1e-7].real
    beyond = real[(real * np.sign(start) >= 0) & (np.abs(real) <= 1)]
    if not len(beyond):
        return np.nan, np.nan
    u = beyond[np.argmin(np.abs(beyond))]
    here, step = reach * np.sinh(crowding * u) / np.sinh(crowding), 1e-4

    def around(series):
        """Slope and bend by ln T, from three points."""
        below, middle, above = (
            chebyshev.chebval(np.arcsinh((here + k * step) / reach * np.sinh(crowding)) / crowding, series)
            for k in (-1, 0, 1)
        )
        return (above - below) / (2 * step), (above - 2 * middle + below) / step**2

    slope, bend = around(score)
    v, v_slope = chebyshev.chebval(u, variance), around(variance)[0]
    if not (slope < 0 and 0 < v < slope**2):
        return np.nan, np.nan
    # Bias of the root of S + noise to second order: cov(S, S') / S'^2 - S'' var(S) / 2 S'^3; then from ln T to T.
    bias = 0.5 * v_slope / slope**2 - 0.5 * bend * v / slope**3
    return np.exp(here - bias - 0.5 * v / slope**2), np.sqrt(v) / -slope
