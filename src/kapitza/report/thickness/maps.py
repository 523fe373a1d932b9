"""Thickness maps as variables for `maps.zarr`."""

from __future__ import annotations

from typing import Any

from kapitza.data import Array
from kapitza.study.foil import ImageThickness


def thickness_variables(found: ImageThickness) -> dict[str, Any]:
    """The maps of one image's thickness with their units, on the pixels of the image."""
    variables = variables_of("relative_thickness", found.placed.value, found.placed.error, "1")
    if found.value is not None and found.error is not None:
        variables |= variables_of("thickness", found.value, found.error, "nm")
    return variables


def variables_of(name: str, value: Array, error: Array, unit: str) -> dict[str, Any]:
    """A map (y, x) and its standard errors as variables of an xarray dataset."""
    words = {"relative_thickness": "thickness over the inelastic mean free path", "thickness": "thickness"}[name]
    return {
        name: (("y", "x"), value, {"units": unit, "long_name": words}),
        f"{name}_error": (("y", "x"), error, {"units": unit, "long_name": f"statistical standard error, {words}"}),
    }
