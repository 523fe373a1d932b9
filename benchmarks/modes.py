"""Projection of molecular dynamics on phonon modes: frames per second beside dynasor, and memory by length of the run.

    python benchmarks/modes.py

Both are given the same frames of Cu3Au (4 atoms in a cubic cell, ASE's EMT potential), and the energies of all sets of
degenerate modes are compared. dynasor is asked for the kinetic energies of one frame after the other, as its
`ModeProjector` does it; kapitza for means and errors. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import tracemalloc
import warnings
from typing import Any

import numpy as np
from ase.build import bulk
from ase.calculators.emt import EMT
from measuring import best, installed, machine, row, table, thousands

from kapitza.atoms.modes import ModeObserver, Region, find_region, mode_basis, projected, whole
from kapitza.atoms.phonons import Harmonic, harmonic
from kapitza.data import Array
from kapitza.units import BOLTZMANN, EV_PER_U_A2_FS2


def crystal(repeats: int) -> tuple[Harmonic, Any]:
    """Phonons of Cu3Au, and the cell of so many unit cells along each axis."""
    atoms = bulk("Cu", cubic=True, a=3.75)
    atoms.symbols[0] = "Au"
    return harmonic(atoms, EMT(), (repeats,) * 3), atoms.repeat(repeats)


def frames(atoms: Any, number: int, seed: int = 1) -> Array:
    """Velocities (number, n, 3), A/fs, of 300 K."""
    speed = np.sqrt(300 * 1e-3 * BOLTZMANN / EV_PER_U_A2_FS2 / atoms.get_masses())
    return np.random.default_rng(seed).normal(size=(number, len(atoms), 3)) * speed[:, np.newaxis]


def observed(found: Harmonic, region: Region, velocities: Array) -> Any:
    """Temperatures with errors, as an observer of molecular dynamics finds them; made without counting the basis."""
    observer = ModeObserver(found, region)

    def run() -> None:
        for step, one in enumerate(velocities):
            observer.add(step, one, one)
        observer.state()

    return run


def peer(found: Harmonic) -> Any:
    """dynasor's projector for the supercell of the phonons."""
    from ase import Atoms
    from dynasor import ModeProjector
    from phonopy.harmonic.force_constants import compact_fc_to_full_fc

    def cell(of: Any) -> Atoms:
        return Atoms(of.symbols, cell=of.cell, scaled_positions=of.scaled_positions, masses=of.masses, pbc=True)

    phonopy = found.phonopy
    full = compact_fc_to_full_fc(phonopy.primitive, phonopy.force_constants)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ModeProjector(cell(phonopy.primitive), cell(phonopy.supercell), full)


def difference(found: Harmonic, projector: Any, seed: int = 2) -> float:
    """Largest difference of the energies of degenerate sets in one frame, over their mean.

    Energies are in units of the kinetic energy of the frame: dynasor's atomic mass unit is that of an earlier CODATA.
    """
    supercell = projector.supercell.to_ase()
    region = find_region(supercell, found)
    basis = mode_basis(found, region)
    velocities = frames(supercell, 1, seed)
    (power,) = projected(velocities, region.atoms, basis, whole(region.repeats[2]))
    projector.set_v(velocities[0])
    theirs = np.empty(basis.energy.shape)
    reduced = np.asarray(projector.q_reduced)
    energies = np.asarray(projector.kinetic_energies)
    for number, q in enumerate(basis.q):
        off = reduced - q
        theirs[number] = energies[np.abs(off - np.rint(off)).max(axis=1) < 1e-6][0]
    ours = basis.shared(power[0])
    theirs = basis.shared(theirs) / energies.sum() * (basis.weight @ ours).sum()
    return float(np.abs(ours - theirs).max() / ours.mean())


def memory(found: Harmonic, region: Region, atoms: Any, number: int) -> float:
    """Most memory, MB, that an observer of so many frames holds."""
    some = frames(atoms, 50)
    tracemalloc.start()
    observer = ModeObserver(found, region)
    for step in range(number):
        observer.add(step, some[0], some[step % len(some)])
    observer.result()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, nargs="+", default=[6, 8], help="unit cells along each axis")
    parser.add_argument("--frames", type=int, default=1000, help="for kapitza")
    chosen = parser.parse_args()
    print(machine())
    print(table("atoms", "kapitza, frames/s", "dynasor, frames/s", "times", "largest difference"))
    for repeats in chosen.repeats:
        found, atoms = crystal(repeats)
        region = find_region(atoms, found)
        ours = chosen.frames / best(observed(found, region, frames(atoms, chosen.frames))).processor
        cells = [f"{len(atoms):,}", thousands(ours)]
        if installed("dynasor") is not None:
            projector = peer(found)
            few = frames(atoms, 5)
            theirs = len(few) / best(lambda few=few, one=projector: [_energies(one, v) for v in few]).processor
            cells += [thousands(theirs), thousands(ours / theirs), f"{difference(found, projector):.0e}"]
        print(row(*cells), flush=True)
    print()
    print(table("frames", f"memory of {len(atoms):,} atoms, MB"))
    for number in (200, 1000, 5000):
        print(row(f"{number:,}", f"{memory(found, region, atoms, number):.1f}"), flush=True)


def _energies(projector: Any, velocities: Array) -> Array:
    projector.set_v(velocities)
    return np.asarray(projector.kinetic_energies)


if __name__ == "__main__":
    main()
