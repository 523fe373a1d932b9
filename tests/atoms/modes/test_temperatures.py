"""Temperatures of velocities whose temperature is known, with their errors; windows along z; blocks; going on."""

import numpy as np
import pytest
from scipy.linalg import expm

from kapitza.atoms.modes import (
    Blocks,
    ModeObserver,
    WindowObserver,
    block_error,
    energy_window,
    find_region,
)
from kapitza.errors import MethodError

from .excited import KELVIN, carbide, joined, matched, maxwell, nitride, periodic, supercell_modes

TEMPERATURE = 350.0


@pytest.fixture(scope="module")
def crystal():
    return nitride()


@pytest.fixture(scope="module")
def cell(crystal):
    atoms = periodic((4, 4, 3))
    return atoms, find_region(atoms, crystal)


@pytest.fixture(scope="module")
def hot(crystal, cell):
    """800 frames of one temperature."""
    atoms, region = cell
    observer = ModeObserver(crystal, region)
    for step, velocities in enumerate(maxwell(atoms.get_masses(), TEMPERATURE, 800, np.random.default_rng(5))):
        observer.add(step, atoms.positions, velocities)
    return observer.result()


def fed(observer, frames, positions=None):
    for step, velocities in enumerate(frames):
        observer.add(step, positions, velocities)
    return observer


def test_every_mode_has_the_temperature_within_its_error(hot):
    deviation = (hot.temperature - TEMPERATURE) / hot.error
    assert hot.frames == 800
    # Blocks are few, so that their t distribution has wider wings than a normal one.
    assert np.mean(np.abs(deviation) < 1) == pytest.approx(0.68, abs=0.06)
    assert np.mean(deviation) == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize("name", ["all", "acoustic", "optical", "window", "shell"])
def test_averages_have_the_temperature_within_their_errors(hot, name):
    basis = hot.basis
    weights = {
        "all": basis.every(),
        "acoustic": basis.acoustic(),
        "optical": basis.optical(),
        "window": basis.window(80, 100),
        "shell": basis.shell(0.5, 1.2),
    }[name]
    found = hot.average(weights)
    assert abs(found.value - TEMPERATURE) < 4 * found.error
    # |Q|^2 is exponential, or a square of a normal number where q and -q are the same: the variance is T^2 or 2 T^2.
    pairs = np.where(basis.weight == 2, 1.0, 2.0)[:, np.newaxis]
    expected = TEMPERATURE * np.sqrt((weights**2 * pairs).sum() / 800) / weights.sum()
    assert found.error == pytest.approx(expected, rel=0.35)


def test_acoustic_and_optical_make_the_whole(hot):
    basis = hot.basis
    parts = hot.averages({"a": basis.acoustic(), "o": basis.optical(), "all": basis.every()})
    assert 0.25 * parts["a"].value + 0.75 * parts["o"].value == pytest.approx(parts["all"].value, rel=1e-12)
    difference = hot.difference(basis.optical(), basis.acoustic())
    assert difference.value == pytest.approx(parts["o"].value - parts["a"].value)
    assert difference.error == pytest.approx(np.hypot(parts["o"].error, parts["a"].error), rel=0.3)


def test_weights_by_heat_capacity_are_those_of_oscillators(hot):
    basis = hot.basis
    weights = basis.heat_capacity(600.0) / basis.weight[:, np.newaxis]
    x = np.maximum(basis.shared(basis.energy), 1e-9) / (0.08617333262 * 600)
    np.testing.assert_allclose(weights, x**2 * np.exp(x) / np.expm1(x) ** 2, rtol=1e-4)
    assert basis.heat_capacity(1e5).sum() == pytest.approx(basis.modes, rel=1e-4)
    found = hot.average(basis.heat_capacity(300.0))
    assert abs(found.value - TEMPERATURE) < 4 * found.error
    with pytest.raises(MethodError, match="above 0 K is wanted"):
        basis.heat_capacity(0.0)


