"""Thickness and heating as plain numbers for `results.json`."""

from __future__ import annotations

from typing import Any

from kapitza.quantity import Quantity
from kapitza.spectra.thickness_map import ThicknessMap
from kapitza.study.beam import BeamHeating, BeamSide
from kapitza.study.foil import ImageThickness
from kapitza.study.free_path import FreePaths


def thickness(found: ImageThickness) -> dict[str, Any]:
    """One image's thickness by side, the mean free paths it comes from, and what qualifies it."""
    return {
        **{side: quantity.to_dict() for side, quantity in found.thickness.items()},
        "relative": {side: quantity.to_dict() for side, quantity in found.relative.items()},
        "mean_free_path": _mean_free_path(found.paths),
        **_recorded(found.placed.recorded),
    }


def _mean_free_path(found: FreePaths) -> dict[str, Any] | None:
    """Mean free paths by side, their formula and its reach; None where the materials were not given."""
    by_side = {side: path.to_dict() for side, path in found.paths.items()}
    return {**by_side, "model": found.model, "reach": found.reach} if by_side else None


def _recorded(found: ThicknessMap) -> dict[str, Any]:
    """What a low-loss image says of itself: electrons beyond its axis, the zero-loss window, and its pixels."""
    window = {"value": [1e-3 * end for end in found.window], "error": None, "unit": "eV"}
    return {
        "missing": found.missing,
        "zero_loss": {"window": window, "outside": found.beyond},
        "pixels": {"total": int(found.status.size), "ok": int(found.ok.sum())},
    }


def beam(found: BeamHeating) -> dict[str, Any]:
    """How much the beam warms the foil, by material."""
    by_side = {side: _side(numbers) for side, numbers in found.sides.items()}
    return {"current": found.current.to_dict(), "stopping_from": found.stopping_from, **by_side}


def _side(found: BeamSide) -> dict[str, Any]:
    names = ("temperature_rise", "foil_temperature_rise", "stopping", "conductivity", "power")
    known: dict[str, Quantity | None] = {name: getattr(found, name) for name in names}
    return {name: quantity.to_dict() for name, quantity in known.items() if quantity is not None}
