"""What runs of heat across an interface say together: both directions, sides, and modes bound to the interface.

    python benchmarks/heat.py RESULT

RESULT is a folder that `kapitza atoms nemd` wrote with [modes] and its `interface`. Tables are Markdown: flux, drop and
resistance; optical minus acoustic temperatures, and what they would be at the flux of an experiment; bound modes in
windows of energy, forward and reverse, beside the model of three phonons between the baths that the run has next to the
interface.
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


def flows(numbers: dict[str, Any]) -> Iterator[str]:
    """Flux, drop, resistance and conductivities of every run, and the rectification."""
    names = ("flux", "drop", "resistance", "conductivity_left", "conductivity_right", "imbalance")
    yield table("run", *names)
    for name, run in numbers["runs"].items():
        yield row(name, *(str(Quantity.from_dict(run[one])) if one in run else "–" for one in names))
    for one in numbers["together"]:
        if one["rectification"] is not None:
            mean = Quantity.from_dict(one["mean_temperature"]).value
            yield f"\nRectification at {mean:g} K: {Quantity.from_dict(one['rectification'])}"


def splits(numbers: dict[str, Any], modal: dict[str, Any], flux: float) -> Iterator[str]:
    """Optical minus acoustic on either side: over the side, next to the interface, and there at `flux`, GW/m2."""
    yield table("run", "side", "whole side", "next to the interface", f"there, at {flux:g} GW/m²")
    for name, run in numbers["runs"].items():
        ratio = abs(flux / run["flux"]["value"])
        for side in ("left", "right"):
            found, near = modal[name][side], nearest(modal[name], side)
            value = near["optical"] - near["acoustic"]
            error = float(np.hypot(near["optical ±"], near["acoustic ±"]))
            scaled = Quantity(value * ratio, error * ratio, "K")
            whole = Quantity.from_dict(found["optical_minus_acoustic"])
            warmth = "hot" if (side == "left") == (run["direction"] == "forward") else "cold"
            yield row(name, f"{side}, {warmth}", str(whole), str(Quantity(value, error, "K")), str(scaled))


def nearest(modal: dict[str, Any], side: str) -> dict[str, float]:
    """Temperatures, K, in the window of a side that is next to the interface, and their errors with a ±."""
    along = modal[side]["along"]
    place = -1 if side == "left" else 0
    found = {}
    for name in ("optical", "acoustic"):
        found[name], found[f"{name} ±"] = along[name]["values"][place], along[name]["errors"][place]
    return found


def bound(modal: dict[str, Any]) -> Iterator[str]:
    """Bound modes by window of energy in every run, beside the model of three phonons."""
    energies = list(PARTNERS)
    yield table("run", "bound modes", "how many", "temperature", *(f"model, {energy:g} meV (K)" for energy in energies))
    for name, found in modal.items():
        left, right = nearest(found, "left"), nearest(found, "right")
        baths = Baths(left["optical"], left["acoustic"], right["optical"], right["acoustic"])
        model = [f"{one:.1f}" for one in interface_modes(PARTNERS, baths).temperature]
        for average, value in found["interface"]["averages"].items():
            yield row(name, average, str(found["interface"]["counts"][average]), str(Quantity.from_dict(value)), *model)
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
    print(*flows(numbers), "", *splits(numbers, modal, given.flux), "", *bound(modal), sep="\n")


if __name__ == "__main__":
    main()
