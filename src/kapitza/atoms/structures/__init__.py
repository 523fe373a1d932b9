"""Structures: crystals, lattice-matched interfaces with their groups, and files that the engines read."""

from kapitza.atoms.structures.crystals import (
    Crystal,
    aluminium_nitride,
    crystal_from_atoms,
    orthogonal,
    read_crystal,
    silicon_carbide,
)

__all__ = ["Crystal", "aluminium_nitride", "crystal_from_atoms", "orthogonal", "read_crystal", "silicon_carbide"]
