"""Data sets that commands make and label, with what they say of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import typer

from kapitza.atoms.dataset.folder import (
    CALCULATIONS,
    LABELS,
    calculations,
    known_labels,
    read_dataset,
    write_dataset,
    write_labels,
)
from kapitza.atoms.dataset.making import given_structures, make_structures
from kapitza.atoms.dataset.recipe import parse_recipe, recipe_text
from kapitza.atoms.dft.queue import Labels, read_queue, run_queue
from kapitza.atoms.potential import calculator as potential_calculator
from kapitza.atoms.potential import read_structures
from kapitza.atoms.progress import silent
from kapitza.cli.progress import progress
from kapitza.errors import OutputError
from kapitza.files.folder import result_folder


@dataclass(frozen=True)
class Means:
    """What labels are made with: calculations at a time, threads of each, the command, a dask scheduler's address, the
    folder of the calculations where that is not the data set's own, and a file of labels that are known already."""

    jobs: int
    threads: int
    command: str
    scheduler: str | None
    store: Path | None
    known: Path | None


def make_dataset(
    recipe: Path | None, output: Path, potential: Path | None, given: Path | None, *, force: bool, quiet: bool
) -> None:
    """Write the folder of a data set and say what is in it."""
    if force and (output / CALCULATIONS).exists():
        raise OutputError(
            f"A folder without calculations is wanted to replace, got {output.name!r}, which has some: choose another "
            "name, or remove it yourself."
        )
    text, name = recipe_text(recipe)
    wanted = parse_recipe(text, name)
    calculator = None if potential is None else partial(potential_calculator, potential)
    with progress(quiet) as report, result_folder(output, force) as scratch:
        structures = (
            given_structures(wanted, read_structures(given))
            if given
            else make_structures(wanted, calculator, report or silent)
        )
        write_dataset(scratch, text, structures)
    if quiet:
        return
    typer.echo(f"{output} is written: {len(structures)} structures")
    for (group, kind), count in Counter((one.info["group"], one.info["kind"]) for one in structures).items():
        typer.echo(f"  {group}: {count} {kind}{'s' if kind == 'snapshot' and count > 1 else ''}")
    if given is None and potential is None and any(group.snapshots for group in wanted.group):
        typer.echo("  no snapshots: these want a first potential, --potential")
    typer.echo(f"next:  kapitza atoms label {output}")


def label_dataset(folder: Path, means: Means, *, collect: bool, quiet: bool) -> None:
    """Run the calculations of a data set, write what there is, and say what was refused."""
    recipe, structures = read_dataset(folder)
    wanted, store = calculations(recipe, structures), means.store or folder / CALCULATIONS
    known = known_labels(means.known) if means.known else {}
    if collect:
        labels = read_queue(wanted, store, known)
    else:
        with progress(quiet) as report:
            labels = run_queue(
                wanted,
                store,
                at_once=means.jobs,
                threads=means.threads,
                command=means.command,
                scheduler=means.scheduler,
                known=known,
                progress=report or silent,
            )
    write_labels(folder, recipe, structures, labels)
    _say(folder, labels, len(structures), quiet)


def _say(folder: Path, labels: Labels, total: int, quiet: bool) -> None:
    for sentence in labels.refused.values():
        typer.echo(sentence, err=True)
    if not quiet:
        typer.echo(
            f"{folder / LABELS} is written: {len(labels.done)} of {total} structures are labelled, "
            f"{len(labels.refused)} refused, {len(labels.missing)} not calculated"
        )
