"""Recipes, the structures they make, snapshots, and labels as a potential is trained on them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from ase.io import read

from kapitza.atoms.dataset import (
    calculations,
    given_structures,
    known_labels,
    make_structures,
    read_dataset,
    read_recipe,
    snapshots,
    write_dataset,
    write_labels,
)
from kapitza.atoms.dataset.folder import CALCULATIONS
from kapitza.atoms.dataset.recipe import cell_of, parse_recipe
from kapitza.atoms.dft import read_queue, run_queue
from kapitza.atoms.dft.outputs import parse_output
from kapitza.errors import InputError, MethodError, StudyError

SMALL = """
seed = 7
[[group]]
name = "SiC"
kpoints = [1, 1, 1]
left = { crystal = "SiC", repeats = [2, 1, 1] }
rattled = 2
strained = 1
snapshots = 2
"""


def test_the_recipe_that_comes_along_is_the_published_one_with_k_points():
    recipe = read_recipe()
    assert [group.name for group in recipe.group] == ["AlN", "SiC", "interface"]
    assert [len(cell_of(group)) for group in recipe.group] == [32, 32, 64]
    assert sum(group.rattled + group.strained + group.snapshots for group in recipe.group) == 450
    assert recipe.settings("interface").kpoints == (2, 2, 1)
    assert recipe.settings("AlN").kpoints == (2, 2, 2)
    for group in recipe.group:
        cell = cell_of(group).cell
        np.testing.assert_allclose(cell, np.diag(np.diag(cell)))


def test_the_same_recipe_gives_the_same_structures():
    first, second = (make_structures(read_recipe()) for _ in range(2))
    assert len(first) == 300
    for a, b in zip(first, second, strict=True):
        assert a == b
        assert a.info == b.info
    assert len({atoms.info["name"] for atoms in first}) == 300


def test_every_beginning_of_the_data_set_holds_all_groups_and_kinds():
    kinds = [(atoms.info["group"], atoms.info["kind"]) for atoms in make_structures(read_recipe())]
    assert len(set(kinds[:6])) == 6
    assert kinds[6:12] == kinds[:6]


def test_how_far_atoms_are_moved_and_cells_strained():
    recipe = read_recipe()
    made = make_structures(recipe)
    for group in recipe.group:
        rest = cell_of(group)
        rattled = [atoms for atoms in made if atoms.info["name"].startswith(f"{group.name}-rattled")]
        moves = np.array([atoms.positions - rest.positions for atoms in rattled])
        assert np.sqrt((moves**2).sum(axis=-1).mean()) == pytest.approx(0.1, rel=0.05)
        strained = [atoms for atoms in made if atoms.info["name"].startswith(f"{group.name}-strained")]
        strains = np.array([np.diag(atoms.cell.array) / np.diag(rest.cell) - 1 for atoms in strained])
        assert np.abs(strains).max() <= 0.03
        assert strains.std() == pytest.approx(0.03 / np.sqrt(3), rel=0.15)


def test_shear_can_be_asked_for():
    recipe = parse_recipe(SMALL.replace("snapshots = 2", "snapshots = 0\nshear = 0.02"), "small.toml")
    strained = make_structures(recipe)[1]
    assert strained.info["kind"] == "strained"
    assert np.abs(strained.cell.angles() - 90).max() > 0.1


def springs():
    """Each atom on a spring of its own: every mode's temperature is known."""
    from ase.calculators.calculator import Calculator

    class Springs(Calculator):
        implemented_properties = ("energy", "forces")

        def calculate(self, atoms, properties, changes):
            super().calculate(atoms, properties, changes)
            self.home = getattr(self, "home", atoms.positions.copy())
            away = atoms.positions - self.home
            self.results = {"energy": 5.0 * (away**2).sum(), "forces": -10.0 * away}

    return Springs()


def test_snapshots_have_their_temperature_and_forget_each_other():
    cell = cell_of(read_recipe().group[1]).atoms
    taken = snapshots(cell, springs(), 40, temperature=900, seed=3)
    away = np.array([atoms.positions - cell.positions for atoms in taken])
    boltzmann = 8.617333e-5
    assert (10.0 * away**2).mean() / boltzmann == pytest.approx(900, rel=0.1)
    flat = away.reshape(len(away), -1)
    following = (flat[1:] * flat[:-1]).mean() / (flat**2).mean()
    assert abs(following) < 0.1
    assert "momenta" not in taken[0].arrays


