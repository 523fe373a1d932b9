"""The numbers of an interface that follow from its two bulk lines and their covariance."""

from __future__ import annotations

from typing import Any

import numpy as np

from kapitza.data import Array
from kapitza.quantity import Quantity
from kapitza.theory.conduction import characteristic_length_error, fieller_interval

_FIRST_ORDER_HOLDS = 0.1
_TO_DROP = np.array([[1.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])


def drop_and_gradients(lines: Array, spread: Array, position_error: float, common_step: float) -> tuple[Array, Array]:
    """Drop (K) and both gradients (K/nm), (3,), with their covariance (3, 3).

    lines : (4,), temperature_left, gradient_left, temperature_right, gradient_right at the interface (K, K/nm).
    spread : (4, 4), their covariance. position_error : nm. common_step : K, error of the drop that all pixels share.
    """
    covariance = _TO_DROP @ spread @ _TO_DROP.T
    covariance[0, 0] += ((lines[1] - lines[3]) * position_error) ** 2 + common_step**2
    return _TO_DROP @ lines, covariance


def quantities_of_lines(lines: Array, spread: Array, position_error: float, common_step: float = 0.0) -> dict[str, Any]:
    """Drop, temperatures, gradients and characteristic lengths, each a `Quantity`, by their names in `InterfaceResult`.

    Parameters as for `drop_and_gradients`.
    """
    (drop, *gradients), covariance = drop_and_gradients(lines, spread, position_error, common_step)
    found = {"drop": Quantity(float(drop), float(np.sqrt(covariance[0, 0])), "K")}
    for i, side in enumerate(("left", "right")):
        slope, pair = gradients[i], [0, i + 1]
        error = float(np.hypot(np.sqrt(spread[2 * i, 2 * i]), slope * position_error))
        found[f"temperature_{side}"] = Quantity(float(lines[2 * i]), error, "K")
        found[f"gradient_{side}"] = Quantity(float(1e3 * slope), float(1e3 * np.sqrt(covariance[i + 1, i + 1])), "K/um")
        found[f"characteristic_length_{side}"] = _length(float(drop), float(slope), covariance[np.ix_(pair, pair)])
    return found


def _length(drop: float, gradient: float, covariance: Array) -> Quantity:
    """-drop/gradient: positive where drop and gradient fall the same way, as they must when heat flows.

    Where the gradient might be nought the lengths that the data allow are those above a least one, and negative ones,
    which no bulk has: the interval is then that of the positive ones, and no number stands for them.
    """
    if gradient == 0:
        return Quantity(None, None, "nm", (None, None))
    value = -drop / gradient
    error = characteristic_length_error(drop, gradient, covariance)
    if np.sqrt(covariance[1, 1]) <= _FIRST_ORDER_HOLDS * abs(gradient):
        return Quantity(value, error, "nm")
    falling = covariance * np.array([[1, -1], [-1, 1]])
    low, high = fieller_interval(drop, -gradient, falling, positive=True)
    if value < 0 and (low is None or high is None):
        return Quantity(None, None, "nm", (low, high))
    return Quantity(value, error, "nm", (low, high))
