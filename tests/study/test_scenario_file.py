"""A scenario in a study file: read, refused where it cannot be meant, and written again."""

from pathlib import Path

import pytest

from kapitza.errors import StudyError
from kapitza.study import read_study, resolved_settings, to_toml
from kapitza.study.scenario.entries import PartnerEntry, Scenario

EXAMPLE = (Path(__file__).resolve().parents[2] / "examples" / "scenario.toml").read_text(encoding="utf-8")
BARE = """
[[image]]
name = "forward"
file = "forward.hspy"
heat_flow = "forward"

[[image]]
name = "reverse"
file = "reverse.hspy"
heat_flow = "reverse"

[interface]

[[mode]]
name = "alpha"
energy = 75.0
fwhm = 6.0

[scenario]
split = 10

[[scenario.partner]]
mode = "alpha"
energy = 83.0
side = "left"
"""


def read(folder, text):
    for flow in ("forward", "reverse"):
        (folder / f"{flow}.hspy").touch()
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml")


@pytest.mark.parametrize("text", [EXAMPLE, BARE])
def test_what_is_read_is_written_and_read_again(tmp_path, text):
    study = read(tmp_path, text)
    (tmp_path / "again.toml").write_text(to_toml(study, tmp_path), encoding="utf-8")
    assert read_study(tmp_path / "again.toml") == study


def test_what_is_absent_is_left_to_the_measurement(tmp_path):
    study = read(tmp_path, BARE)
    assert study.scenario == Scenario(split=10.0, partners=(PartnerEntry("alpha", 83.0, "left", 1.0, "optical"),))
    settings = resolved_settings(study)["scenario"]
    assert settings["mean"] is None
    assert settings["channels"] is None
    assert settings["partner"][0]["strength"] == 1.0


def test_a_study_without_a_scenario_has_none(tmp_path):
    study = read(tmp_path, BARE.split("[scenario]")[0])
    assert study.scenario is None
    assert resolved_settings(study)["scenario"] is None
    assert "scenario" not in to_toml(study, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("split = 10", "splitt = 10", "unknown key 'splitt'; did you mean 'split'"),
        ("split = 10", "split = nan", r"\[scenario\] split: wanted a number of K"),
        ("split = 10", "mean = 0.0", r"\[scenario\] mean: wanted a number of K above 0"),
        ('mode = "alpha"', 'mode = "gamma"', "the name of a .* is wanted, which are 'alpha'"),
        ('mode = "alpha"', "", "mode is missing"),
        ('name = "alpha"\nenergy = 75.0', 'name = "alpha"\nenergy = 83.0', "above or below the mode's 83 meV"),
        ('side = "left"', 'side = "above"', 'wanted "left" or "right", got "above"'),
        ('side = "left"', 'side = "left"\nstrength = -1.0', "wanted a number, 0 or above"),
        ('side = "left"', 'side = "left"\nstrength = 0', "a strength above 0 is wanted"),
        ("[[mode]]" + BARE.split("[[mode]]")[1].split("[scenario]")[0], "", "modes of the interface are wanted"),
        (BARE.split("split = 10")[1], "", "something to compute is wanted"),
        ('heat_flow = "reverse"', "", "a forward and a reverse image of one current is wanted"),
        ('heat_flow = "reverse"', 'heat_flow = "reverse"\ncurrent = 1.0', "image of one current is wanted"),
        ("[[scenario.partner]]", "[scenario.partner]", "double brackets, one such table per bulk phonon of a mode"),
        ("[scenario]", "[scenarios]", "unknown table 'scenarios'; did you mean 'scenario'"),
        ("[scenario]", "[scenario.chanels]", "unknown key 'chanels'; did you mean 'channels'"),
    ],
)
def test_what_is_wrong_with_partners_is_said(tmp_path, old, new, message):
    assert old in BARE
    with pytest.raises(StudyError, match=message):
        read(tmp_path, BARE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("optical_share_left = 0.125", "optical_share_left = 1.0", "wanted a number between 0 and 1"),
        ("decay_length_right = 3.0", "decay_length_right = 0", "wanted a number of nm above 0"),
        ("optical_conductance = 30.0", "optical_conductance = -1", "wanted a number of MW/"),
        ("optical_conductance = 30.0", "", r"\[scenario.channels\]: optical_conductance is missing"),
        ("conductivity_right = [31.0, 5.0]", "", "add conductivity_right to"),
        ("longitudinal_left = 10.92", "longitudinal_left = 6.18", "look whether they are swapped"),
        ("density_left = 3.258", "density_left = 0", "wanted a number of g/cm3 above 0"),
        ("sidedness = 0.5", "sidedness = 2.0", "wanted a number from -1 to 1, got 2.0"),
        ("sidedness = 0.5", "sidednes = 0.5", "did you mean 'sidedness'"),
    ],
)
def test_what_is_wrong_with_the_other_parts_is_said(tmp_path, old, new, message):
    assert old in EXAMPLE
    with pytest.raises(StudyError, match=message):
        read(tmp_path, EXAMPLE.replace(old, new))


def test_two_modes_of_one_energy_are_refused(tmp_path):
    text = BARE + '\n[[scenario.partner]]\nmode = "beta"\nenergy = 98.0\nside = "right"\n'
    text = text.replace("[scenario]", '[[mode]]\nname = "beta"\nenergy = 75.0\nfwhm = 3.0\n\n[scenario]', 1)
    with pytest.raises(StudyError, match="two modes have one energy"):
        read(tmp_path, text)
