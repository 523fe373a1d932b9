"""`kapitza atoms dataset` and `kapitza atoms label`: reference structures, and what density functional theory says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kapitza.cli.options import Debug, Force, Quiet, Scheduler


def dataset(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to make.")],
    recipe: Annotated[
        Path | None,
        typer.Argument(metavar="[RECIPE.toml]", help="What is wanted; AlN, SiC and their interface if absent."),
    ] = None,
    potential: Annotated[
        Path | None, typer.Option(metavar="NEP.txt", help="First potential, for snapshots of molecular dynamics.")
    ] = None,
    structures: Annotated[
        Path | None,
        typer.Option(metavar="FILE.xyz", help="Take these, as of `kapitza atoms select`, and make none."),
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Make the reference structures of a recipe: rattled, strained, and snapshots of molecular dynamics.

    Snapshots want a first potential: train one on the others, then make the data set again with it.

    Examples:

    `kapitza atoms dataset -o aln-sic`

    `kapitza atoms dataset recipe.toml -o second --potential nep.txt`

    `kapitza atoms dataset recipe.toml -o third --structures next.xyz`
    """
    from kapitza.cli.datasets import make_dataset

    make_dataset(recipe, output, potential, structures, force=force, quiet=quiet)


def label(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of `kapitza atoms dataset`.")],
    jobs: Annotated[int, typer.Option(metavar="N", help="Calculations at a time.")] = 1,
    threads: Annotated[int, typer.Option(metavar="N", help="Of each calculation.")] = 1,
    command: Annotated[str, typer.Option(metavar="CP2K", help="How CP2K is started.")] = "cp2k",
    store: Annotated[
        Path | None,
        typer.Option(
            "--calculations", metavar="DIR", help="Where they are kept, as of another data set; in DIR if absent."
        ),
    ] = None,
    known: Annotated[
        Path | None,
        typer.Option(metavar="labels.xyz", help="Labels of another data set, taken over where the input is the same."),
    ] = None,
    collect: Annotated[bool, typer.Option("--collect", help="Only gather what is there; run nothing.")] = False,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Have CP2K calculate energies, forces and stresses of a data set, and gather them to train on.

    What is finished is not calculated again, so the same command goes on from where it was stopped or killed.

    Examples:

    `kapitza atoms label aln-sic --jobs 2`

    `kapitza atoms label second --calculations aln-sic/calculations --known aln-sic/labels.xyz`

    `kapitza atoms label aln-sic --command "mpirun -n 4 cp2k"`
    """
    from kapitza.cli.datasets import Means, label_dataset

    label_dataset(folder, Means(jobs, threads, command, scheduler, store, known), collect=collect, quiet=quiet)
