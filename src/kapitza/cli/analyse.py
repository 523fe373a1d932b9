"""Run a study, save its folder, print its table: what `map`, `run` and `demo` share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from kapitza.cli.progress import progress
from kapitza.errors import InputError, MethodError, StudyError
from kapitza.study import Study
from kapitza.study.result import StudyResult


@dataclass(frozen=True)
class Ways:
    """How a run goes about it: who works, whether it goes on from a stopped one, replaces results, and keeps quiet."""

    scheduler: str | None = None
    resume: bool = False
    force: bool = False
    quiet: bool = False


def analyse(study: Study, output: Path, ways: Ways) -> None:
    """Run `study`, write the result folder `output`, and print what came out."""
    result = run_and_save(study, output, ways)
    if not ways.quiet:
        from kapitza.cli.tables import console, results_table

        console().print(results_table(result))
        print_warnings(result)
        typer.echo(f"Report: {output / 'report.html'}")


def run_and_save(study: Study, output: Path, ways: Ways, truth: Mapping[str, float] | None = None) -> StudyResult:
    """Run `study` and write the result folder `output`, showing progress."""
    from kapitza.files.folder import check_target, resume_folder
    from kapitza.report import save
    from kapitza.study import run

    check_target(output, ways.force)
    with resume_folder(output, ways.resume) as store, hint(store), progress(ways.quiet) as report:
        result = run(study, truth=truth, progress=report, scheduler=ways.scheduler, store=store)
        if report is not None:
            report("report", 0, 1)
        save(result, output, force=ways.force)
        if report is not None:
            report("report", 1, 1)
    return result


@contextmanager
def hint(store: Path) -> Iterator[None]:
    """Say how to go on, where what stopped the run may be otherwise the next time."""
    try:
        yield
    except (InputError, StudyError, MethodError):
        raise
    except (KeyboardInterrupt, Exception):
        if any(store.iterdir()):
            typer.echo("What was finished is kept: the same command with --resume goes on from there.", err=True)
        raise


def print_warnings(result: StudyResult) -> None:
    """The warnings of a result, one paragraph each, on standard error."""
    for _, sentence in result.warnings:
        typer.echo(f"Warning: {sentence}", err=True)
