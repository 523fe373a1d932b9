"""One mode excited lands in that mode alone, whatever the order and orientation of the cell; in the wrong gauge not."""

import dataclasses
import warnings

import numpy as np
import pytest
from ase import Atoms

from kapitza.atoms.modes import Windows, find_region, mode_basis, projected, whole
from kapitza.atoms.phonons import harmonic, with_born_charges
from kapitza.errors import MethodError

from ..phonons.models import Springs, wurtzite
from .excited import carbide, joined, matched, nitride, periodic, supercell_modes


@pytest.fixture(scope="module")
def crystal():
    return nitride()


@pytest.fixture(scope="module")
def modes(crystal):
    return supercell_modes(crystal.phonopy)


SHIFT = np.array([0.3, -2.2, 1.7])


def shuffled(atoms: Atoms, shift=SHIFT, seed: int = 1) -> Atoms:
    moved = atoms[np.random.default_rng(seed).permutation(len(atoms))]
    moved.positions += shift
    moved.wrap()
    return moved


def powers(velocities, region, basis):
    """(f, k, modes) of the whole region."""
    (found,) = projected(np.asarray(velocities), region.atoms, basis, whole(region.repeats[2]))
    return found


def leaked(power, basis, energy) -> float:
    """What part of the kinetic energy is in modes of other energies."""
    weighted = power * basis.weight[:, np.newaxis]
    return float(weighted[np.abs(basis.energy - energy) > 1e-3].sum() / weighted.sum())


@pytest.mark.parametrize("cell", ["hexagonal", "orthogonal"])
def test_modes_of_the_whole_hessian_land_in_modes_of_their_energy_alone(crystal, modes, cell):
    if cell == "orthogonal":
        crystal = orthogonal_crystal()
        modes = supercell_modes(crystal.phonopy)
    assert len(crystal.species) == 4
    atoms = shuffled(periodic((4, 4 if cell == "hexagonal" else 2, 3), cell=cell))
    region = find_region(atoms, crystal)
    basis = mode_basis(crystal, region)
    assert basis.modes == 3 * len(atoms)
    energies, vectors, positions = modes
    own = matched(positions + SHIFT, atoms)
    chosen = np.arange(3, len(energies), 7)
    velocities = vectors[chosen][:, own] / np.sqrt(atoms.get_masses())[:, np.newaxis]
    power = powers(velocities, region, basis)
    for one, energy in zip(power, energies[chosen], strict=True):
        assert (one * basis.weight[:, np.newaxis]).sum() == pytest.approx(1, abs=1e-10)
        assert leaked(one, basis, energy) < 1e-10


def orthogonal_crystal():
    """Springs in a supercell of orthogonal cells, phonopy's primitive cell being a hexagonal one."""
    springs = wurtzite()[1]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Warning: Point group symmetries of supercell")
        return harmonic(periodic((1, 1, 1), cell="orthogonal"), Springs(springs.unlike, springs.like), (4, 2, 3))


@pytest.mark.parametrize("q", [(0, 0, 1 / 3), (1 / 4, 0, 0), (1 / 4, 1 / 2, 1 / 3), (1 / 2, 1 / 4, 0)])
def test_a_wave_of_phonopys_own_lands_in_one_set_of_one_wave_vector(crystal, q):
    # phonopy's modulation of a supercell by one mode, with its own phases.
    atoms = shuffled(periodic())
    region = find_region(atoms, crystal)
    basis = mode_basis(crystal, region)
    for band in (0, 5, 11):
        made = crystal.phonopy.run_modulations(np.diag((4, 4, 3)), [[q, band, 1.0, 30.0]])
        own = matched(made.supercell.positions + SHIFT, atoms)
        velocity = made.modulations[0].real[own]
        power = powers(velocity[np.newaxis], region, basis)[0] * basis.weight[:, np.newaxis]
        here = np.abs((basis.q - q + 0.5) % 1 - 0.5).max(axis=1) < 1e-6
        here |= np.abs((basis.q + q + 0.5) % 1 - 0.5).max(axis=1) < 1e-6
        energy = crystal.energies(np.array(q))[0, band]
        inside = here[:, np.newaxis] & (np.abs(basis.energy - energy) < 1e-3)
        assert power[~inside].sum() < 1e-10 * power.sum()


def test_the_wrong_gauge_leaks(crystal, modes):
    # Phases of cells in the place of those of atoms: as good as the right ones in equilibrium, and wrong.
    atoms = periodic()
    region = find_region(atoms, crystal)
    basis = mode_basis(crystal, region)
    wrong = mode_basis(crystal, dataclasses.replace(region, scaled=np.rint(region.scaled - 0.5)))
    energies, vectors, positions = modes
    chosen = np.arange(3, len(energies), 5)
    velocities = vectors[chosen][:, matched(positions, atoms)] / np.sqrt(atoms.get_masses())[:, np.newaxis]
    leaks = [
        [
            leaked(one, basis, energy)
            for one, energy in zip(powers(velocities, region, made), energies[chosen], strict=True)
        ]
        for made in (basis, wrong)
    ]
    assert max(leaks[0]) < 1e-10
    assert np.median(leaks[1]) > 0.05


