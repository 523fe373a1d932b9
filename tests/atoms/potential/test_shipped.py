"""The shipped potential of AlN, 4H-SiC and their interface: right on held-out structures, and its phonons are right."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from kapitza.atoms.phonons import Settings, gamma_modes, harmonic, phonons, read_harmonic
from kapitza.atoms.potential import accuracy, calculator, evaluate, find_model, read_card, read_dataset, shifted, split
from kapitza.atoms.structures import Slab, aluminium_nitride, interface, named_crystal, silicon_carbide

from .nep_twin import read_twin

NAME = "AlN-SiC"
REFERENCE = Path(__file__).resolve().parents[3] / "data" / "aln-sic"
PUBLISHED_FORCES = 100.0
"""Root-mean-square error of forces of the published potential, meV/Å."""
MEASURED, CALCULATED = 0.08, 0.05
"""How far zone-centre modes may be from measured ones, and from those of the density functional theory behind."""
CRYSTALS = {"AlN": 4, "SiC": 7}
"""Numbers of measured zone-centre modes without a longitudinal optical field."""


@pytest.fixture(scope="module")
def card():
    return read_card(find_model(NAME).path)


@pytest.fixture(scope="module")
def engine():
    return calculator(NAME)


@pytest.fixture(scope="module")
def found(engine):
    """Phonons of both crystals, relaxed by the potential."""
    settings = Settings(mesh=(12, 12, 6), elastic=False)
    return {name: phonons(name, named_crystal(name).atoms, engine, NAME, settings) for name in CRYSTALS}


def test_the_card_says_what_it_was_trained_on(card):
    data = (REFERENCE / "labels.xyz").read_bytes()
    assert card["labels"]["files"][0]["sha256"] == hashlib.sha256(data).hexdigest()
    assert set(card["species"]) == {"Al", "N", "Si", "C"}
    count = json.loads((REFERENCE / "provenance.json").read_text(encoding="utf-8"))["labels"]
    assert sum(sum(part.values()) for part in card["structures"].values()) == len(count)


def test_forces_of_held_out_structures_are_as_good_as_the_card_says_and_as_published(card, engine):
    settings = card["settings"]
    dataset = read_dataset(REFERENCE / "labels.xyz")
    _, held_out = split(dataset, settings["held_out"], settings["split_seed"])
    references = {name: card["reference_energies"][name] for name in card["species"]}
    now = accuracy(evaluate(held_out.structures, engine), shifted(held_out, references))
    told = card["accuracy"]["held_out"]
    assert now.force.value == pytest.approx(told["force"]["value"], rel=1e-3)
    assert now.energy.value == pytest.approx(told["energy"]["value"], rel=1e-2)
    assert now.force.value <= PUBLISHED_FORCES


@pytest.mark.parametrize("name", CRYSTALS)
def test_zone_centre_modes_are_those_of_the_density_functional_theory_behind(name, engine):
    theirs = read_harmonic(REFERENCE / "zone-centre" / f"{name}.yaml")
    mine = harmonic(named_crystal(name).atoms, engine, (1, 1, 1), 0.03)
    energies = [
        np.concatenate([np.full(mode.degeneracy, mode.energy) for mode in gamma_modes(crystal) if not mode.acoustic])
        for crystal in (mine, theirs)
    ]
    np.testing.assert_allclose(*energies, rtol=CALCULATED)


@pytest.mark.parametrize("name", CRYSTALS)
def test_zone_centre_modes_are_where_they_are_measured(name, found):
    relative = [one.relative for one in found[name].differences if one.relative is not None]
    assert len(relative) == CRYSTALS[name]
    assert np.abs(relative).max() <= MEASURED


@pytest.mark.parametrize("name", CRYSTALS)
def test_nothing_is_imaginary_and_the_crystal_is_free_to_move(name, found):
    assert found[name].lowest > -0.05
    assert found[name].acoustic_rest < 0.01
    assert found[name].crystal.drift < 1e-3


def test_optical_modes_of_the_nitride_lie_in_the_gap_of_the_carbide(found):
    low, high = found["SiC"].states.gap
    assert 70 < low < 80
    assert 88 < high < 100
    inside = [one.calculated for one in found["AlN"].differences if one.measured.name in ("E1(TO)", "E2(high)")]
    assert len(inside) == 2
    assert all(low < energy < high for energy in inside)


def test_energies_and_forces_at_the_interface_are_those_of_the_formulas_behind(engine):
    slabs = Slab(aluminium_nitride(), (1, 1, 1), face="N"), Slab(silicon_carbide(), (1, 1, 1), face="Si")
    atoms = interface(*slabs).atoms
    atoms.rattle(0.05, seed=3)
    twin, found = read_twin(find_model(NAME).path), evaluate([atoms], engine)
    assert found.energies[0] == pytest.approx(twin.energies(atoms).sum(), abs=1e-8)
    for atom in (1, 6, 10):
        assert found.forces[0][atom] == pytest.approx([twin.force(atoms, atom, axis) for axis in range(3)], abs=2e-6)
