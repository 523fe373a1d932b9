"""Both sides of an interface at once: what is a side, what is left out, and going on after a stop."""

import numpy as np
import pytest
from ase import units
from ase.io import read, write

from kapitza.atoms.modes import InterfaceObserver, ModeSettings, find_region, modal_temperatures
from kapitza.atoms.structures import Regions, Slab, bulk, interface, silicon_carbide, write_structure
from kapitza.errors import MethodError
from kapitza.plots import modal_figure

from .excited import carbide, joined, maxwell, nitride, nitride_crystal


@pytest.fixture(scope="module")
def crystals():
    return {"left": nitride(), "right": carbide(3.11)}


@pytest.fixture(scope="module")
def structure():
    slabs = Slab(nitride_crystal(), (3, 3, 8), "N"), Slab(silicon_carbide(), (3, 3, 6), "Si")
    return interface(*slabs, regions=Regions(bath_length=8.0))


def test_going_on_gives_the_same_numbers(structure, crystals):
    settings = ModeSettings(energies=((80.0, 100.0),), layers=3)
    frames = maxwell(structure.atoms.get_masses(), 400.0, 90, np.random.default_rng(1))
    through, first, second = (InterfaceObserver(structure.atoms, crystals, settings) for _ in range(3))
    for step, velocity in enumerate(frames):
        through.add(step, structure.positions, velocity)
        if step == 40:
            through.state()
        (first if step <= 40 else second).add(step, structure.positions, velocity)
        if step == 40:
            second.restore(first.state())
    for one, other in zip(second.result().sides, through.result().sides, strict=True):
        np.testing.assert_array_equal(one.bulk.temperature, other.bulk.temperature)
        np.testing.assert_array_equal(one.along.error, other.along.error)
        assert one.averages == other.averages


def test_a_run_too_short_for_its_memory_is_told(structure, crystals):
    observer = InterfaceObserver(structure.atoms, crystals, ModeSettings(layers=2))
    frames = maxwell(structure.atoms.get_masses(), 400.0, 60, np.random.default_rng(7))
    slowly = 1 + 0.5 * np.sin(2 * np.pi * np.arange(60) / 60)
    for step, velocity in enumerate(frames * np.sqrt(slowly)[:, np.newaxis, np.newaxis]):
        observer.add(step, structure.positions, velocity)
    codes = [code for code, _ in observer.result().warnings]
    assert codes == ["run_too_short"] * 4
    steady = InterfaceObserver(structure.atoms, crystals, ModeSettings(layers=2))
    for step, velocity in enumerate(frames):
        steady.add(step, structure.positions, velocity)
    assert steady.result().warnings == ()
    assert "run at least" in observer.result().warnings[0][1]


def test_branches_make_the_whole(structure, crystals):
    observer = InterfaceObserver(structure.atoms, crystals, ModeSettings(branches=True, layers=2))
    for step, velocity in enumerate(maxwell(structure.atoms.get_masses(), 400.0, 20, np.random.default_rng(2))):
        observer.add(step, structure.positions, velocity)
    for side, count in zip(observer.result().sides, (12, 24), strict=True):
        names = [f"branch {number}" for number in range(1, count + 1)]
        assert list(side.averages)[3:] == names
        mean = np.mean([side.averages[name].value for name in names])
        assert mean == pytest.approx(side.averages["all"].value, rel=1e-12)
        np.testing.assert_allclose(
            np.mean([side.along.of(name)[0] for name in names], axis=0), side.along.of("all")[0], rtol=1e-12
        )


@pytest.mark.parametrize("name", ["model.xyz", "cell.xyz"])
def test_frozen_ends_and_baths_are_left_out_whatever_the_file(structure, crystals, name, tmp_path):
    write_structure(structure, tmp_path / name)
    atoms = read(tmp_path / name, format="extxyz")
    groups = structure.groups
    inner = InterfaceObserver(atoms, crystals).regions
    wider = InterfaceObserver(atoms, crystals, ModeSettings(baths=True)).regions
    for side in ("left", "right"):
        assert set(groups[inner[side].atoms.ravel()]) <= {2, 3, 4}
        assert 0 not in groups[wider[side].atoms.ravel()]
        assert wider[side].repeats[2] > inner[side].repeats[2]


