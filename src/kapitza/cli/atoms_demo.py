"""`kapitza atoms demo`: the whole chain of the atomistic half on a small interface."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kapitza.cli.options import Debug, Force, Quiet, Resume


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write.")] = Path(
        "kapitza-demo-atoms"
    ),
    jobs: Annotated[int, typer.Option(metavar="N", help="Runs at a time, each on a core of its own.")] = 2,
    resume: Resume = False,
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Drive heat through a small AlN|SiC interface with the potential that comes along.

    Phonons of both crystals and the modes bound to the interface, then heat forward and in reverse while the modes of
    both sides are followed. Minutes long: enough to see how it goes, too short and too small for numbers to keep.

    Example: `kapitza atoms demo -o demo`
    """
    from kapitza.cli.demo_atoms import run_demo

    run_demo(output, jobs, resume=resume, force=force, quiet=quiet)
