"""Data sets to train potentials on: recipes, structures moved from equilibrium, and their labels."""

from kapitza.atoms.dataset.folder import (
    calculations,
    known_labels,
    labelled,
    read_dataset,
    write_dataset,
    write_labels,
)
from kapitza.atoms.dataset.making import given_structures, make_structures
from kapitza.atoms.dataset.recipe import Recipe, read_recipe
from kapitza.atoms.dataset.snapshots import snapshots

__all__ = [
    "Recipe",
    "calculations",
    "given_structures",
    "known_labels",
    "labelled",
    "make_structures",
    "read_dataset",
    "read_recipe",
    "snapshots",
    "write_dataset",
    "write_labels",
]
