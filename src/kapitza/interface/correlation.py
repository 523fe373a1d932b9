"""Whether neighbouring pixels err together, as they do after denoising, and what an average of them is then worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array

_DETECTED, _FOLLOWED = 3.0, 2.0
_LONGEST = 1 / 3


@dataclass(frozen=True)
class Scatter:
    """How pixels scatter about the mean of their column, and how much they share with their neighbours.

    ratio : root of the variance of a pixel over its stated variance.
    neighbours : correlation between neighbouring pixels, the larger of along and across the columns; 0 where none is
        seen.
    widening : root of the variance of an average over many pixels over what it would be if they erred independently by
        their stated errors.
    """

    ratio: float
    neighbours: float
    widening: float


def scatter_within_columns(kelvin: Array, error: Array) -> Scatter:
    """Scatter of pixels (rows, columns) about their columns' means; NaN where a pixel has no temperature.

    What whole rows share is taken out: it cancels in every difference along the heat flow. Variances and correlations
    are corrected for what the mean of a column takes with it. Correlations along and across the columns are taken to
    multiply.
    """
    rest = kelvin - _mean(kelvin, 0)
    rest = rest - _mean(rest, 1)
    number = np.isfinite(rest).sum(axis=0)
    rows = float(number[number > 0].mean())
    freedom = number.sum() * (1 - 1 / rows) * (1 - 1 / kelvin.shape[1])
    across, along_columns = correlation(rest), correlation(rest.T, mean_taken_out=True)
    # The mean of a column takes the correlated part of the scatter with it.
    independent = max(rows - along_columns.sum, 1.0)
    variance = float(np.nansum(rest**2)) / freedom * (rows - 1) / independent
    ratio = float(np.sqrt(variance / np.nanmean(error**2)))
    neighbours = max(across.neighbours, along_columns.neighbours)
    return Scatter(ratio, neighbours, ratio * float(np.sqrt(across.sum * along_columns.sum)))


@dataclass(frozen=True)
class Correlation:
    """Correlation of a sequence with itself: between neighbours, and the sum over all lags, 1 if there is none."""

    neighbours: float
    sum: float


def correlation(rest: Array, mean_taken_out: bool = False) -> Correlation:
    """Correlation along the second axis of residuals (lines, n), NaN where missing.

    It counts where neighbours correlate by more than three standard deviations, and is followed to the first lag below
    two. `mean_taken_out` : whether the mean along that axis was taken from the residuals, which leaves them correlated
    by -1/n.
    """
    length = rest.shape[1]
    variance = float(np.nanmean(rest**2)) if np.isfinite(rest).any() else 0.0
    found: list[float] = []
    total, neighbours = 1.0, 0.0
    for lag in range(1, int(_LONGEST * length) + 1):
        products = rest[:, lag:] * rest[:, :-lag]
        pairs = int(np.isfinite(products).sum())
        if pairs < 2 or variance == 0.0:
            break
        seen = float(np.nanmean(products)) / variance
        # With the mean taken out a correlation r shows as (r - f/n)/(1 - f/n), where f is the sum that is sought.
        lost = total / length if mean_taken_out else 0.0
        value = seen * (1 - lost) + lost
        if value < (_FOLLOWED if found else _DETECTED) / np.sqrt(pairs):
            break
        found.append(seen)
        neighbours = neighbours or value
        direct, number = sum(found), len(found)
        total = (1 + 2 * direct) / (1 - (2 * (number - direct) / length if mean_taken_out else 0.0))
    return Correlation(neighbours, total)


def _mean(values: Array, axis: int) -> Array:
    number = np.isfinite(values).sum(axis=axis, keepdims=True)
    total = np.nansum(values, axis=axis, keepdims=True)
    return np.divide(total, number, out=np.full(total.shape, np.nan), where=number > 0)
