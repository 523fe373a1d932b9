"""`kapitza atoms train`, `test` and `select`: potentials trained, held against labels, and asked what to label next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kapitza.cli.options import Debug, Force, Quiet, Resume

Data = Annotated[
    Path, typer.Argument(metavar="DATA.xyz", help="Extended XYZ with energy, forces and, where known, virial.")
]
Python = Annotated[
    Path | None, typer.Option("--python", metavar="PATH", help="Interpreter that has torchnep; this one if absent.")
]


def train(
    context: typer.Context,
    data: Data,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Result folder to write.")],
    cutoff: Annotated[
        list[float] | None,
        typer.Option("--cutoff", metavar="Å", help="Radial cutoff (else 6); repeat to compare, the first is kept."),
    ] = None,
    epochs: Annotated[int, typer.Option(metavar="N", help="At most; training ends early by itself.")] = 500,
    members: Annotated[int, typer.Option(metavar="N", help="Potentials of the ensemble, of other seeds.")] = 1,
    seed: Annotated[int, typer.Option(metavar="N", help="Of weights and order.")] = 1,
    held_out: Annotated[float, typer.Option(metavar="FRACTION", help="Of every group, not trained on.")] = 0.1,
    source: Annotated[str, typer.Option(metavar="TEXT", help="For the card: where the labels come from.")] = "",
    threads: Annotated[int, typer.Option(metavar="N", help="Processor threads of a training.")] = 1,
    jobs: Annotated[int, typer.Option(metavar="N", help="Trainings at a time, of several.")] = 1,
    python: Python = None,
    resume: Resume = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Train a neuroevolution potential on the processor; its errors are those of held-out structures.

    The folder holds nep.txt, which GPUMD, calorine and nep-adapters read, its card, figures, and the files that GPUMD's
    own trainer takes.

    Examples:

    `kapitza atoms train labels.xyz -o potential`

    `kapitza atoms train labels.xyz -o potential --cutoff 6 --cutoff 5 --members 3 --jobs 2`
    """
    from kapitza.atoms.potential import TrainingSettings
    from kapitza.cli.atoms_potential import Ways, train_potential
    from kapitza.cli.command_line import command_line

    cutoffs = tuple(cutoff or [TrainingSettings.cutoff_radial])
    settings = TrainingSettings(epochs=epochs, seed=seed, held_out=held_out)
    ways = Ways(python, threads, jobs, resume, force, quiet, command_line(context))
    train_potential(data, output, settings, cutoffs, members, source, ways)


def compare(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A nep.txt, a folder with one, or a shipped model.")],
    data: Data,
    debug: Debug = False,
) -> None:
    """Hold a potential against labelled structures: errors in all, by group and by element.

    Example: `kapitza atoms test potential labels.xyz`
    """
    from kapitza.cli.atoms_potential import hold_against

    hold_against(model, data)


def select(
    candidates: Annotated[Path, typer.Argument(metavar="POOL.xyz", help="Structures to choose from.")],
    model: Annotated[
        list[str],
        typer.Option("--model", metavar="MODEL", help="Folder of an ensemble, or one of its members; repeat."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.xyz", help="Structures to label next.")],
    count: Annotated[int, typer.Option(metavar="N", help="How many to choose.")] = 10,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Choose the structures on whose forces an ensemble disagrees most: the ones to label next.

    Example: `kapitza atoms select pool.xyz --model potential -o next.xyz`
    """
    from kapitza.cli.atoms_potential import select_structures

    select_structures(candidates, model, output, count, force=force, quiet=quiet)
