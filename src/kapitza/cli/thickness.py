"""`kapitza thickness`: a low-loss image to a map of the thickness, with its numbers as a table."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.table import Table

from kapitza.cli.progress import progress
from kapitza.cli.tables import console, plain_table
from kapitza.errors import MethodError
from kapitza.files.folder import check_target
from kapitza.report.thickness.folder import save_thickness
from kapitza.settings import ThicknessSettings
from kapitza.study.low_loss import LowLossResult, measure_thickness


def show_thickness(
    file: Path, output: Path, settings: ThicknessSettings, item: str | None, *, force: bool, quiet: bool
) -> None:
    """Measure the thickness, write the folder `output`, and print what came out."""
    _check(settings)
    check_target(output, force)
    with progress(quiet) as report:
        if report is not None:
            report("thickness", 0, 1)
        result = measure_thickness(file, settings, item)
        save_thickness(result, output, force=force)
        if report is not None:
            report("thickness", 1, 1)
    if quiet:
        return
    console().print(_table(result))
    for sentence in _sentences(result):
        console().print(f"- {sentence}", markup=False)
    for _, sentence in result.warnings:
        typer.echo(f"Warning: {sentence}", err=True)
    typer.echo(f"Figure: {output / 'figures' / 'thickness.png'}")


def _check(settings: ThicknessSettings) -> None:
    density, number = settings.density_left, settings.atomic_number_left
    wanted, got = ("density", "atomic-number") if settings.model == "iakoubovskii" else ("atomic-number", "density")
    if (density, number) != (None, None) and {"density": density, "atomic-number": number}[wanted] is None:
        raise MethodError(
            f"The model {settings.model!r} wants --{wanted}, got --{got}: give that, or choose the other --model."
        )


def _table(result: LowLossResult) -> Table:
    found = result.thickness
    table = plain_table("", "mean")
    table.add_row("t/λ (counting error)", str(found.relative["sample"]))
    if found.thickness:
        table.add_row("mean free path λ", str(found.paths.paths["sample"]))
        table.add_row("thickness", str(found.thickness["sample"]))
    recorded = found.placed.recorded
    table.add_row("pixels", f"{int(recorded.ok.sum())} of {recorded.status.size}")
    return table


def _sentences(result: LowLossResult) -> list[str]:
    found = result.thickness
    sentences = [
        "This holds for an aperture centred on the unscattered beam; whether it was, the data do not tell.",
        f"{100 * found.placed.recorded.missing:.1f} % of the electrons are expected beyond the end of the axis, by "
        "which t/λ is too small.",
    ]
    if not found.thickness:
        sentences.append("For nm give --density (g/cm3), or --model malis with --atomic-number.")
    elif found.paths.reach:
        sentences.append(f"The mean free path is after {found.paths.model.capitalize()} et al. {found.paths.reach}")
    return sentences
