"""Structures that a command has made: into a file, as a drawing, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer

from kapitza.atoms.structures import GROUPS, Structure, write_structure
from kapitza.atoms.structures.building import Repeats
from kapitza.atoms.structures.writing import format_of, group_commands, used_groups
from kapitza.cli.writing import refuse_existing, write_text
from kapitza.errors import MethodError, OutputError
from kapitza.files.folder import result_file

_PICTURES = (".png", ".svg")


@dataclass(frozen=True)
class Target:
    """Where a structure goes: its file, the format if not by the name, and a drawing."""

    output: Path
    kind: str | None
    picture: Path | None

    @property
    def groups(self) -> Path | None:
        """The file of LAMMPS' commands for the groups, beside LAMMPS data."""
        lammps = (self.kind or format_of(self.output)) == "lammps"
        return self.output.with_name(f"{self.output.name}.groups") if lammps else None


def check_target(target: Target, *, force: bool) -> None:
    """Refuse files that exist, unless forced, and names that stand for no format."""
    for path in (target.output, target.groups, target.picture):
        if path is not None:
            refuse_existing(path, force=force)
    if target.picture is not None and target.picture.suffix.lower() not in _PICTURES:
        raise OutputError(
            f"A picture whose name ends in {' or '.join(_PICTURES)} is wanted, got {target.picture.name!r}: name it so."
        )


def parse_repeats(text: str) -> Repeats:
    """Numbers of unit cells from "12x12x72".

    Raises
    ------
    MethodError
        if the text is not three whole numbers with an x between.
    """
    parts = text.lower().split("x")
    if len(parts) != 3 or not all(part.strip().isdecimal() for part in parts):
        raise MethodError(f"Numbers of unit cells as in 12x12x72 are wanted, got {text!r}: write them so.")
    a, b, c = (int(part) for part in parts)
    return a, b, c


def show_structure(structure: Structure, target: Target, *, quiet: bool) -> None:
    """Write the structure and its drawing, and say what it is."""
    with result_file(target.output) as scratch:
        write_structure(structure, scratch, target.kind or format_of(target.output))
    if target.groups is not None:
        write_text(target.groups, group_commands(structure), force=True)
    if target.picture is not None:
        _draw(structure, target.picture)
    if not quiet:
        for line in _lines(structure, target):
            typer.echo(line)


def _lines(structure: Structure, target: Target) -> Iterator[str]:
    yield f"{target.output} is written: {len(structure):,} atoms"
    yield f"  {structure.name}"
    lengths = " + ".join(f"{length / 10:.1f}" for length in structure.lengths)
    yield f"  {lengths} nm along z, cross-section {structure.area / 100:.2f} nm²"
    if structure.strain is not None:
        yield f"  lattice mismatch {structure.strain.mismatch:.2%}; {structure.strain}"
        places = " and ".join(f"{height / 10:.2f}" for height in structure.junctions)
        yield f"  interface{'s' if len(structure.junctions) > 1 else ''} at {places} nm"
    for name, number in used_groups(structure).items():
        count = np.count_nonzero(structure.groups == GROUPS.index(name))
        yield f"  group {number}: {name}, {count:,} atoms"
    if target.groups is not None:
        yield f"{target.groups} is written: include it after read_data"


def _draw(structure: Structure, path: Path) -> None:
    from kapitza.plots.structure import structure_figure
    from kapitza.plots.style import save_picture

    with result_file(path) as scratch:
        save_picture(structure_figure(structure), scratch)
