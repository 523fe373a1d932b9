"""Means of correlated series with their errors, and where a series has become steady."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from kapitza.data import Array
from kapitza.errors import MethodError

FEWEST = 30
"""Independent numbers below which no error is told: one from n numbers is itself uncertain by 1/sqrt(2(n - 1))."""

_FEWEST_BLOCKS = 16
_LEAST_LEFT = 0.25
"""The correlation that is left between neighbouring blocks never takes away more than three quarters of a variance."""

_CONFIDENCE = 0.99
_BATCH = 5


@dataclass(frozen=True)
class BlockAverage:
    """Mean of a correlated series, its standard error, and how it came about.

    correlation_time : integrated autocorrelation time in steps of the series, 1/2 for independent numbers: the variance
    of the mean is the variance of the series times 2 `correlation_time` over its length. block : numbers in a block
    that is hardly correlated with the next. blocks : how many of them.
    """

    mean: float
    error: float
    correlation_time: float
    block: int
    blocks: int


def block_average(values: Array, what: str = "values") -> BlockAverage:
    """Mean and standard error of a correlated series by blocking.

    Neighbours are averaged until what is left is not correlated by a test of its first autocovariances. Correlation too
    small for the test still makes errors too small, by a tenth and more in short series: the first autocovariance of
    the blocks is therefore added to their variance.

    Parameters
    ----------
    values
        (n,), at equal distances in time, without drift.
    what
        what the message calls them.

    Raises
    ------
    MethodError
        if the series is worth fewer than 30 independent numbers; the message says how long a series is needed.

    Source: Flyvbjerg and Petersen, J. Chem. Phys. 91, 461 (1989); the test is that of Jonsson, Phys. Rev. E 98, 043304
    (2018).
    """
    series = np.asarray(values, dtype=float)
    levels = _levels(series)
    level = min(_uncorrelated_level(levels), len(levels) - 1)
    left = levels[level]
    variance = float(np.var(series, ddof=1)) if series.size > 1 else 0.0
    spread = float(mean_covariance(left[:, None])[0, 0])
    time = 0.5 * series.size * spread / variance if variance > 0 else 0.5
    needed = max(2 * FEWEST * max(time, 0.5), _FEWEST_BLOCKS * 2**level)
    if series.size < needed:
        raise MethodError(
            f"A series worth {FEWEST} independent numbers is wanted for the error of {what}, got one of "
            f"{series.size}, which are correlated over {max(2 * time, 2**level):.3g}: at least {np.ceil(needed):.0f} "
            "are needed; run longer."
        )
    return BlockAverage(float(series.mean()), float(np.sqrt(spread)), time, 2**level, len(left))


def mean_covariance(rows: Array) -> Array:
    """Covariance (k, k) of the means of k series (n, k) in which only neighbours are still correlated."""
    count = len(rows)
    if count < 4:
        return np.full((rows.shape[1], rows.shape[1]), np.inf)
    centred = rows - rows.mean(axis=0)
    same = centred.T @ centred / count
    next_one = centred[1:].T @ centred[:-1] / count
    # A mean that is estimated takes its own variance out of every autocovariance: three of them here.
    found = (same + next_one + next_one.T) / (count - 3)
    least = _LEAST_LEFT * same / (count - 1)
    return found if np.linalg.eigvalsh(found - least).min() >= 0 else same / (count - 1)


def joint_average(rows: Array, what: str = "values") -> tuple[Array, int]:
    """Covariance (k, k) of the means of k series (n, k), and the block length that the slowest of them needs.

    Raises
    ------
    MethodError
        as `block_average`.
    """
    block = max(block_average(series, what).block for series in rows.T)
    return mean_covariance(blocked(rows, block)), block


def blocked(rows: Array, block: int) -> Array:
    """Means (n // block, k) of `block` rows (n, k) each; what does not fill a block is left out at the beginning."""
    count = len(rows) // block
    return np.asarray(rows[len(rows) - count * block :].reshape(count, block, -1).mean(axis=1))


def steady_from(series: Array) -> int:
    """The first number of a series (n,) from which on it looks steady, in its first half.

    The numbers left out are those whose loss makes the standard error of the mean of the rest least. `drift` tells
    whether the rest is steady.

    Source: MSER-5, White, Simulation 69, 323 (1997).
    """
    count = len(series) // _BATCH
    if count < 2:
        return 0
    means = np.asarray(series[: count * _BATCH], dtype=float).reshape(count, _BATCH).mean(axis=1)
    number = np.arange(count, 0, -1)
    total, square = np.cumsum(means[::-1])[::-1], np.cumsum(means[::-1] ** 2)[::-1]
    score = (square - total**2 / number) / number**2
    return int(np.argmin(score[: count // 2 + 1])) * _BATCH


def drift(values: Array, what: str = "values") -> tuple[float, float]:
    """How much higher the second half of a series is than the first, with the standard error of that without a trend.

    Raises
    ------
    MethodError
        if the series is too short, as `block_average`.
    """
    series = np.asarray(values, dtype=float)
    middle = len(series) // 2
    found = float(series[middle:].mean() - series[:middle].mean())
    place = np.arange(len(series))
    straight = np.polyval(np.polyfit(place, series, 1), place)
    return found, 2 * block_average(series - straight, what).error


def _levels(series: Array) -> list[Array]:
    """The series, its means of pairs, of fours and so on; an odd one out is left out at the beginning."""
    levels = [series]
    while len(levels[-1]) >= 4:
        last = levels[-1][len(levels[-1]) % 2 :]
        levels.append((last[0::2] + last[1::2]) / 2)
    return levels


def _uncorrelated_level(levels: list[Array]) -> int:
    """The first level from which on no correlation of neighbours is found; the number of levels where there is none."""
    tests = np.zeros(len(levels))
    for index, one in enumerate(levels):
        count, centred = len(one), one - one.mean()
        variance = centred @ centred / count
        if variance > 0:
            neighbours = centred[1:] @ centred[:-1] / count
            tests[index] = count * ((count - 1) * variance / count**2 + neighbours) ** 2 / variance**2
    summed = np.cumsum(tests[::-1])[::-1]
    limits = chi2.ppf(_CONFIDENCE, np.arange(len(levels), 0, -1))
    passed = np.flatnonzero(summed < limits)
    return int(passed[0]) if passed.size else len(levels)
