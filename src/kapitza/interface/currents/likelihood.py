"""Least squares with bounds: estimate, covariance, and intervals from the profile of chi-squared."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares

from kapitza.data import Array

Residuals = Callable[[Array], Array]
"""Parameters (k,) to residuals over their errors, (n,)."""

_SINGULAR = 1e-9
_STIFF = 1e-3
_ROUNDS = 8
_CLOSE = 0.02
_MISSED = 0.05
_LONGEST = 25


class Minimum(NamedTuple):
    """Where chi-squared is least: parameters (k,), their covariance (k, k), and chi-squared there."""

    values: Array
    covariance: Array
    chi_squared: float


def minimise(residuals: Residuals, start: Array, bounds: tuple[Array, Array]) -> Minimum:
    """Least squares from `start` within bounds (low (k,), high (k,)).

    A direction of the parameters in which the data do not see any change gets a variance that is as good as endless.
    """
    inside = np.clip(start, bounds[0] + 1e-9, bounds[1] - 1e-9)
    found = least_squares(residuals, inside, bounds=bounds, x_scale="jac", xtol=1e-10, ftol=1e-10, gtol=None)
    return Minimum(found.x, _covariance(found.jac), 2.0 * float(found.cost))


def _covariance(jacobian: Array) -> Array:
    size = np.linalg.norm(jacobian, axis=0)
    size = np.where(size > 0, size, 1.0)
    _, singular, rows = np.linalg.svd(jacobian / size, full_matrices=False)
    known = np.maximum(singular, _SINGULAR * singular[0])
    covariance: Array = (rows.T / known**2) @ rows / np.outer(size, size)
    return covariance


def profile_interval(
    residuals: Residuals, minimum: Minimum, direction: Array, bounds: tuple[Array, Array]
) -> tuple[float | None, float | None]:
    """68 % interval of direction @ parameters: where chi-squared, least over all else, has risen by one.

    An end is None where it does not rise so far within the bounds.
    """
    return _end(residuals, minimum, direction, bounds, -1.0), _end(residuals, minimum, direction, bounds, 1.0)


def _end(
    residuals: Residuals, minimum: Minimum, direction: Array, bounds: tuple[Array, Array], sign: float
) -> float | None:
    best = float(direction @ minimum.values)
    variance = float(direction @ minimum.covariance @ direction)
    sigma = step = float(np.sqrt(variance))
    along = minimum.covariance @ direction / variance
    for _ in range(_ROUNDS):
        target = best + sign * step
        stiff = _STIFF * min(sigma, step)

        def held(values: Array, target: float = target, stiff: float = stiff) -> Array:
            return np.append(residuals(values), (direction @ values - target) / stiff)

        start = np.clip(minimum.values + sign * step * along, bounds[0] + 1e-9, bounds[1] - 1e-9)
        # Far out along a valley the search would take long; what it has not reached by then has no end.
        found = least_squares(held, start, bounds=bounds, x_scale="jac", xtol=1e-8, ftol=1e-8, max_nfev=_LONGEST).x
        reached = float(direction @ found)
        if abs(reached - target) > _MISSED * step:
            return None
        rise = float(np.square(residuals(found)).sum()) - minimum.chi_squared
        if abs(rise - 1.0) < _CLOSE:
            return reached
        # Chi-squared is nearly a parabola, so that its root is nearly straight.
        step *= float(np.clip(1.0 / np.sqrt(max(rise, 1e-3)), 0.2, 5.0))
    return reached
