"""Progress on standard error: bars on a terminal, a line per step elsewhere, nothing when quiet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from kapitza.study.running import Progress


@contextmanager
def progress(quiet: bool) -> Iterator[Progress | None]:
    """A function to call with (what is being done, how much is done, how much there is); None when quiet."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet:
        yield None
    elif console.is_terminal:
        with _bars(console) as report:
            yield report
    else:
        yield _lines()


@contextmanager
def _bars(console: Console) -> Iterator[Progress]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {}

        def report(description: str, done: int, total: int) -> None:
            if description not in tasks:
                tasks[description] = bars.add_task(description)
            bars.update(tasks[description], completed=done, total=total)

        yield report


def _lines() -> Progress:
    seen = set()

    def report(description: str, done: int, total: int) -> None:
        if description not in seen:
            seen.add(description)
            print(description, file=sys.stderr, flush=True)

    return report
