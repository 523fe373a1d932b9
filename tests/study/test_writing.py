"""A study written out reads back as itself, and gives nothing private away."""

import json
from pathlib import Path

import pytest

from kapitza.settings import EnergyWindows, InterfaceSettings, Method
from kapitza.study import ImageEntry, Study, read_study, resolved_settings, study_for_file, to_toml


@pytest.fixture
def study(tmp_path: Path) -> Study:
    data = tmp_path.resolve() / "data"
    data.mkdir()
    for name in ("fwd.hspy", "rev.hspy", "mask.npy", "haadf.tif"):
        (data / name).touch()
    forward = ImageEntry(
        "forward", data / "fwd.hspy", "forward", 12.5, (0, 9, 1, 8), data / "mask.npy", data / "haadf.tif", "0"
    )
    return Study(
        images=(forward, ImageEntry("reverse", data / "rev.hspy", "reverse", 12.5)),
        title='AlN "on" SiC',
        interface=InterfaceSettings("x", "AlN", "SiC", position=None, bulk_left=(0.5, 3.0)),
        energy=EnergyWindows((14.0, 31.0), (131.0, 190.0), (56.0, 120.0)),
        method=Method(preset="paper", zero_loss="voigt"),
        compare=False,
    )


@pytest.mark.parametrize("folder", ["data", "out/deep", "."])
def test_round_trip(study, tmp_path, folder):
    target = tmp_path / folder
    target.mkdir(parents=True, exist_ok=True)
    (target / "study.toml").write_text(to_toml(study, target))
    assert read_study(target / "study.toml") == study


def test_nothing_absolute(study, tmp_path):
    text = to_toml(study, tmp_path / "out")
    assert str(tmp_path) not in text
    assert 'file = "../data/fwd.hspy"' in text
    settings = json.dumps(resolved_settings(study))
    assert str(tmp_path) not in settings
    assert json.loads(settings)["image"][0]["file"] == "fwd.hspy"


def test_no_folder_named_after_the_user(tmp_path, monkeypatch):
    home = tmp_path / "alice"
    home.mkdir()
    (home / "cube.hspy").touch()
    monkeypatch.setenv("HOME", str(home))
    text = to_toml(study_for_file(home / "cube.hspy"), tmp_path / "scratch")
    assert "alice" not in text
    assert "# Put cube.hspy beside this file before running it again" in text
    assert 'file = "cube.hspy"' in text
    assert 'file = "../cube.hspy"' in to_toml(study_for_file(home / "cube.hspy"), home / "out")


def test_settings_are_complete(study):
    settings = resolved_settings(study)
    assert list(settings) == [
        "study",
        "image",
        "mode",
        "band",
        "scenario",
        "interface",
        "residual",
        "factorisation",
        "deconvolution",
        "beam",
        "energy",
        "method",
        "thickness",
    ]
    assert settings["method"] == {
        "preset": "paper",
        "zero_loss": "voigt",
        "despike": True,
        "spike_threshold": 8.0,
        "denoise": "bm3d",
        "compare": False,
    }
    assert settings["interface"]["position"] is None
    assert settings["energy"]["near"] == [14.0, 31.0]
    assert settings["image"][1]["crop"] is None
