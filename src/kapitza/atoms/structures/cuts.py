"""Where a crystal is cut along c: between the two planes that stand farthest apart, with the wanted species on top."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from kapitza.atoms.elements import number_of, symbol_of
from kapitza.atoms.structures.crystals import Crystal
from kapitza.data import Array
from kapitza.errors import MethodError

Facing = Literal["up", "down"]

_FLAT = 0.1
"""Atoms whose heights differ by less, A, lie in one plane."""

_AS_WIDE = 0.05
"""Gaps between planes that differ by less, A, are as good to cut."""


class Cut(NamedTuple):
    """A crystal that begins with its lowest plane at height 0, and the width of the gap above its highest, A."""

    crystal: Crystal
    gap: float


class _Plane(NamedTuple):
    low: float
    high: float
    members: Array


def cut_crystal(crystal: Crystal, face: str | None, facing: Facing) -> Cut:
    """Cut `crystal` so that its plane that faces up (the highest) or down (the lowest) holds the species `face`.

    The cut goes through the widest gap between planes: in tetrahedral crystals, through the one bond along c that each
    atom of a face then lacks. Where the wanted species only comes up with c turned round, the crystal is mirrored.

    Parameters
    ----------
    crystal
        the unit cell.
    face
        chemical symbol; the first that comes when None.
    facing
        which of its two faces is meant.

    Raises
    ------
    MethodError
        if no widest gap ends in `face`; the sentence names those that there are.
    """
    wanted = None if face is None else number_of(face)
    offered: set[int] = set()
    for candidate in (crystal, _mirrored(crystal)):
        planes = _planes(candidate)
        gaps = _gaps(planes, candidate.height)
        for index in np.flatnonzero(gaps > gaps.max() - _AS_WIDE):
            above = planes[(index + 1) % len(planes)]
            faced = planes[index] if facing == "up" else above
            species = set(candidate.numbers[faced.members].tolist())
            if wanted is None or wanted in species:
                return Cut(_lowered(candidate, above.low), float(gaps[index]))
            offered |= species
    names = ", ".join(symbol_of(number) for number in sorted(offered))
    raise MethodError(f"A face of {crystal.name} that ends in {names} is wanted, got {face}: choose one of these.")


def face_atoms(crystal: Crystal, facing: Facing) -> Array:
    """Indices of the atoms in the highest ("up") or lowest ("down") plane of a crystal that was cut."""
    planes = _planes(crystal)
    return planes[-1 if facing == "up" else 0].members


def _planes(crystal: Crystal) -> list[_Plane]:
    heights = crystal.scaled[:, 2] * crystal.height
    order = np.argsort(heights, kind="stable")
    breaks = np.flatnonzero(np.diff(heights[order]) > _FLAT) + 1
    planes = [_Plane(float(heights[part].min()), float(heights[part].max()), part) for part in np.split(order, breaks)]
    first, last = planes[0], planes[-1]
    if len(planes) > 1 and first.low + crystal.height - last.high < _FLAT:
        joined = np.concatenate([last.members, first.members])
        planes = [*planes[1:-1], _Plane(last.low, first.high + crystal.height, joined)]
    return planes


def _gaps(planes: list[_Plane], height: float) -> Array:
    """Empty heights above each plane, A."""
    lows = np.array([plane.low for plane in planes])
    highs = np.array([plane.high for plane in planes])
    return np.append(lows[1:], lows[0] + height) - highs


def _mirrored(crystal: Crystal) -> Crystal:
    return replace(crystal, scaled=(crystal.scaled * [1, 1, -1]) % 1.0)


def _lowered(crystal: Crystal, height: float) -> Crystal:
    scaled = crystal.scaled - [0, 0, height / crystal.height]
    return replace(crystal, scaled=np.round(scaled, 12) % 1.0)
