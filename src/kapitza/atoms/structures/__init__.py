"""Structures: crystals, lattice-matched interfaces with their groups, and files that the engines read."""

from kapitza.atoms.structures.building import Slab, bulk, interface
from kapitza.atoms.structures.crystals import (
    Crystal,
    aluminium_nitride,
    crystal_from_atoms,
    named_crystal,
    orthogonal,
    read_crystal,
    silicon_carbide,
)
from kapitza.atoms.structures.model import GROUPS, Strain, Structure
from kapitza.atoms.structures.regions import Regions
from kapitza.atoms.structures.writing import FORMATS, write_structure

__all__ = [
    "FORMATS",
    "GROUPS",
    "Crystal",
    "Regions",
    "Slab",
    "Strain",
    "Structure",
    "aluminium_nitride",
    "bulk",
    "crystal_from_atoms",
    "interface",
    "named_crystal",
    "orthogonal",
    "read_crystal",
    "silicon_carbide",
    "write_structure",
]
