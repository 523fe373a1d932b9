"""`kapitza twin`: a synthetic experiment into a file."""

from __future__ import annotations

from pathlib import Path

import typer

from kapitza.cli.writing import refuse_existing
from kapitza.twin import read_twin, write_twin


def write_experiment(file: Path, output: Path, *, force: bool, quiet: bool) -> None:
    """Synthesise the experiment that `file` describes and write it to `output`."""
    refuse_existing(output, force=force)
    write_twin(read_twin(file), output)
    if not quiet:
        typer.echo(f"{output} is written: look at it with  kapitza info {output}")
