"""Energy, forces and stress from what CP2K printed; a self-consistent field that did not converge is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.constants import angstrom, giga, physical_constants
from scipy.constants import e as electronvolt

from kapitza.data import Array
from kapitza.errors import InputError, MethodError

HARTREE = physical_constants["Hartree energy in eV"][0]
BOHR = physical_constants["Bohr radius"][0] / angstrom
GPA = giga * angstrom**3 / electronvolt
"""One hartree in eV, one bohr in A, one GPa in eV/A^3."""

_NUMBER = r"[-+]?\d+\.\d+(?:[Ee][-+]?\d+)?"
_ENERGY = re.compile(rf"ENERGY\| Total FORCE_EVAL.*?energy \[(?:a\.u\.|hartree)\]:?\s+({_NUMBER})")
_CONVERGED = re.compile(r"\*\*\* SCF run converged in\s+(\d+) steps")
_FORCES = re.compile(r"ATOMIC FORCES in \[a\.u\.\](.*?)SUM OF ATOMIC FORCES", re.DOTALL)
_FORCE = re.compile(rf"^\s*\d+\s+\d+\s+\S+\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s*$", re.MULTILINE)
_STRESS = re.compile(
    rf"STRESS\| Analytical stress tensor \[GPa\].*?((?:STRESS\|\s+[xyz](?:\s+{_NUMBER}){{3}}\s+){{3}})", re.DOTALL
)
_VERSION = re.compile(r"CP2K\| version string:\s+CP2K version (\S+)")


@dataclass(frozen=True)
class DftResult:
    """What a calculation found.

    energy : eV, of the whole cell; with smearing the free energy, which the forces belong to. forces (n, 3) : eV/A.
    stress (3, 3) : eV/A^3, above 0 where the cell is stretched, as ASE has it. steps : of the self-consistent field.
    version : of CP2K.
    """

    energy: float
    forces: Array
    stress: Array
    steps: int
    version: str

    def virial(self, volume: float) -> Array:
        """The virial (3, 3), eV, of a cell of `volume`, A^3: minus stress times volume, as GPUMD reads it."""
        return -self.stress * volume


def read_output(path: Path | str) -> DftResult:
    """Read the output of a CP2K run of one structure.

    Raises
    ------
    InputError
        if the file cannot be read, the run did not come to its end, or energy, forces or stress are not in it.
    MethodError
        if the self-consistent field did not converge, or a number is not finite.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(
            f"An output of CP2K is wanted, {path.name} cannot be read ({error.strerror}): run the calculation first."
        ) from error
    return parse_output(text, path.name)


def parse_output(text: str, name: str) -> DftResult:
    """As `read_output`, from text; `name` is what errors call it."""
    converged = _CONVERGED.search(text)
    if "SCF run NOT converged" in text:
        raise MethodError(
            f"{name}: a converged self-consistent field is wanted, CP2K stopped before it: try more steps, a higher "
            "smearing, or leave the structure out."
        )
    if "PROGRAM ENDED AT" not in text or converged is None:
        raise InputError(
            f"{name}: an output that ends with CP2K's end is wanted, got one that breaks off: run it again."
        )
    forces = np.array(_FORCE.findall(_only(_FORCES, text, name, "forces")), float) * (HARTREE / BOHR)
    rows = re.findall(_NUMBER, _only(_STRESS, text, name, "stress"))
    # CP2K's stress is above 0 where the cell is compressed.
    stress = -np.array(rows, float).reshape(3, 3) * GPA
    energy = float(_only(_ENERGY, text, name, "energy")) * HARTREE
    version = _VERSION.search(text)
    if not (np.isfinite(energy) and np.isfinite(forces).all() and np.isfinite(stress).all() and len(forces)):
        raise MethodError(f"{name}: finite energy, forces and stress are wanted, got others: look at the output.")
    return DftResult(energy, forces, stress, int(converged[1]), version[1] if version else "unknown")


def _only(pattern: re.Pattern[str], text: str, name: str, what: str) -> str:
    """What `pattern` last found: a run prints its numbers once, at the end."""
    found = pattern.findall(text)
    if not found:
        raise InputError(
            f"{name}: the {what} are wanted, this output has none: print forces and stress, as kapitza's input does."
        )
    return str(found[-1])
