"""Modes bound to the interface of a longer cell: found on its atoms, each alone, and as warm as the atoms are."""

import dataclasses

import numpy as np
import pytest

from kapitza.atoms.modes import (
    ALL_BOUND,
    BoundObserver,
    BoundSettings,
    InterfaceObserver,
    ModeSettings,
    find_junction,
    interface_modes,
    load_interface_modes,
)
from kapitza.atoms.structures import Regions, Slab, interface, silicon_carbide
from kapitza.errors import InputError, MethodError
from kapitza.report.atoms.bound import save_interface_modes
from kapitza.report.atoms.modal import modal_averages, save_modal

from .excited import KELVIN, carbide, maxwell, nitride, nitride_crystal
from .test_slab import Junctions

SETTINGS = BoundSettings(repeats=(2, 2), reach=8.0, least_weight=0.4, most_participation=0.35, relax=False)


@pytest.fixture(scope="module")
def found():
    """The modes of a short cell of AlN on SiC of springs."""
    made = interface(Slab(nitride_crystal(), (1, 1, 6), "N"), Slab(silicon_carbide(a=3.11), (1, 1, 3), "Si"))
    return interface_modes(made.atoms, Junctions(), "springs", SETTINGS)


@pytest.fixture(scope="module")
def longer():
    """A longer cell with baths and frozen ends, its atoms in any order and moved in the plane."""
    slabs = Slab(nitride_crystal(), (3, 2, 10), "N"), Slab(silicon_carbide(a=3.11), (3, 2, 5), "Si")
    made = interface(*slabs, regions=Regions("both", frozen_length=5.0, bath_length=8.0))
    atoms = made.atoms
    atoms.positions[:, :2] += [0.7, -0.4]
    return atoms[np.random.default_rng(2).permutation(len(atoms))]


def test_atoms_of_the_interface_are_found(found, longer):
    region, junction = find_junction(longer, found)
    assert junction.name == "N-Si"
    assert region.repeats == (3, 2, 1)
    assert len(np.unique(region.atoms)) == region.atoms.size
    assert (longer.numbers[region.atoms] == found.modes.numbers[region.basis]).all()
    # every atom between the middles of both crystals of the short cell
    heights = found.modes.positions[:, 2] - found.modes.junctions[0].height
    expected = np.sort(heights[np.abs(heights) < 15.0])
    mine = np.sort(longer.positions[region.atoms[0, 0, 0], 2] - junction.height)
    np.testing.assert_allclose(mine[np.abs(mine) < 15.0], expected, atol=1e-6)
    sites = region.sites[..., :2]
    off = (longer.positions[region.atoms][..., :2] - sites) @ np.linalg.inv(np.array(longer.cell)[:2, :2])
    np.testing.assert_allclose(off, np.rint(off), atol=1e-6)


def test_a_bound_mode_is_as_warm_as_its_motion_on_these_atoms(found, longer):
    observer = BoundObserver(longer, found)
    region, _ = find_junction(longer, found)
    modes = [one for one in found.bound if one.junction.name == "N-Si"]
    chosen = modes[-1]
    vectors = found.modes.vectors[list(chosen.modes)].real
    masses = found.crystal.masses
    captured = np.sum(vectors[:, region.basis] ** 2) / len(vectors)
    assert 0.9 < captured < 1
    velocity = np.zeros((len(longer), 3))
    amplitude = vectors[0] / np.linalg.norm(vectors[0])
    amplitude /= np.sqrt(np.prod(region.repeats) * masses)[:, np.newaxis]
    velocity[region.atoms] = amplitude[region.basis]
    observer.add(0, None, velocity)
    result = observer.bound()
    place = result.modes.index(chosen)
    assert result.captured[place] == pytest.approx(captured, rel=1e-9)
    part = np.sum(vectors[0, region.basis] ** 2) / np.sum(vectors[0] ** 2)
    assert result.temperatures[place].value == pytest.approx(KELVIN * part**2 / captured / len(chosen.modes), rel=1e-6)
    # the motion is the same in all cells: at another wave vector nothing is seen
    assert result.counts[ALL_BOUND] > len(chosen.modes)
    away = np.linalg.norm(result.modal.basis.wave, axis=1) > 1e-6
    assert result.modal.mean[away].max() < 1e-8 * KELVIN


