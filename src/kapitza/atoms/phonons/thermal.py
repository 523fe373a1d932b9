"""Heat capacity, and thermal expansion in the quasi-harmonic approximation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kapitza.atoms.extra import optional
from kapitza.atoms.phonons.dispersion import refuse_imaginary
from kapitza.atoms.phonons.dos import default_mesh
from kapitza.atoms.phonons.harmonic import Harmonic, harmonic
from kapitza.atoms.phonons.relaxation import Relaxed, relax
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import MEV_PER_THZ

STRETCHES = (-0.01, -0.005, 0.0, 0.005, 0.01, 0.015, 0.02)
"""Relative changes of length at which the quasi-harmonic approximation looks."""

_COLDEST_STEP = 10.0


@dataclass(frozen=True)
class HeatCapacity:
    """Heat capacity at constant volume of the primitive cell.

    temperature (t,) : K. per_cell (t,) : units of Boltzmann's constant; 3 for each atom when hot.
    per_volume (t,) : J/(cm^3 K).
    """

    temperature: Array
    per_cell: Array
    per_volume: Array


@dataclass(frozen=True)
class Expansion:
    """Quasi-harmonic properties at zero pressure.

    temperature (t,) : K. volume (t,) : of the unit cell, A^3. expansion (t,) : of the volume, 1/K.
    bulk_modulus (t,) : GPa, isothermal. gruneisen (t,) : number, NaN at 0 K.
    """

    temperature: Array
    volume: Array
    expansion: Array
    bulk_modulus: Array
    gruneisen: Array


_BOLTZMANN_J_MOL = 8.31446261815324
_J_CM3_PER_J_MOL_A3 = 1 / 0.602214076


def heat_capacity(crystal: Harmonic, temperature: ArrayLike, mesh: tuple[int, int, int] | None = None) -> HeatCapacity:
    """Harmonic heat capacity at constant volume.

    temperature : (t,), K, above 0. mesh : of wave vectors, from the cell when None.

    Raises
    ------
    MethodError
        if a temperature is not above 0, or a mode is imaginary.
    """
    kelvin = np.atleast_1d(np.asarray(temperature, float))
    if not (kelvin > 0).all():
        raise MethodError(f"Temperatures above 0 K are wanted, got {kelvin.min():g} K.")
    found = _thermal(crystal, kelvin, mesh)
    capacity = np.array(found.heat_capacity)
    return HeatCapacity(kelvin, capacity / _BOLTZMANN_J_MOL, capacity * _J_CM3_PER_J_MOL_A3 / crystal.volume)


def thermal_expansion(
    relaxed: Relaxed,
    calculator: Any,
    repeats: Sequence[int] | None = None,
    hottest: float = 1000.0,
    mesh: tuple[int, int, int] | None = None,
    stretches: Sequence[float] = STRETCHES,
) -> Expansion:
    """Thermal expansion from the phonons of the crystal at several volumes, its shape relaxed at each.

    Parameters
    ----------
    relaxed
        crystal at rest.
    calculator
        any ASE calculator with forces and stress.
    repeats
        of the supercell, (3,); as `harmonic` when None.
    hottest
        highest temperature, K.
    mesh
        of wave vectors; from the cell when None.
    stretches
        relative changes of length, five or more.

    Raises
    ------
    MethodError
        if there are fewer than five volumes, the temperature is not above 50 K, or a mode is imaginary at a volume.

    Source: phonopy's `PhonopyQHA`; Vinet's equation of state.
    """
    with optional("phonopy"):
        from phonopy import PhonopyQHA
    if len(stretches) < 5 or not hottest > 50:
        raise MethodError(
            f"Five volumes or more and a highest temperature above 50 K are wanted, got "
            f"{len(stretches)} and {hottest:g} K."
        )
    kelvin = np.arange(0, hottest + 2.5 * _COLDEST_STEP, _COLDEST_STEP)
    volumes, energies, found = [], [], []
    for stretch in stretches:
        cell = relaxed.atoms.copy()
        cell.set_cell(np.array(cell.cell) * (1 + stretch), scale_atoms=True)
        rest = relax(cell, calculator, fixed_volume=True)
        crystal = harmonic(rest.atoms, calculator, repeats)
        volumes.append(crystal.volume)
        energies.append(rest.energy * crystal.volume / rest.atoms.get_volume())
        found.append(_thermal(crystal, kelvin, mesh))
    result = PhonopyQHA(
        volumes=volumes,
        electronic_energies=energies,
        temperatures=kelvin,
        free_energy=np.transpose([one.free_energy for one in found]),
        cv=np.transpose([one.heat_capacity for one in found]),
        entropy=np.transpose([one.entropy for one in found]),
        t_max=hottest,
    )
    return _expansion(result, kelvin)


def _expansion(result: Any, kelvin: Array) -> Expansion:
    count = len(result.thermal_expansion)
    gruneisen = np.array(result.gruneisen_temperature[:count], float)
    gruneisen[kelvin[:count] == 0] = np.nan
    return Expansion(
        kelvin[:count],
        np.array(result.volume_temperature[:count]),
        np.array(result.thermal_expansion[:count]),
        np.array(result.bulk_modulus_temperature[:count]),
        gruneisen,
    )


def _thermal(crystal: Harmonic, kelvin: Array, mesh: tuple[int, int, int] | None) -> Any:
    """phonopy's thermal properties, kJ/mol and J/(K mol) of the primitive cell."""
    found = crystal.phonopy.run_mesh(default_mesh(crystal.cell) if mesh is None else mesh, is_gamma_center=True)
    refuse_imaginary(float(found.frequencies.min()) * MEV_PER_THZ)
    return crystal.phonopy.run_thermal_properties(temperatures=kelvin, exclude_gamma_acoustic=True)
