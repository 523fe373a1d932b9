"""From the parameters of the fit of a series to the numbers that mean something, and to what fixes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from kapitza.data import Array
from kapitza.interface.currents.global_model import Layout
from kapitza.interface.currents.likelihood import Minimum, profile_interval
from kapitza.interface.currents.objective import Problem
from kapitza.interface.resistance import UNIT, log_quantity
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings

_LOGARITHMS = {
    "characteristic_length_left": "nm",
    "characteristic_length_right": "nm",
    "conductivity_ratio": "",
    "conductivity_left": "W/(m K)",
    "conductivity_right": "W/(m K)",
    "resistance": UNIT,
}
"""Combinations that are logarithms of what is given, and its unit."""

_LENGTHS = {"position": "nm", "width_10_90": "nm"}
_NEED_EXPONENT = ("exponent_left", "exponent_right", "resistance_exponent")
_NEED_CONDUCTIVITY = ("conductivity_left", "conductivity_right", "resistance")
_EVEN = 0.05
_STEP = 1e-6


def combinations(layout: Layout) -> dict[str, Array]:
    """For each named number (or its logarithm) its weights (k,) in the parameters; all of them are linear."""
    one = dict(zip(layout.names, np.eye(len(layout.names)), strict=True))
    left, right, p = one["log_length_left"], one["log_length_right"], one["exponent_left"]
    n_left, n_right = one["length_exponent_left"], one["length_exponent_right"]
    named = {
        "characteristic_length_left": left,
        "characteristic_length_right": right,
        "conductivity_ratio": left - right,
        "length_exponent_left": n_left,
        "length_exponent_right": n_right,
        "exponent_left": p,
        "exponent_right": n_right - n_left + p,
        "resistance_exponent": n_left - p,
        "width_10_90": one["width_10_90"],
        "position": one["position"],
    }
    if layout.conductivity:
        k = one["log_conductivity_left"]
        named |= {"resistance": left - k, "conductivity_left": k, "conductivity_right": k + right - left}
    return named


def shared_of(
    problem: Problem, minimum: Minimum, settings: InterfaceSettings, intervals: bool
) -> tuple[dict[str, Quantity], dict[str, Any]]:
    """The numbers that all images share, each with its error, and what fixes each."""
    found, fixed_by = {}, {}
    exponents = settings.exponent_left is not None or settings.exponent_right is not None
    for name, weights in combinations(problem.layout).items():
        value = float(weights @ minimum.values)
        error = float(np.sqrt(weights @ minimum.covariance @ weights))
        ends: tuple[float | None, float | None] = (value - error, value + error)
        if intervals:
            ends = profile_interval(problem.residuals, minimum, weights, problem.bounds)
        found[name] = _quantity(name, value, error, ends)
        by = "data"
        if name in _NEED_EXPONENT:
            by = "current" if settings.flux == "current_squared" else "prior" if exponents else "data"
        elif name in _NEED_CONDUCTIVITY:
            by = "prior"
        told = found[name].value is not None
        bounded = found[name].interval not in (None, (None, None)) and name not in _NEED_EXPONENT
        fixed_by[name] = by if told or bounded else "nothing"
    if "nothing" in (fixed_by[name] for name in _NEED_EXPONENT):
        # They are one unknown: the data fix p_right - p_left and s + p.
        for name in _NEED_EXPONENT:
            found[name], fixed_by[name] = replace(found[name], value=None, error=None), "nothing"
    return found, fixed_by


def images_of(problem: Problem, minimum: Minimum, fixed_by: dict[str, Any]) -> list[dict[str, Quantity]]:
    """The numbers of every image, in the order of the images, by the names of `ImageFit`."""
    layout, state = problem.layout, problem.layout.state(minimum.values)
    coolest = int(np.argmin(state.mean))

    def logarithms(values: Array) -> Array:
        """ln of |flux| and of R over those of the coolest image, and ln |flux| as it is; (3 m,)."""
        now = layout.state(values)
        rise = np.log(now.mean / layout.reference)
        resistance = -now.shared.resistance_exponent * rise
        flux = np.log(np.abs(now.drop)) - resistance
        absolute = flux - (now.shared.log_length[0] - now.log_conductivity)
        return np.concatenate([flux - flux[coolest], resistance - resistance[coolest], absolute])

    logs, errors = _with_errors(logarithms, minimum)
    drops, drop_errors = _with_errors(lambda values: layout.state(values).drop, minimum)
    known = fixed_by["resistance_exponent"] != "nothing"
    sign = np.sign(state.drop)

    def from_log(i: int, of: float, unit: str, told: bool) -> Quantity:
        if not told or not np.isfinite(logs[i]):
            return Quantity(None, None, unit)
        return _turned(log_quantity(float(logs[i]), float(errors[i]), unit), of)

    m, own = layout.images, np.sqrt(np.diag(minimum.covariance))
    at = {name: [layout.names.index(f"{name}_{i + 1}") for i in range(m)] for name in ("temperature", "bias")}
    return [
        {
            "temperature": Quantity(float(state.mean[i]), float(own[at["temperature"][i]]), "K"),
            "drop": Quantity(float(drops[i]), float(drop_errors[i]), "K"),
            "bias": Quantity(float(state.bias[i]), float(own[at["bias"][i]]), "K"),
            "relative_flux": from_log(i, float(sign[i] * sign[coolest]), "", known or i == coolest),
            "resistance_ratio": from_log(m + i, 1.0, "", known or i == coolest),
            "flux": from_log(2 * m + i, float(sign[i]), "GW/m2", known),
        }
        for i in range(m)
    ]


def _with_errors(function: Any, minimum: Minimum) -> tuple[Array, Array]:
    """Values (n,) of a function of the parameters and their standard errors (n,), to first order."""
    steps = _STEP * np.maximum(np.abs(minimum.values), 1.0)
    slopes = np.stack(
        [
            (function(minimum.values + step * row) - function(minimum.values - step * row)) / (2 * step)
            for step, row in zip(steps, np.eye(len(steps)), strict=True)
        ]
    )
    return function(minimum.values), np.sqrt(np.einsum("in,ij,jn->n", slopes, minimum.covariance, slopes))


def _turned(quantity: Quantity, sign: float) -> Quantity:
    if sign > 0 or quantity.value is None:
        return quantity
    ends = quantity.interval
    turned = None if ends is None or None in ends else (-ends[1], -ends[0])  # type: ignore[operator]
    return Quantity(-quantity.value, quantity.error, quantity.unit, turned)


def _quantity(name: str, value: float, error: float, ends: tuple[float | None, float | None]) -> Quantity:
    """A number with its error; with an interval where the profile of chi-squared is no parabola."""
    low, high = ends
    logarithm = name in _LOGARITHMS
    unit = _LOGARITHMS.get(name, _LENGTHS.get(name, ""))
    if low is None or high is None:
        shown = tuple(None if end is None else float(np.exp(end)) if logarithm else end for end in ends)
        return Quantity(None, None, unit, shown)  # type: ignore[arg-type]
    even = all(abs(reach - error) < _EVEN * error for reach in (value - low, high - value))
    if not logarithm:
        return Quantity(value, error, unit, None if even else (low, high))
    if even:
        return log_quantity(value, error, unit)
    return Quantity(float(np.exp(value)), float(np.exp(value)) * error, unit, (float(np.exp(low)), float(np.exp(high))))
