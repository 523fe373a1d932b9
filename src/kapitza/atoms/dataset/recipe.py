"""The recipe of a reference data set: which structures, how far they are moved, and the electronic structure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import ClassVar, Literal

from kapitza.atoms.dft.settings import RECOMMENDED, DftSettings, KPoints
from kapitza.atoms.structures.building import Lattice, Repeats, Slab, bulk, interface
from kapitza.atoms.structures.crystals import named_crystal, orthogonal
from kapitza.atoms.structures.model import Structure
from kapitza.errors import StudyError
from kapitza.toml import FORBID_OTHERS, read_text, tables, validated

CellKind = Literal["hexagonal", "orthogonal"]


@dataclass(frozen=True, kw_only=True)
class SlabEntry:
    """One crystal of a group.

    crystal : AlN, SiC or a file's name. repeats : unit cells along a, b and c. a, c : lattice constants of AlN or SiC,
    A. face : chemical symbol of its atoms at an interface.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    crystal: str
    repeats: Repeats
    a: float | None = None
    c: float | None = None
    face: str | None = None


@dataclass(frozen=True, kw_only=True)
class GroupEntry:
    """A group of structures that come from one cell.

    name : of the group. left, right : its crystals; one alone is a bulk crystal. cell : kind of unit cell. lattice :
    whose in-plane lattice an interface keeps. kpoints : Monkhorst-Pack divisions. rattled, strained, snapshots : how
    many of each. displacement : rms distance that atoms are moved by when rattled, A. strain : largest change of
    length along each axis, relative; shear : of the angles, likewise. strained_displacement : rms, A, of the atoms of a
    strained cell. temperature : of the snapshots, K.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    name: str
    left: SlabEntry
    right: SlabEntry | None = None
    cell: CellKind = "orthogonal"
    lattice: Lattice = "left"
    kpoints: KPoints = (2, 2, 2)
    rattled: int = 50
    strained: int = 50
    snapshots: int = 50
    displacement: float = 0.1
    strain: float = 0.03
    shear: float = 0.0
    strained_displacement: float = 0.03
    temperature: float = 900.0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A reference data set. The same recipe gives the same structures.

    seed : of all random numbers. group : the groups. dft : the electronic structure; `kpoints` are each group's own.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    seed: int
    group: tuple[GroupEntry, ...]
    dft: DftSettings = RECOMMENDED

    def settings(self, name: str) -> DftSettings:
        """Settings of the electronic structure of the group `name`."""
        return replace(self.dft, kpoints=next(one.kpoints for one in self.group if one.name == name))


def read_recipe(path: Path | str | None = None) -> Recipe:
    """Read a recipe (TOML); the one for AlN, SiC and their interface when no path is given.

    Raises
    ------
    StudyError
        if the file is missing or no TOML, a key is unknown or missing, or its value does not fit.
    """
    return parse_recipe(*recipe_text(path))


def recipe_text(path: Path | str | None = None) -> tuple[str, str]:
    """The text of a recipe file, of the one that comes with kapitza when no path is given, and its name."""
    if path is None:
        name = "aln-sic.toml"
        return resources.files("kapitza.atoms.dataset").joinpath(name).read_text(encoding="utf-8"), name
    return read_text(path, "a recipe"), Path(path).name


def parse_recipe(text: str, name: str) -> Recipe:
    """The recipe that a TOML text describes, as `read_recipe`; `name` is what errors call the text."""
    recipe = validated(Recipe, tables(text, name), name)
    _check(recipe, name)
    return recipe


def cell_of(group: GroupEntry) -> Structure:
    """The structure that a group's members are made from."""
    left = _slab(group.left, group.cell)
    if group.right is None:
        return bulk(left.crystal, left.repeats)
    return interface(left, _slab(group.right, group.cell), lattice=group.lattice)


def _slab(entry: SlabEntry, kind: CellKind) -> Slab:
    crystal = named_crystal(entry.crystal, entry.a, entry.c)
    return Slab(orthogonal(crystal) if kind == "orthogonal" else crystal, entry.repeats, entry.face)


def _check(recipe: Recipe, name: str) -> None:
    names = [group.name for group in recipe.group]
    if not names or len(set(names)) < len(names):
        raise StudyError(f"{name}: groups with different names are wanted, got {names}: name each [[group]].")
    for group in recipe.group:
        if min(group.rattled, group.strained, group.snapshots) < 0:
            raise StudyError(f"{name}: numbers of structures from 0 are wanted in {group.name}: correct them.")
        if not (0 <= group.strain < 0.3 and 0 <= group.shear < 0.3 and 0 <= group.displacement < 1):
            raise StudyError(
                f"{name}: a strain and shear below 0.3 and a displacement below 1 A are wanted in {group.name}, got "
                f"{group.strain:g}, {group.shear:g} and {group.displacement:g}: correct them."
            )
