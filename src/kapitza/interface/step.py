"""Width of the temperature drop: two lines joined by an error-function step, fitted to a profile."""

from __future__ import annotations

import numpy as np
from scipy.optimize import least_squares

from kapitza.data import Array, Profile
from kapitza.quantity import Quantity
from kapitza.settings import Window
from kapitza.theory.conduction import step

_SIGNIFICANT_DROP = 3.0


def fit_width(
    profile: Profile, within: Window, lines: Array, covariance: Array, position: float, slack: float
) -> Quantity:
    """10-90 width of the drop, nm.

    T(x) = left line (1 - S)/2 + right line (1 + S)/2 with S an error function (PHYSICS 3.4). Lines, middle and width
    are fitted together to everything from one bulk range to the other, so that every temperature counts once; a
    Gaussian prior holds the middle of the step at `position` to within `slack`.

    Parameters
    ----------
    profile : positions in nm, temperatures and standard errors in K, NaN where missing. within : (start, stop), nm.
    lines : (4,), temperature_left, gradient_left, temperature_right, gradient_right at `position` (K, K/nm).
        The bulk lines, from which the fit starts.
    covariance : (4, 4), of `lines`. position : nm. slack : nm, how far the step may stand from `position`.

    Returns
    -------
    The width; with an interval instead of an error where the data only set an upper bound, and without a value where
    the drop is below three standard errors.
    """
    drop = lines[0] - lines[2]
    drop_error = float(np.sqrt(covariance[0, 0] + covariance[2, 2] - 2 * covariance[0, 2]))
    if not abs(drop) > _SIGNIFICANT_DROP * drop_error:
        return Quantity(None, None, "nm")
    good = np.isfinite(profile.temperature) & (profile.error > 0)
    good &= (profile.position >= within[0] - 1e-9) & (profile.position <= within[1] + 1e-9)
    x, t, error = profile.position[good] - position, profile.temperature[good], profile.error[good]
    pitch, length = float(np.min(np.diff(x))), float(x[-1] - x[0])

    def residuals(p: Array) -> Array:
        s = step(x - p[4], abs(p[5]))
        model = 0.5 * ((p[0] + p[1] * x) * (1 - s) + (p[2] + p[3] * x) * (1 + s))
        return np.append((model - t) / error, p[4] / slack)

    scale = np.append(np.sqrt(np.diag(covariance)), [slack, pitch])
    lower = np.append(np.full(5, -np.inf), 1e-3 * pitch)
    upper = np.append(np.full(5, np.inf), length)
    fits = [
        least_squares(residuals, np.append(lines, [0.0, start * pitch]), bounds=(lower, upper), x_scale=scale)
        for start in (0.5, 2.0, 8.0)
    ]
    best = min(fits, key=lambda fit: fit.cost)
    width = float(best.x[5])
    deviation = float(np.sqrt(np.linalg.pinv(best.jac.T @ best.jac)[5, 5]))
    if width < 0.5 * pitch or width < deviation:
        return Quantity(width, None, "nm", (0.0, _upper_end(residuals, best.x, best.cost, length)))
    return Quantity(width, deviation, "nm")


def _upper_end(residuals: object, found: Array, cost: float, length: float) -> float | None:
    """The width at which chi-squared has risen by 1, by bisection with the other parameters held; None beyond
    `length`."""
    assert callable(residuals)

    def rise(width: float) -> float:
        return float((residuals(np.append(found[:5], width)) ** 2).sum()) - 2 * cost - 1

    low, high = float(found[5]), length
    if rise(high) < 0:
        return None
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rise(middle) < 0 else (low, middle)
    return 0.5 * (low + high)
