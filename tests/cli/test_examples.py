"""The examples, from file to result folder, as a user would run them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kapitza.study import read_study, run
from kapitza.twin import read_twin, series_twins, write_twin

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def results(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("no_figures")
def test_a_twin_and_its_map(kapitza, tmp_path):
    shutil.copy(EXAMPLES / "map.toml", tmp_path)
    code, out, err = kapitza("twin", EXAMPLES / "twin.toml", "-o", tmp_path / "twin.hspy")
    assert code == 0, err
    assert "kapitza info" in out
    code, out, err = kapitza("run", tmp_path / "map.toml", "-o", tmp_path / "out")
    assert code == 0, err
    assert "left half" in out
    assert "paper" in out
    assert "recommended" not in out
    found = results(tmp_path / "out")
    assert found["images"]["left half"]["pixels"]["total"] == 6 * 28
    assert found["images"]["left half"]["pixels"]["failed"] == {"no_counts": 2}
    assert found["settings"]["method"]["preset"] == "paper"
    assert "interface" not in found["images"]["left half"]


def test_a_twin_is_not_written_over(kapitza, tmp_path):
    (tmp_path / "twin.hspy").write_text("mine")
    code, _, err = kapitza("twin", EXAMPLES / "twin.toml", "-o", tmp_path / "twin.hspy")
    assert code == 1
    assert "use --force" in err
    assert (tmp_path / "twin.hspy").read_text() == "mine"


@pytest.fixture
def pair(tmp_path, experiment) -> Path:
    """Folder with examples/pair.toml beside its files."""
    for file in (EXAMPLES / "pair.toml", *experiment.glob("*.hspy")):
        shutil.copy(file, tmp_path)
    return tmp_path


def test_a_pair_and_its_resolved_study(kapitza, pair):
    code, out, err = kapitza("run", pair / "pair.toml", "-o", pair / "out")
    assert code == 0, err
    assert "half-difference" in out
    found = results(pair / "out")
    assert list(found["images"]) == ["forward", "reverse", "none"]
    for image in found["images"].values():
        assert image["interface"]["drop"]["unit"] == "K"
        assert image["interface"]["drop"]["error"] > 0
    drop = found["combined"]["interface"]["drop"]
    assert abs(drop["value"] - 15.0) < 3 * drop["error"]
    for name in ("results.json", "study.toml", "report.html"):
        assert str(pair) not in (pair / "out" / name).read_text(encoding="utf-8")

    again = run(replace(read_study(pair / "out" / "study.toml"), compare=False))
    interfaces = [(again.combined, found["combined"])]
    interfaces += [(image.interface, found["images"][name]) for name, image in again.images.items()]
    for interface, block in interfaces:
        assert interface is not None
        assert interface.to_dict() == {key: block["interface"][key] for key in interface.QUANTITIES}
    assert [entry.sha256 for entry in again.inputs] == [entry["sha256"] for entry in found["inputs"]]


@pytest.mark.usefixtures("no_figures")
def test_a_scenario(kapitza, pair):
    shutil.copy(EXAMPLES / "scenario.toml", pair)
    code, _, err = kapitza("run", pair / "scenario.toml", "-o", pair / "out")
    assert code == 0, err
    found = results(pair / "out")["scenario"]
    assert {"modes", "channels", "elastic", "aperture"} <= set(found)
    assert found["modes"]["occupation_ratio"]["theory"]["value"] > 1.0
    assert found["channels"]["resistance"]["theory"]["value"] == pytest.approx(1e3 / 410, rel=0.01)


@pytest.mark.usefixtures("no_figures")
def test_a_series_of_currents(kapitza, tmp_path):
    shutil.copy(EXAMPLES / "series.toml", tmp_path)
    for name, twin in series_twins(read_twin(EXAMPLES / "twins" / "series.toml"), [2.0, 2.2, 2.4]).items():
        write_twin(twin, tmp_path / f"{name}.hspy")
    code, _, err = kapitza("run", tmp_path / "series.toml", "-o", tmp_path / "out")
    assert code == 0, err
    found = results(tmp_path / "out")["series"]
    assert [point["current"]["value"] for point in found["points"]] == [2.0, 2.2, 2.4]
    fit = found["fit"]
    hotter = fit["reference_temperature"]["value"] / 565.0
    truth = {"characteristic_length_left": 17.8e3 / 132.0 * hotter**-2.5, "exponent_left": 1.0,
             "characteristic_length_right": 17.8e3 / 166.0 * hotter**-2.5, "resistance_exponent": 1.5}  # fmt: skip
    for name, value in truth.items():
        assert abs(fit["parameters"][name]["value"] - value) < 3 * fit["parameters"][name]["error"], name
    assert fit["chi_squared"] < fit["degrees_of_freedom"] + 4 * (2 * fit["degrees_of_freedom"]) ** 0.5


@pytest.mark.usefixtures("no_figures")
def test_a_wedge(kapitza, tmp_path):
    shutil.copy(EXAMPLES / "wedge.toml", tmp_path)
    code, out, err = kapitza("twin", EXAMPLES / "twins" / "wedge.toml", "-o", tmp_path / "wedge.hspy")
    assert code == 0, err
    assert "its low-loss image" in out
    code, out, _ = kapitza("info", tmp_path / "wedge.low_loss.hspy")
    assert "kapitza thickness" in out
    code, _, err = kapitza("run", tmp_path / "wedge.toml", "-o", tmp_path / "out")
    assert code == 0, err
    found = results(tmp_path / "out")["images"]["wedge"]
    for side, truth in (("left", 31.5), ("right", 48.4)):
        assert abs(found["thickness"][side]["value"] - truth) < found["thickness"][side]["error"]
    for name, truth in (("drop", 15.0), ("gradient_left", -170.0), ("gradient_right", -190.0)):
        even = found["interface_even_thickness"][name]
        assert abs(even["value"] - truth) < 3 * even["error"], name
    assert found["beam"]["left"]["temperature_rise"]["value"] < 0.01


@pytest.mark.usefixtures("no_figures")
def test_options_take_the_place_of_the_study(kapitza, pair):
    (pair / "one.toml").write_text('[[image]]\nname = "a"\nfile = "forward.hspy"\ncrop = [0, 4, 0, 10]\n')
    outcome = kapitza("run", pair / "one.toml", "-o", pair / "out", "--preset", "paper", "--no-compare", "-q")
    assert outcome == (0, "", "")
    method = results(pair / "out")["settings"]["method"]
    assert method["preset"] == "paper"
    assert method["compare"] is False
