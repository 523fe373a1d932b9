"""Options that commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler", metavar="ADDRESS", help="Let the workers of this dask scheduler do it: tcp://host:8786."
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from where the same command was stopped.")]
Force = Annotated[bool, typer.Option("--force", help="Replace what is already there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error, and library warnings.")]
