"""From crystals to structures: repeated cells, and two crystals joined along c with their lattices matched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kapitza.atoms.elements import symbol_of
from kapitza.atoms.structures.crystals import Crystal
from kapitza.atoms.structures.cuts import Cut, cut_crystal, face_atoms
from kapitza.atoms.structures.model import GROUPS, Strain, Structure
from kapitza.atoms.structures.regions import Regions, assign_groups
from kapitza.data import Array
from kapitza.errors import MethodError

Repeats = tuple[int, int, int]
Lattice = Literal["left", "right"]

_LARGEST_STRAIN = 0.15


@dataclass(frozen=True)
class Slab:
    """One side of an interface.

    crystal : its unit cell. repeats : unit cells along a, b and c. face : chemical symbol of its atoms at the
    interface; None takes what comes first.
    """

    crystal: Crystal
    repeats: Repeats
    face: str | None = None


def bulk(crystal: Crystal, repeats: Repeats = (1, 1, 1)) -> Structure:
    """Repeat a crystal along its axes; periodic in all directions, all atoms in the group "left bulk".

    Raises
    ------
    MethodError
        if a number of cells is below 1.
    """
    _check_repeats(repeats)
    numbers, positions = _repeated(crystal, repeats)
    cell = crystal.cell * np.array(repeats)[:, None]
    groups = np.full(len(numbers), GROUPS.index("left bulk"))
    return Structure(
        crystal.name, cell, numbers, positions, (True, True, True), groups, np.zeros(len(numbers), int), (cell[2, 2],)
    )


def interface(
    left: Slab,
    right: Slab,
    *,
    lattice: Lattice = "left",
    distance: float | None = None,
    vacuum: float | None = None,
    regions: Regions | None = None,
) -> Structure:
    """Join two crystals along c, the left one below, with one atom of each face straight above the other.

    Parameters
    ----------
    left, right
        the two sides. Their faces at the interface are chosen; the faces at the far ends follow from the crystals.
    lattice
        whose in-plane lattice is kept; the other crystal is strained to it, its c axis unchanged.
    distance
        between the two faces, A; the mean of the two crystals' own gaps when None.
    vacuum
        A, above and below in all; when None the cell is periodic along z and has a second interface at its edge.
    regions
        lengths of frozen ends, baths and interface; when None the atoms are in "left bulk" and "right bulk" alone.

    Returns
    -------
    Structure
        with the strain stated and the interface at the first of `junctions`.

    Raises
    ------
    MethodError
        if a number of cells is below 1, a face does not exist, the lattices differ by more than 15 %, a length is not
        above 0, or the regions do not fit.
    """
    for slab in (left, right):
        _check_repeats(slab.repeats)
    for name, length in (("distance between the faces", distance), ("vacuum", vacuum)):
        if length is not None and not (np.isfinite(length) and length > 0):
            raise MethodError(f"A {name} above 0 A is wanted, got {length:g}: give a length, or leave it out.")
    lower, upper = cut_crystal(left.crystal, left.face, "up"), cut_crystal(right.crystal, right.face, "down")
    plane, strain = _matched(left, right, lattice)
    gap = distance if distance is not None else (lower.gap + upper.gap) / 2
    return _joined((left, right), (lower, upper), plane, strain, gap, vacuum, regions)


def _joined(
    slabs: tuple[Slab, Slab],
    cuts: tuple[Cut, Cut],
    plane: Array,
    strain: Strain,
    gap: float,
    vacuum: float | None,
    regions: Regions | None,
) -> Structure:
    strained = [_in_plane(cut.crystal, plane, slab.repeats) for cut, slab in zip(cuts, slabs, strict=True)]
    parts = [_repeated(crystal, slab.repeats) for crystal, slab in zip(strained, slabs, strict=True)]
    lengths = tuple(crystal.height * slab.repeats[2] for crystal, slab in zip(strained, slabs, strict=True))
    bottom = (gap if vacuum is None else vacuum) / 2
    top_left = bottom + lengths[0] - cuts[0].gap
    top_right = top_left + gap + lengths[1] - cuts[1].gap
    shift = _place(strained[0], "up") - _place(strained[1], "down")
    positions = np.concatenate([parts[0][1] + [0, 0, bottom], parts[1][1] + [shift[0], shift[1], top_left + gap]])
    numbers = np.concatenate([part[0] for part in parts])
    sides = np.repeat([0, 1], [len(part[0]) for part in parts])
    cell = np.array([[*plane[0], 0], [*plane[1], 0], [0, 0, top_right + bottom]])
    middle = top_left + gap / 2
    if regions is None:
        groups = np.where(sides == 0, GROUPS.index("left bulk"), GROUPS.index("right bulk"))
    else:
        groups = assign_groups(positions[:, 2], middle, regions, vacuum is None)
        # By height, so that a group is a range of atoms.
        order = np.argsort(np.round(positions[:, 2], 6), kind="stable")
        positions, numbers, sides, groups = positions[order], numbers[order], sides[order], groups[order]
    junctions = (middle, float(cell[2, 2])) if vacuum is None else (middle,)
    return Structure(
        _title(strained, slabs), cell, numbers, _wrapped(positions, cell), (True, True, vacuum is None),
        groups, sides, lengths, junctions, strain,
    )  # fmt: skip


def _matched(left: Slab, right: Slab, lattice: Lattice) -> tuple[Array, Strain]:
    """The in-plane lattice (2, 2) of the whole cell and how the other side is strained to it."""
    planes = [slab.crystal.cell[:2, :2] * np.array(slab.repeats[:2])[:, None] for slab in (left, right)]
    kept, moved = planes if lattice == "left" else planes[::-1]
    other = (right if lattice == "left" else left).crystal.name
    lengths = [np.linalg.norm(plane, axis=1) for plane in (kept, moved)]
    along = lengths[0] / lengths[1] - 1
    angles = [
        np.arccos(plane[0] @ plane[1] / np.prod(size)) for plane, size in zip((kept, moved), lengths, strict=True)
    ]
    if max(np.abs(along).max(), abs(angles[0] - angles[1])) > _LARGEST_STRAIN:
        raise MethodError(
            f"In-plane cells that differ by less than {_LARGEST_STRAIN:.0%} are wanted, {other} would be strained by "
            f"{along[0]:+.1%} along a and {along[1]:+.1%} along b: choose other numbers of cells for the two sides, "
            "and the same kind of cell, hexagonal or orthogonal."
        )
    mismatch = float(np.linalg.norm(planes[0][0]) / np.linalg.norm(planes[1][0]) - 1)
    return kept, Strain(other, float(along[0]), float(along[1]), float(angles[0] - angles[1]), mismatch)


def _in_plane(crystal: Crystal, plane: Array, repeats: Repeats) -> Crystal:
    cell = crystal.cell.copy()
    cell[:2, :2] = plane / np.array(repeats[:2])[:, None]
    return replace(crystal, cell=cell)


def _place(crystal: Crystal, facing: Literal["up", "down"]) -> Array:
    """Where in the plane (x, y) a face has an atom, A."""
    return (crystal.scaled[face_atoms(crystal, facing)[0]] @ crystal.cell)[:2]


def _repeated(crystal: Crystal, repeats: Repeats) -> tuple[Array, Array]:
    """Atomic numbers (n,) and positions (n, 3), the unit cells along c outermost: atoms in order of height."""
    steps = np.stack(np.meshgrid(*(np.arange(count) for count in repeats), indexing="ij"), axis=-1)
    steps = steps.transpose(2, 0, 1, 3).reshape(-1, 1, 3)
    positions = ((steps + crystal.scaled) @ crystal.cell).reshape(-1, 3)
    return np.tile(crystal.numbers, int(np.prod(repeats))), positions


def _wrapped(positions: Array, cell: Array) -> Array:
    """Positions inside the cell in the plane; heights stay."""
    scaled = positions @ np.linalg.inv(cell)
    scaled[:, :2] = np.round(scaled[:, :2], 12) % 1.0
    return scaled @ cell


def _title(crystals: list[Crystal], slabs: tuple[Slab, Slab]) -> str:
    tops = face_atoms(crystals[0], "up"), face_atoms(crystals[1], "down")
    faces = [symbol_of(int(crystal.numbers[top[0]])) for crystal, top in zip(crystals, tops, strict=True)]
    left, right = (
        f"{slab.crystal.name} {'x'.join(map(str, slab.repeats))}, {face}-terminated"
        for slab, face in zip(slabs, faces, strict=True)
    )
    return f"{left} | {right}"


def _check_repeats(repeats: Repeats) -> None:
    if len(repeats) != 3 or min(repeats) < 1:
        raise MethodError(f"Three numbers of unit cells from 1 are wanted, got {tuple(repeats)}: repeat along a, b, c.")
