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
from kapitza.units import GPA_PER_EV_A3, MEV_PER_THZ

STRETCHES = (-0.01, -0.005, 0.0, 0.005, 0.01, 0.015, 0.02)
"""Relative changes of length at which the quasi-harmonic approximation looks."""

_STEP = 10.0


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

    temperature (t,) : K. volume (t,) : of the primitive cell, A^3. expansion (t,) : of the volume, 1/K.
    bulk_modulus (t,) : GPa, isothermal. gruneisen (t,) : number, NaN at 0 K. axial (t, 3) : expansion of the lengths of
    the lattice vectors, 1/K, None for monoclinic and triclinic crystals.
    """

    temperature: Array
    volume: Array
    expansion: Array
    bulk_modulus: Array
    gruneisen: Array
    axial: Array | None


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
    refuse_imaginary(float(_modes(crystal, mesh).min()))
    found = crystal.phonopy.run_thermal_properties(temperatures=kelvin, exclude_gamma_acoustic=True)
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

    Source: phonopy's `run_qha`; Vinet's equation of state.
    """
    with optional("phonopy"):
        from phonopy import run_qha
    if len(stretches) < 5 or not hottest > 50:
        raise MethodError(
            f"Five volumes or more and a highest temperature above 50 K are wanted, got "
            f"{len(stretches)} and {hottest:g} K."
        )
    kelvin = np.arange(0, hottest + 1.5 * _STEP, _STEP)
    crystals, energies = [], []
    for stretch in stretches:
        cell = relaxed.atoms.copy()
        cell.set_cell(np.array(cell.cell) * (1 + stretch), scale_atoms=True)
        rest = relax(cell, calculator, fixed_volume=True)
        crystal = harmonic(rest.atoms, calculator, repeats)
        refuse_imaginary(float(_modes(crystal, mesh).min()))
        crystals.append(crystal.phonopy)
        energies.append(rest.energy * crystal.volume / rest.atoms.get_volume())
    points = default_mesh(crystal.cell) if mesh is None else mesh
    centred = [n | 1 for n in points]  # phonopy shifts even meshes, which breaks the symmetry of some lattices
    found = run_qha(crystals, kelvin, energies, mesh=centred, exclude_gamma_acoustic=True)
    gruneisen = np.array(found.gruneisen_parameters, float)
    gruneisen[0] = np.nan
    return Expansion(
        np.array(found.temperatures),
        np.array(found.equilibrium_volumes),
        np.array(found.thermal_expansion),
        np.array(found.bulk_moduli) * GPA_PER_EV_A3,
        gruneisen,
        None if found.lattice is None else np.array(found.lattice.axial_thermal_expansions),
    )


def _modes(crystal: Harmonic, mesh: tuple[int, int, int] | None) -> Array:
    """Energies on a mesh, meV, which phonopy keeps for the thermal properties."""
    found = crystal.phonopy.run_mesh(default_mesh(crystal.cell) if mesh is None else mesh, is_gamma_center=True)
    return np.array(found.frequencies) * MEV_PER_THZ
