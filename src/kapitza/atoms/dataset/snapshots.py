"""Structures that a crystal passes through at a temperature, so far apart in time that they are independent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.errors import MethodError

if TYPE_CHECKING:
    from ase import Atoms

_TOO_HOT = 5.0
"""Temperatures above this multiple of the wanted one are a potential's failure, not a fluctuation."""


def snapshots(
    atoms: Atoms,
    calculator: Any,
    count: int,
    *,
    temperature: float = 900.0,
    timestep: float = 1.0,
    friction: float = 0.02,
    settling: int = 2000,
    every: int = 200,
    seed: int | Sequence[int] = 0,
) -> list[Atoms]:
    """Draw structures from Langevin dynamics in a fixed cell.

    Parameters
    ----------
    atoms
        where the dynamics start, n atoms.
    calculator
        an ASE calculator that gives forces, as of a first potential.
    count
        how many structures.
    temperature
        K.
    timestep
        fs.
    friction
        of the thermostat, 1/fs.
    settling
        steps before the first structure.
    every
        steps between structures: 200 fs are several periods of the slowest optical phonons, and four times the memory
        that the friction leaves.
    seed
        of velocities and thermostat.

    Returns
    -------
    list of Atoms
        copies with positions and cell.

    Raises
    ------
    MethodError
        if a number is not above 0, or the dynamics leave what is physical: five times the temperature, or no numbers.
    """
    with optional("ASE"):
        from ase import units
        from ase.md.langevin import Langevin
    for name, value in (("count", count), ("temperature", temperature), ("timestep", timestep), ("every", every)):
        if not value > 0:
            raise MethodError(f"A {name} above 0 is wanted for snapshots, got {value:g}: correct it.")
    random = np.random.default_rng(seed)
    moving = atoms.copy()
    moving.calc = calculator
    spread = np.sqrt(moving.get_masses() * units.kB * temperature)
    moving.set_momenta(random.standard_normal((len(moving), 3)) * spread[:, None])
    # Without `fixcm`, which does not sample the canonical distribution.
    dynamics = Langevin(
        moving,
        timestep * units.fs,
        temperature_K=temperature,
        friction=friction / units.fs,
        fixcm=False,
        rng=random,
    )
    taken = []
    for index in range(count):
        dynamics.run(every if index else settling)
        found = moving.get_temperature()
        if not found < _TOO_HOT * temperature:
            raise MethodError(
                f"Dynamics near {temperature:g} K are wanted, got {found:.0f} K after {dynamics.nsteps} steps: the "
                "potential does not hold there; train it on more rattled structures, or take a shorter time step."
            )
        taken.append(_bare(moving))
    return taken


def _bare(atoms: Atoms) -> Atoms:
    copy = atoms.copy()
    copy.arrays.pop("momenta", None)
    return copy