def test_a_window_of_energies_holds_whole_degenerate_sets(hot):
    basis = hot.basis
    weights = basis.window(80, 100) / basis.weight[:, np.newaxis]
    energy = basis.shared(basis.energy)
    np.testing.assert_array_equal(weights > 0, (energy >= 80) & (energy <= 100))
    assert set(np.unique(weights)) == {0.0, 1.0}
    assert np.isnan(hot.average(basis.window(500, 600)).value)
    with pytest.raises(MethodError, match="Weights of shape"):
        hot.average(np.ones(3))


def test_a_drift_taken_out_is_accounted_for(crystal, cell):
    atoms, region = cell
    masses = atoms.get_masses()
    frames = maxwell(masses, TEMPERATURE, 40, np.random.default_rng(6))
    drifting = frames + np.array([0.01, -0.02, 0.03])
    result = fed(ModeObserver(crystal, region, masses), drifting).result()
    still = frames - (masses @ frames / masses.sum())[:, np.newaxis]
    kinetic = np.einsum("n,fni->f", masses, still**2).mean() * 103.64269652680504 / 8.617333262e-5
    # The average over modes is the kinetic temperature of the 3n - 3 motions that are left.
    assert result.average(result.basis.every()).value == pytest.approx(kinetic / (3 * len(atoms) - 3), rel=1e-10)
    gamma = np.flatnonzero(np.abs(result.basis.q).max(axis=1) < 1e-9)[0]
    assert np.isnan(result.temperature[gamma, :3]).all()
    assert np.isfinite(result.temperature[gamma, 3:]).all()
    assert np.isnan(result.temperature).sum() == 3


def test_a_part_of_a_cell_at_rest_keeps_a_part_of_its_translation(crystal):
    structure = joined((3, 3, 4), (3, 3, 2))
    atoms = structure.atoms
    masses = atoms.get_masses()
    left = structure.sides == 0
    region = find_region(atoms, crystal, left)
    rng = np.random.default_rng(8)
    frames = maxwell(masses, TEMPERATURE, 3000, rng)
    result = fed(ModeObserver(crystal, region, masses), frames).result()
    gamma = np.flatnonzero(np.abs(result.basis.q).max(axis=1) < 1e-9)[0]
    share = masses[left].sum() / masses.sum()
    np.testing.assert_allclose(result.freedom[gamma, :3], 1 - share, atol=1e-6)
    assert result.temperature[gamma, 0] == pytest.approx(TEMPERATURE, abs=4 * result.error[gamma, 0])


@pytest.mark.parametrize("taper", ["hann", "none"])
def test_windows_follow_a_gradient(crystal, taper):
    structure = joined((4, 4, 12), (4, 4, 2))
    atoms = structure.atoms
    region = find_region(atoms, crystal, structure.sides == 0)
    rising = 200 + 5 * atoms.positions[:, 2]
    frames = maxwell(atoms.get_masses(), rising, 400, np.random.default_rng(9))
    averages = {"all": lambda basis: basis.every(), "80 to 100 meV": energy_window(80, 100)}
    observer = WindowObserver(crystal, region, 4, every=2, taper=taper, weights=averages)
    result = fed(observer, frames).result()
    assert result.names == ("all", "80 to 100 meV")
    assert len(result.height) == 5
    for name in result.names:
        temperature, error = result.of(name)
        # Weights symmetric about the middle of a window leave a straight line as it is.
        assert (np.abs(temperature - 200 - 5 * result.height) < 4 * error).all()
    assert result.span == pytest.approx(4 * crystal.cell[2, 2], rel=1e-3)
    wide = {"hann": 1.44, "none": 0.89}[taper]  # full width of the taper's power, in cycles over its length
    assert result.resolution == pytest.approx(wide * 2 * np.pi / result.span, rel=0.08)
    with pytest.raises(MethodError, match="One of the averages all, 80 to 100 meV is wanted"):
        result.of("none")


