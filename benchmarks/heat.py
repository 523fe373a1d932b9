"""What runs of heat across an interface say together: both directions, sides, and modes bound to the interface.

    python benchmarks/heat.py RESULT

RESULT is a folder that `kapitza atoms nemd` wrote with [modes] and its `interface`. Tables are Markdown: flux, drop and
resistance; temperatures of modes in the window along z that is next to the interface; optical minus acoustic ones, and
what they would be at the flux of an experiment; bound modes in windows of energy, forward and reverse, beside the model
of three phonons between the baths that the run has next to the interface.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from measuring import row, table

from kapitza.quantity import Quantity
from kapitza.theory.interface_modes import Baths, Partner, interface_modes

PARTNERS = {
    75.0: (Partner(83, "left"), Partner(98, "right", 0.3), Partner(68, "left", 0.3), Partner(70, "right", 0.3)),
    90.0: (Partner(98, "right"), Partner(83, "left", 0.3), Partner(74, "right", 0.3)),
}
"""Modes of the interface, meV, and the bulk phonons that they exchange with, as in docs/theory.md."""

FLOWS = {
    "flux": "flux (GW/m²)",
    "drop": "drop (K)",
    "resistance": "resistance (m²K/GW)",
    "conductivity_left": "conductivity, left (W/(m K))",
    "conductivity_right": "right (W/(m K))",
}
"""Numbers of a run and their heads."""


def told(value: float | None, error: float | None) -> str:
    """A number with its error, without unit."""
    return str(Quantity(value, error, "")).replace("-", "−")


def labels(numbers: dict[str, Any]) -> dict[str, str]:
    """What each run is called: its direction and mean temperature, and its seed where there are several."""
    runs = numbers["runs"]
    several = len({run["seed"] for run in runs.values()}) > 1
    return {
        name: f"{run['direction']}, {run['mean_temperature']['value']:g} K" + several * f", seed {run['seed']}"
        for name, run in runs.items()
    }


def flows(numbers: dict[str, Any]) -> Iterator[str]:
    """Flux, drop, resistance and conductivities of every run, and the rectification."""
    yield table("run", *FLOWS.values())
    for name, label in labels(numbers).items():
        run = numbers["runs"][name]
        yield row(label, *(told(run[one]["value"], run[one]["error"]) if one in run else "–" for one in FLOWS))
    for one in numbers["together"]:
        if one["rectification"] is not None:
            mean = Quantity.from_dict(one["mean_temperature"]).value
            yield f"\nRectification at {mean:g} K: {Quantity.from_dict(one['rectification'])}"


def sides(numbers: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every run with either side, and what these are called: the run, its side, and whether that is hot or cold."""
    for name, label in labels(numbers).items():
        for side in ("left", "right"):
            hot = (side == "left") == (numbers["runs"][name]["direction"] == "forward")
            yield name, side, f"{label}, {side} ({'hot' if hot else 'cold'})"


def nearby(numbers: dict[str, Any], modal: dict[str, Any]) -> Iterator[str]:
    """Temperatures of modes next to the interface, K."""
    kinds = list(dict.fromkeys(kind for name, side, _ in sides(numbers) for kind in nearest(modal[name], side)))
    yield table("side", *kinds)
    for name, side, label in sides(numbers):
        found = nearest(modal[name], side)
        yield row(label, *(told(*found[kind]) if kind in found else "–" for kind in kinds))


def splits(numbers: dict[str, Any], modal: dict[str, Any], flux: float) -> Iterator[str]:
    """Optical minus acoustic, K, on either side: over the side, next to the interface, and there at `flux`, GW/m2."""
    yield table("side", "all of it (K)", "next to the interface (K)", f"there, at {flux:g} GW/m² (K)")
    for name, side, label in sides(numbers):
        ratio = abs(flux / numbers["runs"][name]["flux"]["value"])
        optical, acoustic = (nearest(modal[name], side)[kind] for kind in ("optical", "acoustic"))
        value, error = optical[0] - acoustic[0], float(np.hypot(optical[1], acoustic[1]))
        whole = modal[name][side]["optical_minus_acoustic"]
        near, scaled = told(value, error), told(value * ratio, error * ratio)
        yield row(label, told(whole["value"], whole["error"]), near, scaled)


def nearest(modal: dict[str, Any], side: str) -> dict[str, tuple[float, float]]:
    """Temperatures of modes, K, and their errors in the window of a side that is next to the interface, by kind.

    A window of energies without modes has no temperature and is left out.
    """
    place = -1 if side == "left" else 0
    return {
        kind: (found["values"][place], found["errors"][place])
        for kind, found in modal[side]["along"].items()
        if found.get("errors") and found["values"][place] is not None
    }


def bound(numbers: dict[str, Any], modal: dict[str, Any]) -> Iterator[str]:
    """Bound modes by window of energy in every run, beside the model of three phonons."""
    energies = list(PARTNERS)
    yield table("run", "bound modes", "how many", "T (K)", *(f"model, {energy:g} meV (K)" for energy in energies))
    for name, label in labels(numbers).items():
        found = modal[name]
        left, right = nearest(found, "left"), nearest(found, "right")
        baths = Baths(*(near[kind][0] for near in (left, right) for kind in ("optical", "acoustic")))
        model = [f"{one:.1f}" for one in interface_modes(PARTNERS, baths).temperature]
        for average, value in found["interface"]["averages"].items():
            count = str(found["interface"]["counts"][average])
            yield row(label, average, count, told(value["value"], value["error"]), *model)
            model = ["" for _ in energies]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path)
    parser.add_argument("--flux", type=float, default=23.0, help="of the experiment, GW/m²: 180 K/µm in AlN")
    given = parser.parse_args()
    numbers = json.loads((given.result / "results.json").read_text(encoding="utf-8"))
    modal = {}
    for name in numbers["runs"]:
        text = (given.result / "modes" / name / "results.json").read_text(encoding="utf-8")
        modal[name] = json.loads(text)["modal_temperatures"]
    near = nearby(numbers, modal)
    print(*flows(numbers), "", *near, "", *splits(numbers, modal, given.flux), "", *bound(numbers, modal), sep="\n")


if __name__ == "__main__":
    main()
