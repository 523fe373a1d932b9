"""Densities of states of layers: lines where oscillators are, an area of 1, temperatures, and going on."""

import numpy as np
import pytest

from kapitza.atoms.modes import DensityObserver
from kapitza.errors import MethodError

KELVIN = 103.64269652680504 / 8.617333262e-5  # u A^2/fs^2
PLANCK = 4135.667696923859  # meV fs
INTERVAL, SEGMENT = 10.0, 256


def oscillators(energies, masses, frames, temperature=400.0, seed=1):
    """Velocities (frames, n, 3) of independent oscillators of these energies (n,), meV."""
    rng = np.random.default_rng(seed)
    amplitude = rng.rayleigh(np.sqrt(temperature / KELVIN / masses)[:, np.newaxis], (len(masses), 3))
    phase = rng.uniform(0, 2 * np.pi, (len(masses), 3))
    time = INTERVAL * np.arange(frames)[:, np.newaxis, np.newaxis]
    return amplitude * np.cos(2 * np.pi * np.array(energies)[:, np.newaxis] / PLANCK * time + phase)


def fed(observer, frames, first=0):
    for step, velocity in enumerate(frames, first):
        observer.add(5 * step, None, velocity)
    return observer


@pytest.fixture
def given():
    """60 light atoms that move at 30 or 80 meV below 10 A, and 40 heavy ones at 50 meV above."""
    masses = np.repeat([14.0, 27.0], [60, 40])
    heights = np.concatenate([np.linspace(0.5, 9.5, 60), np.linspace(10.5, 19.5, 40)])
    energies = np.concatenate([np.tile([30.0, 80.0], 30), np.full(40, 50.0)])
    return masses, heights, energies


def test_each_layer_has_its_own_lines(given):
    masses, heights, energies = given
    observer = DensityObserver(masses, heights, [0, 10, 20], INTERVAL, SEGMENT)
    found = fed(observer, oscillators(energies, masses, 2000)).result()
    step = found.energy[1]
    np.testing.assert_allclose(found.density.sum(axis=1) * step, 1, rtol=1e-12)
    assert found.resolution == pytest.approx(1.44 * PLANCK / (SEGMENT * INTERVAL))
    near = [np.abs(found.energy - line) < 2 * found.resolution for line in (30, 50, 80)]
    lower, upper = found.density * step
    assert lower[near[0]].sum() == pytest.approx(0.5, abs=0.1)
    assert lower[near[0]].sum() + lower[near[2]].sum() > 0.999
    assert upper[near[1]].sum() > 0.999
    assert found.energy[np.argmax(upper)] == pytest.approx(50, abs=step)
    np.testing.assert_array_equal(found.atoms, [60, 40])
    np.testing.assert_allclose(found.height, [5, 15])
    # An oscillator's energy does not change, so that 180 and 120 exponential numbers make the mean.
    np.testing.assert_allclose(found.temperature, 400, atol=4 * 400 / np.sqrt(120))
    assert found.segments == 2000 // 128 - 1


def test_white_noise_is_flat_within_its_errors(given):
    masses, heights, _ = given
    rng = np.random.default_rng(2)
    frames = rng.normal(size=(40 * SEGMENT, 100, 3)) / np.sqrt(masses)[:, np.newaxis]
    found = fed(DensityObserver(masses, heights, [0, 10, 20], INTERVAL, SEGMENT), frames).result()
    flat = 1 / (found.energy[-1] + 0 * found.energy[1])
    deviation = (found.density - flat)[:, 2:-2] / found.error[:, 2:-2]
    assert np.mean(np.abs(deviation) < 1) == pytest.approx(0.68, abs=0.1)


def test_atoms_that_do_not_move_or_lie_outside_are_left_out(given):
    masses, heights, energies = given
    frames = oscillators(energies, masses, 600)
    held = masses.copy()
    held[60:80] = 0
    found = fed(DensityObserver(held, heights, [0, 10, 20], INTERVAL, SEGMENT), frames).result()
    np.testing.assert_array_equal(found.atoms, [60, 20])
    (lower,) = fed(DensityObserver(masses, heights, [0, 10], INTERVAL, SEGMENT), frames).result().atoms
    assert lower == 60
    with pytest.raises(MethodError, match="got none in layer 2"):
        DensityObserver(masses, heights, [0, 10, 20, 30], INTERVAL)


def test_going_on_gives_the_same_numbers(given):
    masses, heights, energies = given
    frames = oscillators(energies, masses, 900)
    make = lambda: DensityObserver(masses, heights, [0, 10, 20], INTERVAL, SEGMENT)  # noqa: E731
    through, first, second = make(), make(), make()
    fed(through, frames)
    second.restore(fed(first, frames[:333]).state())
    fed(second, frames[333:], 333)
    np.testing.assert_array_equal(second.result().density, through.result().density)
    np.testing.assert_array_equal(second.result().temperature, through.result().temperature)


def test_wrong_frames_are_refused(given):
    masses, heights, _ = given
    observer = DensityObserver(masses, heights, [0, 10, 20], INTERVAL, SEGMENT)
    with pytest.raises(MethodError, match="256 frames or more are wanted, got 0"):
        observer.result()
    with pytest.raises(MethodError, match=r"Velocities of shape \(100, 3\)"):
        observer.add(0, None, np.zeros((3, 3)))
    for step in (0, 10):
        observer.add(step, None, np.zeros((100, 3)))
    with pytest.raises(MethodError, match="got 5 steps after 10"):
        observer.add(15, None, np.zeros((100, 3)))
    with pytest.raises(MethodError, match="an even segment of 8 frames"):
        DensityObserver(masses, heights, [0, 10], INTERVAL, 7)
