"""Crystals: bonds, symmetry, cells, and what is refused."""

import numpy as np
import pytest
import spglib

from kapitza.atoms.structures import (
    aluminium_nitride,
    bulk,
    crystal_from_atoms,
    orthogonal,
    read_crystal,
    silicon_carbide,
)
from kapitza.errors import InputError, MethodError


@pytest.mark.parametrize(("crystal", "atoms"), [(aluminium_nitride(), 4), (silicon_carbide(), 8)])
def test_every_atom_has_four_neighbours_of_the_other_species(crystal, atoms):
    cell = crystal.atoms
    assert len(cell) == atoms
    repeated = cell.repeat((3, 3, 2))
    distances = repeated.get_all_distances(mic=True)
    np.fill_diagonal(distances, np.inf)
    near = distances < 2.2
    assert (near.sum(axis=1) == 4).all()
    assert (repeated.numbers[:, None] != repeated.numbers)[near].all()
    assert 1.87 < distances.min() < 1.91


@pytest.mark.filterwarnings("ignore::DeprecationWarning:spglib")
@pytest.mark.parametrize("crystal", [aluminium_nitride(), silicon_carbide()])
@pytest.mark.parametrize("shape", [lambda crystal: crystal, orthogonal])
def test_the_space_group_is_that_of_the_polytype(crystal, shape):
    atoms = shape(crystal).atoms
    cell = (atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)
    assert spglib.get_spacegroup(cell, symprec=1e-4) == "P6_3mc (186)"


def test_densities():
    for crystal, density in ((aluminium_nitride(), 3.258), (silicon_carbide(), 3.216)):
        atoms = crystal.atoms
        assert atoms.get_masses().sum() / atoms.get_volume() * 1.66054 == pytest.approx(density, abs=2e-3)


def test_lattice_constants_are_parameters():
    crystal = aluminium_nitride(a=3.13, c=5.02, u=0.375)
    assert crystal.cell[0, 0] == 3.13
    assert crystal.height == 5.02
    distances = bulk(crystal, (3, 3, 2)).atoms.get_all_distances(mic=True)
    np.fill_diagonal(distances, np.inf)
    assert np.isclose(distances, 0.375 * 5.02).sum() == 4 * 18


def test_an_orthogonal_cell_has_twice_the_atoms_at_the_same_distances():
    hexagonal, straight = silicon_carbide(), orthogonal(silicon_carbide())
    assert len(straight.numbers) == 2 * len(hexagonal.numbers)
    np.testing.assert_allclose(straight.cell, np.diag([3.0798, np.sqrt(3) * 3.0798, 10.082]), atol=1e-12)
    assert orthogonal(straight) is straight
    neighbours = []
    for crystal in (hexagonal, straight):
        atoms = crystal.atoms.repeat((4, 4, 2))
        neighbours.append(np.sort(atoms.get_distances(0, range(1, len(atoms)), mic=True))[:16])
    np.testing.assert_allclose(neighbours[0], neighbours[1], atol=1e-9)


def test_a_crystal_comes_from_ase_and_from_a_file(tmp_path):
    from ase.build import bulk as ase_bulk

    silicon = ase_bulk("Si", "diamond", a=5.431, cubic=True)
    crystal = crystal_from_atoms(silicon)
    assert crystal.name == "Si"
    np.testing.assert_allclose(crystal.cell, np.eye(3) * 5.431)
    silicon.write(tmp_path / "mine.cif")
    read = read_crystal(tmp_path / "mine.cif")
    assert read.name == "mine"
    assert len(read.numbers) == 8


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: aluminium_nitride(a=-1), "above 0 A"),
        (lambda: silicon_carbide(c=float("nan")), "above 0 A"),
        (lambda: aluminium_nitride(u=0.1), "between 0.25 and 0.5"),
        (lambda: bulk(silicon_carbide(), (1, 0, 1)), "unit cells from 1"),
    ],
)
def test_wrong_numbers_are_refused(make, words):
    with pytest.raises(MethodError, match=words):
        make()


def test_a_cell_that_cannot_be_cut_along_c_is_refused():
    from ase import Atoms
    from ase.build import bulk as ase_bulk

    with pytest.raises(MethodError, match="right angles"):
        crystal_from_atoms(ase_bulk("Si", "diamond", a=5.431))
    with pytest.raises(MethodError, match="three lattice vectors"):
        crystal_from_atoms(Atoms("Si"))


def test_a_cell_of_another_angle_has_no_orthogonal_one():
    from ase import Atoms

    crystal = crystal_from_atoms(Atoms("Si", cell=[3, 4, 5, 90, 90, 100], pbc=True))
    with pytest.raises(MethodError, match=r"100\.00 degrees"):
        orthogonal(crystal)


def test_a_file_that_is_no_crystal_is_refused(tmp_path):
    with pytest.raises(InputError, match="nothing at"):
        read_crystal(tmp_path / "none.cif")
    (tmp_path / "text.cif").write_text("hello")
    with pytest.raises(InputError, match="is not"):
        read_crystal(tmp_path / "text.cif")
