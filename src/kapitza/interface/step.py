"""An error-function step fitted to a profile: least squares over its width, its middle and what it joins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kapitza.data import Array
from kapitza.interface.kernels import condensed, step_bases
from kapitza.settings import Window
from kapitza.theory.conduction import WIDTH_10_90

_NARROWEST = 0.1
"""Width, in pitches, at which a step is as good as sharp."""

_SATURATED = 1.7
_SEARCHES = 10
_SMALL = 0.02
_NEAR = np.arange(-2.0, 3.0)


class Points(NamedTuple):
    """What a step is fitted to: positions (nm), values and standard errors, (n,) each."""

    x: Array
    value: Array
    error: Array


@dataclass(frozen=True)
class Model:
    """What is fitted: points, whether either side is a line rather than a level, and how far from 0 the middle may be.

    slack : nm, standard deviation of a Gaussian prior of the middle about 0.
    """

    points: Points
    lines: bool
    slack: float = math.inf

    @property
    def pitch(self) -> float:
        """Least distance of two points, nm."""
        return float(np.min(np.diff(self.points.x)))

    @property
    def limits(self) -> Window:
        """The narrowest and the widest width that are tried, nm."""
        return _NARROWEST * self.pitch, float(self.points.x[-1] - self.points.x[0])

    def on(self, widths: Array, middles: Array) -> Steps:
        """Steps of widths and middles (g, h), nm."""
        points, x = self.points, self.points.x
        reach = _SATURATED * float(widths.max())
        sides = x < middles.min() - reach, x > middles.max() + reach
        between = ~(sides[0] | sides[1])
        count = 2 if self.lines else 1
        ends, values = [], [points.value[between] / points.error[between]]
        for i, side in enumerate(sides):
            # Where the step has saturated nothing but a level or a line is left, which few numbers hold.
            rows, held = condensed(x[side], points.value[side], points.error[side], count)
            block = np.zeros((count, 2 * count))
            block[:, i * count : (i + 1) * count] = rows
            ends.append(block)
            values.append(held)
        scale = WIDTH_10_90["erf"] / math.sqrt(2.0)
        basis = step_bases(x[between], points.error[between], np.concatenate(ends), scale, widths, middles)
        total = float(np.square(points.value / points.error).sum())
        return Steps(basis, np.concatenate(values), middles / self.slack, total)

    def best(self, middles: Window) -> tuple[float, float, float]:
        """Width and middle (nm) of the step of least chi-squared, and that chi-squared.

        The best of a coarse grid, whose middles lie between the two given, then better ones around it, ever closer.
        """
        widths, starts = np.geomspace(*self.limits, 9), np.linspace(*middles, 17)
        i, j = _least(self.on(*np.meshgrid(widths, starts, indexing="ij")).chi_squared)
        width, middle = float(widths[i]), float(starts[j])
        pace_w, pace_m = 0.5 * math.log(widths[1] / widths[0]), 0.5 * float(starts[1] - starts[0])
        for _ in range(_SEARCHES):
            around = np.clip(width * np.exp(pace_w * _NEAR), *self.limits), middle + pace_m * _NEAR
            chi_squared = self.on(*np.meshgrid(*around, indexing="ij")).chi_squared
            i, j = _least(chi_squared)
            width, middle = float(around[0][i]), float(around[1][j])
            # Closer where the best lies inside; where it lies at the edge, the way goes on.
            pace_w /= 1.0 if i in (0, 4) else 2.5
            pace_m /= 1.0 if j in (0, 4) else 2.5
        return width, middle, float(chi_squared[i, j])

    def deviations(self, width: float, middle: float) -> Array:
        """Standard errors (nm) of width and middle at the best step, from the curvature there; infinite if it has none.

        Quick, and rough where chi-squared is no parabola.
        """
        pace = _SMALL * max(width, self.pitch)
        widths, middles = width + pace * np.arange(-1, 2), middle + pace * np.arange(-1, 2)
        chi = self.on(*np.meshgrid(np.maximum(widths, 0.5 * self.limits[0]), middles, indexing="ij")).chi_squared
        own = [chi[2, 1] + chi[0, 1] - 2 * chi[1, 1], chi[1, 2] + chi[1, 0] - 2 * chi[1, 1]]
        mixed = 0.25 * (chi[2, 2] + chi[0, 0] - chi[2, 0] - chi[0, 2])
        determinant = own[0] * own[1] - mixed**2
        if min(own) <= 0 or determinant <= 0:
            return np.full(2, np.inf)
        return pace * np.sqrt(2 * np.array([own[1], own[0]]) / determinant)


@dataclass(frozen=True)
class Steps:
    """Steps of many widths and middles (g, h) and the data they are held against.

    basis : (g, h, k, n), orthonormal rows that span what enters linearly. values : (n,), over their errors. pull :
    (g, h), middles over the standard deviation of their prior. total : sum of the squares of all values over their
    errors.
    """

    basis: Array
    values: Array
    pull: Array
    total: float

    @property
    def chi_squared(self) -> Array:
        """(g, h), least over what enters linearly."""
        return self.total + self.pull**2 - np.square(self.basis @ self.values).sum(axis=-1)


def _least(chi_squared: Array) -> tuple[int, int]:
    i, j = np.unravel_index(int(np.argmin(chi_squared)), chi_squared.shape)
    return int(i), int(j)
