"""Atom-steps per second of heat flow: the driver beside bare LAMMPS and ASE, and memory against the length of a run.

Silicon carbide with Tersoff's potential, which LAMMPS brings, and with a small neuroevolution potential of the tests.
Processor time of one thread, all in one process after another; on a graphics card, where there is one, wall time. Run
it without arguments; it takes some minutes.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from ase import units
from ase.md.langevin import Langevin

from kapitza.atoms.nemd import Simulation, build_system, cases, parse_simulation, run_case
from kapitza.atoms.nemd.engine import Motion, Stage, lammps_segment
from kapitza.atoms.potential import calculator, check_device
from kapitza.atoms.structures import Regions, Slab, interface, silicon_carbide, write_structure
from kapitza.errors import MethodError

MODEL = Path(__file__).resolve().parents[1] / "tests" / "atoms" / "data" / "standin" / "nep.txt"
TERSOFF = 'pair_style = "tersoff"\npair_coeff = ["* * SiC.tersoff Si C"]\nspecies = ["Si", "C"]'
SAMPLE = 10


def simulation(folder: Path, potential: str, production: int) -> Simulation:
    """Silicon carbide between baths at 300 K, steps of 0.5 fs."""
    text = f"""
    [structure]
    file = "cell.xyz"
    [potential]
    {potential}
    [run]
    temperatures = [300.0]
    difference = 30.0
    timestep = 0.5
    production = {production / 2}
    sample = {SAMPLE / 2}
    block = 50.0
    checkpoint = {min(production, 2000) / 2}
    """
    return parse_simulation(text, "benchmark", str(folder))


def rate(work: Callable[[], object], atom_steps: int) -> float:
    """Atom-steps per second of processor time."""
    begun = time.process_time()
    work()
    return atom_steps / (time.process_time() - begun)


def bare(what: Simulation, steps: int) -> None:
    """The same cell and baths in LAMMPS alone, in one go."""
    system = build_system(what)
    stage = Stage("production", 300.0, 30.0, 0.5, 100.0, 1000.0, (1, 2))
    with lammps_segment(
        system, Motion(system.cell, system.positions, 0 * system.positions), stage, what.potential
    ) as one:
        one.advance(steps)


def with_ase(what: Simulation, steps: int) -> None:
    """ASE's Langevin dynamics of all atoms, without baths, tallies or profile."""
    from ase import Atoms

    system = build_system(what)
    symbols = [system.species[index] for index in system.types]
    atoms = Atoms(symbols, positions=system.positions, cell=system.cell, pbc=system.periodic)
    atoms.calc = calculator(MODEL)
    Langevin(atoms, 0.5 * units.fs, temperature_K=300, friction=0.01 / units.fs, fixcm=False).run(steps)


def on_graphics_card(folder: Path, steps: int, count: int) -> str:
    """Atom-steps per second of wall time there, or why there are none."""
    try:
        check_device("cuda")
    except MethodError as error:
        return str(error)
    what = simulation(folder, f'model = "{MODEL}"\ndevice = "cuda"', steps)
    begun = time.perf_counter()
    run_case(what, cases(what)[0], folder / "cuda")
    return f"{steps * count / (time.perf_counter() - begun):,.0f} atom-steps/s"


def memory(folder: Path, steps: int) -> float:
    """Peak memory (MB) of a process that makes a run."""
    command = [sys.executable, __file__, str(folder), str(steps)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak(folder: str, steps: int) -> None:
    """Make a run and print the peak memory of this process, MB."""
    what = simulation(Path(folder), TERSOFF, steps)
    with tempfile.TemporaryDirectory() as place:
        run_case(what, cases(what)[0], place)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        slab = Slab(silicon_carbide(), (4, 4, 4))
        made = interface(slab, slab, regions=Regions("both"))
        write_structure(made, folder / "cell.xyz")
        count = len(made)
        print(f"{count} atoms")
        inside, outside = simulation(folder, TERSOFF, 4000), simulation(folder, f'model = "{MODEL}"', 400)
        print(f"Tersoff, LAMMPS alone: {rate(lambda: bare(inside, 4000), 4000 * count):,.0f} atom-steps/s")
        driven = rate(lambda: run_case(inside, cases(inside)[0], folder / "inside"), 4000 * count)
        print(f"Tersoff, driver, a sample every {SAMPLE} steps: {driven:,.0f} atom-steps/s")
        print(f"NEP, ASE Langevin: {rate(lambda: with_ase(outside, 400), 400 * count):,.0f} atom-steps/s")
        driven = rate(lambda: run_case(outside, cases(outside)[0], folder / "outside"), 400 * count)
        print(f"NEP, driver: {driven:,.0f} atom-steps/s")
        print(f"NEP, driver, on a graphics card: {on_graphics_card(folder, 400, count)}")
        for steps in (500, 2000, 8000):
            print(f"memory, {steps} steps: {memory(folder, steps):.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        peak(sys.argv[1], int(sys.argv[2]))
    else:
        main()
