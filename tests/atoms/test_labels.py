"""The labels that come along belong to the inputs that kapitza writes, and are what they say."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from ase.io import read

from kapitza.atoms.dataset import read_recipe
from kapitza.atoms.dft import cp2k_input

DATA = Path(__file__).resolve().parents[2] / "data" / "aln-sic"


def test_the_labels_that_come_along_belong_to_their_inputs():
    recipe = read_recipe(DATA / "recipe.toml")
    full = {"rattled": 50, "strained": 50, "snapshots": 50}
    assert replace(recipe, group=tuple(replace(one, **full) for one in recipe.group)) == read_recipe()
    about = json.loads((DATA / "provenance.json").read_text())
    found = read(DATA / "labels.xyz", index=":")
    assert len(found) == about["labelled"] > 0
    for atoms in found:
        text = cp2k_input(atoms, recipe.settings(atoms.info["group"]))
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert digest == atoms.info["input_sha256"] == about["labels"][atoms.info["name"]]["input_sha256"]
        assert np.abs(atoms.get_forces().mean(axis=0)).max() < 0.02
        np.testing.assert_allclose(atoms.info["virial"], -atoms.get_stress(voigt=False) * atoms.get_volume(), atol=1e-6)
