"""The input of CP2K for one structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kapitza.atoms.dft.settings import RECOMMENDED, DftSettings
from kapitza.errors import MethodError

if TYPE_CHECKING:
    from ase import Atoms

_INPUT = """\
! PBEsol, with pseudopotentials made with PBE: CP2K has none made with PBEsol for these elements.
&GLOBAL
  PROJECT kapitza
  RUN_TYPE ENERGY_FORCE
  PRINT_LEVEL LOW
  &GRID
    BACKEND CPU
    APPLY_CUTOFF F
  &END GRID
&END GLOBAL
&FORCE_EVAL
  METHOD QUICKSTEP
  STRESS_TENSOR ANALYTICAL
  &DFT
    BASIS_SET_FILE_NAME BASIS_MOLOPT
    POTENTIAL_FILE_NAME GTH_POTENTIALS
    &MGRID
      CUTOFF {cutoff:g}
      REL_CUTOFF {relative_cutoff:g}
      NGRIDS {grids}
      PROGRESSION_FACTOR 2
    &END MGRID
    &QS
      EPS_DEFAULT 1.0E-12
    &END QS
    &KPOINTS
      SCHEME MONKHORST-PACK {kpoints}
    &END KPOINTS
    &SCF
      SCF_GUESS ATOMIC
      EPS_SCF {scf_accuracy:g}
      MAX_SCF {scf_steps}
      ADDED_MOS {added}
      &DIAGONALIZATION
        ALGORITHM STANDARD
      &END DIAGONALIZATION
      &SMEAR
        METHOD FERMI_DIRAC
        ELECTRONIC_TEMPERATURE [K] {smearing:g}
      &END SMEAR
      &MIXING
        METHOD BROYDEN_MIXING
        ALPHA 0.4
        NBROYDEN 8
      &END MIXING
      &PRINT
        &RESTART OFF
        &END RESTART
      &END PRINT
    &END SCF
    &XC
      &XC_FUNCTIONAL
        &PBE
          PARAMETRIZATION PBESOL
        &END PBE
      &END XC_FUNCTIONAL
    &END XC
  &END DFT
  &SUBSYS
    &CELL
{cell}
      PERIODIC XYZ
    &END CELL
    &COORD
{coordinates}
    &END COORD
{kinds}
  &END SUBSYS
  &PRINT
    &FORCES ON
    &END FORCES
    &STRESS_TENSOR ON
    &END STRESS_TENSOR
  &END PRINT
&END FORCE_EVAL
"""

_KIND = """\
    &KIND {symbol}
      BASIS_SET {basis}
      POTENTIAL {potential}
    &END KIND"""

_EMPTY_STATES = 0.25
"""Unoccupied states kept per atom, for the tail of the Fermi function."""


def cp2k_input(atoms: Atoms, settings: DftSettings = RECOMMENDED) -> str:
    """The text of CP2K's input for energy, forces and stress of a periodic structure.

    The same structure and settings always give the same text, by whose SHA-256 a result is known again.

    Parameters
    ----------
    atoms
        structure, periodic in three directions.
    settings
        what is chosen about the electronic structure.

    Raises
    ------
    MethodError
        if there are no atoms, the cell is not three-dimensional or periodic, or two atoms are closer than 0.5 A.
    """
    _check(atoms)
    cell = "\n".join(
        f"      {name} {row[0]:.10f} {row[1]:.10f} {row[2]:.10f}"
        for name, row in zip("ABC", atoms.cell.array, strict=True)
    )
    coordinates = "\n".join(
        f"      {symbol:2s} {x:.10f} {y:.10f} {z:.10f}"
        for symbol, (x, y, z) in zip(atoms.get_chemical_symbols(), atoms.positions, strict=True)
    )
    kinds = "\n".join(
        _KIND.format(symbol=symbol, basis=settings.basis, potential=settings.potential)
        for symbol in sorted(set(atoms.get_chemical_symbols()))
    )
    return _INPUT.format(
        cutoff=settings.cutoff,
        relative_cutoff=settings.relative_cutoff,
        grids=settings.grids,
        kpoints=" ".join(map(str, settings.kpoints)),
        scf_accuracy=settings.scf_accuracy,
        scf_steps=settings.scf_steps,
        added=max(8, int(np.ceil(_EMPTY_STATES * len(atoms)))),
        smearing=settings.smearing,
        cell=cell,
        coordinates=coordinates,
        kinds=kinds,
    )


def _check(atoms: Atoms) -> None:
    if not len(atoms) or not all(atoms.pbc) or abs(atoms.cell.volume) < 1e-6:
        raise MethodError(
            "A structure with atoms in a cell that is periodic in three directions is wanted: give it a cell, and "
            "periodicity where there is vacuum too."
        )
    distances = atoms.get_all_distances(mic=True)[~np.eye(len(atoms), dtype=bool)]
    if distances.size and distances.min() < 0.5:
        raise MethodError(f"Atoms 0.5 A or more apart are wanted, got two at {distances.min():.3f} A: move them apart.")
