"""`kapitza atoms interface-modes`: bound modes of a cell of springs, their folder, and their temperatures in a run."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from ase.calculators.calculator import Calculator, all_changes
from ase.io import read, write
from ase.neighborlist import neighbor_list

from kapitza.atoms.phonons import read_harmonic
from kapitza.atoms.structures import Slab, aluminium_nitride, interface, silicon_carbide, write_structure
from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity

MODEL = Path(__file__).parents[1] / "atoms" / "data" / "standin" / "nep.txt"
KELVIN = 103.64269652680504 / 8.617333262e-5  # u A^2/fs^2


class Springs(Calculator):
    """Springs between neighbours at rest where they are; stiff ones between N and Si, soft ones between C and Al."""

    implemented_properties = ("energy", "forces")

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        i, j, d, vector = neighbor_list("ijdD", atoms, 3.4)
        pairs = atoms.numbers[i] * atoms.numbers[j]
        strength = np.select([d > 2.5, pairs == 7 * 14, pairs == 6 * 13], [3.0, 24.0, 6.0], 12.0)
        pull = (strength * (d - np.where(d > 2.5, 3.11, 1.9)) / d)[:, np.newaxis] * vector
        forces = np.zeros((len(atoms), 3))
        np.add.at(forces, i, pull)
        self.results = {"energy": 0.0, "forces": forces}


@pytest.fixture
def springs(monkeypatch):
    monkeypatch.setattr("kapitza.atoms.potential.calculator", lambda model: Springs())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An interface cell, and a run of it, repeated twice along a, at 400 K."""
    made = tmp_path_factory.mktemp("cell")
    structure = interface(
        Slab(aluminium_nitride(a=3.11), (1, 1, 5), "N"), Slab(silicon_carbide(a=3.11), (1, 1, 3), "Si")
    )
    write_structure(structure, made / "cell.xyz")
    atoms = structure.atoms.repeat((2, 1, 1))
    atoms.write(made / "run.xyz", format="extxyz")
    rng = np.random.default_rng(5)
    scale = np.sqrt(400 / KELVIN / atoms.get_masses())[:, np.newaxis]
    frames = []
    for _ in range(520):
        frames.append(atoms.copy())
        frames[-1].arrays["vel"] = rng.normal(size=(len(atoms), 3)) * scale
    write(made / "dump.xyz", frames, format="extxyz", columns=["symbols", "positions", "vel"])
    return made


def command(folder, output, *more):
    return (
        "atoms", "interface-modes", folder / "cell.xyz", "--model", MODEL, "--repeats", "1x1", "--no-relax",
        "--reach", "7", "-o", output, *more,
    )  # fmt: skip


def test_bound_modes_of_both_interfaces_and_their_temperatures(kapitza, springs, folder, tmp_path):
    target = tmp_path / "bound"
    run = ("--dump", folder / "dump.xyz", "--structure", folder / "run.xyz", "--interval", "16")
    code, out, err = kapitza(*command(folder, target, *run))
    assert code == 0, err
    assert "interfaces: N-Si at 2.49 nm and C-Al at 5.52 nm" in " ".join(out.split())
    numbers = json.loads((target / "results.json").read_text())
    found = numbers["interface_modes"]
    assert {mode["junction"] for mode in found["bound"]} == {"N-Si", "C-Al"}
    assert found["frames"] == 520
    for mode in found["bound"]:
        assert mode["weight"] > 0.5 > 1.5 * mode["expected_weight"]
        assert abs(mode["temperature"]["value"] - 400) < 4 * mode["temperature"]["error"]
    stored = xr.open_zarr(target / "modes.zarr", group="modes")
    vectors = stored.eigenvector_real.values + 1j * stored.eigenvector_imaginary.values
    flat = vectors.reshape(len(vectors), -1)
    np.testing.assert_allclose(flat @ flat.conj().T, np.eye(len(flat)), atol=1e-9)
    density = xr.open_zarr(target / "modes.zarr", group="density")
    np.testing.assert_allclose(density.temperature, 400, rtol=0.05)
    assert len(read(target / "cell.xyz")) == len(read(folder / "cell.xyz"))
    assert len(read_harmonic(target / "phonopy.yaml").species) == len(vectors) / 3
    assert (target / "figures" / "modes.png").read_bytes().startswith(b"\x89PNG")
    page = (target / "report.html").read_text(encoding="utf-8")
    assert numbers["command"].startswith("kapitza atoms interface-modes cell.xyz --model nep.txt --output bound")
    assert numbers["command"].endswith(
        "--repeats 1x1 --reach 7.0 --no-relax --dump dump.xyz --structure run.xyz --interval 16.0"
    )
    assert numbers["command"] in page
    rows = re.findall(r'<tr>\s*<th scope="row">([\d.]+)</th>(.*?)</tr>', page)
    assert len(rows) == len(found["bound"])
    for (energy, cells), mode in zip(rows, found["bound"], strict=True):
        height = next(one["height"]["value"] for one in found["junctions"] if one["name"] == mode["junction"])
        temperature = Quantity(mode["temperature"]["value"], mode["temperature"]["error"], "")
        assert energy == f"{mode['energy']['value']:.1f}"
        assert re.findall("<td>(.*?)</td>", cells) == [
            str(mode["degeneracy"]), f"{mode['junction']}, z\u00a0=\u00a0{height:.2f}\u00a0nm", f"{mode['weight']:.2f}",
            f"{mode['expected_weight']:.2f}", f"{mode['participation']:.3f}", f"{mode['left']:.2f}",
            quantity_text(temperature),
        ]  # fmt: skip
    assert "7.0 Å" in page
    assert "density of states of layers" in page
    assert str(tmp_path) not in page


def test_a_cell_without_bound_modes_says_so(kapitza, springs, folder, tmp_path):
    code, _, _ = kapitza(*command(folder, tmp_path / "bound", "--most-participation", "0.001", "-q"))
    assert code == 0
    numbers = json.loads((tmp_path / "bound" / "results.json").read_text())
    assert numbers["interface_modes"]["bound"] == []
    page = (tmp_path / "bound" / "report.html").read_text(encoding="utf-8")
    assert "No mode of this cell is bound" in page
    assert page.count("no mode</div>") == 2


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--q", "0"), "Two numbers as in 0.5,0 are wanted"),
        (("--dump", "dump.xyz"), "are wanted together, got one of them"),
        (("--reach", "40"), "Interfaces more than 80 A apart"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(kapitza, springs, folder, tmp_path, more, sentence):
    code, _, err = kapitza(*command(folder, tmp_path / "bound", *more))
    assert code == 1
    assert sentence in err
    assert not (tmp_path / "bound").exists()


@pytest.mark.parametrize("command", ["modes", "interface-modes"])
def test_every_command_has_an_example(kapitza, command):
    code, out, _ = kapitza("atoms", command, "--help")
    assert code == 0
    assert f"kapitza atoms {command}" in out.split("Example")[1]
