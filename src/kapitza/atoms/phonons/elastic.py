"""Elastic constants by strain and stress, and the sound that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.atoms.phonons.harmonic import Harmonic
from kapitza.atoms.phonons.relaxation import Relaxed
from kapitza.atoms.phonons.store import without_field
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.units import GPA_PER_EV_A3

KG_M3_PER_U_A3 = 1660.5390666
"""1 u/A^3 in kg/m^3 (CODATA 2018)."""

_VOIGT = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
_NAMED = {"cubic": ("11", "12", "44"), "hexagonal": ("11", "12", "13", "33", "44"), "other": ("11", "22", "33", "44")}
_REST_STEPS = 300


@dataclass(frozen=True)
class Elastic:
    """Elastic constants in the crystal's own axes: c along z and a along x, or the cube's edges.

    constants (6, 6) : GPa, in the order xx, yy, zz, yz, xz, xy. errors (6, 6) : GPa, by how much two sizes of strain
    differ; what is wrong with the model of the forces is not in it. density : kg/m^3. system : "cubic", "hexagonal" or
    "other".
    """

    constants: Array
    errors: Array
    density: float
    system: str

    @property
    def named(self) -> dict[str, Quantity]:
        """C11 and the others that the crystal's symmetry leaves independent, GPa."""
        found = {}
        for name in _NAMED[self.system]:
            place = int(name[0]) - 1, int(name[1]) - 1
            found[f"C{name}"] = Quantity(float(self.constants[place]), float(self.errors[place]), "GPa")
        return found

    @property
    def bulk_modulus(self) -> float:
        """Bulk modulus after Reuss, GPa."""
        return float(1 / np.linalg.inv(self.constants)[:3, :3].sum())


def elastic_constants(relaxed: Relaxed, calculator: Any, strain: float = 0.002) -> Elastic:
    """Elastic constants from the stress of strained cells whose atoms have relaxed.

    Stresses at plus and minus a strain give a constant up to a term quadratic in the strain; a second strain, half as
    large, takes that out. The difference of both is the error: more than is needed for a smooth model, and not too much
    for one whose forces have kinks at their cutoff.

    Parameters
    ----------
    relaxed
        crystal at rest.
    calculator
        any ASE calculator with forces and stress.
    strain
        the larger of both strains.

    Raises
    ------
    MethodError
        if the strain is not between 0 and 0.05, or atoms do not come to rest.
    """
    if not 0 < strain <= 0.05:
        raise MethodError(f"A strain above 0 and up to 0.05 is wanted, got {strain:g}: 0.002 suits most crystals.")
    large, small = (_from_stress(relaxed, calculator, size) for size in (strain, strain / 2))
    best = (4 * small - large) / 3
    rotation, system = _own_axes(relaxed.atoms)
    tensor, change = (_turned(0.5 * (one + one.T), rotation) for one in (best, large - small))
    density = relaxed.atoms.get_masses().sum() / relaxed.atoms.get_volume() * KG_M3_PER_U_A3
    return Elastic(tensor, np.abs(change), float(density), system)


def sound_velocities(elastic: Elastic, direction: Array | tuple[float, float, float] = (0, 0, 1)) -> Array:
    """Velocities of sound (3,), km/s, rising, along `direction` (3,) in the axes of the elastic constants.

    Source: Christoffel's equation. The stiffening by the piezoelectric field is not in it.
    """
    unit = np.asarray(direction, float) / np.linalg.norm(direction)
    christoffel = np.einsum("ijkl,j,l->ik", _full(elastic.constants), unit, unit)
    return np.sqrt(np.linalg.eigvalsh(christoffel) * 1e9 / elastic.density) / 1e3


def acoustic_slopes(
    crystal: Harmonic, direction: Array | tuple[float, float, float] = (0, 0, 1), *, field: bool = False
) -> Array:
    """Velocities of sound (3,), km/s, rising, from the slopes of the acoustic modes near the zone centre; negative
    where a mode is imaginary.

    direction (3,) : Cartesian, in the axes of the crystal's cell. The slope at 0.02 1/A stands for that at zero, which
    is right within 0.1 % for cells up to 10 A. field : whether the electric field of polar modes is in it.
    """
    unit = np.asarray(direction, float) / np.linalg.norm(direction)
    wave_vector = 0.02
    q = crystal.cell @ unit * wave_vector / (2 * np.pi)
    found = (crystal if field else without_field(crystal)).phonopy.run_qpoints([q])
    frequency = np.sort(np.array(found.frequencies[0]))[:3]
    return 2 * np.pi * frequency / wave_vector * 0.1


def _from_stress(relaxed: Relaxed, calculator: Any, strain: float) -> Array:
    """Constants (6, 6), GPa, by central differences: rows stress, columns strain."""
    columns = []
    for i, j in _VOIGT:
        up, down = (_stress(relaxed, calculator, _strain(i, j, sign * strain)) for sign in (1, -1))
        columns.append((up - down) / (2 * strain))
    return np.array(columns).T


def _strain(i: int, j: int, size: float) -> Array:
    """Strain (3, 3) with one component of `size`; a shear is the engineering one."""
    strain = np.zeros((3, 3))
    strain[i, j] += size / 2
    strain[j, i] += size / 2
    return strain


def _stress(relaxed: Relaxed, calculator: Any, strain: Array) -> Array:
    """Stress (6,), GPa, of the strained cell with its atoms at rest."""
    with optional("ASE"):
        from ase.optimize import BFGS
    work = relaxed.atoms.copy()
    work.set_cell(np.array(work.cell) @ (np.eye(3) + strain), scale_atoms=True)
    work.calc = calculator
    if len(work) > 1 and not BFGS(work, logfile=None).run(fmax=1e-5, steps=_REST_STEPS):
        raise MethodError(
            f"Atoms at rest are wanted in the strained cell, forces are left after {_REST_STEPS} steps: use less "
            "strain."
        )
    return np.array(work.get_stress()) * GPA_PER_EV_A3


def _own_axes(atoms: Any) -> tuple[Array, str]:
    """The rotation (3, 3) to the crystal's own axes, and its system."""
    with optional("spglib"):
        import spglib
    cell: Any = (np.array(atoms.cell), atoms.get_scaled_positions(), atoms.numbers)
    found = spglib.get_symmetry_dataset(cell, 1e-4)
    number = int(found.number) if found is not None else 1
    if found is None or number < 143:
        return np.eye(3), "other"
    system = "cubic" if number >= 195 else "hexagonal" if number >= 168 else "other"
    return np.array(found.std_rotation_matrix), system


def _full(constants: Array) -> Array:
    """The tensor (3, 3, 3, 3) of constants (6, 6)."""
    place = np.zeros((3, 3), int)
    for number, (i, j) in enumerate(_VOIGT):
        place[i, j] = place[j, i] = number
    return constants[place[:, :, np.newaxis, np.newaxis], place[np.newaxis, np.newaxis]]


def _turned(constants: Array, rotation: Array) -> Array:
    """Constants (6, 6) in axes turned by `rotation`."""
    turned = np.einsum("ai,bj,ck,dl,ijkl->abcd", rotation, rotation, rotation, rotation, _full(constants))
    rows, columns = np.array(_VOIGT).T
    return turned[rows[:, np.newaxis], columns[:, np.newaxis], rows, columns]
