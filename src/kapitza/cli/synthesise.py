"""`kapitza twin`: a synthetic experiment into a file."""

from __future__ import annotations

from pathlib import Path

import typer

from kapitza.cli.writing import refuse_existing
from kapitza.twin import flowing, low_loss_path, read_twin, write_twin
from kapitza.twin.model import HeatFlow


def write_experiment(file: Path, output: Path, heat_flow: HeatFlow | None, *, force: bool, quiet: bool) -> None:
    """Synthesise the experiment that `file` describes, or the same with another heat flow, and write it to `output`."""
    refuse_existing(output, force=force)
    twin = read_twin(file)
    if heat_flow is not None:
        twin = flowing(twin, heat_flow)
    if twin.low_loss is not None:
        refuse_existing(low_loss_path(output), force=force)
    write_twin(twin, output)
    if not quiet and twin.low_loss is not None:
        typer.echo(f"{low_loss_path(output)} is written: its low-loss image, recorded on axis")
    if not quiet:
        typer.echo(f"{output} is written: look at it with  kapitza info {output}")
