"""Labelled structures: read, split, told apart by composition, and written for the trainers."""

from dataclasses import replace

import numpy as np
import pytest
from ase.io import read, write

from kapitza.atoms.potential import (
    DataSet,
    Labels,
    TrainingSettings,
    read_dataset,
    reference_energies,
    shifted,
    split,
    write_training_files,
)
from kapitza.atoms.potential.gpumd import torchnep_input, write_xyz
from kapitza.errors import InputError, MethodError


@pytest.fixture
def dataset(standin):
    return standin.labelled(12, 1, "rattled").joined(standin.labelled(6, 2, "strained", strain=0.04))


def test_what_is_written_is_read_again(dataset, tmp_path):
    write_xyz(tmp_path / "set.xyz", dataset)
    found = read_dataset(tmp_path / "set.xyz")
    assert found.groups == dataset.groups
    assert found.species == ("C", "Si")
    np.testing.assert_allclose(found.labels.energies, dataset.labels.energies, rtol=1e-9)
    np.testing.assert_allclose(found.labels.virials, dataset.labels.virials, atol=1e-7)
    np.testing.assert_allclose(found.labels.forces[3], dataset.labels.forces[3], atol=1e-8)
    np.testing.assert_allclose(found.structures[3].positions, dataset.structures[3].positions, atol=1e-8)


def test_a_virial_is_taken_from_the_stress_and_is_unknown_without_either(standin, tmp_path):
    atoms = standin.rattled(1, 3)[0]
    atoms.calc = standin.Morse()
    virial = -atoms.get_stress(voigt=False) * atoms.get_volume()
    write(tmp_path / "stress.xyz", atoms, format="extxyz")
    np.testing.assert_allclose(read_dataset(tmp_path / "stress.xyz").labels.virials[0], virial, atol=1e-6)
    text = (tmp_path / "stress.xyz").read_text()
    start = text.index("stress=")
    (tmp_path / "none.xyz").write_text(text[:start] + text[text.index('"', start + 8) + 2 :])
    assert np.isnan(read_dataset(tmp_path / "none.xyz").labels.virials).all()


@pytest.mark.parametrize(("lacking", "sentence"), [("energy", "without an energy"), ("forces", "without forces")])
def test_a_structure_without_labels_is_named(dataset, tmp_path, lacking, sentence):
    write_xyz(tmp_path / "set.xyz", dataset)
    text = (tmp_path / "set.xyz").read_text()
    first, second = text[:400], text[400:]
    assert lacking in second
    (tmp_path / "set.xyz").write_text(first + second.replace(lacking, "other", 1))
    with pytest.raises(InputError, match=f"got number 2 of set.xyz {sentence}|got number 1 of set.xyz {sentence}"):
        read_dataset(tmp_path / "set.xyz")


def test_groups_are_named_by_group_and_kind_too(standin, tmp_path):
    write_xyz(tmp_path / "set.xyz", standin.labelled(1, 1, "AlN"))
    text = (tmp_path / "set.xyz").read_text()
    (tmp_path / "two.xyz").write_text(text.replace('config_type="AlN"', "group=AlN kind=rattled"))
    (tmp_path / "none.xyz").write_text(text.replace('config_type="AlN"', ""))
    assert read_dataset(tmp_path / "two.xyz").groups == ("AlN rattled",)
    assert read_dataset(tmp_path / "none.xyz").groups == ("all",)


def test_files_that_hold_no_structures_are_refused(tmp_path):
    with pytest.raises(InputError, match="got nothing at"):
        read_dataset(tmp_path / "none.xyz")
    (tmp_path / "bad.xyz").write_text("this is\nno structure\n")
    with pytest.raises(InputError, match="Extended XYZ is wanted"):
        read_dataset(tmp_path / "bad.xyz")


def test_every_group_is_split_alike_and_the_same_seed_gives_the_same_split(dataset):
    train, test = split(dataset, 0.25, seed=4)
    assert [test.groups.count(name) for name in ("rattled", "strained")] == [3, 2]
    assert len(train) + len(test) == len(dataset)
    assert {id(atoms) for atoms in train.structures}.isdisjoint(id(atoms) for atoms in test.structures)
    again, other = split(dataset, 0.25, seed=4)[1], split(dataset, 0.25, seed=5)[1]
    assert again.structures == test.structures
    assert other.structures != test.structures


