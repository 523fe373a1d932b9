"""A crystal at rest: atoms and cell where forces and stress vanish, its symmetry kept."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import GPA_PER_EV_A3

_MOST_STEPS = 1000


@dataclass(frozen=True)
class Relaxed:
    """A relaxed crystal.

    atoms : ASE's `Atoms`, with its calculator. energy : eV per cell. force : largest force left, eV/A.
    stress (6,) : what is left, GPa, in the order xx, yy, zz, yz, xz, xy, tension positive. steps : how many it took.
    """

    atoms: Any
    energy: float
    force: float
    stress: Array
    steps: int


def relax(
    atoms: Any,
    calculator: Any,
    *,
    in_plane: float | None = None,
    fixed_volume: bool = False,
    force: float = 1e-4,
) -> Relaxed:
    """Move atoms and cell until no force is left, with the symmetry that the crystal came with.

    Parameters
    ----------
    atoms
        unit cell, ASE's `Atoms`; it is not changed.
    calculator
        any ASE calculator with forces and stress.
    in_plane
        lattice constant a to hold, A, as when the crystal grows on another one: then only c and the atoms relax. The
        c axis must lie along z.
    fixed_volume
        whether the volume stays as it is.
    force
        largest force that may be left, eV/A; for the cell, of the stress times the volume.

    Raises
    ------
    MethodError
        if the crystal is not periodic, its c axis does not lie along z where `in_plane` is given, or forces are left.

    Source: Tadmor et al., Multiscale Model. Simul. 10, 1 (2012), for cell and atoms together, as in ASE's
    `FrechetCellFilter`.
    """
    with optional("ASE"):
        from ase.constraints import FixSymmetry
        from ase.filters import FrechetCellFilter
        from ase.optimize import BFGS
    work = _placed(atoms, in_plane)
    work.calc = calculator
    work.set_constraint(FixSymmetry(work))
    free = None if in_plane is None else [False, False, True, False, False, False]
    whole: Any = FrechetCellFilter(work, mask=free, constant_volume=fixed_volume)
    search = BFGS(whole, logfile=None)
    with warnings.catch_warnings():
        # of a deformation near 1, right to 1e-12, which is far below what `force` asks
        warnings.filterwarnings("ignore", "logm result may be inaccurate", RuntimeWarning)
        found = search.run(fmax=force, steps=_MOST_STEPS)
    if not found:
        left = float(np.abs(work.get_forces()).max())
        raise MethodError(
            f"Forces below {force:g} eV/A are wanted at rest, got {left:.2g} eV/A after {_MOST_STEPS} steps: start "
            "from a better structure, or allow a larger force."
        )
    work.set_constraint()
    left = float(np.linalg.norm(work.get_forces(), axis=1).max())
    return Relaxed(work, float(work.get_potential_energy()), left, work.get_stress() * GPA_PER_EV_A3, search.nsteps)


def _placed(atoms: Any, in_plane: float | None) -> Any:
    """A copy of the cell, its lattice constant a set to `in_plane`."""
    if not atoms.pbc.all() or abs(atoms.cell.volume) < 1e-6:
        raise MethodError("A crystal that is periodic in three directions is wanted: give it a cell and set pbc.")
    work = atoms.copy()
    work.set_constraint()
    if in_plane is None:
        return work
    cell = np.array(work.cell)
    if not in_plane > 0:
        raise MethodError(f"A lattice constant above 0 A is wanted in the plane, got {in_plane:g}: give it in A.")
    if np.abs([cell[0, 2], cell[1, 2], cell[2, 0], cell[2, 1]]).max() > 1e-6:
        raise MethodError(
            "A c axis along z, at right angles to a and b, is wanted to strain a crystal in the plane: turn its cell."
        )
    cell[:2] *= in_plane / np.linalg.norm(cell[0])
    work.set_cell(cell, scale_atoms=True)
    return work
