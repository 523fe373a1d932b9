"""A scenario's numbers for what was measured, with the errors that they take from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.quantity import Quantity
from kapitza.study.scenario.entries import Scenario
from kapitza.study.scenario.expected import Path, Situation, expected

_STEP = 0.1
"""Part of a standard error by which each number is moved to see what follows from it."""


@dataclass(frozen=True)
class Theory:
    """What a scenario gives.

    mean, drop, flux : that it started from, as in `ScenarioResult`. numbers : by their paths. slopes : (6,) each, by
    the numbers of `kapitza.study.scenario.measured.basis`, whose covariance (6, 6) is `covariance`.
    """

    mean: Quantity
    drop: Quantity
    flux: Quantity
    numbers: Mapping[Path, Quantity]
    slopes: Mapping[Path, Array]
    covariance: Array

    def common(self, paths: Sequence[Path]) -> Array:
        """Covariance (n, n) of some of the numbers."""
        slopes = np.stack([self.slopes[path] for path in paths])
        covariance: Array = slopes @ self.covariance @ slopes.T
        return covariance


def propagated(scenario: Scenario, modes: Mapping[str, float], values: Array, covariance: Array) -> Theory:
    """All that a scenario gives, with errors to first order.

    Parameters
    ----------
    modes : energies by name, as for `expected`. values, covariance : (6,) and (6, 6), as from
        `kapitza.study.scenario.measured.basis`.

    Raises
    ------
    MethodError
        as `expected`.
    """
    situation = _situations(scenario, values, covariance)

    def numbers(basis: Array) -> Array:
        here = situation(basis)
        return np.array([here.mean, here.drop, here.flux, *(v for v, _ in expected(scenario, modes, here).values())])

    names = expected(scenario, modes, situation(values))
    slopes = _slopes(numbers, values, covariance)
    spread = np.sqrt(np.einsum("ij,jk,ik->i", slopes, covariance, slopes))
    units = ["K", "K", "GW/m2", *(unit for _, unit in names.values())]
    mean, drop, flux, *found = (
        Quantity(float(value), float(error), unit)
        for value, error, unit in zip(numbers(values), spread, units, strict=True)
    )
    by_path = dict(zip(names, found, strict=True))
    return Theory(mean, drop, flux, by_path, dict(zip(names, slopes[3:], strict=True)), covariance)


def _situations(scenario: Scenario, values: Array, covariance: Array) -> Callable[[Array], Situation]:
    """How the numbers that were measured become a situation; the flux is weighted once, by their errors."""
    gradients, conductivities = values[2:4], values[4:]
    errors = np.sqrt(np.diag(covariance))
    variance = (conductivities * errors[2:4]) ** 2 + (gradients * errors[4:]) ** 2
    trust = float(variance[1] / variance.sum()) if variance.sum() > 0 else 0.5

    def situation(basis: Array) -> Situation:
        mean = float(basis[0]) if scenario.mean is None else scenario.mean
        drop = float(basis[1]) if scenario.drop is None else scenario.drop
        left, right, *kappa = (float(number) for number in basis[2:])
        return Situation(mean, drop, (left, right), (kappa[0], kappa[1]), trust)

    return situation


def _slopes(numbers: Callable[[Array], Array], values: Array, covariance: Array) -> Array:
    """Derivatives (numbers, values) of what follows by what was measured; 0 where the latter has no error."""
    columns = []
    for i, error in enumerate(np.sqrt(np.diag(covariance))):
        step = np.zeros(len(values))
        step[i] = _STEP * error
        there, back = (numbers(values + sign * step) for sign in (1.0, -1.0))
        columns.append((there - back) / (2.0 * step[i]) if error > 0.0 else np.zeros(len(there)))
    return np.stack(columns, axis=1)