def test_a_group_of_one_is_trained_on_and_something_must_be_held_out(dataset):
    single = dataset.taken([0])
    train, test = split(dataset.joined(DataSet(single.structures, single.labels, ("alone",))), 0.1, seed=1)
    assert "alone" in train.groups
    assert "alone" not in test.groups
    with pytest.raises(MethodError, match="to hold one out, got 1 in 1 groups"):
        split(single, 0.1, seed=1)
    with pytest.raises(MethodError, match=r"between 0 and 1 is wanted, got 1\.5"):
        split(dataset, 1.5, seed=1)


def test_reference_energies_are_those_planted(standin):
    structures = []
    for silicon in range(3, 7):
        atoms = standin.crystal()
        atoms.symbols = ["Si"] * silicon + ["C"] * (8 - silicon)
        structures.append(atoms)
    energies = np.array([-100.0 * n - 150.0 * (8 - n) for n in range(3, 7)])
    labels = Labels(energies, tuple(np.zeros((8, 3)) for _ in structures), np.zeros((4, 3, 3)))
    dataset = DataSet(tuple(structures), labels, ("all",) * 4)
    references = reference_energies(dataset)
    assert references == pytest.approx({"Si": -100.0, "C": -150.0})
    np.testing.assert_allclose(shifted(dataset, references).labels.energies, 0, atol=1e-9)
    with pytest.raises(MethodError, match="got none for Si"):
        shifted(dataset, {"C": 1.0})


def test_the_files_for_gpumd_read_in_its_words(dataset, tmp_path):
    train, test = split(dataset, 0.25, seed=1)
    write_training_files(tmp_path, TrainingSettings(repulsion=1.5), train, test)
    lines = (tmp_path / "nep.in").read_text().splitlines()
    assert lines[:8] == [
        "type 2 C Si",
        "version 4",
        "zbl 1.5",
        "cutoff 6 4",
        "n_max 4 4",
        "basis_size 8 8",
        "l_max 4 2 0",
        "neuron 30",
    ]
    assert "generation 100000" in lines
    header = (tmp_path / "train.xyz").read_text().splitlines()[1]
    assert "Properties=species:S:1:pos:R:3:forces:R:3" in header
    assert len(header.split('virial="')[1].split('"')[0].split()) == 9
    assert [len(read(tmp_path / name, ":")) for name in ("train.xyz", "test.xyz")] == [len(train), len(test)]


def test_structures_with_large_forces_weigh_less_where_asked(standin, tmp_path):
    calm, hot = standin.labelled(2, 1, "calm"), standin.labelled(2, 2, "hot")
    loud = replace(hot, labels=replace(hot.labels, forces=tuple(10 * forces for forces in hot.labels.forces)))
    train = calm.joined(loud)
    write_training_files(tmp_path, TrainingSettings(force_scale=2.0), train, calm)
    lines = [line for line in (tmp_path / "train.xyz").read_text().splitlines() if "weight=" in line]
    weights = [float(line.split("weight=")[1].split()[0]) for line in lines]
    squares = [np.mean(np.sum(forces**2, axis=1)) for forces in train.labels.forces]
    expected = np.array([4.0 / (4.0 + square) for square in squares])
    np.testing.assert_allclose(weights, expected / expected.mean(), rtol=1e-5)
    assert max(weights[2:]) < min(weights[:2])
    with pytest.raises(MethodError, match="force_scale above 0"):
        TrainingSettings(force_scale=0.0)


def test_the_trainer_is_told_when_to_stop():
    lines = torchnep_input(TrainingSettings(epochs=50, early_stop=7, learning_rate=1e-3), ["Si", "C"]).splitlines()
    assert {"epoch 50", "early_stop 7", "lr 0.001", "type 2 Si C", "stage2 1", "start_stage2 36"} <= set(lines)
    assert not any(line.startswith(("generation", "population")) for line in lines)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"cutoff_angular": 7.0}, "got angular 7 and radial 6 Å"),
        ({"cutoff_radial": 9.0}, "radial 9 Å"),
        ({"epochs": 0}, "wanted for epochs, got 0"),
    ],
)
def test_settings_that_no_trainer_takes_are_refused(wrong, sentence):
    with pytest.raises(MethodError, match=sentence):
        TrainingSettings(**wrong)
