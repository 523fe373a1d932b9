"""Width and middle of a step with intervals that hold at the edge of what the data see, too.

Chi-squared is taken on a grid of the parameter, least over all others at each. A width cannot be below nought, and
below the pitch the data do not see it change, so that a rise of chi-squared by one is no 68 % interval: how far it may
rise is found by simulation at each grid point (Feldman and Cousins, Phys. Rev. D 57, 3873 (1998), with the other
parameters at their best).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import ndtri

from kapitza.data import Array
from kapitza.interface.kernels import simulated_chi_squared
from kapitza.interface.step import Model, Steps
from kapitza.quantity import Quantity
from kapitza.settings import Window

Parameter = Literal["width", "middle"]

_LIKELY = 9.0
_SMOOTH = 4.0
_ROUNDS = 8
_SEARCHES = 7
_NEAR = np.arange(-2.0, 3.0)
_POINTS = 17
_SPACING = 0.75
_DRAWS = 250
_SURELY = (0.3, 1.5)
"""A rise of chi-squared, as a root, that is sure to lie inside and one that is sure to lie outside a 68 % interval."""

_TESTED = 6
_EVEN = 0.15
_LOPSIDED = 0.1
_LEVEL = math.erf(math.sqrt(0.5))


class Estimate(NamedTuple):
    """A number with the ends of its 68 % interval; an end is None where the data set no bound."""

    value: float
    low: float | None
    high: float | None

    @property
    def error(self) -> float | None:
        """Half the interval; None where it is open."""
        return None if self.low is None or self.high is None else 0.5 * (self.high - self.low)


def interval_quantity(found: Estimate) -> Quantity:
    """A length in nm: with an interval where that is lopsided, and only that where an end is open (0 if the lower)."""
    if found.low is None or found.high is None:
        return Quantity(found.value, None, "nm", (found.low or 0.0, found.high))
    lopsided = abs(found.high + found.low - 2 * found.value) > _LOPSIDED * (found.high - found.low)
    return Quantity(found.value, found.error, "nm", (found.low, found.high) if lopsided else None)


@dataclass(frozen=True)
class Scan:
    """One parameter of a step on a grid (g,), nm, that holds its likely values; the other near its best at each."""

    grid: Array
    steps: Steps

    @property
    def curve(self) -> Array:
        """(g,) chi-squared, least over all other parameters."""
        return _lowest(self.steps.chi_squared)

    def estimate(self) -> Estimate:
        """The parameter with its 68 % interval."""
        rise, best = self._rise()
        one, two = (_ends(self.grid, rise - deviations, best) for deviations in (1, 2))
        if _even(one, two, best):
            return Estimate(best, *one)
        doubtful = np.flatnonzero((rise > _SURELY[0]) & (rise < _SURELY[1]))
        if not len(doubtful):
            doubtful = np.arange(len(self.grid))
        tested = doubtful[np.unique(np.linspace(0, len(doubtful) - 1, _TESTED).round().astype(int))]
        allowed = np.interp(np.arange(len(self.grid)), tested, self._allowed(tested))
        return Estimate(best, *_ends(self.grid, rise - np.sqrt(allowed), best))

    def _rise(self) -> tuple[Array, float]:
        """Root of the rise of chi-squared over its least, and the best value."""
        curve = self.curve
        return np.sqrt(np.maximum(curve - _lowest(curve), 0.0)), _bottom(self.grid, curve)

    def _allowed(self, tested: Array) -> Array:
        """How far chi-squared may rise for a 68 % interval, at grid points `tested`, from simulated data.

        The noise is drawn so that its part along the direction in which the model changes is spread evenly over a
        Gaussian: where chi-squared is a parabola the answer is one without any scatter.
        """
        rng = np.random.default_rng(0)
        basis, values = self.steps.basis, self.steps.values
        noise = rng.standard_normal((len(values), _DRAWS))
        prior = rng.standard_normal(_DRAWS)
        even = rng.permutation(ndtri((np.arange(_DRAWS) + 0.5) / _DRAWS))
        rows = basis.reshape(-1, len(values))
        projected = (rows @ noise).reshape(*basis.shape[:3], _DRAWS)
        nearest = np.argmin(self.steps.chi_squared, axis=1)
        allowed = []
        for i in tested:
            span = basis[i, nearest[i]]
            true = span.T @ (span @ values)
            direction = self._direction(int(i), nearest, true)
            sizes = [(rows @ vector).reshape(basis.shape[:3]) for vector in (true, direction)]
            pull = self.steps.pull - self.steps.pull[i, nearest[i]]
            chi = simulated_chi_squared(projected, sizes[0], sizes[1], even - direction @ noise, pull, prior)
            curves = _lowest(chi)
            allowed.append(float(np.quantile(curves[:, i] - _lowest(curves), _LEVEL)))
        return np.array(allowed)

    def _direction(self, i: int, nearest: Array, true: Array) -> Array:
        """Unit vector along which the data change with the parameter, less what the others can follow; or 0."""
        basis, j = self.steps.basis, int(nearest[i])
        other = i + 1 if i == 0 else i - 1
        wanted, followed = (
            true - span.T @ (span @ true)
            for span in (basis[other, nearest[other]], basis[i, j + 1 if j == 0 else j - 1])
        )
        for known in (*basis[i, j], _unit(followed)):
            wanted = wanted - (wanted @ known) * known
        return _unit(wanted)


def scan(model: Model, what: Parameter, best: tuple[float, float]) -> Scan:
    """The width or the middle of a step around the best (width, middle), nm."""
    pitch, limits = model.pitch, model.limits
    width, middle = best
    span = (max(limits[0], 0.5 * width - pitch), min(limits[1], 2 * width + pitch))
    if what == "middle":
        span = middle - pitch, middle + pitch
    for _ in range(_ROUNDS):
        # Widths: even in themselves below the pitch, even in the logarithm above.
        grid = np.geomspace(span[0] + pitch, span[1] + pitch, _POINTS) - pitch
        if what == "middle":
            grid = np.linspace(*span, _POINTS)
        found, before = Scan(grid, _with_the_other(model, what, grid, best)), span
        span = _likely(grid, found.curve)
        if what == "width":
            span = max(span[0], limits[0]), min(span[1], limits[1])
        if 0.5 < (span[1] - span[0]) / (before[1] - before[0]) <= 1 + 1e-9:
            break
    return found


def _with_the_other(model: Model, what: Parameter, grid: Array, best: tuple[float, float]) -> Steps:
    """Steps at every point of the grid, with several values of the other parameter around the best one there."""
    here = np.broadcast_to(grid[:, None], (len(grid), 5))
    # The other parameter is a length, or the logarithm of one.
    place = np.full(len(grid), best[1] if what == "width" else math.log(best[0]))
    pace = np.full(len(grid), 0.25 * model.pitch if what == "width" else 0.25)
    rows = np.arange(len(grid))
    for _ in range(_SEARCHES):
        other = place[:, None] + pace[:, None] * _NEAR
        chi_squared = _steps(model, what, here, other).chi_squared
        number = np.argmin(chi_squared, axis=1)
        place = other[rows, number]
        pace = np.where((number == 0) | (number == 4), pace, pace / 3)
    i = np.clip(number, 1, 3)
    bend = chi_squared[rows, i - 1] + chi_squared[rows, i + 1] - 2 * chi_squared[rows, i]
    used = other[rows, i + 1] - other[rows, i]
    deviation = used * np.sqrt(2 / np.maximum(bend, 1e-12))
    widest = model.pitch if what == "width" else 1.0
    others = place[:, None] + _SPACING * np.minimum(deviation, widest)[:, None] * np.arange(-4, 5)
    return _steps(model, what, np.broadcast_to(grid[:, None], others.shape), others)


def _steps(model: Model, what: Parameter, here: Array, other: Array) -> Steps:
    if what == "width":
        return model.on(here, other)
    return model.on(np.clip(np.exp(other), *model.limits), here)


def _lowest(curves: Array) -> Array:
    """Least of each curve along the last axis, between the grid points where the curve is smooth enough to tell."""
    i = np.clip(np.argmin(curves, axis=-1), 1, curves.shape[-1] - 2)[..., None]
    before, at, after = (np.take_along_axis(curves, i + k, axis=-1)[..., 0] for k in (-1, 0, 1))
    bend, tilt = before + after - 2 * at, 0.5 * (after - before)
    lowest = np.minimum(np.minimum(before, at), after)
    smooth = (np.maximum(before, after) - at < _SMOOTH) & (np.abs(tilt) < bend)
    return np.where(smooth, np.minimum(lowest, at - 0.5 * tilt**2 / np.where(smooth, bend, 1.0)), lowest)


def _bottom(grid: Array, curve: Array) -> float:
    """Where a curve is least, by a parabola through the lowest point of the grid and its neighbours."""
    i = int(np.argmin(curve))
    if i in (0, len(grid) - 1):
        return float(grid[i])
    before, after = grid[i] - grid[i - 1], grid[i + 1] - grid[i]
    fall, rise = (curve[i - 1] - curve[i]) * after**2, (curve[i + 1] - curve[i]) * before**2
    bend = (curve[i - 1] - curve[i]) * after + (curve[i + 1] - curve[i]) * before
    return float(grid[i] + 0.5 * (fall - rise) / bend) if bend > 0 else float(grid[i])


def _likely(grid: Array, curve: Array) -> Window:
    """The part of the grid that is likely, and a cell more on either side; half the grid more where all of it is."""
    inside = np.flatnonzero(curve - curve.min() < _LIKELY)
    first, last, more = inside[0], inside[-1], 0.5 * (grid[-1] - grid[0])
    return float(grid[first - 1] if first else grid[0] - more), float(
        grid[last + 1] if last + 1 < len(grid) else grid[-1] + more
    )


def _ends(grid: Array, outside: Array, start: float) -> tuple[float | None, float | None]:
    return _crossing(grid[::-1], outside[::-1], start, -1), _crossing(grid, outside, start, 1)


def _even(one: tuple[float | None, float | None], two: tuple[float | None, float | None], best: float) -> bool:
    """Whether chi-squared is a parabola as far as it rises by one and by four: simulation would find just that."""
    ends = (two[0], one[0], one[1], two[1])
    known = [end for end in ends if end is not None]
    if len(known) < 4:
        return False
    half = 0.25 * (known[3] - known[0])
    return all(abs(end - best - n * half) < _EVEN * half for end, n in zip(known, (-2, -1, 1, 2), strict=True))


def _crossing(grid: Array, outside: Array, start: float, sign: int) -> float | None:
    """Where `outside` turns positive on the way from `start` along the grid; None if it does not."""
    beyond = np.flatnonzero((sign * (grid - start) > 0) & (outside > 0))
    if not len(beyond):
        return None
    i = int(beyond[0])
    if i == 0 or sign * (grid[i - 1] - start) < 0:
        before, level = start, outside[i - 1] if i and outside[i - 1] < 0 else -1.0
    else:
        before, level = float(grid[i - 1]), float(outside[i - 1])
    return before + (float(grid[i]) - before) * level / (level - float(outside[i]))


def _unit(vector: Array) -> Array:
    size = float(np.linalg.norm(vector))
    return vector / size if size > 1e-9 else np.zeros_like(vector)