def test_snapshots_are_the_same_for_the_same_seed():
    cell = cell_of(read_recipe().group[0]).atoms
    a, b, c = (snapshots(cell, springs(), 1, settling=5, seed=seed)[0].positions for seed in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert np.abs(a - c).max() > 1e-4


def test_dynamics_that_run_away_are_refused():
    from ase.calculators.lj import LennardJones

    cell = cell_of(read_recipe().group[0]).atoms
    with pytest.raises(MethodError, match="the potential does not hold there"):
        snapshots(cell, LennardJones(sigma=3.0, epsilon=5.0), 5, settling=20)
    with pytest.raises(MethodError, match="count above 0"):
        snapshots(cell, springs(), 0)


def test_labels_are_written_with_where_they_come_from(tmp_path, fake_cp2k, stored_output):
    recipe = parse_recipe(SMALL, "small.toml")
    write_dataset(tmp_path, SMALL, make_structures(recipe, springs))
    recipe, structures = read_dataset(tmp_path)
    assert [atoms.info["name"] for atoms in structures] == [
        "SiC-rattled-000", "SiC-strained-000", "SiC-snapshot-000", "SiC-rattled-001", "SiC-snapshot-001",
    ]  # fmt: skip
    command = str(
        fake_cp2k(
            'if "rattled-001" in str(pathlib.Path.cwd()): text = text.replace("run converged", "run NOT converged")'
        )
    )
    labels = run_queue(calculations(recipe, structures), tmp_path / CALCULATIONS, command=command)
    write_labels(tmp_path, recipe, structures, labels)
    found = read(tmp_path / "labels.xyz", index=":")
    truth = parse_output(stored_output, "sic")
    assert len(found) == 4
    for atoms in found:
        assert atoms.get_potential_energy() == pytest.approx(truth.energy)
        np.testing.assert_allclose(atoms.get_forces(), truth.forces, atol=1e-7)
        np.testing.assert_allclose(atoms.info["virial"], -truth.stress * atoms.get_volume(), atol=1e-9)
        np.testing.assert_allclose(atoms.get_stress(voigt=False), truth.stress, atol=1e-12)
    about = json.loads((tmp_path / "provenance.json").read_text())
    assert (about["structures"], about["labelled"], about["cp2k"]) == (5, 4, ["2023.1"])
    assert about["settings"]["SiC"]["kpoints"] == [1, 1, 1]
    assert list(about["refused"]) == ["SiC-rattled-001"]
    assert about["counts"] == {"SiC": {"rattled": 1, "strained": 1, "snapshot": 2}}
    assert str(tmp_path) not in (tmp_path / "provenance.json").read_text()


def test_labels_of_another_data_set_are_taken_over_where_the_input_is_the_same(tmp_path, fake_cp2k, seen):
    recipe = parse_recipe(SMALL, "small.toml")
    structures = make_structures(recipe, springs)
    write_dataset(tmp_path, SMALL, structures)
    recipe, structures = read_dataset(tmp_path)
    wanted, command = calculations(recipe, structures), str(fake_cp2k())
    first = run_queue(wanted[:3], tmp_path / CALCULATIONS, command=command)
    write_labels(tmp_path, recipe, structures, first)
    known = known_labels(tmp_path / "labels.xyz")
    assert set(known) == {label.input_sha256 for label in first.done.values()}
    assert len(read_queue(wanted, tmp_path / "elsewhere", known).done) == 3
    both = run_queue(wanted, tmp_path / "elsewhere", command=command, known=known)
    assert len(seen()) == len(both.done) == 5
    text = (tmp_path / "labels.xyz").read_text()
    write_labels(tmp_path, recipe, structures, both)
    assert (tmp_path / "labels.xyz").read_text().startswith(text)
    moved = [replace(one, settings=replace(one.settings, kpoints=(2, 2, 2))) for one in wanted]
    assert not read_queue(moved, tmp_path / "elsewhere", known).done


def test_structures_made_elsewhere_are_taken():
    recipe = parse_recipe(SMALL, "small.toml")
    made = make_structures(recipe)
    made[0].info["force_disagreement"] = 0.3
    taken = given_structures(recipe, made)
    assert [one.info["name"] for one in taken] == [one.info["name"] for one in made]
    assert set(taken[0].info) == {"name", "group", "kind"}
    np.testing.assert_array_equal(taken[1].positions, made[1].positions)
    with pytest.raises(InputError, match="got 'SiC-rattled-000' and 'SiC' of structure 2"):
        given_structures(recipe, [made[0], made[0]])
    made[0].info["group"] = "GaN"
    with pytest.raises(InputError, match="and 'GaN' of structure 1"):
        given_structures(recipe, made)


def test_labels_without_their_provenance_are_refused(tmp_path):
    (tmp_path / "labels.xyz").write_text("")
    with pytest.raises(InputError, match=r"provenance\.json beside them are wanted"):
        known_labels(tmp_path / "labels.xyz")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("seed = ", "not valid TOML"),
        ("seed = 1\ngroup = []", "groups with different names"),
        (SMALL.replace("rattled", "ratled"), r"\[group\] unknown key 'ratled'; did you mean 'rattled'"),
        (SMALL.replace("seed = 7", "seed = 'x'"), "seed"),
        (SMALL.replace("strained = 1", "strained = -1"), "from 0 are wanted"),
        (SMALL.replace("strained = 1", "strain = 0.9"), "below 0.3"),
    ],
)
def test_a_wrong_recipe_is_refused(text, words):
    with pytest.raises(StudyError, match=words):
        parse_recipe(text, "small.toml")


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(StudyError, match="cannot be read"):
        read_recipe(tmp_path / "none.toml")
    with pytest.raises(InputError, match="kapitza atoms dataset"):
        read_dataset(tmp_path)


def test_lattice_constants_of_a_file_are_its_own(tmp_path):
    text = SMALL.replace('"SiC", repeats', '"mine.cif", a = 3.0, repeats')
    with pytest.raises(MethodError, match="which has its own"):
        make_structures(parse_recipe(text, "small.toml"))
