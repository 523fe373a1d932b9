"""Reference data: energies, forces and stresses from density functional theory with CP2K."""

from kapitza.atoms.dft.calculator import cp2k_calculator
from kapitza.atoms.dft.inputs import cp2k_input
from kapitza.atoms.dft.outputs import DftResult, read_output
from kapitza.atoms.dft.queue import Calculation, Labels, read_queue, run_queue
from kapitza.atoms.dft.settings import DftSettings

__all__ = [
    "Calculation",
    "DftResult",
    "DftSettings",
    "Labels",
    "cp2k_calculator",
    "cp2k_input",
    "read_output",
    "read_queue",
    "run_queue",
]
