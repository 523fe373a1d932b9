"""`kapitza atoms phonons`: a crystal and a model of its forces to phonons and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapitza.cli.options import Debug, Force, Quiet

if TYPE_CHECKING:
    from rich.table import Table

    from kapitza.atoms.phonons import Phonons, Settings
    from kapitza.quantity import Quantity


_COARSE_REST, _COARSE_DISPLACEMENT = 2e-3, 0.03
"""eV/A and A, where forces come from CP2K, whose grid changes them by some meV/A."""
_PHONOPY = (".yaml", ".yml")


def phonons(
    context: typer.Context,
    crystal: Annotated[
        str,
        typer.Argument(
            metavar="CRYSTAL", help="AlN (2H), SiC (4H), a file that ASE reads, or a phonopy.yaml with forces."
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Result folder to write.")],
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="A nep.txt, a folder with one, or a shipped model.")
    ] = None,
    repeats: Annotated[
        str | None, typer.Option(metavar="NxNxN", help="Unit cells of the supercell; 16 Å high if absent.")
    ] = None,
    mesh: Annotated[
        str | None, typer.Option(metavar="NxNxN", help="Wave vectors for the density of states; dense if absent.")
    ] = None,
    in_plane: Annotated[
        float | None, typer.Option(metavar="A", help="Lattice constant a to hold: a crystal grown on another one.")
    ] = None,
    relax: Annotated[bool, typer.Option("--relax/--no-relax", help="Let cell and atoms come to rest first.")] = True,
    cp2k: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Have CP2K find the forces, and keep its calculations there."),
    ] = None,
    born: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Born charges and dielectric constant, phonopy's BORN."),
    ] = None,
    elastic: Annotated[bool, typer.Option("--elastic/--no-elastic", help="Also elastic constants.")] = True,
    expansion: Annotated[bool, typer.Option("--expansion", help="Also thermal expansion, from seven volumes.")] = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Calculate the phonons of a crystal, and hold them against measured zone-centre energies.

    Dispersion, density of states by species, elastic constants, and a spectrum to build a synthetic experiment from.

    Examples:

    `kapitza atoms phonons AlN --model nep.txt -o aln`

    `kapitza atoms phonons SiC --model nep.txt --in-plane 3.112 -o strained`

    `kapitza atoms phonons phonopy.yaml --born BORN -o from-dft`

    `kapitza atoms phonons AlN --cp2k calculations --repeats 1x1x1 --no-relax --no-elastic -o zone-centre`
    """
    from kapitza.atoms.phonons import Settings
    from kapitza.cli.command_line import command_line
    from kapitza.cli.structures import parse_repeats
    from kapitza.files.folder import check_target
    from kapitza.report.atoms.phonons import save_phonons

    check_target(output, force)
    settings = Settings(
        repeats=None if repeats is None else parse_repeats(repeats),
        mesh=None if mesh is None else parse_repeats(mesh),
        in_plane=in_plane,
        born=born,
        elastic=elastic,
        expansion=expansion,
        displacement=_COARSE_DISPLACEMENT if cp2k else Settings.displacement,
        rest=None if not relax else _COARSE_REST if cp2k else Settings.rest,
    )
    result = _calculated(crystal, model, cp2k, settings)
    save_phonons(result, output, _inputs(crystal, model, born), command=command_line(context), force=force)
    for _, sentence in result.warnings:
        typer.echo(f"Warning: {sentence}", err=True)
    if not quiet:
        _show(result, output)


def _calculated(crystal: str, model: str | None, cp2k: Path | None, settings: Settings) -> Phonons:
    from kapitza.atoms.dft import cp2k_calculator
    from kapitza.atoms.phonons import phonons as calculate
    from kapitza.atoms.phonons import phonons_of, read_harmonic
    from kapitza.atoms.potential import calculator
    from kapitza.atoms.structures import named_crystal
    from kapitza.errors import InputError

    path = Path(crystal)
    if model is None and path.suffix in _PHONOPY:
        return phonons_of(path.stem, read_harmonic(path), f"the force constants in {path.name}", settings)
    if (model is None) == (cp2k is None):
        got = "none" if model is None else "two"
        raise InputError(
            f"A model of the forces is wanted for {path.name}, got {got}: give --model or --cp2k, or a phonopy.yaml "
            "with forces."
        )
    made = named_crystal(crystal)
    if model is None:
        assert cp2k is not None
        return calculate(made.name, made.atoms, cp2k_calculator(cp2k), "CP2K, PBEsol", settings)
    return calculate(made.name, made.atoms, calculator(model), f"the model {Path(model).name}", settings)


def _inputs(crystal: str, model: str | None, born: Path | None) -> list[dict[str, str]]:
    """Name, file name and fingerprint of every file that went in."""
    from kapitza.atoms.phonons import harmonic_files
    from kapitza.atoms.potential import find_model
    from kapitza.files.digest import sha256

    path = Path(crystal)
    given = {"crystal": path, "model": None if model is None else find_model(model).path, "born": born}
    if model is None and path.suffix in _PHONOPY:
        given |= {f"crystal {file.name}": file for file in harmonic_files(path)[1:]}
    files = {name: path for name, path in given.items() if path is not None and path.is_file()}
    return [{"name": name, "file": path.name, "sha256": sha256(path)} for name, path in files.items()]


def _show(result: Phonons, output: Path) -> None:
    from kapitza.cli.tables import console

    out = console()
    out.print(_modes(result))
    for line in _sentences(result):
        out.print(f"- {line}", markup=False)
    typer.echo(f"Report: {output / 'report.html'}")


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
    if result.slopes[0] > 0:
        slopes = " ".join(f"{speed:.2f}" for speed in result.slopes)
        sentences.append(f"Sound along c from the acoustic slopes: {slopes} km/s.")
    if result.elastic is not None:
        speeds = " ".join(f"{speed:.2f}" for speed in sound_velocities(result.elastic))
        sentences += [f"Sound along c from elastic constants: {speeds} km/s.", *_elastic(result)]
    return sentences


def _elastic(result: Phonons) -> list[str]:
    """Calculated and measured elastic constants, GPa; errors below 0.05 GPa go without saying."""
    assert result.elastic is not None
    found = [f"Elastic constants: {_list(result.elastic.named)} GPa."]
    if result.reference is not None:
        found.append(f"Measured: {_list(result.reference.elastic)} GPa ({result.reference.elastic_source}).")
    return found


def _list(constants: Mapping[str, Quantity]) -> str:
    texts = []
    for name, constant in constants.items():
        error = "" if constant.error is None or constant.error < 0.05 else f" ± {constant.error:.1f}"
        texts.append(f"{name} {constant.value:.1f}{error}")
    return ", ".join(texts)
