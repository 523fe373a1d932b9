"""What a structure must fulfil before a potential is asked about it."""

from __future__ import annotations

from typing import Any

import numpy as np

from kapitza.atoms.potential.model_file import ModelFile
from kapitza.data import Array
from kapitza.errors import MethodError

CLOSEST = 0.6
"""Distance of two atoms, over the sum of their covalent radii, below which no potential has been trained."""


def check_structure(atoms: Any, model: ModelFile, *, minimum_image: bool = False) -> None:
    """Refuse a structure (`ase.Atoms`) that the model cannot say anything about.

    minimum_image : whether the cell must be so thick that no atom sees two images of another, as engines ask that do
        not repeat small cells.

    Raises
    ------
    MethodError
        if the model lacks an element, atoms are too close, or the cell is too thin.
    """
    check_species(atoms, model)
    if minimum_image:
        check_thickness(atoms, model)
    check_distances(atoms)


def check_species(atoms: Any, model: ModelFile) -> None:
    """Refuse elements that the model was not trained on.

    Raises
    ------
    MethodError
        if there are any.
    """
    lacking = sorted(set(atoms.get_chemical_symbols()) - set(model.species))
    if lacking:
        raise MethodError(
            f"Elements of the model ({', '.join(model.species)}) are wanted, got {', '.join(lacking)} too: choose a "
            "model that was trained on them."
        )


def check_thickness(atoms: Any, model: ModelFile) -> None:
    """Refuse a cell thinner than twice the cutoff along a periodic direction.

    Raises
    ------
    MethodError
        if it is; the message says along which direction.
    """
    for name, thick, periodic in zip("abc", thicknesses(atoms.cell.complete()[:]), atoms.pbc, strict=True):
        if periodic and thick < 2 * model.cutoff:
            times = int(np.ceil(2 * model.cutoff / thick))
            raise MethodError(
                f"A cell at least {2 * model.cutoff:.4g} Å thick (twice the cutoff) is wanted, got {thick:.4g} Å "
                f"along {name}: repeat it {times} times that way."
            )


def thicknesses(cell: Array) -> Array:
    """Distances, Å, of the opposite faces of a cell (3, 3), along a, b and c."""
    volume = abs(np.linalg.det(cell))
    faces = [np.linalg.norm(np.cross(cell[(i + 1) % 3], cell[(i + 2) % 3])) for i in range(3)]
    return volume / np.array(faces)


def check_distances(atoms: Any) -> None:
    """Refuse atoms closer than `CLOSEST` times the sum of their covalent radii.

    Raises
    ------
    MethodError
        if there are any; the message names the closest pair.
    """
    from ase.data import covalent_radii
    from ase.neighborlist import neighbor_list

    radii = covalent_radii[atoms.numbers]
    first, second, distance = neighbor_list("ijd", atoms, 2 * CLOSEST * float(radii.max(initial=0.0)))
    ratio = distance / (radii[first] + radii[second])
    if not ratio.size or ratio.min() >= CLOSEST:
        return
    worst = int(ratio.argmin())
    names = [f"{atoms.symbols[i]} (number {i})" for i in (first[worst], second[worst])]
    wanted = CLOSEST * (radii[first[worst]] + radii[second[worst]])
    raise MethodError(
        f"Atoms at least {wanted:.2f} Å apart are wanted, got {names[0]} and {names[1]} at {distance[worst]:.2f} Å: "
        "correct the positions or the units of the cell."
    )
