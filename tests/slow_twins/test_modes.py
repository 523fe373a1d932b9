"""The projection by Fourier transform against explicit sums, on a diatomic chain with modes in closed form."""

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes

from kapitza.atoms.modes import Windows, find_region, mode_basis, projected, whole
from kapitza.atoms.phonons import harmonic

from . import modes as slow

SPACING, STRENGTH, CELLS = 2.0, 5.0, 6
MEV = 64.65415129579077
"""hbar sqrt(eV/(A^2 u)), meV."""


UNIT = Atoms("NGa", cell=[9, 9, 2 * SPACING], positions=[[0, 0, 0.3], [0, 0, 0.3 + SPACING]], pbc=True)


class Chain(Calculator):
    """Springs along z between neighbours; atoms in order of height."""

    implemented_properties = ("energy", "forces")

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        order = np.argsort(atoms.positions[:, 2])
        z = atoms.positions[order, 2]
        pull = STRENGTH * (np.diff(z, append=z[0] + atoms.cell[2, 2]) - SPACING)
        forces = np.zeros((len(atoms), 3))
        forces[order, 2] = pull - np.roll(pull, 1)
        self.results = {"energy": 0.5 * (pull**2).sum() / STRENGTH, "forces": forces}


def given_crystal():
    return harmonic(UNIT, Chain(), (1, 1, CELLS))


@pytest.fixture(scope="module")
def given():
    """Chain of CELLS cells, shuffled; its phonons, region and basis; velocities of a few frames."""
    crystal = given_crystal()
    rng = np.random.default_rng(3)
    atoms = UNIT.repeat((1, 1, CELLS))[rng.permutation(2 * CELLS)]
    region = find_region(atoms, crystal)
    return atoms, region, mode_basis(crystal, region), rng.normal(size=(4, len(atoms), 3))


def test_energies_are_those_in_closed_form(given):
    atoms, _, basis, _ = given
    masses = sorted(set(atoms.get_masses()))
    for wave, energy in zip(basis.wave[:, 2], basis.energy, strict=True):
        square, _ = slow.chain(wave, SPACING, masses, STRENGTH)
        # Four transverse modes have no springs.
        np.testing.assert_allclose(np.sort(energy)[-2:], MEV * np.sqrt(np.abs(square)), atol=1e-4)


def test_branches_by_explicit_sums(given):
    atoms, region, basis, velocities = given
    (found,) = projected(velocities, region.atoms, basis, whole(CELLS))
    kinds = atoms.get_masses() > 20
    masses = [atoms.get_masses()[~kinds][0], atoms.get_masses()[kinds][0]]
    for k, wave in enumerate(basis.wave):
        _, pairs = slow.chain(wave[2], SPACING, masses, STRENGTH)
        vectors = np.zeros((2, len(atoms), 3))
        vectors[:, :, 2] = np.where(kinds, pairs[:, 1:], pairs[:, :1])
        twin = slow.powers(
            velocities, atoms.positions, atoms.get_masses(), wave[np.newaxis], vectors[np.newaxis], CELLS
        )
        if np.abs(wave).max() > 1e-9:
            np.testing.assert_allclose(found[:, k, -2:], twin[:, 0], rtol=1e-9, atol=1e-9)
        else:
            np.testing.assert_allclose(found[:, k, -1], twin[:, 0, 1], rtol=1e-9)
            lowest = found[:, k, :-1].sum(axis=1) - (transverse(velocities, atoms))
            np.testing.assert_allclose(lowest, twin[:, 0, 0], rtol=1e-9)


@pytest.mark.parametrize("taper", [(1.0, 1.0, 1.0), (0.5, 2.0, 1.0)])
def test_windows_by_explicit_sums(given, taper):
    atoms, region, _, velocities = given
    crystal, taper = given_crystal(), np.array(taper)
    basis = mode_basis(crystal, region, len(taper))
    windows = Windows(np.array([0, 2, 3]), taper)
    kinds = atoms.get_masses() > 20
    masses = [atoms.get_masses()[~kinds][0], atoms.get_masses()[kinds][0]]
    for start, found in zip(windows.starts, projected(velocities, region.atoms, basis, windows), strict=True):
        weights = np.zeros(len(atoms))
        for layer, weight in enumerate(taper, start):
            weights[region.atoms[0, 0, layer]] = weight / np.sqrt(np.mean(taper**2))
        for k, wave in enumerate(basis.wave):
            if np.abs(wave).max() < 1e-9:
                continue
            _, pairs = slow.chain(wave[2], SPACING, masses, STRENGTH)
            vectors = np.zeros((2, len(atoms), 3))
            vectors[:, :, 2] = np.where(kinds, pairs[:, 1:], pairs[:, :1])
            twin = slow.powers(
                weights[:, np.newaxis] * velocities, atoms.positions, atoms.get_masses(), wave[np.newaxis],
                vectors[np.newaxis], len(taper),
            )  # fmt: skip
            np.testing.assert_allclose(found[:, k, -2:], twin[:, 0], rtol=1e-9, atol=1e-9)


def transverse(velocities, atoms):
    """|Q|^2 of all transverse motion at q = 0."""
    total = 0
    for kind in np.unique(atoms.numbers):
        chosen = atoms.numbers == kind
        mass = atoms.get_masses()[chosen][0]
        total = total + mass * (velocities[:, chosen, :2].sum(axis=1) ** 2).sum(axis=1) / CELLS
    return total
