"""Figures of a potential: what was trained on and held out is drawn, on axes that say what they are."""

import json
from pathlib import Path

import numpy as np
import pytest

from kapitza.atoms.potential import TrainingSettings, calculator, evaluate, read_dataset
from kapitza.atoms.potential.trainer import read_curve
from kapitza.atoms.potential.training import Trained
from kapitza.plots import learning_curve, parity

DATA = Path(__file__).resolve().parents[1] / "atoms" / "data" / "standin"


@pytest.fixture(scope="module")
def trained():
    dataset = read_dataset(DATA / "held-out.xyz")
    parts = dataset.taken(range(6)), dataset.taken(range(6, 10))
    engine = calculator(DATA / "nep.txt")
    predicted = (evaluate(part.structures, engine) for part in parts)
    references = json.loads((DATA / "card.json").read_text())["reference_energies"]
    return Trained(DATA / "nep.txt", TrainingSettings(), references, *parts, *predicted, read_curve(DATA), {}, 1.0)


def test_parity_draws_every_label_and_states_the_held_out_errors(trained):
    axes = parity(trained).axes
    assert [ax.get_xlabel() for ax in axes] == [
        "Label, energy (eV/atom)", "Label, force (eV/Å)", "Label, virial (eV/atom)"
    ]  # fmt: skip
    assert [len(line.get_xdata()) for line in axes[1].lines[:2]] == [6 * 24, 4 * 24]
    assert all(ax.get_xlim() == ax.get_ylim() for ax in axes)
    assert f"{trained.accuracy.force.value:.1f}" in axes[1].get_title(loc="left")


def test_the_learning_curve_marks_the_kept_epoch(trained):
    axes = learning_curve(trained).axes
    force = axes[0].lines
    np.testing.assert_allclose(force[1].get_ydata(), 1e3 * trained.curve.held_out_force)
    assert [ax.get_title(loc="left") for ax in axes] == ["Kept: epoch 148"] * 2
