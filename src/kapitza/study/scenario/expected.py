"""What a scenario gives, as functions of `kapitza.theory` have it, by the names under which it is measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kapitza.study.scenario.entries import Aperture, Channels, Elastic, Scenario
from kapitza.theory.conduction import heat_flux, interfacial_resistance
from kapitza.theory.interface_modes import (
    Baths,
    InterfaceModes,
    Partner,
    channel_baths,
    direction_indices,
    flow_baths,
    interface_modes,
)
from kapitza.theory.mismatch import Model, Solid, conductance
from kapitza.theory.nonequilibrium import one_sided_shift
from kapitza.theory.occupation import reduced_energy
from kapitza.theory.two_temperature import TwoBaths, TwoTemperatures, two_temperatures

RESISTANCE = "m2K/GW"
CHANGE = "log_ratio_change"
"""Of ln(loss/gain) of a mode, forward less reverse; E/kT says what it is."""
ELASTIC: tuple[Model, ...] = ("acoustic", "diffuse", "radiation")

Path = tuple[str, ...]
"""Names from the outside in: the part of the scenario, the quantity, then direction and mode where there are such."""

Expected = dict[Path, tuple[float, str]]
"""Numbers and their units."""


@dataclass(frozen=True)
class Situation:
    """What the theory starts from.

    mean, drop : K. gradients : K/nm of the left and the right bulk; conductivities : W/(m K), NaN where not given;
    trust : how much the flux of the left side counts in the mean of both, from 0 to 1.
    """

    mean: float
    drop: float
    gradients: tuple[float, float]
    conductivities: tuple[float, float]
    trust: float

    @property
    def flux(self) -> float:
        """Heat flux (GW/m2) along the axis with the heat flowing forward, from both bulks."""
        left, right = (float(heat_flux(k, g)) for k, g in zip(self.conductivities, self.gradients, strict=True))
        return self.trust * left + (1.0 - self.trust) * right


def expected(scenario: Scenario, modes: Mapping[str, float], situation: Situation) -> Expected:
    """All that a scenario gives in a situation.

    modes : energy (meV) of every mode of the study by its name, in the order of the study.

    Raises
    ------
    MethodError
        if a mode has no stationary state, or a number is beyond what the theory takes.
    """
    found: Expected = {}
    solution = None if scenario.channels is None else _solution(scenario.channels, situation)
    if scenario.partners:
        found |= _modes(scenario, modes, situation, solution)
    if solution is not None:
        found |= _channels(solution)
    if scenario.elastic is not None:
        found |= _elastic(scenario.elastic, situation)
    if scenario.aperture is not None:
        found |= _aperture(scenario.aperture, situation)
    return found


def _modes(
    scenario: Scenario, modes: Mapping[str, float], situation: Situation, solution: TwoTemperatures | None
) -> Expected:
    couplings = {
        energy: [Partner(p.energy, p.side, p.strength, p.branch) for p in scenario.partners_of(name)]
        for name, energy in modes.items()
        if scenario.partners_of(name)
    }
    names = [name for name in modes if scenario.partners_of(name)]
    forward, reverse = (interface_modes(couplings, baths) for baths in _baths(scenario, situation, solution))
    found: Expected = {
        ("modes", "temperatures", flow, name): (float(kelvin), "K")
        for flow, state in (("forward", forward), ("reverse", reverse))
        for name, kelvin in zip(names, state.temperature, strict=True)
    }
    change = reduced_energy(forward.energy, forward.temperature) - reduced_energy(reverse.energy, reverse.temperature)
    found |= {("modes", CHANGE, name): (float(value), "") for name, value in zip(names, change, strict=True)}
    return found | _indices(names, forward, reverse) if names[:2] == list(modes)[:2] and len(names) > 1 else found


def _baths(scenario: Scenario, situation: Situation, solution: TwoTemperatures | None) -> tuple[Baths, Baths]:
    """Under forward and under reverse flow, for which everything that is odd in the heat changes its sign."""
    mean, drop = situation.mean, situation.drop
    if scenario.split is None and solution is not None:
        back = solution.reversed()
        return channel_baths(solution, mean, drop), channel_baths(back, mean, -drop)
    split = math.copysign(1.0, drop) * (scenario.split or 0.0)
    return flow_baths(mean, drop, split), flow_baths(mean, -drop, -split)


def _indices(names: Sequence[str], forward: InterfaceModes, reverse: InterfaceModes) -> Expected:
    index = direction_indices(forward, reverse)
    either = {"contrast": (index.contrast, ""), "temperature_change": (index.temperature_change, "K")}
    return {
        ("modes", "gain"): (index.gain, ""),
        ("modes", "loss"): (index.loss, ""),
        ("modes", "gain_over_loss"): (index.gain - index.loss, ""),
        ("modes", "occupation_ratio"): (index.occupation_ratio, ""),
        **{
            ("modes", key, name): (float(value), unit)
            for key, (values, unit) in either.items()
            for name, value in zip(names[:2], values, strict=True)
        },
    }


def _solution(channels: Channels, situation: Situation) -> TwoTemperatures:
    left, right = (
        TwoBaths.of_length(
            conductivity, getattr(channels, f"optical_share_{side}"), getattr(channels, f"decay_length_{side}")
        )
        for side, conductivity in zip(("left", "right"), situation.conductivities, strict=True)
    )
    return two_temperatures(
        left,
        right,
        situation.flux,
        optical_conductance=channels.optical_conductance,
        acoustic_conductance=channels.acoustic_conductance,
    )


def _channels(solution: TwoTemperatures) -> Expected:
    kelvin = ("drop", "optical_drop", "acoustic_drop", "split_left", "split_right")
    return {
        **{("channels", name): (getattr(solution, name), "K") for name in kelvin},
        ("channels", "resistance"): (float(interfacial_resistance(solution.drop, solution.flux)), RESISTANCE),
    }


def _elastic(elastic: Elastic, situation: Situation) -> Expected:
    left, right = (
        Solid(*(getattr(elastic, f"{key}_{side}") for key in ("density", "longitudinal", "transverse", "atoms")))
        for side in ("left", "right")
    )
    return {
        ("elastic", model): (1e3 / float(conductance(left, right, situation.mean, model)), RESISTANCE)
        for model in ELASTIC
    }


def _aperture(aperture: Aperture, situation: Situation) -> Expected:
    beside = (situation.mean + 0.5 * situation.drop, situation.mean - 0.5 * situation.drop)
    paths = (aperture.free_path_left, aperture.free_path_right)
    left, right = (
        float(one_sided_shift(aperture.energy, kelvin, path, gradient, aperture.sidedness))
        for kelvin, path, gradient in zip(beside, paths, situation.gradients, strict=True)
    )
    return {
        ("aperture", "false_temperature_left"): (left, "K"),
        ("aperture", "false_temperature_right"): (right, "K"),
        ("aperture", "false_drop"): (left - right, "K"),
        # Half the sum of both sides is false, forward one way and in reverse the other.
        ("aperture", "mean_change"): (left + right, "K"),
    }
