"""What is chosen about the electronic structure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kapitza.toml import FORBID_OTHERS

KPoints = tuple[int, int, int]


@dataclass(frozen=True)
class DftSettings:
    """Settings of a CP2K/Quickstep calculation of energy, forces and stress.

    cutoff, relative_cutoff : of the plane waves, Ry; grids : how many multigrids. kpoints : Monkhorst-Pack divisions.
    smearing : K, of the Fermi function. scf_accuracy : largest change of the density matrix at convergence. scf_steps :
    how many are tried. basis, potential : names in CP2K's files.

    The functional is PBEsol. CP2K carries GTH pseudopotentials made with PBEsol for boron only, so those made with PBE
    stand in.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    cutoff: float = 500.0
    relative_cutoff: float = 40.0
    grids: int = 6
    kpoints: KPoints = (2, 2, 2)
    smearing: float = 300.0
    scf_accuracy: float = 1e-6
    scf_steps: int = 60
    basis: str = "DZVP-MOLOPT-SR-GTH"
    potential: str = "GTH-PBE"


RECOMMENDED = DftSettings()
"""Settings that an orthogonal cell of 32 atoms is converged with."""
