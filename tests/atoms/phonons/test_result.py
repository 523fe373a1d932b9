"""The result of a crystal as a whole: its folder, its figure and the command that makes them."""

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from kapitza.atoms.phonons import Settings, imaginary_sentence, phonons, read_harmonic, save_harmonic
from kapitza.cli.commands import app
from kapitza.errors import MethodError, OutputError
from kapitza.plots import phonon_figure
from kapitza.plots.phonons import shaded_gap
from kapitza.report.atoms.phonons import save_phonons

from .models import rock_salt, wurtzite


@pytest.fixture(scope="module")
def nitride():
    settings = Settings(repeats=(4, 4, 3), mesh=(9, 9, 6))
    return phonons("AlN", *wurtzite(), "springs", settings)


@pytest.fixture(scope="module")
def salt():
    return phonons("MgO", *rock_salt(), "springs", Settings(repeats=(3, 3, 3), mesh=(8, 8, 8), elastic=False))


def test_a_result_holds_what_was_asked_for(nitride, salt):
    assert nitride.warnings == ()
    assert nitride.acoustic_rest < 1e-3
    assert list(nitride.elastic.named) == ["C11", "C12", "C13", "C33", "C44"]
    constants = nitride.elastic.named
    for slope, name in ((nitride.slopes[0], "C44"), (nitride.slopes[2], "C33")):
        assert slope == pytest.approx(np.sqrt(constants[name].value / nitride.elastic.density * 1e3), rel=3e-3)
    assert salt.elastic is None
    assert salt.reference is None
    assert salt.expansion is None
    low, high = nitride.gamma[2].energy, nitride.gamma[-1].energy
    inside = nitride.optical_inside((low + 1, high + 1))
    assert nitride.gamma[-1] in inside
    assert nitride.gamma[2] not in inside


def test_the_folder_has_numbers_curves_force_constants_and_figure(nitride, tmp_path):
    folder = save_phonons(nitride, tmp_path / "out", [{"name": "structure", "file": "aln.cif", "sha256": "0" * 64}])
    names = {
        "results.json",
        "dispersion.csv",
        "states.csv",
        "loss.csv",
        "phonopy.yaml",
        "twin.toml",
        "figures",
        "report.html",
    }
    assert {path.name for path in folder.iterdir()} == names
    numbers = json.loads((folder / "results.json").read_text())
    found = numbers["phonons"]
    assert found["gamma"][-1]["energy"] == {
        "value": pytest.approx(nitride.gamma[-1].energy),
        "error": None,
        "unit": "meV",
    }
    assert found["elastic"]["C33"]["unit"] == "GPa"
    assert found["measured"]["modes"][0]["name"] == "E2(low)"
    assert found["measured"]["modes"][4]["calculated"]["value"] is None
    assert numbers["settings"]["repeats"] == [4, 4, 3]
    assert numbers["inputs"][0]["file"] == "aln.cif"
    assert str(tmp_path) not in (folder / "results.json").read_text() + (folder / "phonopy.yaml").read_text()
    with (folder / "states.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["energy_meV", "total_per_meV", "Al_per_meV", "N_per_meV"]
    total = sum(float(row[1]) for row in rows[1:]) * 0.25
    assert total == pytest.approx(12, rel=1e-4)
    assert read_harmonic(folder / "phonopy.yaml").species == nitride.crystal.species
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<h1>Phonons of AlN</h1>" in page
    assert "wants Born charges" in page
    assert 'src="data:image/svg+xml;base64,' in page
    assert "http-equiv" in page
    assert str(tmp_path) not in page
    with pytest.raises(OutputError, match="which exists"):
        save_phonons(nitride, tmp_path / "out")


def test_the_figure_shows_both_crystals_and_the_gap_that_holds_modes_of_the_other(nitride, salt):
    figure = phonon_figure([nitride, salt])
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["AlN", "", "MgO", ""]
    path = figure.axes[0]
    labels = [text.get_text() for text in path.get_xticklabels()]
    assert labels[:4] == ["Γ", "M", "K", "Γ"]
    energies = {round(one.measured.energy, 3) for one in nitride.differences}
    marks = [line for line in path.lines if line.get_marker() == "D"]
    assert {round(float(y), 3) for y in marks[0].get_ydata()} == energies
    found = shaded_gap([nitride, salt])
    assert found is None or found[0] in ("AlN", "MgO")
    with pytest.raises(MethodError, match="One or two crystals are wanted in a figure, got 3"):
        phonon_figure([nitride] * 3)


def test_small_negative_energies_are_rounding_and_others_are_told():
    assert imaginary_sentence(-0.05) is None
    assert "-2.00 meV" in imaginary_sentence(-2.0)


@pytest.mark.parametrize("asked", [{"elastic": True}, {"elastic": False, "in_plane": 3.1}])
def test_what_wants_a_relaxed_crystal_is_refused_of_one_as_it_is(asked):
    with pytest.raises(MethodError, match="A relaxed crystal is wanted"):
        phonons("AlN", None, None, "nothing", Settings(rest=None, **asked))


def run(*arguments):
    return CliRunner().invoke(app, ["atoms", "phonons", *map(str, arguments)])


def test_the_command_takes_force_constants_from_a_file(nitride, tmp_path):
    save_harmonic(nitride.crystal, tmp_path / "aln.yaml")
    done = run(tmp_path / "aln.yaml", "-o", tmp_path / "out", "--mesh", "6x6x4")
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert "E2(low) 30.8" in words
    assert "A1(LO) 110.3 wants Born charges" in words
    numbers = json.loads((tmp_path / "out" / "results.json").read_text())
    assert numbers["inputs"][0]["file"] == "aln.yaml"
    assert len(numbers["inputs"][0]["sha256"]) == 64
    assert numbers["command"].endswith("atoms phonons aln.yaml --output out --mesh 6x6x4")
    assert numbers["command"] in (tmp_path / "out" / "report.html").read_text()
    assert run(tmp_path / "aln.yaml", "-o", tmp_path / "out").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("AlN",), "A model of the forces is wanted for AlN, got none"),
        (("AlN", "--model", "none.txt"), "A potential is wanted, got 'none.txt'"),
        (("AlN", "--mesh", "6x6"), "as in 12x12x72 are wanted, got '6x6'"),
        (("none.yaml",), "got nothing at none.yaml"),
    ],
)
def test_what_is_missing_is_a_sentence(arguments, sentence, tmp_path):
    done = run(*arguments, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert sentence in " ".join(done.output.split())
    assert not (tmp_path / "out").exists()
