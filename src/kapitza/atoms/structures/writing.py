"""Structures in the files of the engines: extended XYZ, GPUMD's model.xyz and LAMMPS data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kapitza.atoms.elements import symbols_of
from kapitza.atoms.extra import optional
from kapitza.atoms.structures.model import GROUPS, Structure
from kapitza.data import Array
from kapitza.errors import OutputError

FORMATS = ("extxyz", "gpumd", "lammps")
"""What `write_structure` writes: extended XYZ, GPUMD's model.xyz, LAMMPS data."""

_ENDINGS = {".xyz": "extxyz", ".extxyz": "extxyz", ".data": "lammps", ".lmp": "lammps", ".lammps": "lammps"}


def format_of(path: Path | str) -> str:
    """The format that a file name stands for: model.xyz is GPUMD's, .xyz extended XYZ, .data and .lmp are LAMMPS'.

    Raises
    ------
    OutputError
        if the name stands for none.
    """
    path = Path(path)
    if path.name.lower() == "model.xyz":
        return "gpumd"
    if path.suffix.lower() not in _ENDINGS:
        raise OutputError(
            f"A name that ends in {', '.join(_ENDINGS)} is wanted, or model.xyz for GPUMD, got {path.name!r}: name "
            "it so."
        )
    return _ENDINGS[path.suffix.lower()]


def write_structure(structure: Structure, path: Path | str, kind: str | None = None) -> None:
    """Write a structure with its groups.

    Extended XYZ has the columns `group` and `side`. GPUMD's model.xyz numbers the groups that there are from 0 on, and
    says which is which in its second line. LAMMPS data are in metal units, a hexagonal cell being tilted, with one atom
    type per element in the order in which they come; the groups are for `group_commands`.

    Parameters
    ----------
    structure
        what to write.
    path
        file; replaced where it exists.
    kind
        one of `FORMATS`; from the file's name when None.

    Raises
    ------
    OutputError
        if the name or `kind` stands for no format.
    """
    with optional("ASE"):
        from ase.io import write
    kind = format_of(path) if kind is None else kind
    if kind not in FORMATS:
        raise OutputError(f"One of the formats {', '.join(FORMATS)} is wanted, got {kind!r}: choose one.")
    atoms = structure.atoms
    if kind == "lammps":
        write(path, atoms, format="lammps-data", specorder=species(structure), masses=True, units="metal")
        return
    numbers = used_groups(structure)
    columns = ["symbols", "positions", "group"]
    if kind == "extxyz":
        columns.append("side")
        numbers = {name: GROUPS.index(name) for name in numbers}
        atoms.info["name"] = structure.name
        if structure.strain is not None:
            atoms.info["strain"] = str(structure.strain)
    else:
        atoms.arrays["group"] = renumbered(structure)
    atoms.info["groups"] = ",".join(f"{number}:{name.replace(' ', '_')}" for name, number in numbers.items())
    write(path, atoms, format="extxyz", columns=columns)


def species(structure: Structure) -> list[str]:
    """The chemical symbols in the order in which they come: the atom types of LAMMPS data, from 1 on."""
    numbers, first = np.unique(structure.numbers, return_index=True)
    return [str(symbol) for symbol in symbols_of(numbers[np.argsort(first)])]


def used_groups(structure: Structure) -> dict[str, int]:
    """The groups that have atoms, numbered from 0 on as GPUMD wants them."""
    return {GROUPS[number]: index for index, number in enumerate(np.unique(structure.groups))}


def renumbered(structure: Structure) -> Array:
    """Group (n,) of every atom by the numbers of `used_groups`."""
    return np.searchsorted(np.unique(structure.groups), structure.groups)


def group_commands(structure: Structure) -> str:
    """LAMMPS commands that define the groups by the numbers of their atoms, to be included after `read_data`."""
    return "".join(
        f"group {name.replace(' ', '_')} id {' '.join(_ranges(structure.groups == GROUPS.index(name)))}\n"
        for name in used_groups(structure)
    )


def _ranges(members: Array) -> Iterator[str]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], members.astype(int), [0]])))
    for start, stop in edges.reshape(-1, 2):
        yield f"{start + 1}:{stop}"
