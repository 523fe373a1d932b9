"""`kapitza plan`: dwell time and pixels for a wanted error, as a table and a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import typer
from rich.table import Table

from kapitza.cli.tables import console, plain_table
from kapitza.cli.writing import refuse_existing
from kapitza.errors import MethodError, OutputError
from kapitza.files import read
from kapitza.study.limits import Limits, image_limits, line_limits, twin_limits
from kapitza.study.planning import Drop, Experiment, Goal, Scan, Wanted, plan
from kapitza.twin import read_twin

Number = TypeVar("Number", int, float)

_ENERGY = 83.0
_MODEL = {"temperature": 600.0, "current": 100.0, "probability": 1e-4, "background": 0.33}
"""A strong optical phonon of AlN, an off-axis signal, a good probe: what is planned with where nothing is said."""

_SCAN = Scan(rows=30, columns=61, step=0.5)
_DROP = Drop(size=15.0, width=2.0)
_DWELL = 1.4
_NEXT = {"temperature": "pixels", "drop": "rows", "width": "rows"}
_PICTURES = (".png", ".svg")


@dataclass(frozen=True)
class Choices:
    """What the user has said of the experiment; None where nothing: the source then tells, or a default.

    Temperature and drop in K, width and step in nm, current in pA, times in s.
    """

    twin: Path | None
    file: Path | None
    item: str | None
    recorded_dwell: float | None
    dwell: float | None
    rows: int | None
    columns: int | None
    step: float | None
    drop: float | None
    width: float | None
    pixels: int
    model: dict[str, float | None]


def show_plan(choices: Choices, wanted: Wanted, output: Path | None, *, force: bool, quiet: bool) -> None:
    """Print what the experiment will tell and what it takes to tell more; draw it where asked for."""
    if output is not None:
        _check_picture(output, force)
    experiment, source = _experiment(choices, wanted)
    if not quiet:
        out = console()
        out.print(source, markup=False)
        out.print(_goals(experiment))
        for sentence in _sentences(experiment):
            out.print(f"- {sentence}", markup=False)
    if output is not None:
        _draw(experiment, output)
        if not quiet:
            typer.echo(f"Figure: {output}")


def _experiment(choices: Choices, wanted: Wanted) -> tuple[Experiment, str]:
    """The planned experiment, and a sentence that says what it is planned from."""
    if choices.twin is not None and choices.file is not None:
        raise MethodError("A plan from a twin file or from a spectrum file is wanted, got both: leave one out.")
    if choices.file is not None or choices.twin is not None:
        _refuse_model(choices)
    if choices.file is not None:
        limits, scan, drop, source = _from_file(choices.file, choices)
    elif choices.twin is not None:
        limits, scan, drop, source = _from_twin(choices.twin)
    else:
        limits, scan, drop, source = _from_model(choices)
    scan = Scan(
        rows=_said(choices.rows, scan.rows),
        columns=_said(choices.columns, scan.columns),
        step=_said(choices.step, scan.step),
    )
    drop = Drop(_said(choices.drop, drop.size), _said(choices.width, drop.width))
    dwell = _said(choices.dwell, limits.dwell)
    return plan(limits, scan, drop, wanted, dwell=dwell, pixels=choices.pixels), source


def _said(said: Number | None, otherwise: Number) -> Number:
    return otherwise if said is None else said


Found = tuple[Limits, Scan, Drop, str]


def _from_model(choices: Choices) -> Found:
    model = {key: _said(choices.model[key], default) for key, default in _MODEL.items()}
    limits = line_limits(energy=_ENERGY, dwell=_DWELL, **model)
    source = (
        f"Planned from round numbers: one phonon line at {_ENERGY:g} meV, {model['temperature']:g} K, "
        f"{model['current']:g} pA, {model['probability']:.2g} phonon-loss electrons per electron of the probe, "
        f"a background {model['background']:.2g} times the line."
    )
    return limits, _SCAN, _DROP, source


def _from_twin(path: Path) -> Found:
    twin = read_twin(path)
    limits = twin_limits(twin)
    # A twin without a drop plans for the default one.
    drop = Drop(twin.temperature.drop or _DROP.size, twin.temperature.width_10_90 or _DROP.width)
    scan = Scan(twin.scan.rows, twin.scan.columns, twin.scan.step)
    return limits, scan, drop, f"Planned from the true spectra of {path.name}{_counted(limits)}"


def _from_file(path: Path, choices: Choices) -> Found:
    image = read(path, item=choices.item)
    limits = image_limits(image, choices.recorded_dwell)
    rows, columns, _ = image.shape
    # A test spectrum need not be a scan across an interface.
    step = image.step[1] if image.step is not None else _SCAN.step
    scan = Scan(rows, columns, step) if columns >= _SCAN.columns // 2 else _SCAN
    return limits, scan, _DROP, f"Planned from the mean spectrum of {path.name}{_counted(limits)}"


def _counted(limits: Limits) -> str:
    return f": {limits.electrons:.3g} phonon-loss electrons in {limits.dwell:g} s, {limits.temperature:.0f} K."


def _goals(experiment: Experiment) -> Table:
    scan = experiment.scan
    table = plain_table(
        "", f"error at {experiment.dwell:.3g} s", "wanted", "dwell for it", f"or, at {experiment.dwell:.3g} s"
    )
    for goal in experiment.goals.values():
        averaged = f"{goal.averaged} {_plural(_NEXT[goal.name], goal.averaged)}"
        label = f"{goal.name}, {averaged}" + ("" if goal.name == "temperature" else f" of {scan.columns} columns")
        table.add_row(label, f"{goal.error:.3g} {goal.unit}", *_needs(goal))
    return table


def _needs(goal: Goal) -> tuple[str, str, str]:
    if goal.wanted is None or goal.dwell_needed is None or goal.averaged_needed is None:
        return "", "", ""
    count = goal.averaged_needed
    return f"{goal.wanted:.3g} {goal.unit}", duration(goal.dwell_needed), f"{count} {_plural(_NEXT[goal.name], count)}"


def _sentences(experiment: Experiment) -> Iterator[str]:
    limits, scan = experiment.limits, experiment.scan
    yield (
        f"{scan.rows} x {scan.columns} pixels {scan.step:.3g} nm apart at {experiment.dwell:.3g} s take "
        f"{duration(experiment.seconds)} of beam time per image. The half-difference of forward and reverse heat flow "
        "takes twice that and has a drop's error 0.71 times as large."
    )
    share = limits.shares
    fit = f", {share['fitted']:.0%} the fit of its height" if share["fitted"] else ""
    yield (
        f"Of a pixel's variance, {share['lines']:.0%} is the counting of phonon electrons, {share['background']:.0%} "
        f"the noise of the background below them{fit}."
    )
    if limits.stated is not None:
        yield (
            f"The plan takes {limits.fitted:.3g} K per pixel in {limits.dwell:g} s, the least that this file's counts "
            f"allow; its pixels have errors of {limits.stated:.3g} K, {limits.stated / limits.fitted:.2f} times that."
        )
    if limits.common_error:
        yield (
            f"{limits.common_error:.2g} K are common to all pixels of this file: no dwell makes them smaller in a "
            "temperature; a drop is free of them."
        )
    if experiment.unresolved:
        width = experiment.goals["width"]
        yield (
            f"An error of {width.error:.2g} nm is too large a part of a width of {experiment.drop.width:g} nm: "
            "expect an upper limit of the width only."
        )
    if scan.step > 0.5 * experiment.drop.width:
        yield f"Pixels {scan.step:.3g} nm apart hardly sample a width of {experiment.drop.width:g} nm: scan finer."


def duration(seconds: float) -> str:
    """A time with the unit that suits it: ms, s, min, h."""
    for unit, size in (("h", 5400.0), ("min", 90.0), ("s", 0.1)):
        if seconds >= size:
            return f"{seconds / {'h': 3600.0, 'min': 60.0, 's': 1.0}[unit]:.3g} {unit}"
    return f"{seconds * 1e3:.3g} ms"


def _plural(noun: str, count: int) -> str:
    return noun[:-1] if count == 1 else noun


def _refuse_model(choices: Choices) -> None:
    names = {"current": "--current", "probability": "--probability", "background": "--background"}
    names["temperature"] = "--temperature"
    if said := [option for key, option in names.items() if choices.model[key] is not None]:
        raise MethodError(
            f"{' and '.join(said)} belong{'s' if len(said) == 1 else ''} to a plan from round numbers: the spectrum of "
            "a file says this itself. Leave it out, or the file; a stronger probe is as a longer --dwell."
        )


def _check_picture(path: Path, force: bool) -> None:
    if path.suffix.lower() not in _PICTURES:
        raise OutputError(
            f"A picture whose name ends in {' or '.join(_PICTURES)} is wanted, got {path.name!r}: name it so."
        )
    refuse_existing(path, force=force)


def _draw(experiment: Experiment, path: Path) -> None:
    from kapitza.files.folder import result_file
    from kapitza.plots.plan import plan as draw
    from kapitza.plots.style import save_picture

    with result_file(path) as scratch:
        save_picture(draw(experiment), scratch)