def test_a_crystal_upside_down_and_stretched_is_recognised(crystal, modes):
    energies, vectors, positions = modes
    atoms = Atoms(wurtzite()[0].repeat((4, 4, 3)))
    own = matched(positions, atoms)
    chosen = np.arange(3, len(energies), 11)
    velocities = vectors[chosen][:, own] / np.sqrt(atoms.get_masses())[:, np.newaxis]
    upside_down = atoms.copy()
    upside_down.positions = atoms.positions * (1, 1, -1) + (0, 0, atoms.cell[2, 2])
    upside_down.set_cell(np.array(atoms.cell) @ np.diag([1.01, 1.01, 0.985]), scale_atoms=True)
    upside_down.wrap()
    region = find_region(upside_down, crystal)
    assert np.linalg.det(region.rotation) == pytest.approx(-1)
    basis = mode_basis(crystal, region)
    for one, energy in zip(powers(velocities * (1, 1, -1), region, basis), energies[chosen], strict=True):
        assert leaked(one, basis, energy) < 1e-10


def test_both_sides_of_an_interface_are_found_in_any_order(crystal):
    structure = joined((4, 4, 5), (4, 4, 3))
    atoms = shuffled(structure.atoms, shift=(0, 0, 0))
    atoms.rattle(0.05, seed=3)
    strained = carbide(wurtzite()[0].cell.lengths()[0])
    for side, phonons, layers, sites in ((0, crystal, 5, 4), (1, strained, 3, 8)):
        region = find_region(atoms, phonons, atoms.arrays["side"] == side)
        assert region.atoms.shape == (4, 4, layers, sites)
        assert (atoms.arrays["side"][region.atoms] == side).all()
        off = (atoms.positions[region.atoms] - region.sites) @ np.linalg.inv(atoms.cell)
        assert np.linalg.norm((off - np.rint(off)) @ np.array(atoms.cell), axis=-1).max() < 0.35
        assert (np.diff(region.heights) > 0).all()
        assert mode_basis(phonons, region).modes == region.atoms.size * 3


def test_a_long_stretched_side_does_not_lose_count(crystal):
    structure = joined((3, 3, 60), (3, 3, 2))
    atoms = structure.atoms
    atoms.set_cell(np.array(atoms.cell) @ np.diag([1, 1, 1.012]), scale_atoms=True)
    region = find_region(atoms, crystal, atoms.arrays["side"] == 0)
    assert region.repeats == (3, 3, 60)
    assert region.height == pytest.approx(1.012 * crystal.cell[2, 2], rel=1e-6)


def test_layers_with_baths_are_left_out(crystal):
    structure = joined((3, 3, 6), (3, 3, 2))
    region = find_region(structure.atoms, crystal, structure.sides == 0)
    low = structure.positions[:, 2] < 7.0
    inner = region.without(low)
    assert inner.repeats == (3, 3, 4)
    assert not low[inner.atoms].any()
    np.testing.assert_allclose(inner.heights, region.heights[2:])
    with pytest.raises(MethodError, match="got none"):
        region.without(np.ones(len(low), bool))


def test_what_is_no_whole_number_of_cells_is_refused(crystal):
    atoms = periodic((3, 3, 2))
    missing = np.ones(len(atoms), bool)
    missing[5] = False
    with pytest.raises(MethodError, match="whole unit cells"):
        find_region(atoms, crystal, missing)
    with pytest.raises(MethodError, match="Atoms of Al N are wanted"):
        find_region(joined().atoms, crystal)
    wide = periodic((3, 3, 2))
    wide.set_cell(np.array(wide.cell) * 1.1, scale_atoms=True)
    with pytest.raises(MethodError, match="other lattice vectors"):
        find_region(wide, crystal)
    melted = periodic((3, 3, 2))
    melted.rattle(1.0, seed=2)
    with pytest.raises(MethodError, match="off: give the phonons of this crystal"):
        find_region(melted, crystal)
    heavy = periodic((3, 3, 2))
    heavy.set_masses(2 * heavy.get_masses())
    with pytest.raises(MethodError, match="eigenvectors belong to their masses"):
        find_region(heavy, crystal)
    with pytest.raises(MethodError, match="a boolean for each atom"):
        find_region(periodic((3, 3, 2)), crystal, np.ones(3, bool))


def test_modes_with_a_field_are_refused(crystal):
    region = find_region(periodic((2, 2, 2)), crystal)
    with pytest.raises(MethodError, match="Leave the charges out"):
        mode_basis(with_born_charges(crystal, [2.5, -2.5, 2.5, -2.5], 4.6), region)


def test_a_taper_keeps_far_wave_vectors_out(crystal):
    # A wave between the wave vectors of a window: its tails reach far ones, less so under a Hann window.
    atoms = periodic((2, 2, 32))
    region = find_region(atoms, crystal)
    layers, q, band = 16, 5.5 / 16, 4
    found = crystal.phonopy.run_qpoints([[0, 0, q]], with_eigenvectors=True)
    vector = np.array(found.eigenvectors)[0, :, band].reshape(-1, 3)
    scaled = np.linalg.solve(crystal.cell.T, (region.sites - region.origin).reshape(-1, 3).T)[2].reshape(
        region.atoms.shape
    )
    wave = vector[region.basis] * np.exp(2j * np.pi * q * scaled)[..., np.newaxis]
    velocities = np.empty((len(atoms), 3))
    velocities[region.atoms] = wave.real / np.sqrt(crystal.masses[region.basis])[:, np.newaxis]
    basis = mode_basis(crystal, region, layers)
    off = np.abs(np.abs(basis.q[:, 2]) - q) * layers
    far = (off > 2) | (np.abs(basis.q[:, :2]).max(axis=1) > 1e-6)
    tails = []
    for taper in (np.ones(layers), np.sin(np.pi * (np.arange(layers) + 0.5) / layers) ** 2):
        (power,) = projected(velocities[np.newaxis], region.atoms, basis, Windows(np.array([9]), taper))
        weighted = power[0] * basis.weight[:, np.newaxis]
        tails.append(weighted[far].sum() / weighted.sum())
    assert tails[0] > 0.05
    assert tails[1] < 0.1 * tails[0]