def test_bound_modes_have_the_temperature_of_the_crystal(found, longer):
    observer = BoundObserver(longer, found)
    for step, velocity in enumerate(maxwell(longer.get_masses(), 400.0, 300, np.random.default_rng(5))):
        observer.add(step, None, velocity)
    energies = [mode.energy for mode in found.bound if mode.junction.name == "N-Si"]
    window = ("stiff", energies[-1] - 8, energies[-1] + 8)
    result = observer.bound((window, ("none", 1e3, 2e3)))
    assert result.counts[ALL_BOUND] > result.counts["stiff"] > len(result.modes[-1].modes)
    for name in (ALL_BOUND, "stiff"):
        average = result.averages[name]
        assert average.error < 15
        assert abs(average.value - 400) < 4 * average.error
    assert np.isnan(result.averages["none"].value)
    assert result.counts["none"] == 0


def test_both_sides_and_the_interface_go_into_one_folder(found, longer, tmp_path):
    save_interface_modes(found, tmp_path / "bound")
    read = load_interface_modes(tmp_path / "bound")
    assert [mode.modes for mode in read.bound] == [mode.modes for mode in found.bound]
    np.testing.assert_allclose([m.energy for m in read.bound], [m.energy for m in found.bound], atol=1e-4)
    energy = read.bound[-1].energy
    settings = ModeSettings(energies=((energy - 1, energy + 1),), layers=2)
    crystals = {"left": nitride(), "right": carbide(3.11)}
    whole, first, second = (InterfaceObserver(longer, crystals, settings, read) for _ in range(3))
    frames = list(maxwell(longer.get_masses(), 300.0, 24, np.random.default_rng(7)))
    for step, velocity in enumerate(frames):
        whole.add(step, None, velocity)
        (first if step < 10 else second).add(step, None, velocity)
        if step == 9:
            second.restore(first.state())
    result, resumed = whole.result(), second.result()
    assert result.bound.averages[ALL_BOUND].value == pytest.approx(resumed.bound.averages[ALL_BOUND].value, rel=1e-12)
    averages = modal_averages(result)
    assert averages["interface"][ALL_BOUND]["value"] == pytest.approx(300, abs=40)
    page = (save_modal(result, tmp_path / "out") / "report.html").read_text()
    assert "N-Si" in page
    assert ALL_BOUND in page


def test_sides_are_told_by_species_where_no_column_tells_them(found, longer):
    crystals = {"left": nitride(), "right": carbide(3.11)}
    bare = longer.copy()
    del bare.arrays["side"]
    observers = [InterfaceObserver(atoms, crystals, ModeSettings(layers=2), found) for atoms in (longer, bare)]
    for step, velocity in enumerate(maxwell(longer.get_masses(), 300.0, 2, np.random.default_rng(8))):
        for observer in observers:
            observer.add(step, None, velocity)
    one, other = (observer.result().bound.averages[ALL_BOUND].value for observer in observers)
    assert one == other
    with pytest.raises(MethodError, match="by the column `side`, got another cell"):
        BoundObserver(bare, found)


def test_interfaces_that_do_not_do_are_refused(found, longer, tmp_path):
    with pytest.raises(MethodError, match="free to move and outside heat baths"):
        BoundObserver(longer, found, left_out=longer.positions[:, 2] < longer.positions[:, 2].mean())
    slabs = Slab(nitride_crystal(), (3, 2, 10), "Al"), Slab(silicon_carbide(a=3.11), (3, 2, 5), "C")
    with pytest.raises(MethodError, match="The interface N-Si of the interface cell is wanted"):
        BoundObserver(interface(*slabs).atoms, found)
    turned = longer.copy()
    turned.set_cell(np.array(longer.cell) * [[1], [1.4], [1]])
    with pytest.raises(MethodError, match="repeated along a and b"):
        BoundObserver(turned, found)
    short = interface(Slab(nitride_crystal(), (3, 2, 1), "N"), Slab(silicon_carbide(a=3.11), (3, 2, 1), "Si")).atoms
    with pytest.raises(MethodError, match="The interface N-Si of the interface cell is wanted"):
        BoundObserver(short, found)
    with pytest.raises(InputError, match="A folder that `kapitza atoms interface-modes` wrote"):
        load_interface_modes(tmp_path / "nothing")
    observer = BoundObserver(longer, dataclasses.replace(found, bound=()))
    observer.add(0, None, np.zeros((len(longer), 3)))
    assert observer.bound().temperatures == ()
