"""Zone-centre modes of crystals of springs in closed form, the electric field of LO modes, unstable crystals."""

import re

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.lj import LennardJones

from kapitza.atoms.phonons import (
    Settings,
    acoustic_slopes,
    compare,
    density_of_states,
    differences,
    gamma_modes,
    harmonic,
    harmonic_files,
    harmonic_from_forces,
    heat_capacity,
    longitudinal_energy,
    phonons_of,
    read_harmonic,
    reference_for,
    references,
    relax,
    save_harmonic,
    with_born_charges,
    with_born_file,
    write_displacements,
)
from kapitza.errors import InputError, MethodError
from kapitza.units import SIGMA_PER_FWHM

from .models import STIFF, rock_salt, wurtzite

EV_PER_A2_U = 1.602176634 / 1.66053906660 * 1e28  # eV/(A^2 u) in rad^2/s^2
HBAR_MEV = 6.582119569e-13  # meV s
E2_PER_EPS0 = 180.9512801  # e^2/eps0, eV A


@pytest.fixture(scope="module")
def salt():
    atoms, calculator = rock_salt()
    return harmonic(atoms, calculator, (3, 3, 3))


@pytest.fixture(scope="module")
def nitride():
    atoms, calculator = wurtzite()
    return harmonic(atoms, calculator, (4, 4, 3))


def reduced_mass(crystal):
    return 1 / (1 / crystal.masses[0] + 1 / crystal.masses[1])


def in_mev(square):
    return HBAR_MEV * np.sqrt(square * EV_PER_A2_U)


def test_the_optical_mode_of_rock_salt_is_that_of_two_springs(salt):
    acoustic, optical = gamma_modes(salt)
    assert (acoustic.degeneracy, acoustic.label, acoustic.acoustic) == (3, "T1u", True)
    assert (optical.degeneracy, optical.label, optical.acoustic) == (3, "T1u", False)
    # The two springs along the displacement stretch; the four across it, at rest, do not pull.
    assert optical.energy == pytest.approx(in_mev(2 * STIFF / reduced_mass(salt)), rel=1e-4)


def test_born_charges_part_lo_from_to_by_the_charge_density(salt):
    charge, epsilon = 1.9, 3.0
    polar = with_born_charges(salt, [charge, -charge], epsilon)
    transverse = gamma_modes(polar)[1].energy
    longitudinal = longitudinal_energy(polar, (0.3, 0.2, 0.1))
    split = charge**2 * E2_PER_EPS0 / (epsilon * reduced_mass(salt) * salt.volume)
    assert in_mev(split) == pytest.approx(np.sqrt(longitudinal**2 - transverse**2), rel=1e-3)
    assert transverse == pytest.approx(gamma_modes(salt)[1].energy, rel=1e-6)
    assert not salt.polar


def test_a_born_file_says_the_same(salt, tmp_path):
    file = tmp_path / "BORN"
    lines = ["default value", "3 0 0 0 3 0 0 0 3", "1.9 0 0 0 1.9 0 0 0 1.9", "-1.9 0 0 0 -1.9 0 0 0 -1.9"]
    file.write_text("\n".join(lines) + "\n")
    typed = with_born_charges(salt, [1.9, -1.9], 3.0)
    direction = (1, 0, 0)
    assert longitudinal_energy(with_born_file(salt, file), direction) == pytest.approx(
        longitudinal_energy(typed, direction), rel=1e-6
    )
    file.write_text("nothing of the kind")
    with pytest.raises(InputError, match="BORN format are wanted, BORN is not"):
        with_born_file(salt, file)
    with pytest.raises(InputError, match="got nothing at"):
        with_born_file(salt, tmp_path / "none")


