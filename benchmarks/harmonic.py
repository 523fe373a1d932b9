"""Heat flow whose answer is known exactly: molecular dynamics of cold argon beside the steady state of its springs.

    python benchmarks/harmonic.py FOLDER [--production PS] [--seeds 1 2] [--jobs N]

Half of the argon is twice as heavy, and Langevin baths at 0.05 ± 0.025 K drive heat through it; so cold, atoms move as
on springs. Velocities and displacements of springs between Langevin baths are Gaussian, with covariances that solve a
Lyapunov equation (Rieder, Lebowitz and Lieb 1967; Dhar 2008), here one for each wave vector along the interface. Flux
and temperature of every plane follow without dynamics, and `kapitza.atoms.nemd` has to find the same. The analysis
reads the drop from the exact profile, too, under the noise of the run. An odd number of atoms on either edge leaves out
waves at the edge of the zone: some of them hardly move along z, and would forget where they began after microseconds
only; so the longest memory is 0.26 ns. FOLDER keeps the runs, and the same command goes on.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import fcc100
from ase.neighborlist import neighbor_list
from measuring import machine, row, table
from scipy.linalg import solve_continuous_lyapunov

from kapitza.atoms.nemd import (
    HeatFlow,
    Simulation,
    Trace,
    analyse,
    cases,
    parse_simulation,
    run_cases,
    summarise,
    weighted_mean,
)
from kapitza.atoms.nemd.system import COLD, FROZEN, HOT
from kapitza.atoms.structures import Regions
from kapitza.atoms.structures.regions import assign_groups
from kapitza.data import Array
from kapitza.quantity import Quantity

LATTICE, ACROSS, PLANES = 5.3, 5, 22
DEPTH, SIZE, CUTOFF = 0.0104, 3.4, 7.5
"""Of Lennard and Jones' potential, eV and A; `lj/smooth/linear` takes the force at the cutoff off everywhere."""
LIGHT, HEAVY = 39.948, 79.896
MEAN, DIFFERENCE, DAMPING = 0.05, 0.025, 500.0
BOLTZMANN, INERTIA, FLUX = 8.617333262e-5, 103.64269652680504, 1.602176634e7
"""eV/K, u A^2/fs^2 in eV, eV/(fs A^2) in GW/m^2."""
HEADS = ("direction", "seed", "of", "flux (MW/m²)", "drop (mK)", "resistance (m²K/GW)")
FINE = np.array([1e3, 1e3, 1.0])
"""From GW/m^2 and K."""


@dataclass(frozen=True)
class Exact:
    """height (p,), temperature (p,) : A and K, of the planes that move. power : eV/fs, that the hot bath gives."""

    height: Array
    temperature: Array
    power: float


def crystal() -> Atoms:
    """Argon, whose right half is heavier and called krypton, with baths and frozen ends."""
    atoms = fcc100("Ar", (ACROSS, ACROSS, PLANES), a=LATTICE, periodic=True)
    atoms.info.clear()
    height, middle = atoms.positions[:, 2], LATTICE / 2 * (PLANES / 2 - 0.5)
    atoms.numbers[height > middle] = 36
    atoms.set_masses(np.where(height > middle, HEAVY, LIGHT))
    regions = Regions("both", frozen_length=4.0, bath_length=8.0, interface_length=3.0)
    atoms.new_array("group", assign_groups(height, middle, regions, periodic=True))
    atoms.new_array("side", (height > middle).astype(int))
    return atoms


def simulation(folder: Path, production: float, seeds: list[int]) -> Simulation:
    """Heat through it both ways; one plane in a bin."""
    folder.mkdir(parents=True, exist_ok=True)
    crystal().write(folder / "argon.xyz", format="extxyz", columns=["symbols", "positions", "group", "side"])
    text = f"""
    [structure]
    file = "argon.xyz"
    masses = {{Ar = {LIGHT}, Kr = {HEAVY}}}
    [potential]
    pair_style = "lj/smooth/linear {CUTOFF}"
    pair_coeff = ["* * {DEPTH} {SIZE}"]
    [run]
    temperatures = [{MEAN}]
    seeds = {seeds}
    difference = {DIFFERENCE}
    damping = {DAMPING}
    timestep = 4.0
    nvt = 20_000.0
    nve = 4_000.0
    production = {1e3 * production}
    bin_width = {LATTICE / 2}
    sample = 20.0
    block = 1000.0
    checkpoint = 20_000.0
    """
    return parse_simulation(text, str(folder / "simulation"), str(folder))


def steady_state(atoms: Atoms, hot: float, cold: float) -> Exact:
    """What springs do between baths at `hot` and `cold`, K; all atoms of a plane are alike."""
    planes, plane_of = np.unique(atoms.positions[:, 2].round(6), return_inverse=True)
    one_of = np.array([np.flatnonzero(plane_of == number)[0] for number in range(len(planes))])
    group, mass = atoms.arrays["group"][one_of], INERTIA * np.repeat(atoms.get_masses()[one_of], 3)
    free = np.repeat(group != FROZEN, 3)
    friction = np.repeat(np.isin(group, (HOT, COLD)), 3) / DAMPING
    bath = np.repeat(np.select([group == HOT, group == COLD], [hot, cold], 0.0), 3)
    bonds, waves = _bonds(atoms, plane_of, one_of), 2 * np.pi * np.arange(ACROSS) / atoms.cell.lengths()[0]
    kelvin = np.zeros(len(mass))
    for along in product(waves, waves):
        stiffness = _matrix(*bonds, np.array([*along, 0.0])) / np.sqrt(np.outer(mass, mass))
        kelvin[free] += _warmth(stiffness[np.ix_(free, free)], friction[free], bath[free]) / ACROSS**2
    given = ACROSS**2 * np.sum((friction * BOLTZMANN * (bath - kelvin))[np.repeat(group == HOT, 3)])
    moving = group != FROZEN
    return Exact(planes[moving], kelvin.reshape(-1, 3).mean(axis=1)[moving], float(given))


