"""Modes bound to an interface: a light atom in a chain in closed form, two interfaces of a cell, their temperatures."""

import dataclasses

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes
from ase.neighborlist import neighbor_list
from ase.stress import full_3x3_to_voigt_6_stress

from kapitza.atoms.modes import (
    BoundSettings,
    InterfaceModes,
    ModeObserver,
    find_region,
    in_run,
    interface_modes,
    local_modes,
    slab_harmonic,
    slab_modes,
)
from kapitza.atoms.structures import Slab, interface, silicon_carbide
from kapitza.errors import MethodError
from kapitza.plots import interface_mode_figure
from kapitza.plots.bound import drawn_modes

from .excited import KELVIN, maxwell, nitride_crystal

LENGTH, SPACING, STRENGTH = 24, 2.0, 5.0
MEV = 64.65415129579077  # hbar sqrt(eV/(A^2 u)), meV


class Chains(Calculator):
    """Springs along z between neighbours of each chain, and weak ones across to the next cells in the plane."""

    implemented_properties = ("energy", "forces")

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        columns = np.rint(atoms.positions[:, :2] / 3.0).astype(int)
        forces = np.zeros((len(atoms), 3))
        for column in np.unique(columns, axis=0):
            members = np.flatnonzero((columns == column).all(axis=1))
            order = members[np.argsort(atoms.positions[members, 2])]
            z = atoms.positions[order, 2]
            pull = STRENGTH * (np.diff(z, append=z[0] + atoms.cell[2, 2]) - SPACING)
            forces[order, 2] = pull - np.roll(pull, 1)
        self.results = {"energy": 0.0, "forces": forces}


