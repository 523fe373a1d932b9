"""Width of the temperature drop: two lines joined by an error-function step, fitted to a profile."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from kapitza.data import Array, Profile
from kapitza.quantity import Quantity
from kapitza.settings import Window
from kapitza.theory.conduction import step

_SIGNIFICANT_DROP = 3.0
_NARROWEST = 0.1
_WIDTHS, _MIDDLES = 16, 5
_LOPSIDED = 0.1


def fit_width(
    profile: Profile, within: Window, lines: Array, covariance: Array, position: float, slack: float
) -> Quantity:
    """10-90 width of the drop with its 68 % interval by profile likelihood, nm.

    T(x) = left line (1 - S)/2 + right line (1 + S)/2 with S an error function. Lines, middle and width
    are fitted together to everything from one bulk range to the other, so that every temperature counts once; a
    Gaussian prior holds the middle of the step at `position` to within `slack`.

    Parameters
    ----------
    profile : positions in nm, temperatures and standard errors in K, NaN where missing. within : (start, stop), nm.
    lines : (4,), temperature_left, gradient_left, temperature_right, gradient_right at `position` (K, K/nm), from the
        bulk; they tell whether there is a drop.
    covariance : (4, 4), of `lines`. position : nm. slack : nm, how far the step may stand from `position`.

    Returns
    -------
    The width; with an interval where it is not symmetric, and only that where the data set one bound or none; without
    a value where the drop is below three standard errors.
    """
    drop = lines[0] - lines[2]
    drop_error = float(np.sqrt(covariance[0, 0] + covariance[2, 2] - 2 * covariance[0, 2]))
    if not abs(drop) > _SIGNIFICANT_DROP * drop_error:
        return Quantity(None, None, "nm")
    good = np.isfinite(profile.temperature) & (profile.error > 0)
    good &= (profile.position >= within[0] - 1e-9) & (profile.position <= within[1] + 1e-9)
    x, t, error = profile.position[good] - position, profile.temperature[good], profile.error[good]
    pitch, length = float(np.min(np.diff(x))), float(x[-1] - x[0])

    def chi_squared(width: float) -> float:
        return _least(x, t, error, width, slack)

    tried = np.geomspace(_NARROWEST * pitch, length, _WIDTHS)
    found = [chi_squared(width) for width in tried]
    best = int(np.argmin(found))
    ends = tried[max(best - 1, 0)], tried[min(best + 1, _WIDTHS - 1)]
    fit = minimize_scalar(chi_squared, bounds=ends, method="bounded", options={"xatol": 1e-4 * pitch})
    width, least = (float(fit.x), float(fit.fun)) if fit.fun < found[best] else (float(tried[best]), found[best])
    low, high = (_crossing(chi_squared, least + 1, width, end) for end in (tried[0], tried[-1]))
    if low is None or high is None:
        return Quantity(width, None, "nm", (low or 0.0, high))
    lopsided = abs(high + low - 2 * width) > _LOPSIDED * (high - low)
    return Quantity(width, 0.5 * (high - low), "nm", (low, high) if lopsided else None)


def _crossing(chi_squared: Callable[[float], float], level: float, best: float, end: float) -> float | None:
    """Where chi-squared reaches `level` between the best width and the end of the range; None if it does not."""
    if best == end or chi_squared(end) <= level:
        return None
    return float(brentq(lambda width: chi_squared(width) - level, best, end, xtol=1e-3 * best))


def _least(x: Array, t: Array, error: Array, width: float, slack: float) -> float:
    """Least chi-squared at a given width, over the middle of the step and the two lines, which enter linearly."""

    def at(middle: float) -> float:
        s = step(x - middle, width)
        columns = np.stack([1 - s, x * (1 - s), 1 + s, x * (1 + s)], axis=1) / error[:, None]
        rest = t / error - columns @ np.linalg.lstsq(columns, t / error, rcond=None)[0]
        return float(rest @ rest) + (middle / slack) ** 2

    tried = np.linspace(-2 * slack, 2 * slack, _MIDDLES)
    found = [at(middle) for middle in tried]
    best = int(np.argmin(found))
    ends = tried[max(best - 1, 0)], tried[min(best + 1, _MIDDLES - 1)]
    return min(
        found[best], float(minimize_scalar(at, bounds=ends, method="bounded", options={"xatol": 1e-4 * slack}).fun)
    )
