"""The examples, from file to result folder, as a user would run them."""

import json
import shutil
from pathlib import Path

import pytest

from kapitza.study import read_study

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def results(folder: Path) -> dict:
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


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
    assert found["images"]["left half"]["pixels"]["total"] == 8 * 38
    assert found["images"]["left half"]["pixels"]["failed"] == {"no_counts": 2}
    assert found["settings"]["method"]["thermometer"] == "errors_in_variables"
    assert "interface" not in found["images"]["left half"]


def test_a_twin_is_not_written_over(kapitza, tmp_path):
    (tmp_path / "twin.hspy").write_text("mine")
    code, _, err = kapitza("twin", EXAMPLES / "twin.toml", "-o", tmp_path / "twin.hspy")
    assert code == 1
    assert "use --force" in err
    assert (tmp_path / "twin.hspy").read_text() == "mine"


@pytest.fixture(scope="module")
def pair(tmp_path_factory, experiment) -> Path:
    """Folder with examples/pair.toml beside its files, and its result in `out`."""
    from kapitza.report import save
    from kapitza.study import run

    folder = tmp_path_factory.mktemp("pair")
    for file in (EXAMPLES / "pair.toml", *experiment.glob("*.hspy")):
        shutil.copy(file, folder)
    save(run(read_study(folder / "pair.toml")), folder / "out")
    return folder


def test_the_pair_gives_a_drop_for_every_image_and_for_the_pair(pair):
    found = results(pair / "out")
    assert set(found["images"]) == {"forward", "reverse", "none"}
    for image in found["images"].values():
        assert image["interface"]["drop"]["unit"] == "K"
        assert image["interface"]["drop"]["error"] > 0
    drop = found["combined"]["interface"]["drop"]
    assert abs(drop["value"] - 15.0) < 3 * drop["error"]


def test_the_folder_gives_no_place_or_person_away(pair):
    for name in ("results.json", "study.toml", "report.html"):
        assert str(pair) not in (pair / "out" / name).read_text(encoding="utf-8")


def test_the_resolved_study_runs_again_to_the_same_numbers(kapitza, pair):
    code, out, err = kapitza("run", pair / "out" / "study.toml", "-o", pair / "again", "--no-compare")
    assert code == 0, err
    assert "half-difference" in out
    first, again = results(pair / "out"), results(pair / "again")
    assert again["combined"]["interface"] == first["combined"]["interface"]
    assert {name: image["interface"] for name, image in again["images"].items()} == {
        name: image["interface"] for name, image in first["images"].items()
    }
    assert [entry["sha256"] for entry in again["inputs"]] == [entry["sha256"] for entry in first["inputs"]]


def test_options_take_the_place_of_the_study(kapitza, pair, tmp_path):
    (pair / "one.toml").write_text('[[image]]\nname = "a"\nfile = "forward.hspy"\ncrop = [0, 4, 0, 10]\n')
    outcome = kapitza("run", pair / "one.toml", "-o", tmp_path / "out", "--preset", "paper", "--no-compare", "-q")
    assert outcome == (0, "", "")
    method = results(tmp_path / "out")["settings"]["method"]
    assert method["preset"] == "paper"
    assert method["compare"] is False
