"""`kapitza atoms interface-modes`: an interface cell and a model of its forces to the modes bound to its interfaces."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapitza.cli.options import Debug, Force, Quiet

if TYPE_CHECKING:
    from kapitza.atoms.modes import InterfaceModes


def interface_modes(
    context: typer.Context,
    cell: Annotated[
        Path, typer.Argument(metavar="CELL.xyz", help="Interface cell, small in the plane, with the column side.")
    ],
    model: Annotated[str, typer.Option(metavar="MODEL", help="A nep.txt, a folder with one, or a shipped model.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Result folder to write.")],
    repeats: Annotated[
        str | None, typer.Option(metavar="NxN", help="Cells of the supercell in the plane; 12 Å high if absent.")
    ] = None,
    q: Annotated[str, typer.Option(metavar="Q1,Q2", help="Wave vector in the plane.")] = "0,0",
    reach: Annotated[float, typer.Option(metavar="A", help="How far an atom counts to an interface.")] = 10.0,
    least_weight: Annotated[float, typer.Option(help="Part of a bound mode within the reach, at least.")] = 0.5,
    most_participation: Annotated[float, typer.Option(help="Participation ratio of a bound mode, at most.")] = 0.2,
    relax: Annotated[bool, typer.Option("--relax/--no-relax", help="Relax atoms and height first.")] = True,
    dump: Annotated[
        Path | None, typer.Option(metavar="DUMP", help="A run, for the temperatures of the bound modes.")
    ] = None,
    structure: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The cell that was run: CELL repeated in the plane.")
    ] = None,
    interval: Annotated[
        float | None, typer.Option(metavar="FS", help="Between frames: also densities of states of layers.")
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Find the modes that are bound to an interface, and on which of two interfaces they sit.

    Examples:

    `kapitza atoms structure AlN SiC --repeats 1x1x8 --repeats-right 1x1x4 --face N --no-groups -o cell.xyz`

    `kapitza atoms interface-modes cell.xyz --model nep.txt -o bound`
    """
    from kapitza.atoms.modes import BoundSettings, in_run
    from kapitza.atoms.modes import interface_modes as calculate
    from kapitza.atoms.potential import calculator
    from kapitza.atoms.progress import silent
    from kapitza.cli.atoms_modes import digests, read_structure
    from kapitza.cli.command_line import command_line
    from kapitza.cli.progress import progress
    from kapitza.errors import MethodError
    from kapitza.files.folder import check_target
    from kapitza.report.atoms.bound import save_interface_modes

    check_target(output, force)
    if (dump is None) != (structure is None):
        raise MethodError("A dump and the structure that was run are wanted together, got one of them: give both.")
    counts = None if repeats is None else _pair(repeats, "x", "4x4")
    settings = BoundSettings(
        repeats=None if counts is None else (int(counts[0]), int(counts[1])),
        q=_pair(q, ",", "0.5,0"),
        reach=reach,
        least_weight=least_weight,
        most_participation=most_participation,
        relax=relax,
    )
    atoms = read_structure(cell)
    with progress(quiet) as report:
        told = report or silent
        result = calculate(atoms, calculator(model), f"the model {Path(model).name}", settings, told)
        if dump is not None and structure is not None:
            result = in_run(result, dump, read_structure(structure), interval, told)
    files = {"cell": cell, **({} if dump is None or structure is None else {"dump": dump, "structure": structure})}
    inputs = [*digests(files), *_model(model)]
    save_interface_modes(result, output, inputs, command=command_line(context), force=force)
    for _, sentence in result.warnings:
        typer.echo(f"Warning: {sentence}", err=True)
    if not quiet:
        _show(result, output)


def _model(model: str) -> list[dict[str, str]]:
    from kapitza.atoms.potential import find_model
    from kapitza.cli.atoms_modes import digests

    return digests({"model": find_model(model).path})


def _pair(text: str, between: str, example: str) -> tuple[float, float]:
    from kapitza.errors import MethodError

    try:
        first, second = (float(part) for part in text.split(between))
    except ValueError as error:
        raise MethodError(f"Two numbers as in {example} are wanted, got {text!r}: write them so.") from error
    return first, second


def _show(result: InterfaceModes, output: Path) -> None:
    from kapitza.cli.tables import console, plain_table

    heads = ["energy (meV)", "interface", "weight", "spread evenly", "participation", "left"]
    table = plain_table(*heads, *(["temperature"] if result.temperatures is not None else []))
    for number, mode in enumerate(result.bound):
        cells = [f"{mode.energy:.1f}", mode.junction.name, f"{mode.weight:.2f}", f"{mode.expected:.2f}"]
        cells += [f"{mode.participation:.2f}", f"{mode.left:.2f}"]
        table.add_row(*cells, *([str(result.temperatures[number])] if result.temperatures is not None else []))
    out = console()
    if result.bound:
        out.print(table)
    names = " and ".join(f"{one.name} at {one.height / 10:.2f} nm" for one in result.modes.junctions)
    out.print(
        f"- {len(result.bound)} of {len(result.modes.energy)} modes are bound; interfaces: {names}.", markup=False
    )
    typer.echo(f"Report: {output / 'report.html'}")
