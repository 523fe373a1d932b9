"""What several runs say together: seeds, forward against reverse, lengths; and what classical dynamics leave out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kapitza.atoms.phonons.dos import DensityOfStates
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.theory.conduction import line_at
from kapitza.units import BOLTZMANN


class Mean(NamedTuple):
    """A weighted mean, and how much its members scatter over their errors: 1 where these are right."""

    quantity: Quantity
    scatter: float


def weighted_mean(members: Sequence[Quantity]) -> Mean:
    """Mean of quantities of one unit, weighted by the inverse of their variances.

    Where they scatter by more than their errors, the error of the mean is that much larger (Birge's ratio).

    Raises
    ------
    MethodError
        if there are none, or one lacks a value or an error above 0.
    """
    values, errors, unit = _numbers(members, "a mean")
    weights = 1 / errors**2
    mean, error = float(weights @ values / weights.sum()), float(1 / np.sqrt(weights.sum()))
    if len(values) == 1:
        return Mean(Quantity(mean, error, unit), 1.0)
    scatter = float(np.sqrt(weights @ (values - mean) ** 2 / (len(values) - 1)))
    return Mean(Quantity(mean, error * max(1.0, scatter), unit), scatter)


def rectification(forward: Quantity, reverse: Quantity) -> Quantity:
    """How much better an interface conducts forward than in reverse: (G_forward - G_reverse)/G_reverse.

    forward, reverse : resistances at one mean temperature, from independent runs.

    Raises
    ------
    MethodError
        if one lacks a value or error, or is 0.
    """
    (first, second), errors, _ = _numbers([forward, reverse], "rectification")
    ratio = second / first
    return Quantity(float(ratio - 1), float(abs(ratio) * np.hypot(errors[0] / first, errors[1] / second)), "")


class Extrapolated(NamedTuple):
    """A straight line over the inverse length: its value at infinite length and its slope (value times nm)."""

    limit: Quantity
    slope: Quantity


def long_limit(lengths: Sequence[float], members: Sequence[Quantity], *, inverse: bool = False) -> Extrapolated:
    """Extrapolate a resistance, or with `inverse` a conductivity, to infinite length by a line over 1/length.

    Parameters
    ----------
    lengths
        of the cells, nm.
    members
        what was found in each.
    inverse
        whether 1/value is what is straight in 1/length, as for a conductivity: its mean free paths are cut off.

    Raises
    ------
    MethodError
        if there are fewer than two lengths, or a number is not above 0.

    Source: Schelling, Phillpot and Keblinski, Phys. Rev. B 65, 144306 (2002).
    """
    values, errors, unit = _numbers(members, "an extrapolation")
    size = np.asarray(lengths, dtype=float)
    if size.shape != values.shape or len(set(size)) < 2 or size.min() <= 0 or (inverse and values.min() <= 0):
        raise MethodError(
            f"Two or more lengths above 0 with a number for each are wanted to extrapolate, got {size.tolist()} nm and "
            f"{len(values)} numbers: run longer cells."
        )
    y, sigma = (1 / values, errors / values**2) if inverse else (values, errors)
    line = line_at(1 / size, y, sigma, 0.0)
    value, error = line.value, float(np.sqrt(line.covariance[0, 0]))
    slope = Quantity(line.slope, float(np.sqrt(line.covariance[1, 1])), f"nm {'1/' if inverse else ''}({unit})")
    if inverse:
        if value <= 0:
            raise MethodError(
                f"A conductivity that stays finite in long cells is wanted, got {value:.3g} ± {error:.3g} for its "
                "inverse: run longer cells."
            )
        value, error = 1 / value, error / value**2
    return Extrapolated(Quantity(value, error, unit), slope)


def quantum_ratio(states: DensityOfStates, temperature: float) -> float:
    """Heat capacity of phonons over that of the classical dynamics, in which every mode has Boltzmann's constant.

    A classical flux times this ratio is a first estimate of the true one; it is right where each mode carries heat in
    proportion to its heat capacity and scatters as if it were classical.

    Parameters
    ----------
    states
        density of states of the crystal.
    temperature
        K, above 0.

    Raises
    ------
    MethodError
        if the temperature is not above 0.
    """
    if not temperature > 0:
        raise MethodError(f"A temperature above 0 K is wanted, got {temperature:g} K.")
    real = (states.energy > 0) & (states.total > 0)
    weight, half = states.total[real], states.energy[real] / (2 * BOLTZMANN * temperature)
    return float(weight @ _heat(half) / weight.sum())


def _heat(half: Array) -> Array:
    """(x/2)^2/sinh^2(x/2): heat capacity of an oscillator over Boltzmann's constant; x = E/kT."""
    scaled = np.minimum(half, 300.0)
    return np.asarray((scaled / np.sinh(scaled)) ** 2)


def _numbers(members: Sequence[Quantity], what: str) -> tuple[Array, Array, str]:
    if not members or any(one.value is None or not one.value or not one.error for one in members):
        raise MethodError(f"Numbers with errors are wanted for {what}, got {', '.join(map(str, members)) or 'none'}.")
    values = np.array([one.value for one in members], dtype=float)
    return values, np.array([one.error for one in members], dtype=float), members[0].unit
