"""Run a study, save its folder, print its table: what `map`, `run` and `demo` share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import typer

from kapitza.cli.progress import progress
from kapitza.study import Study
from kapitza.study.result import StudyResult


def analyse(study: Study, output: Path, *, force: bool, quiet: bool) -> None:
    """Run `study`, write the result folder `output`, and print what came out."""
    result = run_and_save(study, output, force=force, quiet=quiet)
    if not quiet:
        from kapitza.cli.tables import console, results_table

        console().print(results_table(result))
        print_warnings(result)
        typer.echo(f"Report: {output / 'report.html'}")


def run_and_save(
    study: Study, output: Path, *, force: bool, quiet: bool, truth: Mapping[str, float] | None = None
) -> StudyResult:
    """Run `study` and write the result folder `output`, showing progress."""
    from kapitza.files.folder import check_target
    from kapitza.report import save
    from kapitza.study import run

    check_target(output, force)
    with progress(quiet) as report:
        result = run(study, truth=truth, progress=report)
        if report is not None:
            report("report", 0, 1)
        save(result, output, force=force)
        if report is not None:
            report("report", 1, 1)
    return result


def print_warnings(result: StudyResult) -> None:
    """The warnings of a result, one paragraph each, on standard error."""
    for _, sentence in result.warnings:
        typer.echo(f"Warning: {sentence}", err=True)