@pytest.mark.parametrize(
    ("charges", "epsilon", "sentence"),
    [
        ([1.9], 3.0, "Born charges of shape"),
        ([1.9, -1.9], np.eye(2), "Born charges of shape"),
        ([1.9, -1.5], 3.0, "that add up to zero are wanted, got 0.4 e left"),
        ([1.9, -1.9], -3.0, "A positive dielectric constant"),
    ],
)
def test_born_charges_that_cannot_be_are_refused(salt, charges, epsilon, sentence):
    with pytest.raises(MethodError, match=sentence):
        with_born_charges(salt, charges, epsilon)


def test_born_charges_in_another_order_than_the_atoms_are_refused(nitride):
    with pytest.raises(MethodError, match="give them in the order Al N Al N"):
        with_born_charges(nitride, [2.5, 2.5, -2.5, -2.5], 4.6)


def test_without_born_charges_there_is_no_lo_energy(salt):
    with pytest.raises(MethodError, match="Born charges and a dielectric constant are wanted"):
        longitudinal_energy(salt, (1, 0, 0))


def test_modes_of_wurtzite_have_their_labels(nitride):
    modes = gamma_modes(nitride)
    assert sorted(mode.label for mode in modes) == ["A1", "A1", "B1", "B1", "E1", "E1", "E2", "E2"]
    assert {mode.label: mode.degeneracy for mode in modes} == {"A1": 1, "B1": 1, "E1": 2, "E2": 2}
    assert sorted(mode.label for mode in modes if mode.acoustic) == ["A1", "E1"]


def test_measured_modes_stand_beside_the_calculated_ones_of_their_label(nitride):
    reference = reference_for(nitride.species)
    assert reference.name == "AlN"
    modes = gamma_modes(nitride)
    found = {one.measured.name: one for one in differences(nitride, modes, reference)}
    doublets = [mode.energy for mode in modes if mode.label == "E2"]
    assert [found[name].calculated for name in ("E2(low)", "E2(high)")] == doublets
    assert found["A1(TO)"].measured.energy == pytest.approx(75.75, abs=0.01)
    assert found["A1(TO)"].difference == pytest.approx(found["A1(TO)"].calculated - 75.754, abs=1e-3)
    assert found["A1(LO)"].calculated is None
    assert found["A1(LO)"].relative is None
    polar = with_born_charges(nitride, [2.5, -2.5, 2.5, -2.5], 4.6)
    beside = {one.measured.name: one.calculated for one in differences(polar, gamma_modes(polar), reference)}
    assert beside["A1(LO)"] > beside["A1(TO)"]
    assert beside["E1(LO)"] > beside["E1(TO)"]


def test_references_have_sources_and_known_names(nitride):
    assert set(references()) == {"AlN", "4H-SiC"}
    for reference in references().values():
        assert "19" in reference.source
        assert reference.doi.startswith("10.")
        assert reference.elastic["C33"].value > reference.elastic["C44"].value > reference.elastic["C44"].error > 0
        assert all(20 < mode.energy < 125 for mode in reference.modes)
    assert reference_for(["Al", "N"]) is None
    with pytest.raises(MethodError, match="Measured energies of one of AlN, 4H-SiC are wanted, got 'GaN'"):
        compare(nitride, gamma_modes(nitride), "GaN")


def test_partial_states_follow_the_masses(salt):
    states = density_of_states(salt, (12, 12, 12))
    assert states.species == ("Mg", "O")
    np.testing.assert_allclose(states.partial.sum(axis=1) * 0.25, [3, 3], rtol=1e-9)
    # sum over modes of |e_b|^2 w^2 is the trace of an atom's own force constants over its mass
    second = (states.partial * states.energy**2).sum(axis=1) * 0.25 - 3 * SIGMA_PER_FWHM**2
    assert second[0] / second[1] == pytest.approx(salt.masses[1] / salt.masses[0], rel=5e-3)


