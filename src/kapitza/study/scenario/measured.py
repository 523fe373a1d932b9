"""What a study measured, by the names under which a scenario gives it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.interface.lines import drop_and_gradients
from kapitza.interface.modes.populations import Asymmetry
from kapitza.interface.modes.summary import ModeComparison
from kapitza.interface.resistance import conductivity_at, named_resistances
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings
from kapitza.study.result import ImageResult
from kapitza.study.scenario.expected import ELASTIC, Path

FLOWS = ("forward", "reverse")


def measured(
    settings: InterfaceSettings,
    combined: InterfaceResult,
    pair: tuple[ImageResult, ImageResult],
    comparison: ModeComparison | None,
) -> dict[Path, Quantity]:
    """Everything of a forward and a reverse image, and of both together, that a scenario may give."""
    found: dict[Path, Quantity] = {
        ("modes", "temperatures", flow, population.mode.name): population.temperature
        for flow, image in zip(FLOWS, pair, strict=True)
        if image.modes is not None and image.modes.populations is not None
        for population in image.modes.populations.modes
    }
    if comparison is not None and comparison.asymmetry is not None:
        found |= _asymmetry(comparison.asymmetry)
    resistance = named_resistances(combined, settings).get("resistance")
    if resistance is not None:
        places: list[Path] = [("channels", "resistance"), *(("elastic", model) for model in ELASTIC)]
        found |= dict.fromkeys(places, resistance)
    there, back = (_mean(image.interface) for image in pair if image.interface is not None)
    change = Quantity(there[0] - back[0], math.hypot(there[1], back[1]), "K")
    return found | {
        ("channels", "drop"): combined.drop,
        ("aperture", "false_drop"): combined.drop,
        ("aperture", "mean_change"): change,
    }


def log_ratio_changes(pair: tuple[ImageResult, ImageResult], names: Sequence[str]) -> tuple[Array, Array] | None:
    """ln(loss/gain) of modes forward less reverse, (n,), and its covariance (n, n); None where one is not known."""
    values, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for sign, image in zip((1.0, -1.0), pair, strict=True):
        found = None if image.modes is None else image.modes.populations
        if found is None:
            return None
        chosen = [found.number(name) for name in names]
        if any(found.modes[i].log_ratio.value is None for i in chosen):
            return None
        loss, gain = found.fit.loss[chosen], found.fit.gain[chosen]
        both = [*chosen, *(len(found.modes) + i for i in chosen)]
        slopes = np.hstack([np.diag(1.0 / loss), -np.diag(1.0 / gain)])
        values += sign * np.log(loss / gain)
        covariance += slopes @ found.fit.covariance[np.ix_(both, both)] @ slopes.T
    return values, covariance


def basis(combined: InterfaceResult, settings: InterfaceSettings) -> tuple[Array, Array]:
    """Mean temperature (K), drop (K), gradients (K/nm) and conductivities (W/(m K)) left and right: (6,) and (6, 6).

    A conductivity that is not given is NaN, without an error.
    """
    values, covariance = np.zeros(6), np.zeros((6, 6))
    values[0], error = _mean(combined)
    covariance[0, 0] = error**2
    names = ("temperature_left", "gradient_left", "temperature_right", "gradient_right")
    lines = np.array([getattr(combined, name).value for name in names], dtype=float) * [1, 1e-3, 1, 1e-3]
    values[1:4], covariance[1:4, 1:4] = drop_and_gradients(
        lines, combined.covariance, combined.position.error or 0.0, combined.common_step
    )
    for i, side in enumerate(("left", "right")):
        given = getattr(settings, f"conductivity_{side}")
        value, relative = (math.nan, 0.0) if given is None else conductivity_at(side, given, settings, lines[2 * i])
        values[4 + i] = value
        covariance[4 + i, 4 + i] = 0.0 if given is None else (value * relative) ** 2
    return values, covariance


def _mean(interface: InterfaceResult) -> tuple[float, float]:
    """Temperature half-way through the drop, K, and its error; most of it is common to both sides."""
    sides = (interface.temperature_left, interface.temperature_right)
    return sum(q.value or math.nan for q in sides) / 2, sum(q.error or 0.0 for q in sides) / 2


def _asymmetry(found: Asymmetry) -> dict[Path, Quantity]:
    either = {
        ("modes", key, name): quantity
        for key in ("contrast", "temperature_change")
        for name, quantity in zip(found.modes, getattr(found, key), strict=True)
    }
    single = ("gain", "loss", "gain_over_loss", "occupation_ratio")
    return either | {("modes", key): getattr(found, key) for key in single}
