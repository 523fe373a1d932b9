"""Structures moved away from equilibrium: rattled, strained, and taken from molecular dynamics."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from kapitza.atoms.dataset.recipe import GroupEntry, Recipe, cell_of
from kapitza.atoms.dataset.snapshots import snapshots
from kapitza.atoms.progress import Progress, silent
from kapitza.errors import InputError

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


def given_structures(recipe: Recipe, structures: Sequence[Atoms]) -> list[Atoms]:
    """Structures made elsewhere, such as those chosen to label next, as structures of `recipe`.

    Raises
    ------
    InputError
        if one has no name of its own, or names no group of the recipe.
    """
    groups = [group.name for group in recipe.group]
    seen: set[str] = set()
    taken = []
    for number, atoms in enumerate(structures, 1):
        name, group = str(atoms.info.get("name", "")), atoms.info.get("group")
        if not name or name in seen or group not in groups:
            raise InputError(
                f"A name of its own and one of the groups {', '.join(groups)} are wanted of every structure, got "
                f"{name or 'none'!r} and {group!r} of structure {number}: give `name` and `group` in the file."
            )
        seen.add(name)
        copy = atoms.copy()
        copy.info = {"name": name, "group": group, "kind": str(atoms.info.get("kind", "given"))}
        taken.append(copy)
    return taken


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
