"""`kapitza atoms structure`: a crystal or an interface into a file that the engines read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kapitza.cli.names import CellName, EndsName, SideName, StructureFormat
from kapitza.cli.options import Debug, Force, Quiet


def structure(
    left: Annotated[str, typer.Argument(metavar="CRYSTAL", help="AlN (2H), SiC (4H), or a file that ASE reads.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="model.xyz for GPUMD, .xyz, or .data for LAMMPS.")
    ],
    right: Annotated[
        str | None, typer.Argument(metavar="[CRYSTAL]", help="Another one on top of it, for an interface.")
    ] = None,
    repeats: Annotated[str, typer.Option(metavar="NxNxN", help="Unit cells along a, b and c.")] = "1x1x1",
    repeats_right: Annotated[
        str | None, typer.Option(metavar="NxNxN", help="Of the second crystal; as the first if absent.")
    ] = None,
    face: Annotated[
        str | None, typer.Option(metavar="EL", help="Species of the first crystal at the interface.")
    ] = None,
    face_right: Annotated[str | None, typer.Option(metavar="EL", help="Of the second crystal.")] = None,
    a: Annotated[float | None, typer.Option(metavar="A", help="Lattice constant of AlN or SiC.")] = None,
    c: Annotated[float | None, typer.Option(metavar="A", help="Likewise.")] = None,
    a_right: Annotated[float | None, typer.Option(metavar="A", help="Of the second crystal.")] = None,
    c_right: Annotated[float | None, typer.Option(metavar="A", help="Likewise.")] = None,
    cell: Annotated[CellName, typer.Option(help="Kind of the unit cell.")] = CellName.hexagonal,
    lattice: Annotated[
        SideName, typer.Option(help="Whose in-plane lattice is kept; the other crystal is strained to it.")
    ] = SideName.left,
    distance: Annotated[float | None, typer.Option(metavar="A", help="Between the two faces.")] = None,
    vacuum: Annotated[
        float | None, typer.Option(metavar="A", help="Above and below in all; periodic along c if absent.")
    ] = None,
    groups: Annotated[
        bool, typer.Option("--groups/--no-groups", help="Whether an interface has frozen ends and baths.")
    ] = True,
    frozen: Annotated[EndsName, typer.Option(help="Which ends do not move.")] = EndsName.right,
    frozen_length: Annotated[float, typer.Option(metavar="A", help="Of each frozen end.")] = 6.0,
    bath_length: Annotated[float, typer.Option(metavar="A", help="Of each heat bath.")] = 10.0,
    interface_length: Annotated[float, typer.Option(metavar="A", help="On either side of the interface.")] = 6.0,
    hot: Annotated[SideName, typer.Option(help="End of the hot bath.")] = SideName.left,
    kind: Annotated[
        StructureFormat | None, typer.Option("--format", help="Of the file; by its name if absent.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="PICTURE", help="Drawing of the structure, .png or .svg.")
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Build a crystal or a lattice-matched interface with its groups, and write it for GPUMD, LAMMPS or others.

    Examples:

    `kapitza atoms structure AlN --repeats 4x4x4 -o aln.xyz`

    `kapitza atoms structure AlN SiC --repeats 12x12x72 --repeats-right 12x12x36 --face N --face-right Si -o model.xyz`
    """
    from kapitza.atoms.structures import Regions, Slab, bulk, interface, named_crystal, orthogonal
    from kapitza.cli.structures import Target, check_target, parse_repeats, show_structure

    target = Target(output, None if kind is None else kind.value, picture)
    check_target(target, force=force)
    shape = orthogonal if cell is CellName.orthogonal else lambda crystal: crystal
    first = Slab(shape(named_crystal(left, a, c)), parse_repeats(repeats), face)
    if right is None:
        made = bulk(first.crystal, first.repeats)
    else:
        second = Slab(
            shape(named_crystal(right, a_right, c_right)), parse_repeats(repeats_right or repeats), face_right
        )
        regions = Regions(frozen.value, frozen_length, bath_length, interface_length, hot.value) if groups else None
        made = interface(first, second, lattice=lattice.value, distance=distance, vacuum=vacuum, regions=regions)
    show_structure(made, target, quiet=quiet)
