"""The result folder of a trained potential: model, card, numbers, figures, page, and files for GPUMD's trainer."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import kapitza
from kapitza.atoms.potential import Trained, calculator, evaluation_time, save_model
from kapitza.files.folder import result_folder
from kapitza.plots.potential import learning_curve, parity
from kapitza.plots.style import save_figure
from kapitza.quantity import Quantity
from kapitza.report.atoms.potential_page import potential_page
from kapitza.report.folder import write_numbers, write_text
from kapitza.report.results import SCHEMA, versions
from kapitza.report.short_page import short_page

Row = dict[str, Any]


def save_potential(
    members: Sequence[Trained],
    study: Sequence[Row],
    directory: Path | str,
    inputs: Sequence[Mapping[str, str]] = (),
    source: str = "",
    *,
    command: str | None = None,
    force: bool = False,
) -> Path:
    """Write a trained potential into one folder, complete or not at all.

    `nep.txt` is the potential, `card.json` its card, `results.json` the errors of all members and epochs, `figures` the
    pictures, `report.html` the page, `members` the potentials of an ensemble; `train.xyz`, `test.xyz` and `nep.in` are
    the same training for GPUMD.

    Parameters
    ----------
    members
        an ensemble, or one; the first is the potential.
    study
        what `cutoff_study` found, empty where cutoffs were not compared.
    directory
        the folder to make.
    inputs
        name, file name and sha256 of each file of labels.
    source
        where the labels come from, in words.
    command
        what made it, as one would type it again; None where no command did.
    force
        whether an earlier result at `directory` is replaced.

    Raises
    ------
    OutputError
        if the folder exists and may not be replaced, or cannot be written.
    """
    first, directory = members[0], Path(directory)
    with result_folder(directory, force) as scratch:
        save_model(first, scratch, [{"name": one["file"], "sha256": one["sha256"]} for one in inputs], source)
        if len(members) > 1:
            (scratch / "members").mkdir()
            for number, member in enumerate(members, 1):
                shutil.copyfile(member.model, scratch / "members" / f"nep-{number}.txt")
        (scratch / "figures").mkdir()
        figures = {
            name: save_figure(draw(first), scratch / "figures", name)[1]
            for name, draw in (("parity", parity), ("learning-curve", learning_curve))
        }
        numbers = _numbers(members, study, inputs, command)
        write_numbers(scratch, numbers)
        write_text(scratch / "report.html", short_page(potential_page(members, study, source, figures), numbers))
    return directory


def cutoff_study(trained: Sequence[Trained]) -> list[Row]:
    """Errors, and the time of an evaluation, of potentials with different cutoffs, a row each."""
    return [_cutoff_row(each) for each in trained]


def _cutoff_row(trained: Trained) -> Row:
    found, cutoff = trained.accuracy, trained.settings.cutoff_radial
    seconds = evaluation_time(trained.held_out.structures[0], calculator(trained.model), 3 * cutoff)
    return {
        "cutoff": Quantity(cutoff, None, "Å").to_dict(),
        "energy": found.energy.to_dict(),
        "force": found.force.to_dict(),
        "virial": found.virial.to_dict(),
        "time": Quantity(1e6 * seconds, None, "us/atom").to_dict(),
    }


def _numbers(
    members: Sequence[Trained], study: Sequence[Row], inputs: Sequence[Mapping[str, str]], command: str | None
) -> dict[str, Any]:
    first = members[0]
    return {
        "schema": SCHEMA,
        "kapitza": kapitza.__version__,
        "command": command,
        "versions": {**versions(), **first.versions},
        "inputs": [dict(entry) for entry in inputs],
        "settings": asdict(first.settings),
        "learning_curve": vars(first.curve),
        "members": [{"seed": each.settings.seed, "held_out": each.accuracy.to_dict()} for each in members],
        "cutoffs": list(study),
        "warnings": [],
    }
