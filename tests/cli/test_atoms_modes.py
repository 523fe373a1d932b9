"""`kapitza atoms modes`: from a dump to temperatures, a folder and a figure; refusals in sentences."""

import json
import re

import numpy as np
import pytest
import xarray as xr
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes
from ase.io import write
from ase.neighborlist import neighbor_list
from markupsafe import escape

from kapitza.atoms.phonons import harmonic, save_harmonic
from kapitza.atoms.structures import (
    Regions,
    Slab,
    aluminium_nitride,
    interface,
    silicon_carbide,
    write_structure,
)
from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity

KELVIN = 103.64269652680504 / 8.617333262e-5  # u A^2/fs^2
HOT, COLD = 640.0, 560.0


class Bonds(Calculator):
    """Springs between all atoms closer than 3.2 A, each at rest where it was first seen: any crystal is stable."""

    implemented_properties = ("energy", "forces")

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        i, d, vector = neighbor_list("idD", atoms, 3.2)
        rest = np.where(d < 2.4, 1.9, 3.1)
        pull = (np.where(d < 2.4, 12.0, 3.0) * (d - rest) / d)[:, np.newaxis] * vector
        forces = np.zeros((len(atoms), 3))
        np.add.at(forces, i, pull)
        self.results = {"energy": 0.0, "forces": forces}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A structure, phonons of both sides, and 60 frames with a hot left and a cold right side."""
    made = tmp_path_factory.mktemp("dump")
    carbide = silicon_carbide(a=3.112)
    structure = interface(
        Slab(aluminium_nitride(), (3, 3, 9), "N"),
        Slab(silicon_carbide(), (3, 3, 6), "Si"),
        regions=Regions(bath_length=8.0),
    )
    write_structure(structure, made / "model.xyz")
    for name, crystal in (("aln", aluminium_nitride()), ("sic", carbide)):
        save_harmonic(harmonic(crystal.atoms, Bonds(), (3, 3, 2)), made / f"{name}.yaml")
    rng = np.random.default_rng(2)
    scale = np.sqrt(np.where(structure.sides == 0, HOT, COLD) / KELVIN / structure.atoms.get_masses())
    write_dump(
        made / "dump.xyz", structure.atoms, [rng.normal(size=(len(scale), 3)) * scale[:, None] for _ in range(60)]
    )
    return made


def write_dump(path, atoms: Atoms, velocities) -> None:
    frames = []
    for velocity in velocities:
        frames.append(atoms.copy())
        frames[-1].arrays["vel"] = velocity
    write(path, frames, format="extxyz", columns=["symbols", "positions", "vel"])


def command(folder, *more):
    files = (folder / "dump.xyz", "--structure", folder / "model.xyz", "--left", folder / "aln.yaml")
    return ("atoms", "modes", *files, "--right", folder / "sic.yaml", *more)


def test_a_dump_becomes_temperatures_of_modes(kapitza, folder, tmp_path):
    code, out, err = kapitza(*command(folder, "--window", "81-85", "--branches", "-o", tmp_path / "modal"))
    assert code == 0, err
    assert "optical − acoustic" in out
    numbers = json.loads((tmp_path / "modal" / "results.json").read_text())
    assert [entry["name"] for entry in numbers["inputs"]] == ["dump", "structure", "left aln.yaml", "right sic.yaml"]
    found = numbers["modal_temperatures"]
    assert found["frames"] == 60
    # Layers inside the baths and the frozen end are left out.
    assert found["left"]["cells"] == [3, 3, 7]
    for side, temperature in (("left", HOT), ("right", COLD)):
        average = found[side]["averages"]["all"]
        assert abs(average["value"] - temperature) < 4 * average["error"]
        assert len(found[side]["along"]["optical"]["values"]) == len(found[side]["along"]["height"]["values"])
    assert {"81 to 85 meV", "branch 12"} <= set(found["left"]["averages"])
    assert "branch 24" in out
    assert str(folder) not in json.dumps(numbers)
    stored = xr.open_zarr(tmp_path / "modal" / "modes.zarr", group="left/bulk")
    assert stored.temperature.attrs["units"] == "K"
    weights = stored.weight.values[:, np.newaxis] * stored.freedom.values
    mean = np.nansum(stored.temperature.values * weights) / weights.sum()
    assert mean == pytest.approx(found["left"]["averages"]["all"]["value"])
    assert (tmp_path / "modal" / "figures" / "modes.png").read_bytes().startswith(b"\x89PNG")


def test_the_page_shows_the_numbers_of_the_folder_and_the_command_that_made_it(kapitza, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    options = ("--window", "81-85", "--window", "70-80", "--branches", "--layers", "3", "--taper", "none")
    code, out, _ = kapitza(*command(folder, *options, "-q", "-o", tmp_path / "modal"))
    assert (code, out) == (0, "")
    numbers = json.loads((tmp_path / "modal" / "results.json").read_text())
    assert numbers["command"] == (
        "kapitza atoms modes dump.xyz --structure model.xyz --output modal --left aln.yaml --right sic.yaml "
        "--window 81-85 --window 70-80 --branches --layers 3 --taper none"
    )
    page = (tmp_path / "modal" / "report.html").read_text(encoding="utf-8")
    assert numbers["command"] in page
    for side in ("left", "right"):
        found = numbers["modal_temperatures"][side]
        for entry in (*found["averages"].values(), found["optical_minus_acoustic"]):
            assert quantity_text(Quantity(entry["value"], entry["error"], "")) in page
        for place in (0, -1):
            assert f"<td>{found['along']['height']['values'][place]:.2f}</td>" in page
            value, error = (found["along"]["optical"][key][place] for key in ("values", "errors"))
            assert quantity_text(Quantity(value, error, "")) in page
        entry = found["optical_minus_acoustic"]
        assert f"{quantity_text(Quantity(entry['value'], entry['error'], 'K'))} ({side})" in page
    assert "left (AlN)" in page
    assert "right (SiC)" in page
    # 12 branches on the left, 24 on the right
    assert re.search(r'"row">branch 13</th><td>–</td><td>–</td><td>[\d.]+ to [\d.]+</td>', page)
    assert "energies[2]" in page
    assert "70.0 to 80.0 meV" in page
    for entry in numbers["inputs"]:
        assert entry["sha256"] in page
    for warning in numbers["warnings"]:
        assert escape(warning["message"]) in page
    assert str(tmp_path) not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")


def test_one_side_alone_and_a_window_without_modes(kapitza, folder, tmp_path):
    arguments = (
        "atoms",
        "modes",
        folder / "dump.xyz",
        "--structure",
        folder / "model.xyz",
        "--left",
        folder / "aln.yaml",
    )
    code, _, err = kapitza(*arguments, "--window", "500-600", "-q", "-o", tmp_path / "modal")
    assert code == 0
    assert "Modes of the left side are wanted for the average '500 to 600 meV', got none" in err
    numbers = json.loads((tmp_path / "modal" / "results.json").read_text())
    assert "right" not in numbers["modal_temperatures"]
    page = (tmp_path / "modal" / "report.html").read_text(encoding="utf-8")
    assert "SiC" not in page
    assert "<td>not known</td>" in page
    assert numbers["modal_temperatures"]["left"]["averages"]["500 to 600 meV"]["value"] is None


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--window", "85"), "Two energies in meV as in 81-85 are wanted"),
        (("--window", "85-81"), "Two energies in meV as in 81-85 are wanted"),
        (("--layers", "40"), "Windows of 1 to 7 layers"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(kapitza, folder, tmp_path, more, sentence):
    code, _, err = kapitza(*command(folder, *more, "-o", tmp_path / "modal"))
    assert code == 1
    assert sentence in err
    assert not (tmp_path / "modal").exists()


def test_files_that_do_not_belong_together_are_refused(kapitza, folder, tmp_path):
    right = ("--left", folder / "aln.yaml", "--right", folder / "sic.yaml", "-o", tmp_path / "modal")
    swapped = ("--left", folder / "sic.yaml", "--right", folder / "aln.yaml", "-o", tmp_path / "modal")
    for arguments, sentence in (
        (("atoms", "modes", folder / "dump.xyz", "--structure", folder / "none.xyz", *right), "got nothing at"),
        (("atoms", "modes", folder / "dump.xyz", "--structure", folder / "model.xyz", *swapped), "the other way round"),
        (("atoms", "modes", folder / "none", "--structure", folder / "model.xyz", *right), "got nothing at"),
        (
            ("atoms", "modes", folder / "dump.xyz", "--structure", folder / "model.xyz", "-o", tmp_path / "m"),
            "got none",
        ),
        (("atoms", "modes", folder / "dump.xyz", "--structure", folder / "aln.yaml", *right), "that ASE reads"),
    ):
        code, _, err = kapitza(*arguments)
        assert code == 1
        assert sentence in err
