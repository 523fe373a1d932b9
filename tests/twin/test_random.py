"""Random experiments are valid, differ, come back by their seed, and stay within the ranges that are told."""

import numpy as np
import pytest

from kapitza.twin import random_twin, synthesise, twin_to_toml
from kapitza.twin.io import parse_twin
from kapitza.twin.random import ACOUSTIC, LINES, OPTICAL, RANGES, SHAPES

TWINS = [random_twin(seed) for seed in range(60)]


def test_a_seed_gives_one_twin():
    assert random_twin(3) == TWINS[3]
    assert len({twin_to_toml(twin) for twin in TWINS}) == len(TWINS)


def test_random_twins_come_back_from_their_files():
    for twin in TWINS:
        assert parse_twin(twin_to_toml(twin), "random.toml") == twin


@pytest.mark.parametrize("key", [key for key in RANGES if key.split(".")[0] not in ("acoustic", "optical", "modes")])
def test_what_is_drawn_fills_its_range(key):
    table, name = key.split(".")
    drawn = [getattr(getattr(twin, table), name) for twin in TWINS]
    values = np.array([value for value in drawn if value is not None])
    low, high = RANGES[key]
    assert values.min() >= low
    assert values.max() <= high
    scale = np.log if table == "dose" else np.asarray
    assert np.ptp(scale(values)) > 0.6 * np.ptp(scale([low, high]))


def test_lines_are_of_all_kinds_on_both_sides():
    kinds, numbers = set(), {"acoustic": set(), "optical": set()}
    for twin in TWINS:
        for material in (twin.left, twin.right):
            energies = np.array([mode.energy for mode in material.modes])
            numbers["acoustic"].add(int((energies < 60).sum()))
            numbers["optical"].add(int((energies >= 60).sum()))
            kinds |= {mode.line for mode in material.modes}
            assert (energies >= 5).all()
            assert (energies <= 125).all()
    assert kinds == set(LINES)
    assert (min(numbers["acoustic"]), max(numbers["acoustic"])) == ACOUSTIC
    assert (min(numbers["optical"]), max(numbers["optical"])) == OPTICAL
    assert {twin.zero_loss.shape for twin in TWINS} == set(SHAPES)


def test_the_base_gives_what_is_not_drawn(quiet, vary):
    base = vary(quiet, temperature={"heat_flow": "none"}, scan={"rows": 2, "columns": 6}, interface={"position": 2.2})
    twin = random_twin(1, base)
    for table in ("scan", "drift", "detector", "microscope", "probe"):
        assert getattr(twin, table) == getattr(base, table)
    assert twin.temperature.heat_flow == "none"
    assert twin.interface.position == 2.2
    image, truth = synthesise(twin)
    np.testing.assert_allclose(truth["temperature"], twin.temperature.mean)
    assert image.energy[0] < -249
    assert image.energy[-1] > 248
    # Zero energy stands between two channels, where the draw put it.
    assert np.abs(image.energy).min() > 1e-3