def _bonds(atoms: Atoms, plane_of: Array, one_of: Array) -> tuple[Array, Array, Array, Array]:
    """Of one atom in each plane: its plane, that of its neighbour, the way there, A, and force constants, eV/A^2."""
    first, second, apart = neighbor_list("ijD", atoms, CUTOFF)
    mine = np.isin(first, one_of)
    first, second, apart = plane_of[first[mine]], plane_of[second[mine]], apart[mine]
    distance = np.linalg.norm(apart, axis=1)
    along = apart / distance[:, None]
    tension = ((_slope(distance) - _slope(CUTOFF)) / distance)[:, None, None]
    bend = _curvature(distance)[:, None, None]
    return first, second, apart, -(bend - tension) * along[:, :, None] * along[:, None, :] - tension * np.eye(3)


def _matrix(first: Array, second: Array, apart: Array, constants: Array, wave: Array) -> Array:
    """Force constants between planes (3p, 3p), eV/A^2, of a wave along them."""
    count = first.max() + 1
    found = np.zeros((count, count, 3, 3), complex)
    np.add.at(found, (first, second), constants * np.exp(1j * apart @ wave)[:, None, None])
    np.add.at(found, (first, first), -constants)
    return found.transpose(0, 2, 1, 3).reshape(3 * count, -1)


def _slope(distance: Array | float) -> Array | float:
    return 24 * DEPTH * (SIZE**6 / distance**7 - 2 * SIZE**12 / distance**13)


def _curvature(distance: Array) -> Array:
    return 24 * DEPTH * (26 * SIZE**12 / distance**14 - 7 * SIZE**6 / distance**8)


def _warmth(stiffness: Array, friction: Array, bath: Array) -> Array:
    """Temperature of every coordinate, K, over whose root of mass `stiffness` has been taken."""
    count = len(friction)
    drift = np.block([[np.zeros((count, count)), np.eye(count)], [-stiffness, -np.diag(friction)]])
    kicks = np.diag(np.concatenate([np.zeros(count), 2 * friction * bath]))
    return solve_continuous_lyapunov(drift, -kicks).diagonal()[count:].real


def exactly(trace: Trace, flow: HeatFlow) -> Array:
    """Flux, drop and resistance that the analysis of the run would give if it had found the exact profile."""
    sign = 1 if trace.case.direction == "forward" else -1
    exact = steady_state(crystal(), MEAN + DIFFERENCE, MEAN - DIFFERENCE)
    kelvin = np.full(len(trace.centres), np.nan)
    kelvin[np.digitize(exact.height, trace.edges) - 1] = MEAN + sign * (exact.temperature - MEAN)
    noise = trace.temperature - trace.temperature[trace.time > flow.steady_from].mean(axis=0)
    drop = analyse(replace(trace, temperature=kelvin + noise)).interface.drop.value
    flux = sign * exact.power / trace.area * FLUX
    return np.array([flux, drop, drop / flux])


def compared(folder: Path, production: float, seeds: list[int], jobs: int) -> Iterator[tuple[Trace, HeatFlow]]:
    """The runs and what they say."""
    what = simulation(folder, production, seeds)
    traces = run_cases(what, cases(what), folder / "runs", jobs=jobs)
    summary = summarise(traces.done)
    for name, sentence in (traces.refused | summary.refused).items():
        print(f"{name}: {sentence}")
    for name, flow in summary.flows.items():
        yield traces.done[name], flow


def rows(pairs: list[tuple[Trace, HeatFlow]]) -> Iterator[str]:
    yield table(*HEADS)
    ratios: list[list[Quantity]] = []
    for trace, flow in pairs:
        found = [(one.value, one.error) for one in (flow.flux, flow.interface.drop, flow.resistance)]
        value, error = np.transpose(found)
        wanted = exactly(trace, flow)
        start = trace.case.direction, str(trace.case.seed)
        told = (f"{one:.3f} ± {wrong:.3f}" for one, wrong in zip(FINE * value, FINE * error, strict=True))
        yield row(*start, "dynamics", *told)
        yield row(*start, "springs", *(f"{one:.3f}" for one in FINE * wanted))
        ratios.append([Quantity(*pair, "1") for pair in zip(value / wanted, abs(error / wanted), strict=True)])
    yield ""
    for name, members in zip(("flux", "drop", "resistance"), zip(*ratios, strict=True), strict=True):
        mean = weighted_mean(members).quantity
        yield f"{name}: dynamics over springs {mean.value:.3f} ± {mean.error:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--production", type=float, default=1600.0, help="ps of each run")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    pairs = list(compared(given.folder, given.production, given.seeds, given.jobs))
    print(machine(), "", *rows(pairs), sep="\n")


if __name__ == "__main__":
    main()
