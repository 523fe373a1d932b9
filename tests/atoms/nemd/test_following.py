"""Modes that are followed while heat flows come out as those of an observer by hand, and into the result folder."""

import json

import numpy as np
import pytest
from ase.build import bulk
from ase.calculators.lj import LennardJones

from kapitza.atoms.nemd import cases, followed_modes, mode_observers, parse_simulation, run_case, run_cases, summarise
from kapitza.atoms.phonons import harmonic, save_harmonic
from kapitza.errors import InputError, StudyError
from kapitza.report.atoms.modal_page import quantum_shares
from kapitza.report.atoms.nemd import save_heat_flow

from .conftest import ARGON, needs_lammps
from .synthetic import trace

MODES = '\n[modes]\nleft = "argon.yaml"\nenergies = [[2.0, 4.0]]\nlayers = 2\n'


@pytest.fixture
def followed(argon, tmp_path):
    """The simulation of argon with its modes on the left."""
    argon()
    atoms = bulk("Ar", "fcc", a=5.3, cubic=True)
    crystal = harmonic(atoms, LennardJones(sigma=3.4, epsilon=0.0104, rc=7.5, smooth=True, ro=6.0), (3, 3, 3))
    save_harmonic(crystal, tmp_path / "argon.yaml")
    return parse_simulation(ARGON + MODES, "argon.toml", str(tmp_path))


@needs_lammps
def test_modes_go_through_checkpoints_and_into_the_folder(followed, tmp_path):
    case = cases(followed)[0]
    runs = run_cases(followed, [case], tmp_path / "runs")
    assert runs.refused == {}
    found = followed_modes(followed, tmp_path / "runs" / case.name)
    observer = mode_observers(followed)["modes"]
    run_case(followed, case, tmp_path / "alone", observers={"mine": observer})
    mine = observer.result()
    assert found.frames == mine.frames == 200
    np.testing.assert_array_equal(found.sides[0].bulk.temperature, mine.sides[0].bulk.temperature)
    np.testing.assert_array_equal(found.sides[0].along.of("all")[0], mine.sides[0].along.of("all")[0])
    # the hot bath is on the left
    assert 30 < found.sides[0].averages["all"].value < 70

    drawn = trace(1)
    folder = save_heat_flow(
        followed, {case.name: drawn}, summarise({case.name: drawn}), tmp_path / "out", modes={case.name: found}
    )
    numbers = json.loads((folder / "results.json").read_text())
    average = numbers["modes"][case.name]["left"]["2 to 4 meV"]
    assert (
        average
        == json.loads((folder / "modes" / case.name / "results.json").read_text())["modal_temperatures"]["left"][
            "averages"
        ]["2 to 4 meV"]
    )
    share = numbers["modes"][case.name]["left"]["heat_capacity"]["value"]
    kelvin = drawn.case.temperature
    assert share == pytest.approx(quantum_shares(found, kelvin)["left"])
    # phonons of argon have energies up to 8 meV: kT at 90 K
    assert 0.8 < quantum_shares(found, 40.0)["left"] < 0.95
    assert 0.4 < quantum_shares(found, 20.0)["left"] < 0.75
    page = (folder / "report.html").read_text()
    assert "2 to 4 meV" in page
    assert f"take up {share:.2f} (left) of the heat at {kelvin:g} K" in page
    assert page.count("data:image/svg+xml") == 2


def test_modes_that_cannot_be_followed_are_refused_before_a_run(followed, tmp_path):
    (tmp_path / "argon.yaml").unlink()
    with pytest.raises(InputError, match=r"argon\.yaml"):
        mode_observers(followed)
    with pytest.raises(StudyError, match="the phonons of a side are wanted in"):
        parse_simulation(ARGON + "\n[modes]\nlayers = 2\n", "argon.toml", str(tmp_path))