@pytest.fixture(scope="module")
def chain():
    """Heavy atoms in a periodic chain, two of them light: at the interfaces of two sides."""
    masses = np.full(LENGTH, 40.0)
    masses[[LENGTH // 2, 0]] = 20.0, 15.0
    atoms = Atoms(
        f"Ar{LENGTH}", cell=[3, 3, LENGTH * SPACING], pbc=True,
        positions=[[0, 0, SPACING * (n + 0.5)] for n in range(LENGTH)], masses=masses,
    )  # fmt: skip
    atoms.arrays["side"] = (np.arange(LENGTH) >= LENGTH // 2).astype(int)
    crystal = slab_harmonic(atoms, Chains(), (2, 2))
    return atoms, crystal, slab_modes(crystal, atoms)


@pytest.mark.parametrize(("light", "place", "name"), [(20.0, 0, "Ar-Ar"), (15.0, 1, "Ar-Ar")])
def test_a_light_atom_binds_a_mode_above_the_band(chain, light, place, name):
    # Monatomic chain with one light atom: w^2 = (4K/M) M^2 / (m (2M - m)), u_n = (-m/(2M - m))^|n| (Mazur, Montroll
    # and Potts 1956).
    _, _, modes = chain
    heavy = 40.0
    found = [mode for mode in local_modes(modes, 8.0) if mode.junction is modes.junctions[place]]
    assert len(found) == 1
    assert found[0].energy == pytest.approx(
        MEV * np.sqrt(4 * STRENGTH * heavy / (light * (2 * heavy - light))), rel=1e-5
    )
    ratio = light / (2 * heavy - light)
    steps = np.abs(np.arange(-12, 13))
    share = np.where(steps == 0, light, heavy) * ratio ** (2.0 * steps)
    share /= share.sum()
    assert found[0].participation == pytest.approx(1 / (LENGTH * np.sum(share**2)), rel=1e-3)
    assert found[0].junction.name == name
    assert found[0].weight > 0.99
    assert found[0].expected == pytest.approx(8 / LENGTH)


class Junctions(Calculator):
    """Springs between neighbours of any two kinds, at rest where they are."""

    implemented_properties = ("energy", "forces", "stress")

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        i, j, d, vector = neighbor_list("ijdD", atoms, 3.4)
        pairs = atoms.numbers[i] * atoms.numbers[j]
        strength = np.select([d > 2.5, pairs == 7 * 14, pairs == 6 * 13], [3.0, 24.0, 6.0], 12.0)
        pull = (strength * (d - np.where(d > 2.5, 3.11, 1.9)) / d)[:, np.newaxis] * vector
        forces = np.zeros((len(atoms), 3))
        np.add.at(forces, i, pull)
        stress = full_3x3_to_voigt_6_stress(0.5 * vector.T @ pull / atoms.get_volume())
        energy = 0.25 * float((strength * (d - np.where(d > 2.5, 3.11, 1.9)) ** 2).sum())
        self.results = {"energy": energy, "forces": forces, "stress": stress}


@pytest.fixture(scope="module")
def joined():
    """A cell of AlN on SiC of springs, those across the interfaces stiffer (N-Si) and softer (C-Al) than the others."""
    structure = interface(Slab(nitride_crystal(), (1, 1, 6), "N"), Slab(silicon_carbide(a=3.11), (1, 1, 3), "Si"))
    atoms = structure.atoms
    crystal = slab_harmonic(atoms, Junctions(), (2, 2))
    return structure, crystal, slab_modes(crystal, atoms)


def test_the_interfaces_of_a_periodic_cell_are_told_apart(joined):
    structure, _, modes = joined
    assert [junction.name for junction in modes.junctions] == ["N-Si", "C-Al"]
    np.testing.assert_allclose([junction.height for junction in modes.junctions], structure.junctions, atol=1e-9)
    near = modes.near(8.0)
    assert not (near[0] & near[1]).any()
    bound = local_modes(modes, 8.0)
    assert {mode.junction.name for mode in bound} == {"N-Si", "C-Al"}
    for mode in bound:
        place = modes.junctions.index(mode.junction)
        weights = modes.weights(8.0)[mode.modes[0]]
        assert weights[place] == pytest.approx(mode.weight)
        assert weights[1 - place] < 0.5
        assert mode.weight > 1.5 * mode.expected


def test_modes_are_complete(joined):
    structure, _, modes = joined
    np.testing.assert_allclose(modes.density.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(modes.density.sum(axis=0), 3, rtol=1e-9)
    assert modes.energy.shape == (3 * len(structure),)
    everywhere = modes.weights(1e3)
    np.testing.assert_allclose(everywhere, 1, rtol=1e-12)
    assert (modes.participation > 1 / len(structure)).all()


def test_an_open_cell_has_one_interface(joined):
    slabs = Slab(nitride_crystal(), (1, 1, 2), "N"), Slab(silicon_carbide(a=3.11), (1, 1, 1), "Si")
    atoms = interface(*slabs, vacuum=20.0).atoms
    modes = slab_modes(slab_harmonic(atoms, Junctions(), (2, 2)), atoms)
    assert [junction.name for junction in modes.junctions] == ["N-Si"]
    assert not modes.periodic


def test_temperatures_of_bound_modes_by_the_same_projection(joined):
    structure, crystal, modes = joined
    atoms = structure.atoms.repeat((3, 2, 1))
    shuffled = atoms[np.random.default_rng(1).permutation(len(atoms))]
    region = find_region(shuffled, crystal)
    assert region.repeats == (3, 2, 1)
    observer = ModeObserver(crystal, region)
    basis = observer.basis
    gamma = int(np.flatnonzero(np.abs(basis.q).max(axis=1) < 1e-9)[0])
    bound = local_modes(modes, 8.0)[-1]
    np.testing.assert_allclose(basis.energy[gamma], modes.energy, atol=1e-6)
    # Only the bound mode is excited, with the same motion in all cells.
    vector = modes.vectors[bound.modes[0]].real
    vector /= np.linalg.norm(vector)
    cells = np.prod(region.repeats)
    velocity = np.zeros((len(shuffled), 3))
    own = region.atoms.reshape(-1, len(vector))
    velocity[own] = vector[region.basis] / np.sqrt(cells * structure.atoms.get_masses()[region.basis])[:, np.newaxis]
    observer.add(0, None, velocity)
    result = observer.result()
    table = np.zeros(basis.energy.shape)
    table[gamma, list(bound.modes)] = 1
    found = result.average(table).value
    assert found == pytest.approx(KELVIN / len(bound.modes), rel=1e-8)
    table = 1 - table
    assert (result.mean * table).sum() < 1e-8 * KELVIN


def test_temperature_of_bound_modes_in_equilibrium(joined):
    structure, crystal, modes = joined
    atoms = structure.atoms.repeat((2, 2, 1))
    observer = ModeObserver(crystal, find_region(atoms, crystal))
    for step, velocity in enumerate(maxwell(atoms.get_masses(), 500.0, 200, np.random.default_rng(3))):
        observer.add(step, None, velocity)
    result = observer.result()
    weights = sum(result.basis.window(mode.energy - 0.01, mode.energy + 0.01) for mode in local_modes(modes, 8.0))
    found = result.average(weights)
    assert abs(found.value - 500) < 4 * found.error


def test_cells_that_do_not_do_are_refused(joined, chain):
    structure, crystal, modes = joined
    atoms = structure.atoms
    with pytest.raises(MethodError, match="Interfaces more than 60 A apart"):
        local_modes(modes, 30.0)
    with pytest.raises(MethodError, match="Two whole numbers above 0 as repeats"):
        slab_harmonic(atoms, Junctions(), (0, 3))
    bare = atoms.copy()
    del bare.arrays["side"]
    with pytest.raises(MethodError, match="with the column `side`, got 48 atoms"):
        slab_modes(crystal, bare)
    turned = atoms.copy()
    turned.arrays["side"] = 1 - turned.arrays["side"]
    with pytest.raises(MethodError, match="A left crystal below a right one"):
        slab_modes(crystal, turned)


def test_atoms_and_height_relax_in_the_plane_that_is_held():
    structure = interface(Slab(nitride_crystal(), (1, 1, 2), "N"), Slab(silicon_carbide(a=3.11), (1, 1, 1), "Si"))
    atoms = structure.atoms
    atoms.set_cell(np.array(atoms.cell) * [[1], [1], [1.003]], scale_atoms=True)
    found = interface_modes(atoms, Junctions(), "springs", BoundSettings(repeats=(1, 1), reach=2.0))
    np.testing.assert_allclose(np.array(found.atoms.cell)[:2], np.array(atoms.cell)[:2], atol=1e-9)
    rest = found.atoms.copy()
    rest.calc = Junctions()
    assert np.abs(rest.get_forces()).max() < 1e-4
    assert (found.atoms.arrays["side"] == structure.sides).all()
    assert found.warnings == ()
    assert found.modes.energy[0] == pytest.approx(0, abs=0.1)
    with pytest.raises(MethodError, match="Modes at the zone centre are wanted"):
        in_run(dataclasses.replace(found, modes=slab_modes(found.crystal, found.atoms, (0.5, 0))), "dump", atoms)


def test_the_figure_draws_each_bound_mode_around_its_interface(joined):
    structure, crystal, modes = joined
    settings = BoundSettings(repeats=(2, 2), reach=8.0, least_weight=0.3, most_participation=0.35)
    bound = local_modes(modes, 8.0, 0.3, 0.35)
    assert len(bound) > 4
    figure = interface_mode_figure(InterfaceModes(structure.atoms, crystal, modes, bound, settings, "springs", ()))
    participation, *panels = figure.axes
    drawn = drawn_modes(InterfaceModes(structure.atoms, crystal, modes, bound, settings, "springs", ()))
    assert len(panels) == len(drawn) == 4
    assert max(mode.participation for mode in drawn) <= min(mode.participation for mode in bound if mode not in drawn)
    assert {text.get_text() for text in participation.texts} >= {"b", "c", "d", "e"}
    for ax, mode in zip(panels, drawn, strict=True):
        assert ax.get_title(loc="left").startswith(f"{mode.energy:.1f} meV at {mode.junction.name}")
        assert ax.get_xlim() == (pytest.approx(-1.2), pytest.approx(1.2))
        x = ax.collections[0].get_offsets()[:, 0]
        # as many atoms within the reach, across the end of the cell too
        assert (np.abs(x) < 0.8).sum() == modes.near(8.0)[modes.junctions.index(mode.junction)].sum()
        assert (np.abs(x) <= 1.2).all()
        arrows = ax.collections[1]
        assert 0 < len(arrows.U) <= len(x)
        assert np.hypot(arrows.U, arrows.V).max() <= 0.08 * 2.4 + 1e-9
