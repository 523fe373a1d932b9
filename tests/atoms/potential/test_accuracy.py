"""Errors of a potential and the choice of what to label next."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.atoms.potential import (
    accuracy,
    calculator,
    evaluate,
    force_disagreement,
    read_card,
    read_dataset,
    select,
    shifted,
)
from kapitza.errors import InputError, MethodError


def noisy(labels, size, seed):
    random = np.random.default_rng(seed)
    return replace(labels, forces=tuple(force + size * random.normal(size=force.shape) for force in labels.forces))


def test_labels_held_against_themselves_are_exact(standin):
    dataset = standin.labelled(4, 1)
    found = accuracy(dataset.labels, dataset)
    assert [found.energy.value, found.force.value, found.virial.value] == [0, 0, 0]


def test_planted_errors_are_recovered_within_their_error_bars(standin):
    dataset = standin.labelled(20, 1)
    deviations = []
    for seed in range(200):
        force = accuracy(noisy(dataset.labels, 0.05, seed), dataset).force
        deviations.append((force.value - 50) / force.error)
    assert np.mean(np.abs(deviations) < 1) == pytest.approx(0.68, abs=0.1)


def test_errors_are_told_apart_by_group_and_element(standin):
    quiet, loud = standin.labelled(5, 1, "quiet"), standin.labelled(5, 2, "loud")
    dataset = quiet.joined(loud)
    predicted = quiet.joined(replace(loud, labels=noisy(loud.labels, 0.1, 3))).labels
    for force, true, atoms in zip(predicted.forces[5:], loud.labels.forces, loud.structures, strict=True):
        force[atoms.numbers == 6] = true[atoms.numbers == 6]
    found = accuracy(predicted, dataset)
    assert found.force_by_group["quiet"].value == 0
    assert found.force_by_group["loud"].value == pytest.approx(100 / np.sqrt(2), rel=0.2)
    assert found.force_by_species["C"].value == 0
    assert found.force_by_species["Si"].value == pytest.approx(100 / np.sqrt(2), rel=0.2)


def test_the_small_model_is_as_good_as_its_card_says(small_model, held_out):
    dataset, card = read_dataset(held_out), read_card(small_model)
    found = accuracy(evaluate(dataset.structures, calculator(small_model)), dataset)
    for name in ("energy", "force", "virial"):
        promised = card["accuracy"]["held_out"][name]["value"]
        assert getattr(found, name).value == pytest.approx(promised, rel=1e-3)
    assert found.force.value < 20
    assert read_card(held_out.with_name("none") / "nep.txt") is None


def test_the_reference_energies_of_the_card_fit_labels_anew(small_model, standin):
    dataset = standin.labelled(10, 99)
    references = {name: read_card(small_model)["reference_energies"][name] for name in ("C", "Si")}
    found = accuracy(evaluate(dataset.structures, calculator(small_model)), shifted(dataset, references))
    assert found.energy.value < 6
    assert found.force.value < 40


def test_the_card_of_another_potential_is_refused(small_model, tmp_path):
    (tmp_path / "nep.txt").write_text(small_model.read_text() + "\n")
    (tmp_path / "card.json").write_text(small_model.with_name("card.json").read_text())
    with pytest.raises(InputError, match="got that of another potential"):
        read_card(tmp_path / "nep.txt")
    (tmp_path / "card.json").write_text("{}")
    with pytest.raises(InputError, match="which is none"):
        read_card(tmp_path / "nep.txt")


def test_planted_outliers_are_selected(standin, small_model):
    structures = standin.rattled(10, 1, amount=0.02, strain=0.0)
    for number, far in ((2, 0.5), (7, 0.4)):
        structures[number].positions[0] += [far, 0, 0]
    disagreement = force_disagreement(structures, [calculator(small_model), standin.Morse()])
    assert select(disagreement, 2).tolist() == [2, 7]
    assert set(select(disagreement, 99)) == set(range(10))


def test_disagreement_is_the_spread_of_the_force_vector(standin):
    structures = standin.rattled(2, 1)

    class Shifted(standin.Morse):
        def calculate(self, *args, **kwargs):
            super().calculate(*args, **kwargs)
            self.results["forces"][3] += [0.0, 0.3, 0.4]

    found = force_disagreement(structures, [standin.Morse(), Shifted()])
    np.testing.assert_allclose(found, 0.5 / np.sqrt(2), rtol=1e-9)
    np.testing.assert_allclose(force_disagreement(structures, [standin.Morse(), standin.Morse()]), 0)


def test_one_potential_cannot_disagree_and_none_cannot_be_selected(standin):
    with pytest.raises(MethodError, match="to disagree, got 1"):
        force_disagreement([standin.crystal()], [standin.Morse()])
    with pytest.raises(MethodError, match="got 0: ask for more"):
        select(np.ones(3), 0)
