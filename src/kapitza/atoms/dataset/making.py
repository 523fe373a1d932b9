"""Structures moved away from equilibrium: rattled, strained, and taken from molecular dynamics."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from kapitza.atoms.dataset.recipe import GroupEntry, Recipe, cell_of
from kapitza.atoms.dataset.snapshots import snapshots
from kapitza.atoms.progress import Progress, silent

if TYPE_CHECKING:
    from ase import Atoms


def make_structures(
    recipe: Recipe, calculator: Callable[[], Any] | None = None, progress: Progress = silent
) -> list[Atoms]:
    """The structures of a recipe, in an order of which every beginning holds all groups and kinds.

    Parameters
    ----------
    recipe
        what is wanted.
    calculator
        makes an ASE calculator for the molecular dynamics of the snapshots; they are left out when None.
    progress
        called with (what, how many are done, how many there are).

    Returns
    -------
    list of Atoms
        with `info` keys `name`, `group` and `kind`: "rattled", "strained" or "snapshot".

    Raises
    ------
    KapitzaError
        if a cell cannot be built, or the molecular dynamics leave what is physical.
    """
    kinds: dict[str, list[list[Atoms]]] = {"rattled": [], "strained": [], "snapshot": []}
    for number, group in enumerate(recipe.group):
        cell = cell_of(group).atoms
        for name in ("group", "side"):
            del cell.arrays[name]
        for kind, make in (("rattled", _rattled), ("strained", _strained)):
            random = np.random.default_rng([recipe.seed, zlib.crc32(f"{group.name} {kind}".encode())])
            count = group.rattled if kind == "rattled" else group.strained
            kinds[kind].append([_named(make(cell, group, random), group, kind, i) for i in range(count)])
        if calculator is not None and group.snapshots:
            progress(f"molecular dynamics of {group.name}", number, len(recipe.group))
            taken = snapshots(
                cell,
                calculator(),
                group.snapshots,
                temperature=group.temperature,
                seed=[recipe.seed, zlib.crc32(f"{group.name} snapshot".encode())],
            )
            kinds["snapshot"].append([_named(atoms, group, "snapshot", i) for i, atoms in enumerate(taken)])
    return list(_interleaved([series for members in kinds.values() for series in members]))


def _rattled(cell: Atoms, group: GroupEntry, random: np.random.Generator) -> Atoms:
    return _displaced(cell.copy(), group.displacement, random)


def _strained(cell: Atoms, group: GroupEntry, random: np.random.Generator) -> Atoms:
    stretch = np.diag(random.uniform(-group.strain, group.strain, 3))
    if group.shear:
        stretch[(0, 0, 1), (1, 2, 2)] = random.uniform(-group.shear, group.shear, 3)
    deformed = cell.copy()
    deformed.set_cell(cell.cell.array @ (np.eye(3) + stretch), scale_atoms=True)
    return _displaced(deformed, group.strained_displacement, random)


def _displaced(atoms: Atoms, distance: float, random: np.random.Generator) -> Atoms:
    """Move every atom in a random direction by a normally distributed vector of rms length `distance`, A."""
    atoms.positions += random.normal(scale=distance / np.sqrt(3), size=(len(atoms), 3))
    return atoms


def _named(atoms: Atoms, group: GroupEntry, kind: str, number: int) -> Atoms:
    atoms.info = {"name": f"{group.name}-{kind}-{number:03d}", "group": group.name, "kind": kind}
    return atoms


def _interleaved(series: list[list[Atoms]]) -> Iterator[Atoms]:
    for turn in zip_longest(*series):
        yield from (atoms for atoms in turn if atoms is not None)
