"""The scenario of a study, held against what the study measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.errors import KapitzaError
from kapitza.interface.modes.summary import ModeComparison
from kapitza.quantity import Quantity
from kapitza.study.model import Study
from kapitza.study.result import ImageResult
from kapitza.study.scenario.comparison import Comparison, Kind, ScenarioResult, apart
from kapitza.study.scenario.entries import Scenario
from kapitza.study.scenario.expected import RESISTANCE, Path, Situation, expected
from kapitza.study.scenario.measured import basis, measured

Notes = list[tuple[str, str]]

_STEP = 0.1
"""Part of a standard error by which each number is moved to see what follows from it."""

_KINDS: dict[Path, Kind] = {("elastic", "radiation"): "limit", ("aperture", "false_drop"): "part"}
_NULLS = {"occupation_ratio": 1.0} | dict.fromkeys(
    ("gain", "loss", "gain_over_loss", "contrast", "temperature_change", "mean_change"), 0.0
)
_CODES = {
    "in doubt": "scenario_disagrees",
    "disagrees": "scenario_disagrees",
    "beyond": "scenario_disagrees",
    "cannot tell": "scenario_undecided",
    "matters": "aperture_matters",
}
_LABELS = {
    "gain": "ln gain of {0} over {1}, forward less reverse",
    "loss": "ln loss of {0} over {1}, forward less reverse",
    "gain_over_loss": "ln gain over loss of {0} over {1}, forward less reverse",
    "occupation_ratio": "occupation of {0} over {1}, forward over reverse",
    "contrast": "contrast of {mode}",
    "temperature_change": "temperature of {mode}, forward less reverse",
    "temperatures": "temperature of {mode}, {flow}",
    "drop": "drop between the bulk lines",
    "optical_drop": "drop of the optical phonons",
    "acoustic_drop": "drop of the acoustic phonons",
    "split_left": "optical less acoustic temperature, left of the interface",
    "split_right": "optical less acoustic temperature, right of the interface",
    "resistance": "resistance of two channels",
    "acoustic": "resistance by acoustic mismatch",
    "diffuse": "resistance by diffuse mismatch",
    "radiation": "resistance at the radiation limit",
    "false_temperature_left": "false temperature left of the interface, forward",
    "false_temperature_right": "false temperature right of the interface, forward",
    "false_drop": "false part of the drop",
    "mean_change": "temperature at the interface, forward less reverse",
}


def study_scenario(
    study: Study,
    combined: InterfaceResult | None,
    pair: tuple[ImageResult, ImageResult] | None,
    comparison: ModeComparison | None,
) -> tuple[ScenarioResult | None, Notes]:
    """What the study's scenario gives beside what was measured, and what to say of it.

    Parameters
    ----------
    study : with its scenario and modes. combined : the half-difference. pair : forward and reverse. comparison : of
        their modes.

    Returns
    -------
    The comparisons, None where there is no scenario or it cannot be computed, and warnings.
    """
    if study.scenario is None or study.interface is None or combined is None or pair is None:
        return None, []
    try:
        values, covariance = basis(combined, study.interface)
        found = measured(study.interface, combined, pair, comparison)
        result = _held_against(study, values, covariance, found)
    except KapitzaError as error:
        return None, [("scenario_failed", f"scenario: nothing was computed. {error}")]
    notes = [(_CODES[line.word], f"scenario: {line.sentence()}") for line in result.headlines if line.word in _CODES]
    return result, notes


def _held_against(study: Study, values: Array, covariance: Array, found: Mapping[Path, Quantity]) -> ScenarioResult:
    scenario = study.scenario
    assert scenario is not None
    modes = {mode.name: mode.energy for mode in study.modes}
    situation = _situations(scenario, values, covariance)

    def numbers(basis: Array) -> Array:
        here = situation(basis)
        return np.array([here.mean, here.drop, here.flux, *(v for v, _ in expected(scenario, modes, here).values())])

    names = expected(scenario, modes, situation(values))
    slopes = _slopes(numbers, values, covariance)
    spread = np.sqrt(np.einsum("ij,jk,ik->i", slopes, covariance, slopes))
    units = ["K", "K", "GW/m2", *(unit for _, unit in names.values())]
    mean, drop, flux, *theory = (
        Quantity(float(value), float(error), unit)
        for value, error, unit in zip(numbers(values), spread, units, strict=True)
    )
    lines = []
    for path, quantity, slope in zip(names, theory, slopes[3:], strict=True):
        null = mean.value if path[1] == "temperatures" else _NULLS.get(path[1])
        line = _comparison(path, found.get(path), quantity, list(modes), null)
        lines.append(line if path != ("channels", "drop") else _with_common_drop(line, slope, covariance))
    return ScenarioResult(mean, drop, None if np.isnan(values[4:]).any() else flux, tuple(lines))


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


def _comparison(
    path: Path, found: Quantity | None, theory: Quantity, modes: list[str], null: float | None
) -> Comparison:
    flow = path[2] if path[1] == "temperatures" else ""
    label = _LABELS[path[1]].format(*modes[:2], mode=path[-1], flow=flow)
    kind = _KINDS.get(path, "value")
    one = Quantity(None, None, theory.unit) if found is None else found
    ratio = path[1] == "occupation_ratio" or theory.unit == RESISTANCE
    distance = apart(one, theory, ratio=ratio)
    if kind == "part":
        distance = abs(theory.value or 0.0) / one.error if one.error else None
    return Comparison(path, label, one, theory, distance, kind, null, ratio)


def _with_common_drop(line: Comparison, slope: Array, covariance: Array) -> Comparison:
    """The comparison of the drop, whose error goes with those of the gradients that the theory starts from."""
    own = np.eye(len(slope))[1] - slope
    error = float(np.sqrt(own @ covariance @ own))
    if line.measured.value is None or line.theory.value is None or not error:
        return line
    return replace(line, apart=abs(line.measured.value - line.theory.value) / error)
