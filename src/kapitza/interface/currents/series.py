"""An interface at several heating currents: its numbers against its temperature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.errors import MethodError
from kapitza.quantity import Quantity


class Measured(NamedTuple):
    """A quantity at every point of a series: values, standard errors and ends of the 68 % intervals, (n,) each.

    NaN where a value or an error is not known; an end is -inf or inf where the data set no bound.
    """

    value: Array
    error: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class InterfaceSeries:
    """Interface results at n currents, from the coolest to the hottest, as the paper's Fig. 2e, f.

    current : (n,), mA, NaN where not known. temperature : K, mean of both sides at the interface. drop : K, positive
    for heat flowing from left to right. gradient_left, gradient_right : K/um. characteristic_length_left,
    characteristic_length_right : nm. results : what all of it comes from, in the same order. order : (n,), where each
    of them stood in what was given.
    """

    current: Array
    temperature: Measured
    drop: Measured
    gradient_left: Measured
    gradient_right: Measured
    characteristic_length_left: Measured
    characteristic_length_right: Measured
    results: tuple[InterfaceResult, ...]
    order: tuple[int, ...]


def interface_series(results: Sequence[InterfaceResult], currents: Sequence[float | None]) -> InterfaceSeries:
    """Drop, gradients and characteristic lengths against the mean temperature at the interface.

    Parameters
    ----------
    results
        one for each current: forward and reverse combined, or all of one direction.
    currents
        heating currents, mA; None where not known.

    Raises
    ------
    MethodError
        if there are fewer than two results, or not as many currents.
    """
    if len(results) < 2 or len(currents) != len(results):
        raise MethodError(
            f"At least two results with a current each are wanted for a series, got {len(results)} results and "
            f"{len(currents)} currents: record the interface at another current."
        )
    means = [mean_temperature(result) for result in results]
    order = np.argsort(_measured(means).value, kind="stable").tolist()
    chosen = [results[i] for i in order]

    def measured(name: str) -> Measured:
        return _measured([getattr(result, name) for result in chosen])

    return InterfaceSeries(
        current=np.array([np.nan if currents[i] is None else currents[i] for i in order], dtype=float),
        temperature=_measured([means[i] for i in order]),
        drop=measured("drop"),
        gradient_left=measured("gradient_left"),
        gradient_right=measured("gradient_right"),
        characteristic_length_left=measured("characteristic_length_left"),
        characteristic_length_right=measured("characteristic_length_right"),
        results=tuple(chosen),
        order=tuple(order),
    )


def mean_temperature(result: InterfaceResult) -> Quantity:
    """Mean temperature of both sides of an interface, K, with what all pixels share in its error."""
    left, right = result.temperature_left.value, result.temperature_right.value
    if left is None or right is None:
        return Quantity(None, None, "K")
    slope = 0.5e-3 * sum(q.value or 0.0 for q in (result.gradient_left, result.gradient_right))
    lines = 0.25 * (result.covariance[0, 0] + result.covariance[2, 2] + 2 * result.covariance[0, 2])
    variance = lines + (slope * (result.position.error or 0.0)) ** 2 + (result.common_error or 0.0) ** 2
    return Quantity(0.5 * (left + right), float(np.sqrt(variance)), "K")


def _measured(quantities: Sequence[Quantity]) -> Measured:
    value, error = (
        np.array([np.nan if number is None else number for number in numbers], dtype=float)
        for numbers in ([q.value for q in quantities], [q.error for q in quantities])
    )
    low, high = value - error, value + error
    for i, quantity in enumerate(quantities):
        if quantity.interval is not None:
            ends = quantity.interval
            low[i] = -np.inf if ends[0] is None else ends[0]
            high[i] = np.inf if ends[1] is None else ends[1]
    return Measured(value, error, low, high)
