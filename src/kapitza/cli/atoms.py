"""`kapitza atoms`: the commands of the atomistic half. Each lives in a module of its own, `atoms_*.py`."""

from __future__ import annotations

import typer

from kapitza.cli.atoms_dataset import dataset, label
from kapitza.cli.atoms_demo import demo
from kapitza.cli.atoms_interface_modes import interface_modes
from kapitza.cli.atoms_modes import modes
from kapitza.cli.atoms_nemd import nemd
from kapitza.cli.atoms_phonons import phonons
from kapitza.cli.atoms_structure import structure
from kapitza.cli.atoms_train import compare, select, train
from kapitza.cli.failures import Command

_HELP = """
The same interface atom by atom: structures, reference data, potentials, lattice dynamics, molecular dynamics.

Wants the extra `atoms`: `pip install "kapitza[atoms]"`.
"""

atoms_app = typer.Typer(
    help=_HELP,
    short_help="The interface atom by atom: structures, reference data and more.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

atoms_app.command("demo", cls=Command)(demo)
atoms_app.command("select", cls=Command)(select)
atoms_app.command("dataset", cls=Command)(dataset)
atoms_app.command("label", cls=Command)(label)
atoms_app.command("interface-modes", cls=Command)(interface_modes)
atoms_app.command("modes", cls=Command)(modes)
atoms_app.command("nemd", cls=Command)(nemd)
atoms_app.command("phonons", cls=Command)(phonons)
atoms_app.command("structure", cls=Command)(structure)
atoms_app.command("test", cls=Command)(compare)
atoms_app.command("train", cls=Command)(train)
