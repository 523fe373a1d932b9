"""`kapitza twin`: a synthetic experiment into a file."""

from __future__ import annotations

from pathlib import Path

import typer

from kapitza.cli.writing import refuse_existing
from kapitza.twin import flowing, read_twin, write_twin
from kapitza.twin.model import HeatFlow


def write_experiment(file: Path, output: Path, heat_flow: HeatFlow | None, *, force: bool, quiet: bool) -> None:
    """Synthesise the experiment that `file` describes, or the same with another heat flow, and write it to `output`."""
    refuse_existing(output, force=force)
    twin = read_twin(file)
    write_twin(twin if heat_flow is None else flowing(twin, heat_flow), output)
    if not quiet:
        typer.echo(f"{output} is written: look at it with  kapitza info {output}")
