"""Force constants on disk, as phonopy keeps them, and the electric field of polar modes."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kapitza.atoms.extra import optional
from kapitza.atoms.phonons.harmonic import Harmonic, from_forces, read_phonopy
from kapitza.data import Array
from kapitza.errors import InputError, MethodError
from kapitza.units import COULOMB

_CHARGE_LEFT = 0.1
_APART = "force_constants.hdf5"


def save_harmonic(crystal: Harmonic, path: str | Path, *, apart: bool = False) -> None:
    """Write crystal and force constants, with Born charges where there are some, as phonopy.yaml.

    apart : force constants go into a force_constants.hdf5 beside it, and the forces that they were made from are left
    out. Those of 64 atoms in 1,600 take a minute to be read from YAML.
    """
    path = Path(path)
    crystal.phonopy.save(path, settings=dict.fromkeys(("force_constants", "force_sets", "displacements"), not apart))
    if apart:
        with optional("phonopy"):
            from phonopy.file_IO import write_force_constants_to_hdf5
        phonopy = crystal.phonopy
        write_force_constants_to_hdf5(
            phonopy.force_constants, str(path.with_name(_APART)), phonopy.primitive.p2s_map, "eV/angstrom^2", "gzip"
        )


def harmonic_files(path: str | Path) -> list[Path]:
    """The files that `read_harmonic` may take a phonopy.yaml from: itself, and a force_constants.hdf5 beside it."""
    path = Path(path)
    return [path, *(file for file in [path.with_name(_APART)] if file.is_file())]


def read_harmonic(path: str | Path) -> Harmonic:
    """Read a phonopy.yaml with force constants, or with displacements and forces, from kapitza or from elsewhere.

    Where it has neither, the force constants are those of a force_constants.hdf5 beside it.

    Raises
    ------
    InputError
        if the file is missing, is not phonopy's, is not in eV and A, or there are neither force constants nor forces.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"A phonopy.yaml is wanted, got nothing at {path}: check the name and the folder.")
    made = read_phonopy(path)
    if made.force_constants is None and made.dataset is not None and made.forces is not None:
        return from_forces(made, np.array(made.forces))
    if made.force_constants is None:
        made.force_constants = _read_apart(path, made.primitive.p2s_map)
    return Harmonic(made)


def _read_apart(path: Path, atoms: Array) -> Array:
    """Force constants of a phonopy.yaml at `path` from beside it; atoms (n,) : the primitive ones in the supercell."""
    with optional("phonopy"):
        from phonopy.file_IO import read_force_constants_hdf5
    apart = path.with_name(_APART)
    if not apart.is_file():
        raise InputError(
            f"Force constants or forces are wanted in {path.name}, or force constants in a {_APART} beside it, got "
            "neither: save it with force constants."
        )
    try:
        constants: Any = read_force_constants_hdf5(apart, atoms)
    except Exception as error:
        raise InputError(
            f"The force constants of {path.name} are wanted in {apart.name} beside it, it cannot be read or has others "
            f"({error}): save both together."
        ) from error
    return constants


def without_field(crystal: Harmonic) -> Harmonic:
    """The crystal without the electric field of its modes; itself where it has none."""
    return crystal if not crystal.polar else replace(crystal, phonopy=_bare(crystal))


def _bare(crystal: Harmonic) -> Any:
    """Another `Phonopy` with the same force constants and no Born charges."""
    bare = crystal.phonopy.replicate()
    bare.force_constants = crystal.phonopy.force_constants
    return bare


def with_born_charges(crystal: Harmonic, charges: ArrayLike, dielectric: ArrayLike) -> Harmonic:
    """The crystal with the long-ranged electric field of its modes, which parts LO from TO.

    Parameters
    ----------
    crystal
        with force constants; it is not changed.
    charges
        Born effective charges of the atoms of the primitive cell, (n, 3, 3) or (n,) where they are isotropic, units of
        the elementary charge.
    dielectric
        high-frequency dielectric constant, (3, 3), (3,) along the axes, or a number.

    Raises
    ------
    MethodError
        if the shapes do not fit, the charges do not add up to zero within 0.1, the dielectric constant is not positive,
        or they lack the symmetry of the crystal.

    Source: Gonze and Lee, Phys. Rev. B 55, 10355 (1997).
    """
    count = len(crystal.species)
    born, epsilon = np.asarray(charges, float), np.asarray(dielectric, float)
    born = born[:, np.newaxis, np.newaxis] * np.eye(3) if born.ndim == 1 else born
    epsilon = epsilon if epsilon.ndim == 2 else epsilon * np.eye(3)
    if born.shape != (count, 3, 3) or epsilon.shape != (3, 3):
        raise MethodError(
            f"Born charges of shape ({count}, 3, 3) or ({count},) and a dielectric constant of (3, 3), (3,) or one "
            f"number are wanted, got {np.shape(charges)} and {np.shape(dielectric)}: give them atom by atom."
        )
    if np.linalg.eigvalsh(0.5 * (epsilon + epsilon.T)).min() <= 0:
        raise MethodError(f"A positive dielectric constant is wanted, got {np.diag(epsilon)}: give the electrons' own.")
    if (left := np.abs(born.sum(axis=0)).max()) > _CHARGE_LEFT:
        raise MethodError(
            f"Born charges that add up to zero are wanted, got {left:.2g} e left: give those of all "
            f"{count} atoms of the primitive cell ({' '.join(crystal.species)})."
        )
    polar = _bare(crystal)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Symmetry of")
        try:
            polar.nac_params = {"born": born - born.mean(axis=0), "dielectric": epsilon, "factor": COULOMB}
        except UserWarning as broken:
            raise MethodError(
                "Born charges and a dielectric constant with the symmetry of the crystal are wanted, got others: give "
                f"them in the order {' '.join(crystal.species)}, in the axes of its cell."
            ) from broken
    return replace(crystal, phonopy=polar)


def with_born_file(crystal: Harmonic, path: str | Path) -> Harmonic:
    """The crystal with Born charges and dielectric constant from a file in phonopy's BORN format.

    Raises
    ------
    InputError
        if the file is missing or is not in that format.
    MethodError
        as `with_born_charges`.
    """
    with optional("phonopy"):
        from phonopy.file_IO import parse_BORN
    path = Path(path)
    if not path.is_file():
        raise InputError(f"A file with Born charges is wanted, got nothing at {path}: check the name and the folder.")
    try:
        read = parse_BORN(crystal.phonopy.primitive, filename=path)
    except Exception as error:
        raise InputError(
            f"Born charges in phonopy's BORN format are wanted, {path.name} is not ({error}): a line with the factor, "
            "one with the dielectric tensor, one with the charge of each inequivalent atom."
        ) from error
    return with_born_charges(crystal, read["born"], read["dielectric"])
