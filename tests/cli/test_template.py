"""What `kapitza init` writes is a study that reads, and shows every key."""

import re

import pytest

from kapitza.settings import EnergyWindows, FactorisationSettings, InterfaceSettings, Method, ResidualSettings
from kapitza.study import read_study
from kapitza.study.keys import WANTED
from kapitza.study.model import BandEntry, ModeEntry


def test_the_examples_are_a_pair(kapitza, tmp_path):
    code, out, _ = kapitza("init", tmp_path / "study.toml")
    assert code == 0
    assert "edit it, then" in out
    for name in ("forward.hspy", "reverse.hspy"):
        (tmp_path / name).touch()
    study = read_study(tmp_path / "study.toml")
    assert [(image.name, image.heat_flow) for image in study.images] == [("forward", "forward"), ("reverse", "reverse")]
    assert study.energy == EnergyWindows()
    assert study.method == Method()
    assert study.interface == InterfaceSettings()
    assert study.compare is True


def test_every_key_is_shown_and_may_be_uncommented(kapitza, tmp_path):
    kapitza("init", tmp_path / "study.toml")
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    for table, keys in WANTED.items():
        part = re.split(rf"^(?:# )?\[+{table}\]+$", text, flags=re.M)[1].split("\n[")[0]
        for key in keys:
            assert re.search(rf"^(# )?{key} = ", part, re.M), f"[{table}] {key}"
    (tmp_path / "study.toml").write_text(re.sub(r"^# (\w+ = |\[)", r"\1", text, flags=re.M), encoding="utf-8")
    for name in ("forward.hspy", "reverse.hspy", "mask.npy", "haadf.tif", "vacuum.hspy", "low-loss.hspy"):
        (tmp_path / name).touch()
    study = read_study(tmp_path / "study.toml")
    assert study.interface == InterfaceSettings(
        "x", "left", "right", 5.0, (0.0, 3.0), (7.0, 10.0), (35.0, 5.0), (38.0, 5.0), 600.0, (1.0, 0.3), (1.0, 0.3)
    )
    assert study.images[0].crop == (0, 64, 0, 128)
    assert study.modes == (ModeEntry("alpha", 75.0, 6.0),)
    assert study.bands == (BandEntry("AlN TO", (78.0, 88.0), (81.0, 85.0), "left"),)
    assert study.residual == ResidualSettings(non_negative_residual=2.0)
    assert study.factorisation == FactorisationSettings()


def test_images_are_filled_in(kapitza, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / 'cube "1".hspy').touch()
    files = sorted(tmp_path.glob("*/*.hspy"))
    study_file = tmp_path / "studies" / "s.toml"
    study_file.parent.mkdir()
    code, _, _ = kapitza("init", study_file, *(word for file in files for word in ("--image", file)))
    assert code == 0
    study = read_study(study_file)
    assert [image.file for image in study.images] == [file.resolve() for file in files]
    assert [image.name for image in study.images] == ["cube _1", "cube _1-2"]
    assert [image.heat_flow for image in study.images] == [None, None]
    assert str(tmp_path) not in study_file.read_text(encoding="utf-8")


def test_nothing_is_overwritten_unless_forced(kapitza, tmp_path):
    path = tmp_path / "study.toml"
    path.write_text("mine")
    code, _, err = kapitza("init", path)
    assert code == 1
    assert "use --force" in err
    assert path.read_text() == "mine"
    assert kapitza("init", path, "--force", "--quiet") == (0, "", "")
    assert path.read_text(encoding="utf-8").startswith("# A study for kapitza")


def test_an_image_that_is_not_there(kapitza, tmp_path):
    code, _, err = kapitza("init", tmp_path / "s.toml", "--image", tmp_path / "gone.dm4")
    assert code == 1
    assert "gone.dm4" in err
    assert not (tmp_path / "s.toml").exists()


@pytest.mark.parametrize("table", WANTED)
def test_every_key_is_documented(table):
    from pathlib import Path

    page = (Path(__file__).resolve().parents[2] / "docs" / "study.md").read_text(encoding="utf-8")
    part = re.split(rf"^## `\[+{table}\]+`", page, flags=re.M)[1].split("\n## ")[0]
    for key in WANTED[table]:
        assert f"| `{key}` |" in part
