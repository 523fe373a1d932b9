"""Thermal resistance of an interface in absolute units, from its characteristic lengths and known conductivities."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.errors import MethodError
from kapitza.interface.lines import drop_and_gradients
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings, WithError

UNIT = "m2K/GW"
"""Of a resistance: a length in nm over a conductivity in W/(m K)."""

_SYMMETRIC = 0.1


@dataclass(frozen=True)
class Resistance:
    """Resistance of an interface in m2K/GW: from the conductivity of either side, and from both.

    left, right : None where that side's conductivity is not given. both : mean of the two, the common error of the drop
    counted once; the one that there is where only one is. covariance : (2, 2), of the logarithms of left and right; NaN
    where a side is missing.
    """

    left: Quantity | None
    right: Quantity | None
    both: Quantity
    covariance: Array


def interface_resistance(result: InterfaceResult, settings: InterfaceSettings) -> Resistance:
    """Resistance R = l/kappa of an interface, from the conductivity of one side or of both.

    A conductivity that is given at another temperature is carried to the interface by kappa ~ T^-p. Both sides see one
    drop, whose error they share; their mean is that of the logarithms, weighted by the inverse of the covariance, so
    that a common error in per cent pulls it neither up nor down.

    Parameters
    ----------
    result
        of one image, or of forward and reverse combined.
    settings
        with `conductivity_left` or `conductivity_right` or both: value and standard error, W/(m K).

    Returns
    -------
    Resistance
        in m2K/GW; without a number where a length has none or is negative.

    Raises
    ------
    MethodError
        if neither conductivity is given, one is not positive, or `conductivity_temperature` comes without an exponent.
    """
    given = {s: k for s in ("left", "right") if (k := getattr(settings, f"conductivity_{s}")) is not None}
    if not given:
        raise MethodError(
            "The conductivity of at least one side is wanted for a resistance, got none: give conductivity_left or "
            "conductivity_right, [value, error] in W/(m K)."
        )
    found, errors = {}, {}
    for side, conductivity in given.items():
        at = getattr(result, f"temperature_{side}").value
        kappa, errors[side] = conductivity_at(side, conductivity, settings, at)
        found[side] = _resistance(getattr(result, f"characteristic_length_{side}"), kappa, errors[side])
    covariance = _covariance(result, errors)
    left, right = found.get("left"), found.get("right")
    return Resistance(left, right, _both([q for q in (left, right) if q is not None], covariance), covariance)


def conductivity_given(settings: InterfaceSettings) -> bool:
    """Whether the conductivity of at least one side is given."""
    return settings.conductivity_left is not None or settings.conductivity_right is not None


def check_conductivities(settings: InterfaceSettings) -> None:
    """Raise `MethodError` where a conductivity is not positive, or cannot be carried to another temperature."""
    for side in ("left", "right"):
        given = getattr(settings, f"conductivity_{side}")
        if given is not None:
            conductivity_at(side, given, settings, 300.0)


def named_resistances(interface: InterfaceResult, settings: InterfaceSettings | None) -> dict[str, Quantity]:
    """Resistance of an interface, from both conductivities and from either; nothing where none is given."""
    if settings is None or not conductivity_given(settings):
        return {}
    found = interface_resistance(interface, settings)
    named = {"resistance": found.both, "resistance_left": found.left, "resistance_right": found.right}
    return {name: quantity for name, quantity in named.items() if quantity is not None}


def conductivity_at(
    side: str, conductivity: WithError, settings: InterfaceSettings, temperature: float
) -> tuple[float, float]:
    """A conductivity (W/(m K)) carried to a temperature (K) by kappa ~ T^-p, and its relative error."""
    value, error = conductivity
    if not (value > 0 and error >= 0):
        raise MethodError(
            f"A positive conductivity with its error is wanted on the {side}, got {value:g} and {error:g}: correct "
            f"conductivity_{side}."
        )
    at, exponent = settings.conductivity_temperature, getattr(settings, f"exponent_{side}")
    if at is None:
        return value, error / value
    if exponent is None:
        raise MethodError(
            f"An exponent of the {side} conductivity is wanted to carry it from {at:g} to {temperature:.4g} K, got "
            f"none: give exponent_{side}, or leave conductivity_temperature out."
        )
    carried = math.log(temperature / at)
    return value * math.exp(-exponent[0] * carried), math.hypot(error / value, exponent[1] * carried)


def log_quantity(log: float, error: float, unit: str) -> Quantity:
    """The exponential of a number with a standard error; with an interval where the error is above 10 %."""
    value = math.exp(log)
    ends = None if error <= _SYMMETRIC else (math.exp(log - error), math.exp(log + error))
    return Quantity(value, value * error, unit, ends)


def _resistance(length: Quantity, kappa: float, error: float) -> Quantity:
    """l/kappa; the relative error of kappa widens either end of an asymmetric interval in quadrature."""
    ends = length.interval
    if length.value is None or length.value <= 0 or length.error is None:
        scaled = None if ends is None else tuple(None if end is None else end / kappa for end in ends)
        return Quantity(None, None, UNIT, scaled)  # type: ignore[arg-type]
    value = length.value / kappa
    relative = math.hypot(length.error / length.value, error)
    if ends is None and relative <= _SYMMETRIC:
        return Quantity(value, value * relative, UNIT)
    low, high = ends or (length.value - length.error, length.value + length.error)
    reach = [None if end is None or end <= 0 else math.log(end / length.value) for end in (low, high)]
    moved = [None if r is None else value * math.exp(math.copysign(math.hypot(r, error), r)) for r in reach]
    return Quantity(value, value * relative, UNIT, (moved[0], moved[1]))


def _covariance(result: InterfaceResult, errors: dict[str, float]) -> Array:
    """(2, 2), of ln R left and right; the drop's error is common to both, those of the conductivities are not."""
    names = ("temperature_left", "gradient_left", "temperature_right", "gradient_right")
    lines = np.array([getattr(result, name).value for name in names], dtype=float) * [1, 1e-3, 1, 1e-3]
    error = result.position.error or 0.0
    (drop, *gradients), spread = drop_and_gradients(lines, result.covariance, error, result.common_step)
    if drop == 0 or 0 in gradients:
        return np.full((2, 2), np.nan)
    slopes = np.array([[1 / drop, -1 / gradients[0], 0.0], [1 / drop, 0.0, -1 / gradients[1]]])
    own = np.array([errors.get(side, np.nan) ** 2 for side in ("left", "right")])
    covariance: Array = slopes @ spread @ slopes.T
    covariance[np.isnan(own)[:, None] | np.isnan(own)] = np.nan
    for i in np.flatnonzero(np.isfinite(own)):
        covariance[i, i] = slopes[i] @ spread @ slopes[i] + own[i]
    return covariance


def _both(found: list[Quantity], covariance: Array) -> Quantity:
    if len(found) == 1:
        return found[0]
    values = [quantity.value for quantity in found]
    if None in values or not np.isfinite(covariance).all():
        return Quantity(None, None, UNIT)
    weights = np.linalg.solve(covariance, np.ones(2))
    mean = float(weights @ np.log(np.array(values, dtype=float)) / weights.sum())
    return log_quantity(mean, float(1 / np.sqrt(weights.sum())), UNIT)
