"""`kapitza atoms phonons`: a crystal and a model of its forces to phonons and what follows from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapitza.cli.options import Debug, Force, Quiet

if TYPE_CHECKING:
    from rich.table import Table

    from kapitza.atoms.phonons import Phonons, Settings


def phonons(
    structure: Annotated[
        str, typer.Argument(metavar="STRUCTURE", help="AlN, SiC, a file that ASE reads, or a phonopy.yaml with forces.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Result folder to write.")],
    model: Annotated[
        Path | None, typer.Option("--model", metavar="MODEL", help="Neuroevolution potential, nep.txt.")
    ] = None,
    repeats: Annotated[
        tuple[int, int, int] | None, typer.Option(metavar="N N N", help="Of the supercell; 12 Å without.")
    ] = None,
    mesh: Annotated[
        tuple[int, int, int] | None, typer.Option(metavar="N N N", help="Of wave vectors; dense enough without.")
    ] = None,
    in_plane: Annotated[
        float | None, typer.Option(metavar="A", help="Hold the lattice constant a, Å: a crystal grown on another.")
    ] = None,
    born: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Born charges and dielectric constant, phonopy's BORN.")
    ] = None,
    elastic: Annotated[bool, typer.Option("--elastic/--no-elastic", help="Also elastic constants.")] = True,
    expansion: Annotated[bool, typer.Option("--expansion", help="Also thermal expansion, from seven volumes.")] = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Phonons of a crystal: dispersion, density of states, zone-centre modes beside measured ones, elastic constants.

    Examples:

    `kapitza atoms phonons AlN --model nep.txt -o aln`

    `kapitza atoms phonons SiC --model nep.txt --in-plane 3.11 -o strained`

    `kapitza atoms phonons phonopy.yaml --born BORN -o from-dft`
    """
    from kapitza.atoms.phonons import Settings
    from kapitza.files.digest import sha256
    from kapitza.files.folder import check_target
    from kapitza.report.phonons import save_phonons

    check_target(output, force)
    settings = Settings(repeats=repeats, mesh=mesh, in_plane=in_plane, born=born, elastic=elastic, expansion=expansion)
    result = _calculated(structure, model, settings)
    given = {"structure": Path(structure), "model": model, "born": born}
    files = {name: path for name, path in given.items() if path is not None and path.is_file()}
    inputs = [{"name": name, "file": path.name, "sha256": sha256(path)} for name, path in files.items()]
    save_phonons(result, output, inputs, force=force)
    for _, sentence in result.warnings:
        typer.echo(f"Warning: {sentence}", err=True)
    if not quiet:
        _show(result, output)


def _calculated(structure: str, model: Path | None, settings: Settings) -> Phonons:
    from kapitza.atoms.phonons import phonons as calculate
    from kapitza.atoms.phonons import phonons_of, read_harmonic
    from kapitza.atoms.phonons.nep import calculator_of
    from kapitza.atoms.structures import aluminium_nitride, read_crystal, silicon_carbide
    from kapitza.errors import InputError

    path = Path(structure)
    if path.suffix in (".yaml", ".yml") and model is None:
        return phonons_of(path.stem, read_harmonic(path), f"the force constants in {path.name}", settings)
    if model is None:
        raise InputError(
            f"A model of the forces is wanted for {path.name}, got none: give --model, or a phonopy.yaml with forces."
        )
    known = {"aln": aluminium_nitride, "sic": silicon_carbide}
    crystal = known[structure.lower()]() if structure.lower() in known else read_crystal(path)
    return calculate(crystal.name, crystal.atoms, calculator_of(model), f"the model {model.name}", settings)


def _show(result: Phonons, output: Path) -> None:
    from kapitza.cli.tables import console

    out = console()
    out.print(_modes(result))
    for line in _sentences(result):
        out.print(f"- {line}", markup=False)
    typer.echo(f"Figure: {output / 'figures' / 'phonons.png'}")


def _modes(result: Phonons) -> Table:
    from kapitza.cli.tables import plain_table

    if not result.differences:
        table = plain_table("mode", "energy (meV)", "degeneracy")
        for mode in result.gamma:
            table.add_row(mode.label or "not known", f"{mode.energy:.1f}", str(mode.degeneracy))
        return table
    table = plain_table("mode", "measured (meV)", "calculated (meV)", "difference")
    for one in result.differences:
        relative = "" if one.relative is None else f"{100 * one.relative:+.1f} %"
        calculated = "wants Born charges" if one.calculated is None else f"{one.calculated:.1f}"
        table.add_row(one.measured.name, f"{one.measured.energy:.1f}", calculated, relative)
    return table


def _sentences(result: Phonons) -> list[str]:
    from kapitza.atoms.phonons import sound_velocities

    sentences = []
    if result.reference is not None:
        sentences.append(f"Measured: {result.reference.source}.")
    gap = result.states.gap
    sentences.append("No gap." if gap is None else f"The widest gap is {gap[0]:.1f} to {gap[1]:.1f} meV.")
    slopes = " ".join(f"{speed:.2f}" for speed in result.slopes)
    sentences.append(f"Sound along c from the acoustic slopes: {slopes} km/s.")
    if result.elastic is not None:
        constants = ", ".join(f"{name} {quantity}" for name, quantity in result.elastic.named.items())
        speeds = " ".join(f"{speed:.2f}" for speed in sound_velocities(result.elastic))
        sentences += [f"Elastic constants: {constants}.", f"Sound along c from them: {speeds} km/s."]
    return sentences
