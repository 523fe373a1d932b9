"""CP2K as a calculator of ASE, for whatever takes one: what it has calculated it does not calculate again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.dft.inputs import cp2k_input
from kapitza.atoms.dft.job import Job, check_command, finished, read_label, run_job
from kapitza.atoms.dft.queue import calculation_folder
from kapitza.atoms.dft.settings import RECOMMENDED, DftSettings, KPoints
from kapitza.atoms.extra import optional
from kapitza.data import Array
from kapitza.errors import MethodError


def cp2k_calculator(
    folder: Path | str,
    settings: DftSettings = RECOMMENDED,
    *,
    sampled: float = 12.0,
    threads: int = 1,
    command: str = "cp2k",
) -> Any:
    """A calculator of ASE that has CP2K find energies, forces and stresses.

    Every structure has a folder of its own in `folder`, as in `run_queue`, so that a relaxation or phonons which were
    stopped go on from there. The mean force is taken off: a grid leaves some, and without it a polar crystal slides.

    Parameters
    ----------
    folder
        where the calculations are kept.
    settings
        of the electronic structure, but for the k points.
    sampled
        A; a cell of this height is sampled at one k point along it, lower ones at as many as they fit into it.
    threads
        of each calculation.
    command
        how CP2K is started.

    Raises
    ------
    MethodError
        if CP2K is not there, or `sampled` is not above 0; from the calculator itself, if a structure does not converge.
    """
    with optional("ASE"):
        from ase.calculators.calculator import Calculator, all_changes
        from ase.stress import full_3x3_to_voigt_6_stress
    check_command(command)
    if not sampled > 0:
        raise MethodError(f"A height above 0 A is wanted to sample k points by, got {sampled:g}: 12 A is usual.")

    class Cp2k(Calculator):
        implemented_properties = ["energy", "free_energy", "forces", "stress"]  # noqa: RUF012 ASE wants a list

        def calculate(self, atoms: Any = None, properties: Any = None, system_changes: Any = all_changes) -> None:
            super().calculate(atoms, properties, system_changes)
            asked: Any = self.atoms
            divisions = kpoint_divisions(np.array(asked.cell), sampled)
            text = cp2k_input(asked, replace(settings, kpoints=divisions))
            name = asked.get_chemical_formula()
            job = Job(calculation_folder(Path(folder), name, text), text, command, threads)
            if not finished(job):
                run_job(job)
            found = read_label(job).result
            self.results = {
                "energy": found.energy,
                "free_energy": found.energy,
                "forces": found.forces - found.forces.mean(axis=0),
                "stress": full_3x3_to_voigt_6_stress(found.stress),
            }

    return Cp2k()


def kpoint_divisions(cell: Array, sampled: float) -> KPoints:
    """Divisions of the reciprocal lattice of `cell` (3, 3; A) so that each times the cell's height is `sampled`, A, or
    more."""
    heights = 1 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    first, second, third = (int(np.ceil(sampled / height - 1e-6)) for height in heights)
    return first, second, third
