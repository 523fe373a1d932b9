"""Profiles across an interface as arrays for `results.json`, so that anyone can draw them."""

from __future__ import annotations

from typing import Any

from kapitza.data import Array, InterfaceResult
from kapitza.interface.foil import FoilProfile


def profile(interface: InterfaceResult, foil: FoilProfile | None = None) -> dict[str, Any]:
    """Temperature, composition and thickness along the heat flow, with standard errors, where they were measured."""
    points = interface.profile
    found = {
        "position": _arrays(points.position, None, "nm"),
        "temperature": _arrays(points.temperature, points.error, "K"),
    }
    if interface.composition is not None:
        found["composition"] = _arrays(interface.composition, interface.composition_error, "")
    if foil is not None:
        found["thickness"] = _arrays(foil.value, foil.error, foil.unit)
    return found


def _arrays(value: Array, error: Array | None, unit: str) -> dict[str, Any]:
    return {"value": value, "error": error, "unit": unit}
