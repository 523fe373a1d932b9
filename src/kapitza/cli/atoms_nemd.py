"""`kapitza atoms nemd`: heat through an interface by molecular dynamics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kapitza.cli.options import Debug, Force, Quiet, Resume


def nemd(
    context: typer.Context,
    simulation: Annotated[
        Path, typer.Argument(metavar="SIM.toml", help="Structure, potential, baths, temperatures and how long.")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Result folder to write.")
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", help="Runs at a time, each on a core of its own.")] = 1,
    mpi: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help='What starts each run as several processes, as "mpiexec -n 4".'),
    ] = None,
    gpumd: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Run nothing; write the same runs as input of GPUMD.")
    ] = None,
    from_gpumd: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Run nothing; take what GPUMD has left in DIR.")
    ] = None,
    resume: Resume = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Drive heat through an interface, and find its resistance and the conductivities beside it.

    Each direction, mean temperature and seed is a run of its own, which goes on from its last checkpoint with --resume.

    Examples:

    `kapitza atoms nemd sim.toml -o result --jobs 2`

    `kapitza atoms nemd sim.toml --gpumd decks`

    `kapitza atoms nemd sim.toml --from-gpumd decks -o result`
    """
    import shlex

    from kapitza.cli.command_line import command_line
    from kapitza.cli.nemd import Way, run_simulation, write_decks
    from kapitza.errors import OutputError

    if (output is None) == (gpumd is None):
        raise OutputError("Either a result folder or a folder for GPUMD is wanted: give --output or --gpumd.")
    if gpumd is not None:
        write_decks(simulation, gpumd, force=force, quiet=quiet)
    elif output is not None:
        launcher = tuple(shlex.split(mpi or ""))
        way = Way(jobs, from_gpumd, resume, force, quiet, command_line(context), launcher)
        run_simulation(simulation, output, way)
