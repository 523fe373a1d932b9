"""The scenario of a study, held against what the study measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.errors import KapitzaError
from kapitza.interface.modes.summary import ModeComparison
from kapitza.quantity import Quantity
from kapitza.study.model import Study
from kapitza.study.result import ImageResult
from kapitza.study.scenario.comparison import Comparison, Kind, apart
from kapitza.study.scenario.expected import CHANGE, RESISTANCE, Path
from kapitza.study.scenario.measured import basis, log_ratio_changes, measured
from kapitza.study.scenario.propagation import Theory, propagated
from kapitza.study.scenario.result import ScenarioResult
from kapitza.study.scenario.together import Together, together

Notes = list[tuple[str, str]]

_KINDS: dict[Path, Kind] = {("elastic", "radiation"): "limit", ("aperture", "false_drop"): "part"}
_NULLS = {"occupation_ratio": 1.0} | dict.fromkeys(
    (CHANGE, "gain", "loss", "gain_over_loss", "contrast", "temperature_change", "mean_change"), 0.0
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
    CHANGE: "ln loss over gain of {mode}, forward less reverse",
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
    scenario = study.scenario
    if scenario is None or study.interface is None or combined is None or pair is None:
        return None, []
    modes = {mode.name: mode.energy for mode in study.modes}
    try:
        values, covariance = basis(combined, study.interface)
        theory = propagated(scenario, modes, values, covariance)
        found = measured(study.interface, combined, pair, comparison)
    except KapitzaError as error:
        return None, [("scenario_failed", f"scenario: nothing was computed. {error}")]
    named = [name for name in modes if scenario.partners_of(name)]
    changes = log_ratio_changes(pair, named) if named else None
    everything = None if changes is None else _together(named, changes, theory)
    if changes is not None:
        for i, name in enumerate(named):
            found["modes", CHANGE, name] = Quantity(float(changes[0][i]), float(np.sqrt(changes[1][i, i])), "")
    flux = None if np.isnan(values).any() else theory.flux
    result = ScenarioResult(theory.mean, theory.drop, flux, _comparisons(theory, found, list(modes)), everything)
    # Of modes all together are told; the ratio of two of them, which goes with it, stands in the report.
    told = (everything, *(line for line in result.headlines if line.path[0] != "modes"))
    verdicts = [(line.word, line.sentence()) for line in told if line is not None]
    return result, [(_CODES[word], f"scenario: {sentence}") for word, sentence in verdicts if word in _CODES]


def _together(names: list[str], changes: tuple[Array, Array], theory: Theory) -> Together:
    paths: list[Path] = [("modes", CHANGE, name) for name in names]
    given = np.array([theory.numbers[path].value for path in paths])
    return together(tuple(names), changes, (given, theory.common(paths)))


def _comparisons(theory: Theory, found: Mapping[Path, Quantity], modes: list[str]) -> tuple[Comparison, ...]:
    lines = (_comparison(path, found.get(path), quantity, modes) for path, quantity in theory.numbers.items())
    completed = []
    for line in lines:
        if line.path[1] == "temperatures":
            completed.append(replace(line, null=theory.mean.value))
        elif line.path == ("channels", "drop"):
            completed.append(_with_common_drop(line, theory))
        else:
            completed.append(line)
    return tuple(completed)


def _comparison(path: Path, found: Quantity | None, theory: Quantity, modes: list[str]) -> Comparison:
    flow = path[2] if path[1] == "temperatures" else ""
    label = _LABELS[path[1]].format(*modes[:2], mode=path[-1], flow=flow)
    kind = _KINDS.get(path, "value")
    one = Quantity(None, None, theory.unit) if found is None else found
    ratio = path[1] == "occupation_ratio" or theory.unit == RESISTANCE
    distance = apart(one, theory, ratio=ratio)
    if kind == "part":
        distance = abs(theory.value or 0.0) / one.error if one.error else None
    return Comparison(path, label, one, theory, distance, kind, _NULLS.get(path[1]), ratio)


def _with_common_drop(line: Comparison, theory: Theory) -> Comparison:
    """The comparison of the drop, whose error goes with those of the gradients that the theory starts from."""
    own = np.eye(len(theory.covariance))[1] - theory.slopes[line.path]
    error = float(np.sqrt(own @ theory.covariance @ own))
    if line.measured.value is None or line.theory.value is None or not error:
        return line
    return replace(line, apart=abs(line.measured.value - line.theory.value) / error)
