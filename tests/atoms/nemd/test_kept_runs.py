"""The kept runs of heat through AlN and 4H-SiC: their numbers fit together, and the page says what they say."""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from kapitza.atoms.nemd import rectification
from kapitza.quantity import Quantity

REPOSITORY = Path(__file__).resolve().parents[3]
KEPT = REPOSITORY / "data" / "aln-sic" / "heat"


@pytest.fixture(scope="module")
def numbers():
    return json.loads((KEPT / "results.json").read_text(encoding="utf-8"))


def read(run, name):
    return Quantity.from_dict(run[name])


def test_every_run_is_long_and_made_as_the_file_beside_it_says(numbers):
    made_with = (KEPT.parent / "heat.toml").read_bytes()
    assert hashlib.sha256(made_with).hexdigest() == numbers["inputs"][0]["sha256"]
    wanted = tomllib.loads(made_with.decode())
    for table in ("run", "modes"):
        assert {key: numbers["settings"][table][key] for key in wanted[table]} == wanted[table]
    assert wanted["run"]["production"] >= 300_000
    assert not numbers["refused"]
    runs = {(one["direction"], one["mean_temperature"]["value"]) for one in numbers["runs"].values()}
    kelvins = numbers["settings"]["run"]["temperatures"]
    assert runs == {(way, kelvin) for way in ("forward", "reverse") for kelvin in kelvins}


def test_both_baths_give_and_take_the_same(numbers):
    for run in numbers["runs"].values():
        hot, cold, balance = (read(run, name) for name in ("hot_power", "cold_power", "imbalance"))
        assert hot.value > 0 > cold.value
        assert abs(hot.value + cold.value) == pytest.approx(abs(balance.value), abs=1e-6)
        assert abs(balance.value) < 3 * balance.error


def test_heat_flows_from_hot_to_cold_and_the_resistance_is_the_drop_over_it(numbers):
    for run in numbers["runs"].values():
        flux, drop, resistance = (read(run, name).value for name in ("flux", "drop", "resistance"))
        assert (flux > 0) == (drop > 0) == (run["direction"] == "forward")
        assert resistance == pytest.approx(drop / flux, rel=1e-6)


def test_modes_are_as_warm_as_the_atoms_that_they_move(numbers):
    for name, run in numbers["runs"].items():
        text = (KEPT / "modes" / name / "results.json").read_text(encoding="utf-8")
        profile = run["profile"]
        for side in ("left", "right"):
            along = json.loads(text)["modal_temperatures"][side]["along"]
            place, kelvin = (profile[key]["values"] for key in ("position", "temperature"))
            differs = np.array(along["all"]["values"]) - np.interp(along["height"]["values"], place, kelvin)
            assert np.abs(differs / along["all"]["errors"]).max() < 4


def test_rectification_follows_from_both_resistances(numbers):
    for together in numbers["together"]:
        kelvin = together["mean_temperature"]["value"]
        pair = [
            read(run, "resistance")
            for way in ("forward", "reverse")
            for run in numbers["runs"].values()
            if (run["direction"], run["mean_temperature"]["value"]) == (way, kelvin)
        ]
        assert together["rectification"]["value"] == pytest.approx(rectification(*pair).value)


def test_the_page_has_the_tables_of_the_script():
    command = [sys.executable, "heat.py", str(KEPT)]
    printed = subprocess.run(command, cwd=REPOSITORY / "benchmarks", check=True, capture_output=True, text=True).stdout
    page = (REPOSITORY / "docs" / "atoms-heat.md").read_text(encoding="utf-8")
    lines = [line for line in printed.splitlines() if line]
    assert len(lines) > 20
    assert [line for line in lines if line not in page] == []
