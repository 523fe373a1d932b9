"""The part of the energy that each element brings by itself, which no potential needs to learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from kapitza.atoms.potential.dataset import DataSet
from kapitza.data import Array
from kapitza.errors import MethodError


def reference_energies(dataset: DataSet) -> dict[str, float]:
    """Energy per atom, eV, of each element such that their sum comes closest to the labels.

    Where the compositions leave freedom, the smallest energies are taken. What is left when they are subtracted is of
    the size that a potential in single precision learns well.
    """
    species = dataset.species
    energies = np.linalg.lstsq(_composition(dataset, species), dataset.labels.energies, rcond=None)[0]
    return dict(zip(species, energies.tolist(), strict=True))


def shifted(dataset: DataSet, references: Mapping[str, float]) -> DataSet:
    """The same with the reference energies (eV per atom of each element) subtracted.

    Raises
    ------
    MethodError
        if an element has none.
    """
    lacking = sorted(set(dataset.species) - set(references))
    if lacking:
        raise MethodError(
            f"A reference energy of every element is wanted, got none for {', '.join(lacking)}: choose a model that "
            "was trained on them."
        )
    species = tuple(references)
    offset = _composition(dataset, species) @ np.array([references[name] for name in species])
    return replace(dataset, labels=replace(dataset.labels, energies=dataset.labels.energies - offset))


def _composition(dataset: DataSet, species: Sequence[str]) -> Array:
    """How many atoms of each element, (n, species)."""
    symbols = [np.array(atoms.get_chemical_symbols()) for atoms in dataset.structures]
    return np.array([[np.count_nonzero(names == name) for name in species] for names in symbols], dtype=float)
