"""The numbers of a scenario beside those measured, as plain dictionaries for `results.json`."""

from __future__ import annotations

from typing import Any

from kapitza.study.scenario.comparison import Comparison
from kapitza.study.scenario.result import ScenarioResult
from kapitza.study.scenario.together import Together


def numbers(scenario: ScenarioResult) -> dict[str, Any]:
    """What the theory started from, the verdicts that decide, and every comparison under its names."""
    found: dict[str, Any] = {
        "mean": scenario.mean.to_dict(),
        "drop": scenario.drop.to_dict(),
        "flux": None if scenario.flux is None else scenario.flux.to_dict(),
        "verdicts": [line.sentence() for line in (scenario.together, *scenario.headlines) if line is not None],
    }
    if scenario.together is not None:
        found["modes"] = {"together": _together(scenario.together)}
    for line in scenario.comparisons:
        place = found
        for name in line.path[:-1]:
            place = place.setdefault(name, {})
        place[line.path[-1]] = _comparison(line)
    return found


def _together(found: Together) -> dict[str, Any]:
    return {
        "modes": list(found.modes),
        "chi_squared": found.chi_squared,
        "null_chi_squared": found.null_chi_squared,
        "chance": found.chance,
        "null_chance": found.null_chance,
        "verdict": found.word,
    }


def _comparison(line: Comparison) -> dict[str, Any]:
    return {
        "measured": line.measured.to_dict(),
        "theory": line.theory.to_dict(),
        "standard_errors": line.apart,
        "verdict": line.word,
    }
