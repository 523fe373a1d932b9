"""Modes in a study: named in the file, found in the images, in results.json, on the page and in a figure."""

import json
from dataclasses import replace

import pytest

from kapitza.errors import StudyError
from kapitza.plots import gallery
from kapitza.report import save
from kapitza.settings import InterfaceSettings
from kapitza.study import ImageEntry, Study, read_study, run, to_toml
from kapitza.study.model import ModeEntry

MODES = (ModeEntry("alpha", 75.0, 6.0), ModeEntry("beta", 90.0, 6.0))
TEXT = """
[[image]]
name = "forward"
file = "forward.hspy"
heat_flow = "forward"

[interface]

[[mode]]
name = "alpha"
energy = 75.0
fwhm = 6.0

[[mode]]
name = "beta"
energy = 90.0
fwhm = 6.0
line = "lorentzian"
"""


@pytest.fixture(scope="module")
def result(experiment):
    images = tuple(
        ImageEntry(flow, experiment / f"{flow}.hspy", heat_flow=flow) for flow in ("forward", "reverse", "none")
    )
    return run(Study(images, interface=InterfaceSettings(), compare=False, modes=MODES))


def read(folder, text):
    (folder / "forward.hspy").touch()
    (folder / "study.toml").write_text(text)
    return read_study(folder / "study.toml")


def test_modes_are_read_and_written(tmp_path):
    study = read(tmp_path, TEXT)
    assert study.modes == (MODES[0], ModeEntry("beta", 90.0, 6.0, "lorentzian"))
    (tmp_path / "again.toml").write_text(to_toml(study, tmp_path))
    assert read_study(tmp_path / "again.toml") == study


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("energy = 75.0", "energie = 75.0", "unknown key 'energie'; did you mean 'energy'"),
        ("energy = 75.0", "energy = -75.0", "wanted a number of meV above 0"),
        ("energy = 75.0\n", "", "energy is missing"),
        ('"beta"', '"alpha"', "two modes have this name"),
        ('"lorentzian"', '"square"', 'wanted "gaussian" or "lorentzian"'),
        ("[interface]", "", "add an \\[interface\\] table"),
        ("[interface]", '[interface]\n[method]\npreset = "paper"', "need the forward model"),
        (TEXT.split("[interface]")[1], '\n[mode]\nname = "alpha"', "double brackets, one such table per phonon line"),
    ],
)
def test_what_is_wrong_with_modes_is_said(tmp_path, old, new, message):
    with pytest.raises(StudyError, match=message):
        read(tmp_path, TEXT.replace(old, new))


def test_every_image_has_its_modes_within_their_errors(result):
    for image in result.images.values():
        for population in image.modes.populations.modes:
            assert abs(population.temperature.value - 600.0) < 4 * population.temperature.error


def test_forward_stands_beside_reverse_with_its_null_tests(result):
    assert result.modes.asymmetry.modes == ("alpha", "beta")
    assert list(result.modes.nulls) == ["no heat flow"]
    assert list(result.modes.checks) == ["bulk spectra exchanged", "shifted by +0.3 meV", "shifted by -0.3 meV"]
    codes = [code for code, _ in result.warnings]
    assert "asymmetry_not_significant" in codes


def test_the_folder_holds_numbers_page_and_figure(result, tmp_path):
    folder = save(result, tmp_path / "result")
    numbers = json.loads((folder / "results.json").read_text())
    found = numbers["images"]["forward"]["modes"]
    assert found["modes"]["alpha"]["energy"] == {"value": 75.0, "error": None, "unit": "meV"}
    assert found["bulk_temperature"]["unit"] == "K"
    assert set(found["modes"]["beta"]["temperature"]) == {"value", "error", "unit"}
    assert numbers["modes"]["modes"] == ["alpha", "beta"]
    assert set(numbers["modes"]["temperatures"]) == {"forward", "reverse"}
    assert set(numbers["modes"]["nulls"]["no heat flow"]["contrast"]) == {"alpha", "beta"}
    assert [mode["name"] for mode in numbers["settings"]["mode"]] == ["alpha", "beta"]
    page = (folder / "report.html").read_text()
    assert "Modes at the interface" in page
    assert "bulk spectra exchanged" in page
    assert (folder / "figures" / "modes.svg").is_file()


def test_a_study_without_modes_has_none(result):
    images = {name: replace(image, modes=None) for name, image in result.images.items()}
    plain = replace(result, images=images, modes=None)
    assert "modes" not in dict(gallery(plain))
