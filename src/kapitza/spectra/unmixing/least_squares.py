"""Linear least squares whose columns carry noise of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from kapitza.data import Array


@dataclass(frozen=True)
class Solution:
    """Amounts of the columns in a spectrum, and what is left of it.

    amounts : (C,). covariance : (C, C). residual : (k,). gain : (C, k), of the amounts by the spectrum.
    inverse : (C, C), of the normal equations. Both are 0 for amounts held at a bound.
    """

    amounts: Array
    covariance: Array
    residual: Array
    gain: Array
    inverse: Array


def solve(
    columns: Array, spectrum: Array, weight: Array, variance: Array, noisy: Array, non_negative: int = 0
) -> Solution:
    """Weighted least squares, s = B a + r, with what noise in s and in the columns B does to a, to first order.

        da = N^-1 [B^T W (ds - sum_i a_i db_i) + sum_i e_i db_i^T W r],    N = B^T W B

    The second term counts wherever something is left: noise of a column then fits what is left by accident.

    Parameters
    ----------
    columns : (C, k). spectrum, weight : (k,); weight 0 leaves a channel out. variance : (k,), of the spectrum.
    noisy : (C, k), variances of the columns; noise of different columns and channels is independent.
    non_negative : how many of the leading amounts cannot be negative. One that would be is 0, and known to be.
    """
    free = _free(columns, spectrum, weight, non_negative)
    b = columns[free]
    scale = 1 / np.sqrt(np.maximum((b**2 * weight).sum(axis=1), 1e-300))
    scaled = b * scale[:, np.newaxis]
    normal = (scaled * weight) @ scaled.T
    gain, inverse = np.zeros(columns.shape), np.zeros((len(columns), len(columns)))
    gain[free] = np.linalg.solve(normal, scaled * weight) * scale[:, np.newaxis]
    inverse[np.ix_(free, free)] = np.linalg.solve(normal, np.diag(scale)) * scale[:, np.newaxis]
    amounts = gain @ spectrum
    residual = spectrum - amounts @ columns
    covariance = (gain * variance) @ gain.T
    for i in np.flatnonzero(noisy.any(axis=1) & free):
        moved = -amounts[i] * gain + np.outer(inverse[i], weight * residual)
        covariance += (moved * noisy[i]) @ moved.T
    return Solution(amounts, covariance, residual, gain, inverse)


def residual_covariance(found: Solution, columns: Array, weight: Array, variance: Array, noisy: Array) -> Array:
    """(k, k): what noise in the spectrum and in the columns does to what is left,

        dr = P (ds - sum_i a_i db_i) - sum_i B N^-1 e_i db_i^T W r,    P = 1 - B N^-1 B^T W

    Parameters
    ----------
    found : by `solve`, which took the rest of the arguments.
    """
    keep = np.eye(len(found.residual)) - columns.T @ found.gain
    covariance: Array = (keep * variance) @ keep.T
    for i in np.flatnonzero(noisy.any(axis=1) & found.inverse.any(axis=1)):
        moved = -found.amounts[i] * keep - np.outer(columns.T @ found.inverse[i], weight * found.residual)
        covariance += (moved * noisy[i]) @ moved.T
    return covariance


def _free(columns: Array, spectrum: Array, weight: Array, non_negative: int) -> Array:
    """(C,), False for the amounts that a bound at 0 holds there."""
    free = np.full(len(columns), True)
    if non_negative:
        # An amount of either sign is the difference of two that have none.
        matrix = np.vstack([columns, -columns[non_negative:]]) * np.sqrt(weight)
        scale = np.sqrt((matrix**2).sum(axis=1))
        found, _ = nnls((matrix / np.where(scale > 0, scale, 1.0)[:, np.newaxis]).T, spectrum * np.sqrt(weight))
        free[:non_negative] = found[:non_negative] > 0
    return free
