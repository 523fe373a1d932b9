"""Which atoms are frozen, held hot or cold, or counted to the interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kapitza.atoms.structures.model import GROUPS
from kapitza.data import Array
from kapitza.errors import MethodError

End = Literal["left", "right"]
Ends = Literal["none", "left", "right", "both"]


@dataclass(frozen=True)
class Regions:
    """Lengths along z, A, of the groups of an interface, from the ends inwards.

    frozen : which ends do not move. frozen_length : of each. bath_length : of each thermostat, inside the frozen end.
    interface_length : on either side of the interface. hot : the end of the hot bath.
    """

    frozen: Ends = "right"
    frozen_length: float = 6.0
    bath_length: float = 10.0
    interface_length: float = 6.0
    hot: End = "left"


def assign_groups(heights: Array, middle: float, regions: Regions, periodic: bool) -> Array:
    """Group (n,) of atoms at `heights` (n,), A, about an interface at height `middle`; indices into `GROUPS`.

    Parameters
    ----------
    heights
        z of every atom, A.
    middle
        height of the interface, A.
    regions
        lengths of the groups.
    periodic
        whether the two ends touch.

    Raises
    ------
    MethodError
        if a length is negative, no bulk is left on a side, or the baths of a periodic cell would touch.
    """
    _check(regions, periodic)
    low, high = float(heights.min()), float(heights.max())
    frozen_left = regions.frozen_length if regions.frozen in ("left", "both") else 0.0
    frozen_right = regions.frozen_length if regions.frozen in ("right", "both") else 0.0
    inner_left, inner_right = low + frozen_left + regions.bath_length, high - frozen_right - regions.bath_length
    for side, room in (
        ("left", middle - regions.interface_length - inner_left),
        ("right", inner_right - middle - regions.interface_length),
    ):
        if room <= 0:
            raise MethodError(
                f"Bulk between bath and interface is wanted on the {side}, got {-room:.1f} A too little length: repeat "
                "the crystal more often along c, or make the frozen end, bath and interface shorter."
            )
    baths = ("hot bath", "cold bath") if regions.hot == "left" else ("cold bath", "hot bath")
    edges = [low + frozen_left, inner_left, middle - regions.interface_length, middle + regions.interface_length]
    edges += [inner_right, high - frozen_right]
    names = ("frozen", baths[0], "left bulk", "interface", "right bulk", baths[1], "frozen")
    # A plane that lies on an edge belongs to the group nearer the end, whatever the last bit says.
    slack = 1e-6 * np.array([1 if frozen_left else -1, 1, 1, -1, -1, -1 if frozen_right else 1])
    numbers = np.array([GROUPS.index(name) for name in names])
    return numbers[np.searchsorted(np.array(edges) + slack, heights, side="right")]


def _check(regions: Regions, periodic: bool) -> None:
    for name in ("frozen_length", "bath_length", "interface_length"):
        value = getattr(regions, name)
        if not (np.isfinite(value) and value > 0):
            raise MethodError(f"A {name.replace('_', ' ')} above 0 A is wanted, got {value:g}: give a length.")
    if periodic and regions.frozen == "none":
        raise MethodError(
            "A frozen end or vacuum is wanted between the baths of a periodic cell, got neither: heat would also flow "
            "through the other interface. Freeze the left or right end, or both, or add vacuum."
        )