def test_force_constants_come_back_from_a_file(salt, tmp_path):
    polar = with_born_charges(salt, [1.9, -1.9], 3.0)
    save_harmonic(polar, tmp_path / "phonopy.yaml")
    again = read_harmonic(tmp_path / "phonopy.yaml")
    q = np.array([[0.1, 0.2, 0.3], [0.5, 0.0, 0.5]])
    np.testing.assert_allclose(again.energies(q), polar.energies(q), atol=1e-5)
    assert again.polar
    assert again.repeats == (3, 3, 3)
    with pytest.raises(InputError, match=r"A phonopy\.yaml is wanted, got nothing at"):
        read_harmonic(tmp_path / "none.yaml")
    (tmp_path / "other.yaml").write_text("a: 1\n")
    with pytest.raises(InputError, match=r"A phonopy\.yaml is wanted, other\.yaml is not one"):
        read_harmonic(tmp_path / "other.yaml")


def test_force_constants_can_be_kept_apart(salt, tmp_path):
    save_harmonic(salt, tmp_path / "phonopy.yaml", apart=True)
    text = (tmp_path / "phonopy.yaml").read_text()
    assert not re.search("^(force_constants|displacements):", text, flags=re.M)
    again = read_harmonic(tmp_path / "phonopy.yaml")
    np.testing.assert_array_equal(again.phonopy.force_constants, salt.phonopy.force_constants)
    assert harmonic_files(tmp_path / "phonopy.yaml") == [
        tmp_path / "phonopy.yaml",
        tmp_path / "force_constants.hdf5",
    ]

    (tmp_path / "force_constants.hdf5").unlink()
    assert harmonic_files(tmp_path / "phonopy.yaml") == [tmp_path / "phonopy.yaml"]
    with pytest.raises(InputError, match=r"force constants in a force_constants\.hdf5 beside it, got neither"):
        read_harmonic(tmp_path / "phonopy.yaml")
    (tmp_path / "force_constants.hdf5").write_text("not HDF5")
    with pytest.raises(InputError, match=r"force_constants\.hdf5 beside it, it cannot be read or has others"):
        read_harmonic(tmp_path / "phonopy.yaml")
    argon = Atoms("Ar", cell=[5.3] * 3, pbc=True)
    save_harmonic(harmonic(argon, LennardJones(sigma=3.4, rc=7.5), (3, 3, 3)), tmp_path / "argon.yaml", apart=True)
    with pytest.raises(InputError, match=r"force_constants\.hdf5 beside it, it cannot be read or has others"):
        read_harmonic(tmp_path / "phonopy.yaml")


def test_nothing_is_taken_from_the_working_folder(salt, tmp_path, monkeypatch):
    save_harmonic(salt, tmp_path / "phonopy.yaml")
    (tmp_path / "BORN").write_text("14.4\n3 0 0 0 3 0 0 0 3\n1.9 0 0 0 1.9 0 0 0 1.9\n-1.9 0 0 0 -1.9 0 0 0 -1.9\n")
    monkeypatch.chdir(tmp_path)
    assert not read_harmonic("phonopy.yaml").polar


def test_a_file_of_another_unit_is_refused(salt, tmp_path):
    save_harmonic(salt, tmp_path / "phonopy.yaml")
    text = (tmp_path / "phonopy.yaml").read_text().replace("phonopy:\n", "phonopy:\n  calculator: qe\n", 1)
    (tmp_path / "phonopy.yaml").write_text(re.sub(r"physical_unit:.*?\n\n", "", text, flags=re.S))
    with pytest.raises(InputError, match="is in the units of 'qe'"):
        read_harmonic(tmp_path / "phonopy.yaml")


def test_sound_is_told_without_the_field(salt):
    polar = with_born_charges(salt, [1.9, -1.9], 3.0)
    np.testing.assert_allclose(acoustic_slopes(polar), acoustic_slopes(salt), rtol=1e-9)


def test_a_field_that_softens_sound_is_warned_of(nitride):
    polar = with_born_charges(nitride, [2.5, -2.5, 2.5, -2.5], 4.6)
    assert acoustic_slopes(polar, field=True)[2] < 0.95 * acoustic_slopes(polar)[2]
    (code, sentence), *_ = phonons_of("AlN", polar, "springs", Settings(mesh=(5, 5, 3))).warnings
    assert code == "field_without_force_constants"
    assert "softer" in sentence
    assert phonons_of("AlN", nitride, "springs", Settings(mesh=(5, 5, 3))).warnings == ()


