"""Sharpened spectra in a study: wanted in the file, found in an image, in results.json, on the page and in a figure."""

import json
from dataclasses import replace

import pytest

from kapitza.errors import StudyError
from kapitza.interface.deconvolved import deconvolved_spectra
from kapitza.plots import gallery
from kapitza.report import save
from kapitza.settings import DeconvolutionSettings, InterfaceSettings
from kapitza.study import ImageEntry, Study, read_study, run, to_toml

SETTINGS = DeconvolutionSettings(draws=40)
TEXT = """
[[image]]
name = "forward"
file = "forward.hspy"

[interface]

[deconvolution]
iterations = 8
stop = "discrepancy"
coverage = 0.9
draws = 50
"""


@pytest.fixture(scope="module")
def result(experiment):
    images = tuple(ImageEntry(flow, experiment / f"{flow}.hspy", heat_flow=flow) for flow in ("forward", "reverse"))
    interface = InterfaceSettings("x", "AlN", "SiC")
    return run(Study(images, interface=interface, compare=False, deconvolution=SETTINGS))


def read(folder, text):
    (folder / "forward.hspy").touch()
    (folder / "study.toml").write_text(text)
    return read_study(folder / "study.toml")


def test_settings_are_read_and_written(tmp_path):
    study = read(tmp_path, TEXT)
    assert study.deconvolution == DeconvolutionSettings(8, "discrepancy", 0.9, 50)
    (tmp_path / "again.toml").write_text(to_toml(study, tmp_path))
    assert read_study(tmp_path / "again.toml") == study
    assert read(tmp_path, TEXT.split("iterations")[0]).deconvolution == DeconvolutionSettings()
    assert read(tmp_path, TEXT.split("[deconvolution]")[0]).deconvolution is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("iterations = 8", "iteration = 8", "unknown key 'iteration'; did you mean 'iterations'"),
        ("iterations = 8", "iterations = 0", "iterations: wanted a whole number above 0, got 0"),
        ("iterations = 8", "iterations = 2.5", "iterations: wanted a whole number above 0, got 2.5"),
        ('"discrepancy"', '"soon"', 'stop: wanted "iterations" or "discrepancy"'),
        ("coverage = 0.9", "coverage = 90", "coverage: wanted a number between 0 and 1"),
        ("draws = 50", "draws = 1", "draws: wanted a whole number of at least 2"),
        ("[interface]", "", "add an \\[interface\\] table"),
        ("[interface]", '[interface]\n[method]\npreset = "paper"', "or leave the deconvolution out"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, old, new, message):
    with pytest.raises(StudyError, match=message):
        read(tmp_path, TEXT.replace(old, new))


def test_both_directions_show_the_materials_main_lines(result):
    for image in result.images.values():
        _, left, right = image.deconvolved.lines
        for lines, energy in ((left, 81.0), (right, 97.5)):
            line = min(lines, key=lambda line: abs(line.energy.value - energy))
            assert line.energy.value == pytest.approx(energy, abs=1.5)
            assert line.fwhm.value < 0.8 * line.fwhm_counted.value


def test_an_image_where_it_fails_has_a_note(result, monkeypatch):
    import kapitza.study.deconvolution as here

    def too_far(*args, **options):
        return deconvolved_spectra(*args, **{**options, "core": 1e4})

    monkeypatch.setattr(here, "deconvolved_spectra", too_far)
    again = run(replace(result.study, images=result.study.images[:1]))
    assert again.images["forward"].deconvolved is None
    assert "deconvolution_failed" in [code for code, _ in again.warnings]


def test_the_folder_holds_numbers_page_and_figure(result, tmp_path):
    folder = save(result, tmp_path / "result")
    numbers = json.loads((folder / "results.json").read_text())
    assert numbers["settings"]["deconvolution"]["draws"] == 40
    found = numbers["images"]["reverse"]["deconvolution"]
    assert found["units"] == {"energy": "meV", "spectra": "electrons/meV/pixel"}
    assert list(found["regions"]) == ["interface", "left", "right"]
    left = found["regions"]["left"]
    assert left["iterations"] == 5
    assert {len(left["gain"][key]) for key in ("counted", "sharp", "low", "high")} == {len(found["energy"])}
    assert set(left["lines"][0]) == {"energy", "fwhm", "fwhm_counted"}
    assert left["lines"][0]["energy"]["unit"] == "meV"
    page = (folder / "report.html").read_text()
    assert "Sharpened spectra" in page
    assert "wide at half height after 5 steps" in page
    assert (folder / "figures" / "deconvolved.svg").is_file()


def test_a_study_without_has_no_figure(result):
    images = {name: replace(image, deconvolved=None) for name, image in result.images.items()}
    assert "deconvolved" not in dict(gallery(replace(result, images=images)))
