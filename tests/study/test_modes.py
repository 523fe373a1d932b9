"""Modes in a study: named in the file, found in the images, in results.json, on the page and in a figure."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import StudyError
from kapitza.plots import gallery
from kapitza.report import save
from kapitza.settings import FactorisationSettings, InterfaceSettings, ResidualSettings
from kapitza.spectra.unmixing import Mode
from kapitza.study import ImageEntry, Study, read_study, run, to_toml
from kapitza.study.model import BandEntry, ModeEntry

BANDS = (
    BandEntry("acoustic", (40.0, 72.0)),
    BandEntry("AlN TO", (78.0, 88.0), (81.0, 85.0)),
    BandEntry("SiC TO", (92.0, 104.0), (92.0, 104.0)),
)
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

[[band]]
name = "AlN TO"
window = [78.0, 88.0]
profile = [81.0, 85.0]
free = "left"

[[band]]
name = "LO"
window = [105.0, 125.0]

[residual]
weighted = true

[factorisation]
factors = 4
"""


@pytest.fixture(scope="module")
def result(experiment):
    images = tuple(
        ImageEntry(flow, experiment / f"{flow}.hspy", heat_flow=flow) for flow in ("forward", "reverse", "none")
    )
    asked = {"bands": BANDS, "residual": ResidualSettings(), "factorisation": FactorisationSettings()}
    return run(Study(images, interface=InterfaceSettings(), compare=False, modes=MODES, **asked))


def read(folder, text):
    (folder / "forward.hspy").touch()
    (folder / "study.toml").write_text(text)
    return read_study(folder / "study.toml")


def test_modes_are_read_and_written(tmp_path):
    study = read(tmp_path, TEXT)
    assert study.modes == (MODES[0], ModeEntry("beta", 90.0, 6.0, "lorentzian"))
    assert study.bands == (BandEntry("AlN TO", (78.0, 88.0), (81.0, 85.0), "left"), BandEntry("LO", (105.0, 125.0)))
    assert study.residual == ResidualSettings(weighted=True)
    assert study.factorisation == FactorisationSettings(factors=4)
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
        (
            "[interface]",
            '[interface]\n[method]\npreset = "paper"',
            "the forward model of preset .recommended. is needed",
        ),
        (TEXT.split("[interface]")[1], '\n[mode]\nname = "alpha"', "double brackets, one such table per phonon line"),
        ("[105.0, 125.0]", "[85.0, 125.0]", "'AlN TO' up to 88 and 'LO' from 85 meV: move them apart"),
        ('"left"', '"middle"', 'free: wanted "left" or "right"'),
        ("[81.0, 85.0]", "[85.0, 81.0]", "profile: wanted two rising numbers in meV"),
        ('"LO"', '"AlN TO"', "two bands have this name"),
        ("weighted = true", "weighted = true\nnon_negative_residual = 2.0", "leave these out, or it"),
        ("weighted = true", "non_negative_residual = -2.0", "wanted a number of standard errors"),
        ("weighted = true", "window = [130.0, 55.0]", "wanted two rising numbers in meV"),
        ("factors = 4", "factors = 1", "wanted a whole number from 2 to 6"),
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


def test_bands_are_as_warm_as_everything_else(result):
    deviations = result.modes.deviations
    assert deviations.names == ("acoustic", "AlN TO", "SiC TO")
    pull = deviations.deviation / deviations.error
    # Each material has a band of its own that the other has not.
    told = pull[np.isfinite(pull)]
    assert len(told) > 20
    assert np.sqrt((told**2).mean()) < 1.5


def test_gain_lies_where_the_temperature_field_puts_it(result):
    assert list(result.modes.shifts) == ["AlN TO", "SiC TO"]
    for shift in result.modes.shifts.values():
        assert abs(shift.own.value) < 3 * shift.own.error
        assert shift.own.error == pytest.approx(np.hypot(shift.measured.error, shift.expected.error))
    for flow, sign in (("forward", -1.0), ("reverse", 1.0)):
        assert sign * result.images[flow].modes.profiles["AlN TO"].expected.value > 0


def test_a_factor_of_the_interface_stands_between_those_of_the_bulk(result):
    summary = result.images["forward"].modes
    left, middle, right = summary.factors.shares.T
    away = summary.factors.position - summary.position
    assert left[away < -4].min() > 0.85
    assert right[away > 4].min() > 0.85
    assert abs(away[middle.argmax()]) < 1.5


def test_the_residual_shows_both_lines(result):
    residuals = result.images["forward"].modes.residuals
    for mode in (Mode("alpha", 75.0, 6.0), Mode("beta", 90.0, 6.0)):
        loss, gain = residuals.summed(mode)
        assert loss.value > 3 * loss.error
        assert gain.value > 0
        assert loss.unit == "electrons"


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
    assert set(found) == {"modes", "bulk_temperature", "misfit", "free", "residual", "factors", "bands", "lead_lag"}
    assert len(found["residual"]["gain"]["residual"]["error"]) == len(found["residual"]["energy"]["value"])
    assert len(found["factors"]["shares"]["value"]) == 3
    assert found["bands"]["bands"]["AlN TO"]["temperature"]["unit"] == "K"
    assert set(numbers["modes"]["lead_lag"]["AlN TO"]) == {"measured", "expected", "own"}
    assert set(numbers["modes"]["deviations"]["bands"]) == {"acoustic", "AlN TO", "SiC TO"}
    page = (folder / "report.html").read_text()
    for words in (
        "Phonons at the interface",
        "bulk spectra exchanged",
        "The matched shifts are",
        "no bulk being given",
    ):
        assert words in page
    for stem in ("modes", "mode_spectra", "lead_lag", "bands", "factors"):
        assert (folder / "figures" / f"{stem}.svg").is_file()


def test_what_cannot_be_found_is_said_and_the_rest_is_there(result, experiment):
    entry = ImageEntry("forward", experiment / "forward.hspy", heat_flow="forward")
    flat = BandEntry("flat", (120.0, 160.0), (150.0, 160.0), "right")
    found = run(Study((entry,), interface=InterfaceSettings(), compare=False, modes=MODES, bands=(BANDS[1], flat)))
    summary = found.images["forward"].modes
    assert list(summary.profiles) == ["AlN TO"]
    assert summary.populations is not None
    (free,) = summary.populations.free
    assert abs(free.value) < 3 * free.error
    assert found.modes is None
    sentences = [text for code, text in found.warnings if code == "modes_failed"]
    assert len(sentences) == 1
    assert sentences[0].startswith("forward: lead and lag of flat were not found: A window of energies")


def test_a_study_without_modes_has_none(result):
    images = {name: replace(image, modes=None) for name, image in result.images.items()}
    plain = replace(result, images=images, modes=None)
    assert "modes" not in dict(gallery(plain))
