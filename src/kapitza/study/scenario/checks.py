"""What is wrong in a scenario although every value is of its kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from kapitza.errors import StudyError
from kapitza.settings import InterfaceSettings
from kapitza.study.keys import wrong
from kapitza.study.scenario.entries import Elastic, PartnerEntry, Scenario

_LEAST_VELOCITY_RATIO = 2.0 / math.sqrt(3.0)
"""Of longitudinal over transverse, in all that resists compression."""


def check_scenario(
    scenario: Scenario, modes: dict[str, float], interface: InterfaceSettings | None, paired: bool
) -> None:
    """Refuse a scenario that cannot be held against this study.

    Parameters
    ----------
    scenario : of the study. modes : energies (meV) of its modes by name. interface : of the study. paired : whether it
        has a forward and a reverse image of one current.

    Raises
    ------
    StudyError
        if a number is out of its range, a partner's mode is not in the study, or the study lacks what a part needs.
    """
    if interface is None or not paired:
        missing = "a forward and a reverse image of one current" if interface else "an [interface]"
        raise StudyError(f"[scenario]: {missing} is wanted to hold it against, got none: add it, or take it out.")
    if not (scenario.partners or scenario.channels or scenario.elastic or scenario.aperture):
        raise StudyError(
            "[scenario]: something to compute is wanted, got none: add [[scenario.partner]], [scenario.channels], "
            "[scenario.elastic] or [scenario.aperture]."
        )
    _ranges("[scenario]", scenario, {"mean": _positive, "drop": math.isfinite, "split": math.isfinite})
    _partners(scenario.partners, modes)
    if scenario.channels is not None:
        _channels(scenario, interface)
    if scenario.elastic is not None:
        _elastic(scenario.elastic)
    if scenario.aperture is not None:
        kinds = {"energy": _positive, "free_path_left": math.isfinite, "free_path_right": math.isfinite}
        _ranges("[scenario.aperture]", scenario.aperture, {**kinds, "sidedness": lambda s: -1 <= s <= 1})


def _partners(partners: Sequence[PartnerEntry], modes: dict[str, float]) -> None:
    if partners and not modes:
        raise StudyError(
            "[[scenario.partner]]: modes of the interface are wanted, got none: add a [[mode]] table for each mode "
            "that has partners."
        )
    for partner in partners:
        label = f"[[scenario.partner]] {partner.mode!r}"
        if partner.mode not in modes:
            raise StudyError(
                f"{label}: the name of a [[mode]] is wanted, which are {', '.join(map(repr, modes))}: correct mode."
            )
        _ranges(label, partner, {"energy": _positive, "strength": lambda s: 0 <= s < math.inf})
        if partner.energy == modes[partner.mode]:
            raise StudyError(
                f"{label}: a partner above or below the mode's {partner.energy:g} meV is wanted, got one at the same "
                "energy: a third phonon must carry the difference. Correct energy."
            )
    named = {partner.mode for partner in partners}
    for mode in named:
        if not any(partner.strength for partner in partners if partner.mode == mode):
            raise StudyError(
                f"[[scenario.partner]] {mode!r}: a strength above 0 is wanted, got none: correct strength."
            )
    if len({modes[mode] for mode in named}) < len(named):
        raise StudyError("[[scenario.partner]]: two modes have one energy. Correct energy in [[mode]].")


def _channels(scenario: Scenario, interface: InterfaceSettings) -> None:
    label, channels = "[scenario.channels]", scenario.channels
    for side in ("left", "right"):
        _ranges(label, channels, {f"optical_share_{side}": lambda f: 0 < f < 1, f"decay_length_{side}": _positive})
        if getattr(interface, f"conductivity_{side}") is None:
            raise StudyError(
                f"{label}: the conductivities of both sides are wanted, to make a flux of gradients: add "
                f"conductivity_{side} to [interface], or take {label} out."
            )
    kinds = ("optical_conductance", "acoustic_conductance")
    _ranges(label, channels, dict.fromkeys(kinds, lambda h: 0 <= h < math.inf))
    if not any(getattr(channels, kind) for kind in kinds):
        raise StudyError(f"{label}: an interface that lets heat through is wanted: give a conductance above 0.")


def _elastic(elastic: Elastic) -> None:
    label = "[scenario.elastic]"
    for side in ("left", "right"):
        keys = ("density", "longitudinal", "transverse", "atoms")
        _ranges(label, elastic, {f"{key}_{side}": _positive for key in keys})
        fast, slow = getattr(elastic, f"longitudinal_{side}"), getattr(elastic, f"transverse_{side}")
        if not fast > _LEAST_VELOCITY_RATIO * slow:
            raise StudyError(
                f"{label}: longitudinal_{side} above 1.155 times transverse_{side} is wanted, got {fast:g} and "
                f"{slow:g} km/s: look whether they are swapped."
            )


def _positive(number: float) -> bool:
    return 0 < number < math.inf


def _ranges(label: str, table: Any, wanted: dict[str, Callable[[float], bool]]) -> None:
    for key, holds in wanted.items():
        value = getattr(table, key)
        if value is not None and not holds(value):
            raise wrong(label, key, value)