def test_one_window_over_all_is_the_region_as_a_whole(crystal, cell):
    atoms, region = cell
    frames = maxwell(atoms.get_masses(), TEMPERATURE, 50, np.random.default_rng(10))
    bulk = fed(ModeObserver(crystal, region), frames).result()
    window = fed(WindowObserver(crystal, region, 3, taper="none"), frames).result()
    for name, weights in (("all", bulk.basis.every()), ("optical", bulk.basis.optical())):
        found, _ = window.of(name)
        assert found[0] == pytest.approx(bulk.average(weights).value, rel=1e-12)
    difference, error = window.difference("optical", "acoustic")
    same = bulk.difference(bulk.basis.optical(), bulk.basis.acoustic())
    assert (difference[0], error[0]) == pytest.approx((same.value, same.error), rel=1e-9)


@pytest.mark.parametrize("kind", [ModeObserver, WindowObserver])
def test_going_on_gives_the_same_numbers(crystal, cell, kind):
    atoms, region = cell
    more = () if kind is ModeObserver else (2,)
    frames = maxwell(atoms.get_masses(), TEMPERATURE, 230, np.random.default_rng(11))
    through, first, second = (kind(crystal, region, *more) for _ in range(3))
    fed(through, frames[:100]).state()
    fed(through, frames[100:])
    second.restore(fed(first, frames[:100]).state())
    fed(second, frames[100:])
    np.testing.assert_array_equal(second.result().temperature, through.result().temperature)
    np.testing.assert_array_equal(second.result().error, through.result().error)


def test_wrong_frames_are_refused(crystal, cell):
    atoms, region = cell
    observer = ModeObserver(crystal, region)
    with pytest.raises(MethodError, match="got none: add some"):
        observer.result()
    with pytest.raises(MethodError, match=r"Velocities of shape \(192, 3\) are wanted, got \(5, 3\)"):
        observer.add(0, None, np.zeros((5, 3)))
    with pytest.raises(MethodError, match="the run is unstable"):
        observer.add(7, None, np.full((len(atoms), 3), np.nan))
    with pytest.raises(MethodError, match="Masses of all 192 atoms"):
        ModeObserver(crystal, region, np.ones(3))
    with pytest.raises(MethodError, match="Windows of 1 to 3 layers"):
        WindowObserver(crystal, region, 4)
    with pytest.raises(MethodError, match="A taper of hann, none is wanted"):
        WindowObserver(crystal, region, 2, taper="box")


def test_few_frames_have_no_errors(crystal, cell):
    atoms, region = cell
    result = fed(
        ModeObserver(crystal, region), maxwell(atoms.get_masses(), 300.0, 7, np.random.default_rng(1))
    ).result()
    assert np.isnan(result.error).all()
    assert np.isfinite(result.temperature).all()


def test_strained_carbide_has_its_own_modes_at_the_same_temperature():
    structure = joined((4, 4, 2), (4, 4, 3))
    atoms = structure.atoms
    crystal = carbide(3.11)
    region = find_region(atoms, crystal, structure.sides == 1)
    frames = maxwell(atoms.get_masses(), TEMPERATURE, 100, np.random.default_rng(12))
    result = fed(ModeObserver(crystal, region), frames).result()
    assert result.basis.energy.shape[1] == 24
    found = result.average(result.basis.every())
    assert abs(found.value - TEMPERATURE) < 4 * found.error


