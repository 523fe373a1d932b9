"""One sample in several synthetic experiments: heat flowing another way, and several heating currents, with which its
conductivities and its resistance follow the temperature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from kapitza.errors import StudyError
from kapitza.twin.model import HeatFlow, Twin

_SURROUNDINGS = 300.0


def flowing(base: Twin, heat_flow: HeatFlow) -> Twin:
    """The same sample with the heat flowing in a direction, which is its name; its noise and drift are others."""
    number = get_args(HeatFlow).index(heat_flow)
    identity = base.twin.model_copy(update={"name": heat_flow, "seed": base.twin.seed + number})
    temperature = base.temperature.model_copy(update={"heat_flow": heat_flow})
    return base.model_copy(update={"twin": identity, "temperature": temperature})


def series_twins(
    base: Twin,
    currents: Sequence[float],
    *,
    exponents: tuple[float, float] = (1.0, 1.0),
    resistance_exponent: float = 1.5,
    directions: Sequence[Literal["forward", "reverse"]] = ("forward", "reverse"),
) -> dict[str, Twin]:
    """Twins of one sample at several currents, by name: "forward 2 mA" and so on.

    The first current is that of `base`. Heat flux and the rise of the mean temperature over 300 K follow the square of
    the current, the conductivities T^-p, and the resistance T^-s, all at the mean temperature of the interface.

    Parameters
    ----------
    base
        the twin at the first current.
    currents
        heating currents, mA, above 0.
    exponents
        p of the left and of the right material.
    resistance_exponent
        s of the interface.
    directions
        heat flows to make of each current.

    Raises
    ------
    StudyError
        if a current is not above 0.
    """
    if not currents or min(currents) <= 0:
        raise StudyError(f"Currents above 0 mA are wanted, got {list(currents)}: correct them.")
    twins: dict[str, Twin] = {}
    for current in currents:
        for direction in directions:
            name = f"{direction} {current:g} mA"
            identity = base.twin.model_copy(update={"name": name, "seed": base.twin.seed + len(twins)})
            temperature = base.temperature.model_copy(
                update=_temperature(base, (current / currents[0]) ** 2, exponents, resistance_exponent)
                | {"heat_flow": direction}
            )
            twins[name] = base.model_copy(update={"twin": identity, "temperature": temperature})
    return twins


def _temperature(base: Twin, power: float, exponents: tuple[float, float], s: float) -> dict[str, float]:
    table = base.temperature
    mean = _SURROUNDINGS + power * (table.mean - _SURROUNDINGS)
    hotter = mean / table.mean
    return {
        "mean": mean,
        "drop": table.drop * power * hotter**-s,
        "gradient_left": table.gradient_left * power * hotter ** exponents[0],
        "gradient_right": table.gradient_right * power * hotter ** exponents[1],
    }
