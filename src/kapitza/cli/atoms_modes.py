"""`kapitza atoms modes`: a dump of molecular dynamics to the temperature of every phonon mode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kapitza.cli.names import TaperName
from kapitza.cli.options import Debug, Force, Quiet

if TYPE_CHECKING:
    from kapitza.atoms.modes import InterfaceTemperatures
    from kapitza.atoms.phonons import Harmonic


def modes(
    context: typer.Context,
    dump: Annotated[
        Path, typer.Argument(metavar="DUMP", help="Trajectory with velocities: LAMMPS, GPUMD (xyz, netCDF), ASE.")
    ],
    structure: Annotated[
        Path, typer.Option(metavar="FILE", help="The cell that was run, its atoms in the order of the engine.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Result folder to write.")],
    left: Annotated[
        Path | None, typer.Option(metavar="YAML", help="Phonons of the left crystal, a phonopy.yaml.")
    ] = None,
    right: Annotated[Path | None, typer.Option(metavar="YAML", help="Of the right one, strained as there.")] = None,
    interface: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Result of interface-modes, whose bound modes are wanted, too.")
    ] = None,
    window: Annotated[
        list[str] | None,
        typer.Option(metavar="LOW-HIGH", help="Average over energies, meV, as 81-85; repeat it."),
    ] = None,
    branches: Annotated[bool, typer.Option("--branches", help="Average over each branch, too.")] = False,
    layers: Annotated[
        int | None, typer.Option(metavar="N", help="Unit cells along z of the sliding windows; 2 nm if absent.")
    ] = None,
    taper: Annotated[TaperName, typer.Option(help="How the layers of a window are weighted.")] = TaperName.hann,
    at_rest: Annotated[
        bool, typer.Option("--at-rest", help="Take out the motion of the centre of mass: for runs without baths.")
    ] = False,
    baths: Annotated[bool, typer.Option("--baths", help="Count layers inside the heat baths to the sides.")] = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Find the temperature of every phonon mode on both sides of an interface from molecular dynamics.

    Modes are those of `kapitza atoms phonons` for either crystal. A dump of any length takes the same memory.

    Examples:

    `kapitza atoms modes dump.xyz --structure model.xyz --left aln/phonopy.yaml --right sic/phonopy.yaml -o modal`

    `kapitza atoms modes dump.lammpstrj --structure aln.xyz --left aln/phonopy.yaml --at-rest --window 81-85 -o modal`
    """
    from kapitza.atoms.modes import ModeSettings, interface_files, load_interface_modes, modal_temperatures
    from kapitza.atoms.phonons import harmonic_files, read_harmonic
    from kapitza.atoms.progress import silent
    from kapitza.cli.command_line import command_line
    from kapitza.cli.progress import progress
    from kapitza.files.folder import check_target
    from kapitza.report.atoms.modal import save_modal

    check_target(output, force)
    settings = ModeSettings(
        energies=tuple(_window(text) for text in window or ()),
        branches=branches,
        layers=layers,
        taper=taper.value,
        at_rest=at_rest,
        baths=baths,
    )
    files = {name: path for name, path in (("left", left), ("right", right)) if path is not None}
    crystals: dict[str, Harmonic] = {name: read_harmonic(path) for name, path in files.items()}
    bound = None if interface is None else load_interface_modes(interface)
    atoms = read_structure(structure)
    with progress(quiet) as report:
        result = modal_temperatures(dump, atoms, crystals, settings, bound, report or silent)
    read = {name: harmonic_files(path) for name, path in files.items()}
    if interface is not None:
        read["interface"] = interface_files(interface)
    phonons = {f"{part} {file.name}": file for part, found in read.items() for file in found}
    inputs = digests({"dump": dump, "structure": structure, **phonons})
    save_modal(result, output, inputs, command=command_line(context), force=force)
    for _, sentence in result.warnings:
        typer.echo(f"Warning: {sentence}", err=True)
    if not quiet:
        _show(result, output)


def read_structure(path: Path) -> Any:
    """The structure of a run, ASE's `Atoms`; model.xyz and extended XYZ with their groups.

    Raises
    ------
    InputError
        if the file is missing or ASE cannot read it.
    """
    from kapitza.atoms.extra import optional
    from kapitza.errors import InputError

    with optional("ASE"):
        from ase.io import read
    if not path.is_file():
        raise InputError(f"The structure of the run is wanted, got nothing at {path}: check the name and the folder.")
    try:
        return read(path, format="extxyz" if path.suffix in (".xyz", ".extxyz") else None)
    except Exception as error:
        raise InputError(f"A structure that ASE reads is wanted, {path.name} is not one: {error}.") from error


def digests(files: dict[str, Path]) -> list[dict[str, str]]:
    """Name, file name and fingerprint of every file that went in."""
    from kapitza.files.digest import sha256

    return [{"name": name, "file": path.name, "sha256": sha256(path)} for name, path in files.items()]


def _window(text: str) -> tuple[float, float]:
    from kapitza.errors import MethodError

    try:
        low, high = (float(part) for part in text.split("-"))
    except ValueError:
        low, high = 1.0, 0.0
    if not low < high:
        raise MethodError(f"Two energies in meV as in 81-85 are wanted, got {text!r}: write the window so.")
    return low, high


def _show(result: InterfaceTemperatures, output: Path) -> None:
    from kapitza.cli.tables import console, plain_table

    table = plain_table("modes", *(side.name for side in result.sides))
    for name in dict.fromkeys(name for side in result.sides for name in side.averages):
        table.add_row(name, *(str(side.averages[name]) if name in side.averages else "–" for side in result.sides))
    table.add_row("optical − acoustic", *(str(side.optical_minus_acoustic) for side in result.sides))
    out = console()
    out.print(table)
    for side in result.sides:
        out.print(
            f"- {side.name}: {side.bulk.basis.modes:,} modes, {result.frames:,} frames; windows of "
            f"{side.along.span / 10:.1f} nm tell wave vectors along z apart by {side.along.resolution:.2f} 1/Å.",
            markup=False,
        )
    if (bound := result.bound) is not None:
        table = plain_table("bound modes at", bound.junction.name, "modes")
        for name, average in bound.averages.items():
            table.add_row(name, str(average), str(bound.counts[name]))
        out.print(table)
    typer.echo(f"Report: {output / 'report.html'}")
