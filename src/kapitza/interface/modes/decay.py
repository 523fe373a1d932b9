"""How far a deviation from the local temperature reaches from an interface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.quantity import Quantity

FEWEST = 5
"""Positions that a decay length needs."""
_LENGTHS = 800
_SHORTEST, _LONGEST = 0.2, 3.0
"""Decay lengths are sought from so many pitches to so many times the range of positions."""


@dataclass(frozen=True)
class Decay:
    """A deviation that falls off exponentially from an interface.

    amplitude : K, at the interface. length : nm, 1/e. misfit : reduced chi-squared. offset : K, found to be the same
    at all positions, within the error that they share. lowered : by how much chi-squared is lower than without a decay.
    """

    amplitude: Quantity
    length: Quantity
    misfit: float
    offset: float
    lowered: float


def deviation_decay(position: Array, deviation: Array, error: Array, interface: float, common: float = 0.0) -> Decay:
    """Amplitude and decay length of a deviation A exp(-|x - x0|/length) on one side of an interface.

    Parameters
    ----------
    position : (n,), nm, all on one side. deviation, error : (n,), K, of a mode's temperature from the local one.
    interface : nm. common : K, standard error that all deviations share, on top of `error`. An offset is then fitted
        with the decay, and held to 0 by that much; infinite where nothing is known of it.

    Returns
    -------
    Decay, whose intervals are those of profile likelihood (68 %); an end that the data do not set is None.

    Raises
    ------
    MethodError
        if there are fewer than five positions with a deviation.
    """
    good = np.isfinite(deviation) & (np.nan_to_num(error) > 0)
    if good.sum() < FEWEST:
        raise MethodError(f"At least {FEWEST} positions are wanted for a decay length, got {good.sum()}.")
    distance = np.abs(np.asarray(position)[good] - interface)
    y, w = np.asarray(deviation)[good], np.asarray(error)[good] ** -2.0
    # Inverse covariance of the deviations, by the formula of Sherman and Morrison.
    known = np.inf if common == 0 else common**-2.0
    inverse = np.diag(w) - np.outer(w, w) / (w.sum() + known)
    reach = float(np.ptp(distance))
    lengths = np.geomspace(_SHORTEST * reach / len(y), _LONGEST * reach, _LENGTHS)
    shapes = np.exp(-distance / lengths[:, np.newaxis])
    strength = np.maximum((shapes @ inverse * shapes).sum(axis=1), 1e-300)
    amplitudes = shapes @ inverse @ y / strength
    rest = y @ inverse @ y - amplitudes**2 * strength
    best = int(rest.argmin())
    inside = rest <= rest[best] + 1
    spread = np.sqrt(np.maximum(rest[best] + 1 - rest, 0.0) / strength)[inside]
    low = None if inside[0] else float(lengths[inside][0])
    high = None if inside[-1] else float(lengths[inside][-1])
    length = _between(float(lengths[best]), "nm", low, high)
    if low is None:
        # Towards length 0 the amplitude grows without limit.
        amplitude = _between(float(amplitudes[best]), "K", None, None)
    else:
        ends = float((amplitudes[inside] - spread).min()), float((amplitudes[inside] + spread).max())
        amplitude = _between(float(amplitudes[best]), "K", *ends)
    offset = float(w @ (y - amplitudes[best] * shapes[best]) / (w.sum() + known))
    lowered = float(amplitudes[best] ** 2 * strength[best])
    return Decay(amplitude, length, float(rest[best]) / (len(y) - 2), offset, lowered)


def _between(value: float, unit: str, low: float | None, high: float | None) -> Quantity:
    """A quantity with its interval, and half of that for error; an end is None where the data set no bound."""
    error = None if low is None or high is None else 0.5 * (high - low)
    return Quantity(value, error, unit, (low, high))
