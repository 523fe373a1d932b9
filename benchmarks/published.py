"""The resistance of a published interface by the same code: sharp Si/Ge with Tersoff's potential, which LAMMPS brings.

    python benchmarks/published.py FOLDER [--cells 12 16 24 32] [--directions forward] [--production PS] [--jobs N]

Hahn, Puligheddu and Colombo, Phys. Rev. B 91, 195313 (2015), let cells of several lengths approach equilibrium and
extrapolate over 1/length: 3.76 m²K/GW with heat from Si to Ge, and more in reverse. Here baths at 300 ± 100 K drive
heat through cells of as many unit cells on either side as --cells says. Fewer than 12 are too few bins for a line, and
longer cells remember longer: 16 want 350 ps, 24 some 700, 32 some 950. FOLDER keeps the runs: the same command goes on
after it was stopped, also with a longer --production, and what has run for longer stays so. It takes hours.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from ase.build import bulk
from measuring import machine, row, table

from kapitza.atoms.nemd import Simulation, Summary, cases, long_limit, parse_simulation, run_cases, summarise
from kapitza.atoms.structures import Regions
from kapitza.atoms.structures.regions import assign_groups
from kapitza.errors import MethodError
from kapitza.quantity import Quantity

ACROSS, LATTICE = 3, 5.544
"""Unit cells across, and a lattice constant between both crystals, A, from which the cell relaxes."""
HEADS = ("cells on a side", "length (nm)", "atoms", "direction", "flux (GW/m²)", "drop (K)", "resistance (m²K/GW)")


def write_cell(path: Path, cells: int) -> None:
    """Silicon below and germanium above along [001], with baths and frozen ends."""
    atoms = bulk("Si", "diamond", a=LATTICE, cubic=True).repeat((ACROSS, ACROSS, 2 * cells))
    height, middle = atoms.positions[:, 2], LATTICE * (cells - 0.125)
    atoms.symbols[height > middle] = "Ge"
    regions = Regions("both", frozen_length=5.0, bath_length=16.0, interface_length=5.0)
    atoms.new_array("group", assign_groups(height, middle, regions, periodic=True))
    atoms.new_array("side", (height > middle).astype(int))
    atoms.write(path, format="extxyz")


def simulation(folder: Path, cells: int, directions: list[str], production: float) -> Simulation:
    """Heat through a cell."""
    folder.mkdir(parents=True, exist_ok=True)
    write_cell(folder / "cell.xyz", cells)
    text = f"""
    [structure]
    file = "cell.xyz"
    [potential]
    pair_style = "tersoff"
    pair_coeff = ["* * SiCGe.tersoff Si(D) Ge"]
    species = ["Si", "Ge"]
    [run]
    temperatures = [300.0]
    directions = {json.dumps(directions)}
    difference = 100.0
    timestep = 2.0
    npt = 20_000.0
    nvt = 20_000.0
    nve = 10_000.0
    production = {1e3 * production}
    bin_width = 5.5
    sample = 20.0
    block = 1000.0
    checkpoint = 20_000.0
    """
    return parse_simulation(text, str(folder / "simulation"), str(folder))


def measured(
    folder: Path, cells: int, directions: list[str], production: float, jobs: int
) -> tuple[float, int, Summary]:
    """Length in nm, number of atoms, and what the runs say."""
    what = simulation(folder / str(cells), cells, directions, production)
    traces = run_cases(what, cases(what), folder / str(cells) / "runs", jobs=jobs)
    for name, sentence in traces.refused.items():
        print(f"{cells} cells, {name}: {sentence}")
    return 0.2 * cells * LATTICE, 16 * ACROSS**2 * cells, summarise(traces.done)


def rows(folder: Path, cells: list[int], directions: list[str], production: float, jobs: int) -> Iterator[str]:
    """The table, and below it what becomes of the resistance in long cells."""
    found: dict[str, list[tuple[float, Quantity]]] = {direction: [] for direction in directions}
    yield table(*HEADS)
    for one in cells:
        length, atoms, summary = measured(folder, one, directions, production, jobs)
        for name, sentence in summary.refused.items():
            print(f"{one} cells, {name}: {sentence}")
        for flow in summary.flows.values():
            if flow.interface is None or flow.resistance is None:
                continue
            found[flow.case.direction].append((length, flow.resistance))
            told = (f"{q.value:.3g} ± {q.error:.2g}" for q in (flow.flux, flow.interface.drop, flow.resistance))
            yield row(str(one), f"{length:.1f}", str(atoms), flow.case.direction, *told)
    yield ""
    for direction, pairs in found.items():
        try:
            limit = long_limit([length for length, _ in pairs], [resistance for _, resistance in pairs]).limit
        except MethodError as error:
            yield f"{direction}: {error}"
        else:
            yield f"{direction}, long cells: {limit}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cells", type=int, nargs="+", default=[12, 16, 24, 32])
    parser.add_argument("--directions", nargs="+", default=["forward", "reverse"], choices=["forward", "reverse"])
    parser.add_argument("--production", type=float, default=960.0, help="ps of each run")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    table_rows = rows(given.folder, sorted(given.cells), given.directions, given.production, given.jobs)
    print(machine(), "", *table_rows, sep="\n")


if __name__ == "__main__":
    main()
