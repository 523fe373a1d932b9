"""`kapitza atoms structure`: a crystal or an interface into a file that the engines read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kapitza.cli.options import Debug, Force, Quiet


def structure(
    crystal: Annotated[str, typer.Argument(metavar="CRYSTAL", help="AlN, SiC, or a file that ASE reads.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Structure to write.")],
    force: Force = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write the atoms of a crystal as extended XYZ.

    Example: `kapitza atoms structure AlN -o aln.xyz`
    """
    from kapitza.atoms.structures import aluminium_nitride, read_crystal, silicon_carbide
    from kapitza.cli.writing import refuse_existing
    from kapitza.files.folder import result_file

    refuse_existing(output, force=force)
    known = {"aln": aluminium_nitride, "sic": silicon_carbide}
    made = known[crystal.lower()]() if crystal.lower() in known else read_crystal(crystal)
    with result_file(output) as scratch:
        made.atoms.write(scratch, format="extxyz")
    if not quiet:
        typer.echo(f"{output} is written: {len(made.numbers)} atoms of {made.name}")
