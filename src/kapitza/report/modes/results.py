"""The numbers of a study's modes as plain dictionaries for `results.json`."""

from __future__ import annotations

from typing import Any

from kapitza.interface.modes.populations import Asymmetry, Population
from kapitza.interface.modes.summary import ModeComparison, ModeSummary
from kapitza.quantity import Quantity


def modes(summary: ModeSummary) -> dict[str, Any]:
    """One image's modes by name, and how well the fit that they come from describes the spectrum."""
    return {
        "modes": {population.mode.name: _population(population) for population in summary.populations.modes},
        "bulk_temperature": Quantity(summary.populations.bulk_temperature, None, "K").to_dict(),
        "misfit": summary.populations.fit.misfit,
    }


def comparison(found: ModeComparison) -> dict[str, Any]:
    """Forward beside reverse, with null tests and checks by name."""
    return {
        **_asymmetry(found.asymmetry),
        "nulls": {name: _asymmetry(null) for name, null in found.nulls.items()},
        "checks": {name: _asymmetry(check) for name, check in found.checks.items()},
    }


def _population(population: Population) -> dict[str, Any]:
    names = ("loss", "gain", "log_ratio", "occupation", "temperature")
    found = {name: getattr(population, name).to_dict() for name in names}
    given = {name: Quantity(getattr(population.mode, name), None, "meV").to_dict() for name in ("energy", "fwhm")}
    return given | found


def _asymmetry(found: Asymmetry) -> dict[str, Any]:
    single = ("gain", "loss", "strength", "gain_over_loss", "occupation_ratio")
    return {
        "modes": list(found.modes),
        **{name: getattr(found, name).to_dict() for name in single},
        **{
            name: {mode: quantity.to_dict() for mode, quantity in zip(found.modes, getattr(found, name), strict=True)}
            for name in ("contrast", "temperature_change")
        },
        "temperatures": {
            flow: {mode: quantity.to_dict() for mode, quantity in zip(found.modes, side, strict=True)}
            for flow, side in zip(("forward", "reverse"), found.temperatures, strict=True)
        },
    }
