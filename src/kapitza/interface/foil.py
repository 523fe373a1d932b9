"""The foil beside and at an interface: mean free paths of both materials, and thickness along the heat flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.interface.drop import known
from kapitza.quantity import Quantity
from kapitza.spectra.thickness_map import PlacedThickness
from kapitza.theory.conduction import step

SIDES = ("left", "right")


@dataclass(frozen=True)
class FoilProfile:
    """Thickness along the heat flow, averaged parallel to the interface.

    position : (n,), nm. value : (n,), NaN where no pixel is known. covariance : (n, n), of `value`; it holds counting
    noise and the errors of the mean free paths. unit : "nm", or "" for t/lambda.
    """

    position: Array
    value: Array
    covariance: Array
    unit: str

    @property
    def error(self) -> Array:
        """(n,), standard errors."""
        return np.sqrt(np.diag(self.covariance))


def path_along(position: Array, interface: InterfaceResult, paths: Mapping[str, Quantity]) -> tuple[Array, Array]:
    """Mean free path (n,), nm, at positions across an interface, and its standard errors by material (materials, n).

    1/lambda is the mean of both materials' by their shares; between them it goes as wide as the composition was seen
    to. Errors of different materials are independent; where both sides have one mean free path they are one material.

    paths : "left" and "right", nm.
    """
    width = interface.composition_width_10_90.value or 0.0
    share = 0.5 * (1.0 - step(position - known(interface.position), width))
    left, right = (known(paths[side]) for side in SIDES)
    path = 1.0 / (share / left + (1.0 - share) / right)
    parts = np.stack([
        path * fraction * path / known(paths[side]) * (paths[side].error or 0.0) / known(paths[side])
        for fraction, side in zip((share, 1.0 - share), SIDES, strict=True)
    ])  # fmt: skip
    return path, parts.sum(axis=0, keepdims=True) if paths["left"] == paths["right"] else parts


def foil_profile(
    placed: PlacedThickness, usable: Array, interface: InterfaceResult, axis: str, paths: Mapping[str, Quantity]
) -> FoilProfile:
    """Thickness at each position of an interface's profile, nm where both mean free paths are known, else t/lambda.

    Parameters
    ----------
    placed
        t/lambda on the pixels of the image.
    usable
        (y, x), True where a pixel may be used.
    interface
        of the image.
    axis
        image axis along which heat flows.
    paths
        mean free path, nm, by side; empty where not known.
    """
    along, region = (placed, usable) if axis == "x" else (placed.turned(), usable.T)
    mean, covariance = along.profile(region)
    position = interface.profile.position
    if not paths:
        return FoilProfile(position, mean, covariance, "")
    path, errors = path_along(position, interface, paths)
    common = mean * errors
    return FoilProfile(position, mean * path, covariance * np.outer(path, path) + common.T @ common, "nm")