def test_forces_from_an_engine_outside_give_the_same(salt, tmp_path):
    atoms, calculator = rock_salt()
    files = write_displacements(atoms, tmp_path, (3, 3, 3))
    assert [file.name for file in files] == ["supercell-001.xyz", "supercell-002.xyz"]
    from ase.io import read

    forces = []
    for file in files:
        cell = read(file)
        cell.calc = calculator
        forces.append(cell.get_forces())
        cell.write(tmp_path / f"done-{file.name}", format="extxyz")
    from_arrays = harmonic_from_forces(tmp_path, forces)
    from_files = harmonic_from_forces(tmp_path, [tmp_path / f"done-{file.name}" for file in files])
    q = np.array([0.1, 0.2, 0.3])
    np.testing.assert_allclose(from_arrays.energies(q), salt.energies(q), atol=1e-4)
    np.testing.assert_allclose(from_files.energies(q), salt.energies(q), atol=0.02)
    with pytest.raises(MethodError, match="Forces on 54 atoms in each of 2 supercells are wanted"):
        harmonic_from_forces(tmp_path, forces[:1])
    with pytest.raises(InputError, match="A file with forces"):
        harmonic_from_forces(tmp_path, files)
    with pytest.raises(InputError, match=r"with phonopy_disp\.yaml is wanted"):
        harmonic_from_forces(tmp_path / "none", forces)


def test_an_unstable_crystal_is_reported_and_refused_where_it_has_no_meaning():
    cubic = Atoms("Ar", cell=3.7 * np.eye(3), pbc=True)
    calculator = LennardJones(epsilon=1.0, sigma=3.4, rc=6.1)
    crystal = harmonic(relax(cubic, calculator).atoms, calculator, (4, 4, 4))
    found = phonons_of("simple cubic", crystal, "Lennard-Jones")
    assert found.lowest < -1
    (code, sentence), *_ = found.warnings
    assert code == "imaginary_modes"
    assert f"got imaginary ones down to {found.lowest:.2f} meV" in sentence
    assert found.heat is None
    assert found.loss is None
    assert density_of_states(crystal, (8, 8, 8)).total.sum() * 0.25 == pytest.approx(3)
    with pytest.raises(MethodError, match="got imaginary ones down to"):
        heat_capacity(crystal, 300.0, (8, 8, 8))


def test_what_cannot_be_relaxed_or_displaced_is_refused():
    atoms, calculator = rock_salt()
    with pytest.raises(MethodError, match="Three whole numbers above 0"):
        harmonic(atoms, calculator, (2, 2))
    with pytest.raises(MethodError, match="A displacement above 0 A"):
        harmonic(atoms, calculator, (2, 2, 2), displacement=0.0)
    with pytest.raises(MethodError, match="A c axis along z"):
        relax(atoms, calculator, in_plane=3.0)
    with pytest.raises(MethodError, match="periodic in three directions"):
        relax(Atoms("Ar", pbc=False), calculator)
    with pytest.raises(MethodError, match="A mesh of three numbers"):
        density_of_states(harmonic(atoms, calculator, (2, 2, 2)), (1, 1, 1))


def test_a_crystal_held_in_the_plane_gives_way_along_c():
    atoms, calculator = wurtzite()
    free, held = relax(atoms, calculator), relax(atoms, calculator, in_plane=3.14)
    assert held.atoms.cell.lengths()[0] == pytest.approx(3.14)
    assert held.atoms.cell.lengths()[2] < free.atoms.cell.lengths()[2]
    assert abs(held.stress[2]) < 0.01
    assert held.stress[0] > 1
    assert harmonic(held.atoms, calculator, (3, 3, 2)).energies(np.zeros(3)).max() != pytest.approx(
        harmonic(free.atoms, calculator, (3, 3, 2)).energies(np.zeros(3)).max(), rel=1e-3
    )
