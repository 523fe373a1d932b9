"""The numbers in `results.json` are the numbers that were found, in plain JSON."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

import kapitza
from kapitza.data import InterfaceResult
from kapitza.quantity import Quantity
from kapitza.report.results import gradient_magnitude, plain, results, truth_quantity


@pytest.fixture(scope="module")
def study(synthetic):
    return synthetic.full()


@pytest.fixture(scope="module")
def numbers(study):
    return results(study)


def test_what_is_promised_is_there(numbers):
    assert numbers["schema"] == 1
    assert numbers["kapitza"] == kapitza.__version__
    promised = {"inputs", "settings", "images", "combined", "warnings", "versions", "truth"}
    assert promised <= set(numbers)
    assert {"numpy", "scipy", "numba", "xarray", "rosettasciio"} <= set(numbers["versions"])


def test_quantities_come_back_as_they_were(study, numbers):
    for name in InterfaceResult.QUANTITIES:
        found = getattr(study.combined, name)
        assert Quantity.from_dict(numbers["combined"]["interface"][name]) == found
        assert InterfaceResult.UNITS[name] == found.unit


@pytest.mark.parametrize("kind", ["full", "single", "one_pixel", "line_scan", "all_failed", "hostile"])
def test_json_holds_nothing_that_is_not_a_number(synthetic, kind):
    numbers = results(getattr(synthetic, kind)())
    assert json.loads(json.dumps(numbers, allow_nan=False)) == numbers


def test_a_conductivity_makes_resistances_of_lengths(study):
    given = replace(study.study.interface, conductivity_left=(40.0, 4.0), conductivity_right=(50.0, 5.0))
    block = results(replace(study, study=replace(study.study, interface=given)))["combined"]["interface"]
    assert block["resistance_left"]["value"] == pytest.approx(block["characteristic_length_left"]["value"] / 40.0)
    assert block["resistance_right"]["unit"] == "m2K/GW"
    low, high = sorted(block[f"resistance_{side}"]["value"] for side in ("left", "right"))
    assert low < block["resistance"]["value"] < high
    assert "resistance" not in results(study)["combined"]["interface"]


def test_pixels_add_up(numbers):
    for image in numbers["images"].values():
        pixels = image["pixels"]
        assert pixels["ok"] + sum(pixels["failed"].values()) == pixels["total"]


def test_the_other_preset_stands_beside(study, numbers):
    assert numbers["combined"]["compared"]["preset"] == "paper"
    assert numbers["combined"]["compared"]["interface"]["drop"] == study.compared_combined.drop.to_dict()
    forward = numbers["images"]["forward"]["compared"]
    assert {"preset", "interface", "temperature", "pixels", "zero_loss"} <= set(forward)


def test_without_an_interface_there_is_none(synthetic):
    numbers = results(synthetic.single())
    assert numbers["combined"] == {}
    assert "interface" not in numbers["images"]["line"]
    assert "truth" not in numbers


def test_the_truth_is_exact_and_has_units(numbers, synthetic):
    drop = {"value": synthetic.DROP, "error": 0.0, "unit": "K"}
    assert numbers["truth"]["drop"] == drop
    assert truth_quantity("gradient_left", -3).unit == "K/um"


def test_settings_hold_every_choice(numbers):
    assert numbers["settings"]["method"]["preset"] == "recommended"
    assert numbers["settings"]["method"]["zero_loss"] == "learned"
    assert numbers["settings"]["energy"]["signal"] == [30.0, 200.0]


def test_the_mean_gradient_is_the_length_of_the_mean_vector(synthetic):
    tmap = synthetic.temperature_map("forward")
    found = gradient_magnitude(synthetic.gradient(tmap), True)
    assert found.value == pytest.approx(math.hypot(20, synthetic.GRADIENT))
    assert (found.error, found.unit) == (None, "K/um")
    assert gradient_magnitude(synthetic.one_pixel().images["dot"].gradient, False) == Quantity(None, None, "K/pixel")


def test_plain_knows_what_json_knows():
    value = {"a": (np.float32(1.5), np.int64(2)), 3: np.array([1.0, np.nan]), "b": float("inf"), "c": True, "d": None}
    assert plain(value) == {"a": [1.5, 2], "3": [1.0, None], "b": None, "c": True, "d": None}
