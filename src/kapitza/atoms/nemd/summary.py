"""Many runs put together: what each said, and for each mean temperature forward, reverse and how they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kapitza.atoms.nemd.analysis import HeatFlow, analyse
from kapitza.atoms.nemd.combining import Mean, rectification, weighted_mean
from kapitza.atoms.nemd.settings import AnalysisEntry, Direction
from kapitza.atoms.nemd.trace import Trace
from kapitza.errors import MethodError
from kapitza.quantity import Quantity

AVERAGED = ("flux", "drop", "resistance", "conductance", "conductivity_left", "conductivity_right")
"""What is averaged over seeds."""

_OF_A_RUN = (
    "flux",
    "hot_power",
    "cold_power",
    "imbalance",
    "resistance",
    "conductance",
    "conductivity_left",
    "conductivity_right",
    "energy_drift",
)


@dataclass(frozen=True)
class AtTemperature:
    """The runs at one mean temperature (K).

    means : by direction and by name, over the seeds. rectification : (G_forward - G_reverse)/G_reverse; None where a
    direction lacks.
    """

    temperature: float
    means: dict[Direction, dict[str, Mean]]
    rectification: Quantity | None


@dataclass(frozen=True)
class Summary:
    """flows : by name of the case. refused : sentences by name. together : for each mean temperature."""

    flows: dict[str, HeatFlow]
    refused: dict[str, str]
    together: tuple[AtTemperature, ...] = field(default=())


def summarise(traces: Mapping[str, Trace], settings: AnalysisEntry | None = None) -> Summary:
    """Analyse every run and put together what belongs together; a run that is refused is left out with its sentence."""
    flows: dict[str, HeatFlow] = {}
    refused: dict[str, str] = {}
    for name, trace in traces.items():
        try:
            flows[name] = analyse(trace, settings)
        except MethodError as error:
            refused[name] = str(error)
    kelvin = sorted({flow.case.temperature for flow in flows.values()})
    return Summary(flows, refused, tuple(_at(one, flows) for one in kelvin))


def quantities(flow: HeatFlow) -> dict[str, Quantity]:
    """All numbers of a run by name; those that it does not have are left out."""
    found: dict[str, Quantity | None] = {name: getattr(flow, name) for name in _OF_A_RUN}
    if flow.interface is not None:
        found |= {"drop": flow.interface.drop, "position": flow.interface.position}
        for side in ("left", "right"):
            for name in (f"temperature_{side}", f"gradient_{side}"):
                found[name] = getattr(flow.interface, name)
    return {name: one for name, one in found.items() if one is not None}


def _at(kelvin: float, flows: Mapping[str, HeatFlow]) -> AtTemperature:
    means: dict[Direction, dict[str, Mean]] = {}
    for direction in ("forward", "reverse"):
        members = [
            quantities(flow)
            for flow in flows.values()
            if flow.case.temperature == kelvin and flow.case.direction == direction
        ]
        if members:
            means[direction] = {
                name: weighted_mean([one[name] for one in members]) for name in AVERAGED if name in members[0]
            }
    pair = [means[way]["resistance"].quantity for way in means if "resistance" in means[way]]
    return AtTemperature(kelvin, means, rectification(*pair) if len(pair) == 2 else None)