def driven(energies, vectors, masses, temperatures, frames, rng, interval=20.0, memory=300.0):
    """Velocities (frames, n, 3), A/fs, of oscillators with friction, each mode kept at its own temperature.

    energies (m,), meV, vectors (m, n, 3) of norm 1, temperatures (m,), K; frames `interval` apart, and forgetting
    within `memory`, fs. The equation of motion x'' = -w^2 x - x' / memory + noise is solved without steps in time.
    """
    frequency = energies / 658.2119569
    motion = np.zeros((len(energies), 2, 2))
    motion[:, 0, 1], motion[:, 1, 0], motion[:, 1, 1] = 1, -(frequency**2), -1 / memory
    moved = expm(motion * interval)
    resting = np.zeros_like(motion)
    resting[:, 0, 0], resting[:, 1, 1] = temperatures / KELVIN / frequency**2, temperatures / KELVIN
    kick = np.linalg.cholesky(resting - moved @ resting @ moved.swapaxes(1, 2))
    state = np.sqrt(resting.diagonal(axis1=1, axis2=2)) * rng.normal(size=(len(energies), 2))
    found = np.empty((frames, *vectors.shape[1:]))
    for frame in range(frames):
        state = np.einsum("mij,mj->mi", moved, state) + np.einsum("mij,mj->mi", kick, rng.normal(size=state.shape))
        found[frame] = np.tensordot(state[:, 1], vectors, 1) / np.sqrt(masses)[:, np.newaxis]
    return found


def test_modes_kept_at_their_own_temperatures_are_told_apart(crystal, cell):
    atoms, region = cell
    energies, vectors, positions = supercell_modes(crystal.phonopy)
    own = matched(positions, atoms)
    moving = energies > 1
    given = 200 + 3 * energies[moving]
    rng = np.random.default_rng(21)
    frames = driven(energies[moving], vectors[moving][:, own], atoms.get_masses(), given, 1000, rng)
    result = fed(ModeObserver(crystal, region, atoms.get_masses()), frames).result()
    deviation = (result.temperature - 200 - 3 * result.basis.energy) / result.error
    known = deviation[np.isfinite(deviation)]
    assert known.size == deviation.size - 3
    assert np.mean(np.abs(known) < 1) == pytest.approx(0.68, abs=0.08)
    assert np.mean(np.abs(known) < 2) > 0.88
    low, high = result.basis.window(1, 40), result.basis.window(80, 120)
    split = result.difference(high, low)
    expected = [3 * np.average(result.basis.energy, weights=weights) for weights in (high, low)]
    assert abs(split.value - expected[0] + expected[1]) < 4 * split.error
    assert split.value > 20 * split.error


def walk(length: int, memory: float, rows: int, rng: np.random.Generator) -> np.ndarray:
    """(length, rows): numbers of mean 0 and deviation 1 that forget as exp(-t/memory)."""
    keep = np.exp(-1 / memory)
    steps = rng.normal(size=(length, rows))
    found = np.empty((length, rows))
    found[0] = steps[0]
    for step in range(1, length):
        found[step] = keep * found[step - 1] + np.sqrt(1 - keep**2) * steps[step]
    return found


@pytest.mark.parametrize("memory", [0.1, 5.0, 40.0])
def test_errors_of_correlated_series_cover(memory):
    series = walk(6000, memory, 400, np.random.default_rng(13))
    blocks = Blocks((400,))
    for part in np.array_split(series, 171):
        blocks.add(part)
    np.testing.assert_allclose(blocks.mean, series.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(blocks.means[3], series[3 * blocks.length : 4 * blocks.length].mean(axis=0), atol=1e-12)
    assert 32 <= len(blocks.means) < 64
    inside = np.abs(blocks.mean) < block_error(blocks.means)
    # 400 series: a standard error of 0.023, and 46 blocks a bias of some hundredths.
    assert inside.mean() == pytest.approx(0.68, abs=0.07)


def test_blocks_go_on_from_their_state():
    series = walk(777, 3.0, 2, np.random.default_rng(14))
    whole, first, second = Blocks((2,)), Blocks((2,)), Blocks((2,))
    whole.add(series)
    first.add(series[:333])
    second.restore(first.state())
    second.add(series[333:])
    np.testing.assert_allclose(second.means, whole.means, rtol=1e-13)
    assert (second.frames, second.length) == (777, whole.length)
