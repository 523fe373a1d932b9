"""Evaluators: what they give is consistent, and what they cannot give is refused in a sentence."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from kapitza.atoms.potential import calculator, evaluate, evaluators, find_model, shipped_models
from kapitza.errors import InputError, MethodError


@pytest.fixture
def atoms(standin):
    return standin.rattled(1, seed=5)[0]


def energy(atoms, engine):
    return evaluate([atoms], engine).energies[0]


def moved(atoms, number, axis, step):
    made = atoms.copy()
    made.positions[number, axis] += step
    return made


def bent(atoms, row, column, strain):
    made = atoms.copy()
    bend = np.zeros((3, 3))
    bend[row, column] += strain / 2
    bend[column, row] += strain / 2
    made.set_cell(made.cell[:] @ (np.eye(3) + bend), scale_atoms=True)
    return made


@pytest.mark.parametrize("which", ["small model", "stand-in"])
def test_forces_are_the_gradient_of_the_energy(which, atoms, small_model, standin):
    engine = calculator(small_model) if which == "small model" else standin.Morse()
    forces = evaluate([atoms], engine).forces[0]
    step = 1e-3
    for number, axis in ((0, 0), (3, 1), (7, 2)):
        slope = (
            energy(moved(atoms, number, axis, step), engine) - energy(moved(atoms, number, axis, -step), engine)
        ) / (2 * step)
        assert forces[number, axis] == pytest.approx(-slope, abs=2e-5)
    assert np.abs(forces.sum(axis=0)).max() < 1e-6


@pytest.mark.parametrize("which", ["small model", "stand-in"])
def test_the_virial_is_minus_the_derivative_of_the_energy_by_strain(which, atoms, small_model, standin):
    engine = calculator(small_model) if which == "small model" else standin.Morse()
    virial = evaluate([atoms], engine).virials[0]
    step = 1e-4
    for row, column in ((0, 0), (2, 2), (0, 1), (1, 2)):
        slope = (energy(bent(atoms, row, column, step), engine) - energy(bent(atoms, row, column, -step), engine)) / (
            2 * step
        )
        assert virial[row, column] == pytest.approx(-slope, abs=2e-3)


def test_a_cell_thinner_than_twice_the_cutoff_gives_the_same_as_its_repetition(atoms, small_model):
    engine = calculator(small_model)
    small, large = evaluate([atoms, atoms.repeat((2, 2, 2))], engine).forces
    np.testing.assert_allclose(large[:8], small, atol=1e-9)


def test_two_engines_agree(atoms, small_model):
    pytest.importorskip("calorine")
    one, other = (evaluate([atoms], calculator(small_model, engine=name)) for name in ("nep-adapters", "calorine"))
    np.testing.assert_allclose(one.energies, other.energies, atol=1e-9)
    np.testing.assert_allclose(one.forces[0], other.forces[0], atol=1e-9)
    np.testing.assert_allclose(one.virials, other.virials, atol=1e-6)


def test_the_device_is_told_to_the_engine(small_model, monkeypatch):
    pytest.importorskip("nep_adapters")

    class Told:
        def __init__(self, path, backend):
            self.told = path, backend

    monkeypatch.setitem(evaluators._ENGINES, "nep-adapters", lambda: Told)
    monkeypatch.setattr("nep_adapters.runtime.backend_status", lambda name: SimpleNamespace(available=True))
    assert calculator(small_model, engine="nep-adapters", device="cuda").told == (str(small_model), "cuda")
    assert calculator(small_model, engine="nep-adapters").told == (str(small_model), "cpu")
    with pytest.raises(MethodError, match="nep-adapters is wanted for a CUDA device"):
        calculator(small_model, engine="calorine", device="cuda")


def test_a_graphics_card_gives_the_same_forces(atoms, small_model):
    try:
        evaluators.check_device("cuda")
    except MethodError as error:
        pytest.skip(str(error))
    one, other = (evaluate([atoms], calculator(small_model, device=device)) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(one.forces[0], other.forces[0], atol=1e-3)
    np.testing.assert_allclose(one.energies, other.energies, atol=1e-3)


def test_a_calculator_of_ase_passes_the_door_as_it_is(standin):
    engine = standin.Morse()
    assert calculator(engine) is engine


def test_a_model_is_found_by_its_folder_too(small_model):
    found = find_model(small_model.parent)
    assert (found.species, found.cutoff_radial, found.cutoff_angular) == (("C", "Si"), 4.0, 3.0)


@pytest.mark.parametrize("name", shipped_models())
def test_every_shipped_model_evaluates(name):
    from ase.build import bulk

    assert np.isfinite(evaluate([bulk("SiC", "zincblende", a=4.36)], calculator(name)).energies).all()


def test_cutoffs_for_each_element_are_read(tmp_path):
    file = tmp_path / "nep.txt"
    file.write_text("nep4_zbl 2 Si C\nzbl 0.7 1.4\ncutoff 6 4 5 3.5 60 30\n")
    assert (find_model(file).cutoff_radial, find_model(file).cutoff_angular) == (6.0, 4.0)


def test_an_element_that_the_model_lacks_is_refused(atoms, small_model):
    atoms.symbols[2] = "Ge"
    with pytest.raises(MethodError, match=r"Elements of the model \(C, Si\) are wanted, got Ge too"):
        evaluate([atoms], calculator(small_model))


def test_atoms_on_top_of_each_other_are_refused(atoms, small_model):
    atoms.positions[1] = atoms.positions[0] + [0.3, 0, 0]
    with pytest.raises(MethodError, match=r"Å apart are wanted, got .* at 0\.30 Å"):
        evaluate([atoms], calculator(small_model))


def test_a_thin_cell_is_refused_where_asked_with_its_direction(atoms, small_model):
    with pytest.raises(MethodError, match=r"at least 8 Å thick .* got 4\.28. Å along b: repeat it 2 times"):
        evaluate([atoms.repeat((2, 1, 2))], calculator(small_model, minimum_image=True))
    evaluate([atoms.repeat(2)], calculator(small_model, minimum_image=True))


def test_a_cell_that_becomes_thin_while_it_breathes_is_refused(atoms, small_model):
    thick = atoms.repeat(2)
    thick.set_cell(thick.cell[:] * 8.05 / thick.cell.lengths().min(), scale_atoms=True)
    thick.calc = calculator(small_model, minimum_image=True)
    thick.get_potential_energy()
    thick.set_cell(0.99 * thick.cell[:], scale_atoms=True)
    with pytest.raises(MethodError, match="at least 8 Å thick"):
        thick.get_potential_energy()


def test_distances_are_not_looked_at_again_while_a_cell_breathes(atoms, small_model, monkeypatch):
    atoms.calc = calculator(small_model)
    atoms.get_potential_energy()
    monkeypatch.setattr("kapitza.atoms.potential.evaluators.check_structure", None)
    atoms.set_cell(1.001 * atoms.cell[:], scale_atoms=True)
    assert np.isfinite(atoms.get_potential_energy())


def test_a_skew_cell_is_as_thick_as_its_faces_are_apart(small_model):
    from ase.build import bulk

    thin = bulk("SiC", "zincblende", a=4.36).repeat(3)
    assert thin.cell.lengths().min() > 8
    with pytest.raises(MethodError, match=r"got 7\.55. Å along a"):
        evaluate([thin], calculator(small_model, minimum_image=True))


def test_what_is_no_potential_is_refused(tmp_path):
    with pytest.raises(InputError, match="neither a file nor a shipped model"):
        calculator("no-such-model")
    file = tmp_path / "nep.txt"
    file.write_text("hello\n")
    with pytest.raises(InputError, match="does not begin like one"):
        calculator(file)


@pytest.mark.parametrize(
    ("engine", "module", "brings"),
    [("nep-adapters", "nep_adapters.ase", r"kapitza\[atoms\]"), ("calorine", "calorine.calculators", "calorine")],
)
def test_a_missing_engine_names_the_command_that_installs_it(engine, module, brings, small_model, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MethodError, match=f"not installed: pip install .*{brings}"):
        calculator(small_model, engine=engine)


def test_dynamics_conserve_energy_and_structures_are_checked_again_when_the_cell_changes(atoms, small_model):
    from ase import units
    from ase.md.verlet import VelocityVerlet

    atoms.calc = calculator(small_model)
    atoms.set_momenta(np.sqrt(0.026 * atoms.get_masses())[:, None] * np.random.default_rng(1).normal(size=(8, 3)))
    before = atoms.get_total_energy()
    VelocityVerlet(atoms, 0.5 * units.fs).run(200)
    assert atoms.get_total_energy() == pytest.approx(before, abs=2e-4)
    atoms.set_cell(0.4 * atoms.cell[:], scale_atoms=True)
    with pytest.raises(MethodError, match="Å apart are wanted"):
        atoms.get_potential_energy()
