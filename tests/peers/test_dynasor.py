"""Modes of a real trajectory by dynasor and by kapitza: the same energies in every set of degenerate modes."""

import warnings

import numpy as np
import pytest

from kapitza.atoms.modes import find_region, mode_basis, projected, whole
from kapitza.atoms.phonons import harmonic
from kapitza.atoms.structures import bulk, crystal_from_atoms

REPEATS = (4, 4, 3)


@pytest.fixture(scope="module")
def hexagonal():
    """A hexagonal crystal of copper and gold, stacked ABAB, with ASE's EMT potential: phonons and supercell."""
    pytest.importorskip("dynasor", reason="dynasor is not installed: make test-peers", exc_type=ImportError)
    from ase import Atoms
    from ase.calculators.emt import EMT
    from ase.optimize import BFGS

    a, c = 2.72, 4.5
    atoms = Atoms(
        "AuCu", cell=[[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, c]],
        scaled_positions=[[0, 0, 0], [1 / 3, 2 / 3, 0.5]], pbc=True, calculator=EMT(),
    )  # fmt: skip
    BFGS(atoms, logfile=None).run(fmax=1e-5)
    return harmonic(atoms, EMT(), REPEATS), bulk(crystal_from_atoms(atoms), REPEATS).atoms


@pytest.fixture(scope="module")
def trajectory(hexagonal):
    """Velocities (f, n, 3), A/fs, of 20 frames of molecular dynamics at about 150 K."""
    from ase import units
    from ase.calculators.emt import EMT
    from ase.md.verlet import VelocityVerlet

    atoms = hexagonal[1].copy()
    atoms.calc = EMT()
    spread = np.sqrt(units.kB * 300 / atoms.get_masses())[:, np.newaxis]
    atoms.set_velocities(np.random.default_rng(4).normal(size=(len(atoms), 3)) * spread)
    dynamics = VelocityVerlet(atoms, 2 * units.fs)
    frames = []
    dynamics.attach(lambda: frames.append(atoms.get_velocities() * units.fs), interval=10)
    dynamics.run(200)
    return np.array(frames)


def test_energies_of_all_degenerate_sets(hexagonal, trajectory):
    from ase import Atoms
    from dynasor import ModeProjector
    from phonopy.harmonic.force_constants import compact_fc_to_full_fc

    crystal, atoms = hexagonal
    phonopy = crystal.phonopy
    region = find_region(atoms, crystal)
    basis = mode_basis(crystal, region)
    (power,) = projected(trajectory, region.atoms, basis, whole(region.repeats[2]))
    cells = [
        Atoms(cell.symbols, cell=cell.cell, scaled_positions=cell.scaled_positions, masses=cell.masses, pbc=True)
        for cell in (phonopy.primitive, phonopy.supercell)
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what dynasor warns of is for its users
        projector = ModeProjector(*cells, compact_fc_to_full_fc(phonopy.primitive, phonopy.force_constants))
    own = _matched(cells[1], atoms)
    reduced = np.asarray(projector.q_reduced)
    order = [np.argmin(np.abs(reduced - q - np.rint(reduced - q)).max(axis=1)) for q in basis.q]
    for velocities, ours in zip(trajectory, power, strict=True):
        projector.set_v(velocities[own])
        energies = np.asarray(projector.kinetic_energies)
        # In units of the kinetic energy: dynasor's atomic mass unit is that of an earlier CODATA.
        theirs = basis.shared(energies[order]) / energies.sum()
        found = basis.shared(ours) / (basis.weight @ ours).sum()
        np.testing.assert_allclose(found, theirs, rtol=0, atol=1e-10 * theirs.mean())


def _matched(supercell, atoms):
    """Which of `atoms` is at each place of phonopy's supercell."""
    off = (supercell.positions[:, np.newaxis] - atoms.positions) @ np.linalg.inv(atoms.cell)
    distance = np.linalg.norm((off - np.rint(off)) @ np.array(atoms.cell), axis=2)
    assert distance.min(axis=1).max() < 1e-6
    return np.argmin(distance, axis=1)
