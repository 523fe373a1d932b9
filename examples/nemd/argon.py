"""Write argon.xyz: an argon crystal whose right half is heavier, with baths and frozen ends, for argon.toml."""

from pathlib import Path

from ase.build import bulk

from kapitza.atoms.structures import Regions
from kapitza.atoms.structures.regions import assign_groups

CELLS, HALF, LATTICE = 4, 12, 5.31


def main() -> None:
    """Write the structure beside this file."""
    atoms = bulk("Ar", "fcc", a=LATTICE, cubic=True).repeat((CELLS, CELLS, 2 * HALF))
    height, middle = atoms.positions[:, 2], LATTICE * (HALF - 0.25)
    # Another symbol, so that the right half can have another mass; argon.toml gives both one potential.
    atoms.symbols[height > middle] = "Kr"
    regions = Regions("both", frozen_length=8.0, bath_length=16.0, interface_length=6.0)
    atoms.new_array("group", assign_groups(height, middle, regions, periodic=True))
    atoms.new_array("side", (height > middle).astype(int))
    atoms.write(Path(__file__).with_name("argon.xyz"), format="extxyz")


if __name__ == "__main__":
    main()
