"""What `kapitza atoms train`, `test` and `select` do and print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from kapitza.atoms.potential import (
    Accuracy,
    TrainingSettings,
    accuracy,
    calculator,
    ensemble,
    evaluate,
    find_model,
    force_disagreement,
    read_card,
    read_dataset,
    read_structures,
    reference_energies,
    shifted,
    train_variants,
    with_cutoff,
)
from kapitza.atoms.potential import select as largest
from kapitza.cli.progress import progress
from kapitza.cli.tables import console, plain_table
from kapitza.cli.writing import refuse_existing
from kapitza.errors import MethodError
from kapitza.files.digest import sha256
from kapitza.files.folder import check_target, result_file, resume_folder
from kapitza.quantity import Quantity
from kapitza.report.atoms.potential import cutoff_study, save_potential


@dataclass(frozen=True)
class Ways:
    """How a command goes about its work. python : interpreter with torchnep, None for this one. command : as typed."""

    python: Path | None
    threads: int
    jobs: int
    resume: bool
    force: bool
    quiet: bool
    command: str | None = None


def train_potential(
    data: Path,
    output: Path,
    settings: TrainingSettings,
    cutoffs: Sequence[float],
    members: int,
    source: str,
    ways: Ways,
) -> None:
    """Train, compare cutoffs, write the folder `output`, and print the errors."""
    if members < 1:
        raise MethodError(f"At least 1 is wanted for --members, got {members}: change it.")
    check_target(output, ways.force)
    dataset = read_dataset(data)
    chosen = with_cutoff(settings, cutoffs[0])
    variants = [*ensemble(chosen, members), *(with_cutoff(settings, cutoff) for cutoff in cutoffs[1:])]
    with resume_folder(output, ways.resume) as work, progress(ways.quiet) as report:
        trained = train_variants(
            dataset, variants, work, python=ways.python, threads=ways.threads, jobs=ways.jobs, progress=report
        )
        study = cutoff_study([trained[0], *trained[members:]]) if len(cutoffs) > 1 else []
        labels = {"name": "labels", "file": data.name, "sha256": sha256(data)}
        save_potential(trained[:members], study, output, [labels], source, command=ways.command, force=ways.force)
    if not ways.quiet:
        _show(trained[0].accuracy)
        if study:
            console().print(_cutoff_table(study))
        typer.echo(
            f"Potential: {output / 'nep.txt'}; its card: {output / 'card.json'}; report: {output / 'report.html'}"
        )


def hold_against(model: str, data: Path) -> None:
    """Print the errors of a potential; energies relative to its card's reference energies, else to fitted ones."""
    found = find_model(model)
    dataset, card = read_dataset(data), read_card(found.path)
    predicted = evaluate(dataset.structures, calculator(found.path))
    if card is not None:
        references = {name: card["reference_energies"][name] for name in card["species"]}
    else:
        labels = dataset.labels
        beyond = replace(dataset, labels=replace(labels, energies=labels.energies - predicted.energies))
        references = reference_energies(beyond)
    _show(accuracy(predicted, shifted(dataset, references)))
    if card is None:
        typer.echo("The potential has no card: an energy per element was fitted before energies were compared.")


def select_structures(
    candidates: Path, models: Sequence[str], output: Path, count: int, *, force: bool, quiet: bool
) -> None:
    """Write the structures on which the models disagree most, with the disagreement of each."""
    refuse_existing(output, force=force)
    structures = read_structures(candidates)
    disagreement = force_disagreement(structures, [calculator(path) for path in _members(models)])
    chosen = largest(disagreement, count)
    from ase.io import write

    picked = []
    for number in chosen:
        atoms = structures[number].copy()
        atoms.info["force_disagreement"] = float(disagreement[number])
        picked.append(atoms)
    with result_file(output) as scratch:
        write(scratch, picked, format="extxyz")
    if not quiet:
        median = sorted(disagreement)[len(disagreement) // 2]
        typer.echo(
            f"{output} is written: {len(picked)} of {len(structures)} structures, with a disagreement of "
            f"{disagreement[chosen[-1]]:.3g} to {disagreement[chosen[0]]:.3g} eV/Å; the median of all is {median:.3g}."
        )


def _members(models: Sequence[str]) -> list[str | Path]:
    """The models named, or the members of the ensemble in a folder named."""
    found: list[str | Path] = []
    for model in models:
        found += sorted(Path(model, "members").glob("*.txt")) or [model]
    return found


def _cutoff_table(study: Sequence[dict[str, Any]]) -> Table:
    table = plain_table("cutoff", "energy RMSE", "force RMSE", "virial RMSE", "evaluation")
    for row in study:
        table.add_row(*(str(Quantity.from_dict(entry)) for entry in row.values()))
    return table


def _show(found: Accuracy) -> None:
    table = plain_table("RMSE", "energy", "force", "virial")
    table.add_row(f"all {found.structures} structures", str(found.energy), str(found.force), str(found.virial))
    table.add_section()
    for group, force in found.force_by_group.items():
        table.add_row(group, str(found.energy_by_group[group]), str(force), "")
    table.add_section()
    for name, force in found.force_by_species.items():
        table.add_row(name, "", str(force), "")
    console().print(table)
