"""How long to measure, and how many pixels: errors of temperature, drop and width of an experiment not yet done.

Counting errors fall as one over the square root of the dwell time and of the rows that are averaged; this is the whole
arithmetic. The profile is analysed as `kapitza.interface_drop` does: the drop from two lines through the bulk, the
width from a step fitted to everything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.interface.drop import bulk_ranges
from kapitza.settings import InterfaceSettings
from kapitza.study.limits import Limits, require_positive
from kapitza.theory.conduction import drop_covariance, line_at
from kapitza.theory.information import step_errors

_FEWEST_COLUMNS = 3
_FIRST_ORDER_HOLDS = 0.3


@dataclass(frozen=True)
class Scan:
    """The scan across an interface in its middle: rows along it, columns across it, step between pixels (nm)."""

    rows: int
    columns: int
    step: float


@dataclass(frozen=True)
class Drop:
    """The drop that is expected: size (K) and 10-90 width (nm)."""

    size: float
    width: float


@dataclass(frozen=True)
class Wanted:
    """Standard errors that are wanted: of the temperature and of the drop (K), of the 10-90 width (nm); or None."""

    temperature: float | None = None
    drop: float | None = None
    width: float | None = None


@dataclass(frozen=True)
class Goal:
    """One quantity of the experiment: what its error will be, and what it takes to reach the error that is wanted.

    name : "temperature" (of `averaged` pixels), "drop" or "width". unit : of the errors.
    per_root_second : error times the square root of the dwell time in s, with `averaged` pixels or rows averaged.
    averaged : pixels for the temperature, else rows. dwell : s per pixel. wanted : None where nothing is.
    """

    name: str
    unit: str
    per_root_second: float
    averaged: int
    dwell: float
    wanted: float | None

    @property
    def error(self) -> float:
        """Standard error at the planned dwell time."""
        return self.at(self.dwell)

    @property
    def dwell_needed(self) -> float | None:
        """Dwell time (s per pixel) for the wanted error with as many pixels averaged as planned."""
        return None if self.wanted is None else (self.per_root_second / self.wanted) ** 2

    @property
    def averaged_needed(self) -> int | None:
        """Pixels (for the temperature) or rows to average for the wanted error at the planned dwell time."""
        if self.wanted is None:
            return None
        # A ratio of 2.0000000001 is two pixels and rounding.
        return max(1, math.ceil(self.averaged * (self.error / self.wanted) ** 2 * (1.0 - 1e-9)))

    def at(self, dwell: float) -> float:
        """Standard error at another dwell time, s."""
        return self.per_root_second / math.sqrt(dwell)


@dataclass(frozen=True)
class Experiment:
    """A planned experiment: what limits a pixel, the scan, the drop, and its goals by name.

    dwell : s per pixel. unresolved : whether the width's error is too large a part of the width for these formulas.
    """

    limits: Limits
    scan: Scan
    drop: Drop
    dwell: float
    goals: dict[str, Goal]

    @property
    def seconds(self) -> float:
        """Beam time of one image, s, without fly-back and other overheads."""
        return self.dwell * self.scan.rows * self.scan.columns

    @property
    def unresolved(self) -> bool:
        """Whether the width's error is so large that only an upper limit of the width can be expected."""
        return self.goals["width"].error > _FIRST_ORDER_HOLDS * self.drop.width


def plan(limits: Limits, scan: Scan, drop: Drop, wanted: Wanted, *, dwell: float, pixels: int = 1) -> Experiment:
    """What an experiment will tell, and what it takes to tell more.

    Parameters
    ----------
    limits : of one pixel. scan, drop : the experiment. wanted : errors to reach.
    dwell : s per pixel. pixels : number of pixels whose mean temperature is wanted.

    Raises
    ------
    MethodError
        if a number is not positive, or the scan is too short for two lines and a step.
    """
    require_positive(dwell=dwell, pixels=pixels, drop=drop.size, width=drop.width, **vars(scan))
    require_positive(**{f"{f.name}-error": getattr(wanted, f.name) for f in fields(wanted)})
    pixel = limits.error(1.0)
    column = pixel / math.sqrt(scan.rows)
    x = np.arange(scan.columns) * scan.step
    middle = 0.5 * float(x[-1])
    of_drop = _drop_error(x, column, middle, drop.width)
    of_width = step_errors(x, column, interface=middle, drop=drop.size, width_10_90=drop.width).width_10_90
    goals = (
        Goal("temperature", "K", pixel / math.sqrt(pixels), pixels, dwell, wanted.temperature),
        Goal("drop", "K", of_drop, scan.rows, dwell, wanted.drop),
        Goal("width", "nm", of_width, scan.rows, dwell, wanted.width),
    )
    return Experiment(limits, scan, drop, dwell, {goal.name: goal for goal in goals})


def _drop_error(x: Array, error: float, middle: float, width: float) -> float:
    """Standard error (K) of the drop between two lines through the bulk of columns (n,), nm, each with `error` (K)."""
    lines = []
    for start, stop in bulk_ranges(x, middle, width, InterfaceSettings()):
        inside = x[(x >= start - 1e-9) & (x <= stop + 1e-9)]
        if len(inside) < _FEWEST_COLUMNS:
            raise MethodError(
                f"At least {_FEWEST_COLUMNS} columns in the bulk on either side of the interface are wanted, got "
                f"{len(inside)} of {len(x)} in all: give more --columns, or a larger --step."
            )
        lines.append(line_at(inside, np.zeros(len(inside)), error, middle))
    return float(np.sqrt(drop_covariance(lines[0], lines[1])[0, 0]))
