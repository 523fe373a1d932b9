"""Lines of a spectrum that was sharpened: where they stand, and how wide they are before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from kapitza.data import Array
from kapitza.quantity import Quantity

_CERTAIN = 5.0
"""A maximum is a line where it rises above its valleys by so many standard deviations of the noise."""
_LEAST = 0.1
"""And by this share of the highest one: ripples are none."""
_TOP = 0.8, 1.05
"""Channels between these shares of a maximum belong to its top; higher ones are a neighbour."""


@dataclass(frozen=True)
class Line:
    """One line of a spectrum. energy : of its top, meV. fwhm : full width at half maximum, meV, of the sharpened
    spectrum; fwhm_counted : of the counts. Not known where a higher neighbour begins before half the height."""

    energy: Quantity
    fwhm: Quantity
    fwhm_counted: Quantity


def lines(energy: Array, spectra: tuple[Array, Array], drawn: tuple[Array, Array]) -> tuple[Line, ...]:
    """The lines of a sharpened spectrum, from low to high energy; errors are the scatter of repetitions.

    Parameters
    ----------
    energy : (m,), meV. spectra : counts above the background, and sharpened, each (m,). drawn : the same of
        repetitions with fresh noise, each (draws, m).
    """
    counted, sharp = spectra
    least = np.maximum(_CERTAIN * drawn[1].std(axis=0), _LEAST * sharp.max(initial=0.0))
    tops, found = find_peaks(sharp, prominence=0.0)
    tops = tops[found["prominences"] > least[tops]]
    return tuple(_line(energy, counted, sharp, drawn, int(top)) for top in tops)


def _line(energy: Array, counted: Array, sharp: Array, drawn: tuple[Array, Array], top: int) -> Line:
    near = _near(sharp, top)
    where = _vertices(energy[near], np.vstack([sharp[near], drawn[1][:, near]]))
    widths = [_width(energy, values, top) for values in (sharp, *drawn[1])]
    before = [_width(energy, values, top) for values in (counted, *drawn[0])]
    return Line(_quantity(where), _quantity(np.array(widths)), _quantity(np.array(before)))


def _near(values: Array, top: int) -> slice:
    """Channels next to a maximum that are nearly as high; at least one on either side."""
    out = (values < _TOP[0] * values[top]) | (values > _TOP[1] * values[top])
    below, above = np.flatnonzero(out[:top]), np.flatnonzero(out[top:])
    first = below[-1] + 1 if len(below) else 0
    last = top + above[0] if len(above) else len(values)
    return slice(min(first, top - 1), max(last, top + 2))


def _vertices(x: Array, values: Array) -> Array:
    """Where parabolas through (n, points) have their tops, (n,)."""
    middle = x.mean()
    square, slope, _ = np.polyfit(x - middle, values.T, 2)
    return middle - slope / (2 * square)


def _width(energy: Array, values: Array, top: int) -> float:
    """Full width at half of the height at a maximum near channel `top`, meV; not a number where a neighbour is
    higher on the way there, or the axis ends."""
    near = _near(values, top)
    top = near.start + int(np.argmax(values[near]))
    half, ends = values[top] / 2, []
    for way in (-1, 1):
        side = values[top::way]
        below = np.flatnonzero(side < half)
        if not len(below) or side[: below[0]].max() > values[top]:
            return float("nan")
        i = top + way * int(below[0])
        share = (half - values[i]) / (values[i - way] - values[i])
        ends.append(energy[i] + share * (energy[i - way] - energy[i]))
    return float(ends[1] - ends[0])


def _quantity(values: Array) -> Quantity:
    """The first of the values with the scatter of the others, meV; not known where either is not."""
    if not np.isfinite(values).all():
        return Quantity(None, None, "meV")
    return Quantity(float(values[0]), float(values[1:].std(ddof=1)), "meV")