def test_sides_of_one_material_want_their_column(crystals):
    slab = Slab(nitride_crystal(), (3, 3, 4), "N")
    atoms = interface(slab, Slab(nitride_crystal(), (3, 3, 4), "Al")).atoms
    both = {"left": crystals["left"], "right": crystals["left"]}
    observer = InterfaceObserver(atoms, both)
    assert not set(observer.regions["left"].atoms.ravel()) & set(observer.regions["right"].atoms.ravel())
    del atoms.arrays["side"]
    with pytest.raises(MethodError, match="A column `side` is wanted for two crystals that share Al, N"):
        InterfaceObserver(atoms, both)


def test_what_is_no_side_is_refused(crystals):
    atoms = joined((3, 3, 3), (3, 3, 2)).atoms
    del atoms.arrays["side"]
    with pytest.raises(MethodError, match="Phonons of the sides left, right or both are wanted, got none"):
        InterfaceObserver(atoms, {})
    with pytest.raises(MethodError, match="the other way round"):
        InterfaceObserver(atoms, {"left": crystals["right"], "right": crystals["left"]})
    alone = atoms[np.isin(atoms.numbers, [6, 14])]
    with pytest.raises(MethodError, match="the structure has none"):
        InterfaceObserver(alone, {"left": crystals["left"]})


def test_a_crystal_by_itself_at_rest(crystals, tmp_path):
    atoms = bulk(nitride_crystal(), (3, 3, 3)).atoms
    frames = []
    for velocity in maxwell(atoms.get_masses(), 500.0, 30, np.random.default_rng(4)):
        frames.append(atoms.copy())
        frames[-1].set_velocities(velocity / units.fs)
    write(tmp_path / "run.traj", frames)
    result = modal_temperatures(
        tmp_path / "run.traj", atoms, {"left": crystals["left"]}, ModeSettings(layers=2, at_rest=True)
    )
    (side,) = result.sides
    assert result.frames == 30
    assert np.isnan(side.bulk.temperature).sum() == 3
    assert abs(side.averages["all"].value - 500) < 4 * side.averages["all"].error
    assert find_region(atoms, crystals["left"]).periodic


def test_the_figure_draws_every_average_that_there_is_once(structure, crystals):
    settings = ModeSettings(energies=((500.0, 600.0), (80.0, 100.0)), branches=True, layers=2)
    observer = InterfaceObserver(structure.atoms, crystals, settings)
    for step, velocity in enumerate(maxwell(structure.atoms.get_masses(), 400.0, 20, np.random.default_rng(3))):
        observer.add(step, structure.positions, velocity)
    result = observer.result()
    figure = modal_figure(result)
    left, right, along = figure.axes[0], figure.axes[1], figure.axes[-1]
    assert [ax.get_title(loc="left") for ax in (left, right)] == ["left (AlN)", "right (SiC)"]
    assert left.get_ylim() == right.get_ylim()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "all",
        "acoustic",
        "optical",
        "80 to 100 meV",
    ]
    drawn = [bars.lines[0] for bars in along.containers]
    assert len(drawn) == 8
    aside = []
    for side, lines in zip(result.sides, (drawn[:4], drawn[4:]), strict=True):
        for name, line in zip(("all", "acoustic", "optical", "80 to 100 meV"), lines, strict=True):
            np.testing.assert_array_equal(line.get_ydata(), side.along.of(name)[0])
            aside.append(line.get_xdata() - side.along.height / 10)
    # all windows of an average moved alike, by less than a window, and none onto another average
    assert np.ptp(aside[:4], axis=1).max() < 1e-9
    assert len({round(float(offset[0]), 6) for offset in aside}) == 4
    assert max(abs(offset[0]) for offset in aside) < 0.5 * result.sides[0].along.span / 10
    low, high = along.get_xlim()
    assert low == pytest.approx((result.sides[0].along.height[0] - result.sides[0].along.span / 2) / 10)
    assert high == pytest.approx((result.sides[1].along.height[-1] + result.sides[1].along.span / 2) / 10)


def test_no_two_averages_look_alike(structure, crystals):
    windows = tuple((low, low + 20.0) for low in range(0, 100, 15))
    observer = InterfaceObserver(structure.atoms, crystals, ModeSettings(energies=windows, layers=2))
    for step, velocity in enumerate(maxwell(structure.atoms.get_masses(), 400.0, 3, np.random.default_rng(3))):
        observer.add(step, structure.positions, velocity)
    handles = modal_figure(observer.result()).legends[0].legend_handles
    assert len(handles) == 3 + len(windows)
    assert len({(handle.get_color(), handle.get_marker()) for handle in handles}) == len(handles)
