"""CP2K as a calculator of ASE: each structure once, the mean force taken off, k points by the cell's height."""

import numpy as np
import pytest

from kapitza.atoms.dft import cp2k_calculator
from kapitza.atoms.dft.calculator import kpoint_divisions
from kapitza.atoms.dft.outputs import parse_output
from kapitza.atoms.structures import aluminium_nitride
from kapitza.errors import MethodError


def test_what_cp2k_printed_is_what_ase_gets_and_only_once(calculations, fake_cp2k, tmp_path, seen, stored_output):
    truth = parse_output(stored_output, "sic")
    for _ in range(2):
        atoms = calculations[0].atoms.copy()
        atoms.calc = cp2k_calculator(tmp_path / "kept", command=str(fake_cp2k()))
        assert atoms.get_potential_energy(force_consistent=True) == pytest.approx(truth.energy)
        np.testing.assert_allclose(atoms.get_forces(), truth.forces - truth.forces.mean(axis=0))
        np.testing.assert_allclose(atoms.get_stress(voigt=False), truth.stress)
    assert len(seen()) == 1
    atoms.positions[0, 0] += 0.01
    atoms.get_forces()
    assert len(seen()) == 2


def test_one_that_does_not_converge_is_refused(calculations, fake_cp2k, tmp_path):
    atoms = calculations[0].atoms
    command = fake_cp2k('text = text.replace("run converged in", "run NOT converged")')
    atoms.calc = cp2k_calculator(tmp_path / "kept", command=str(command))
    with pytest.raises(MethodError, match="a converged self-consistent field is wanted"):
        atoms.get_forces()


def test_k_points_fit_the_height_of_the_cell():
    cell = np.array(aluminium_nitride().atoms.cell)
    assert kpoint_divisions(cell, 20.0) == (8, 8, 5)
    assert kpoint_divisions(np.diag([4.0, 4.0, 4.0]) @ cell, 20.0) == (2, 2, 2)
    assert kpoint_divisions(np.diag([5.0, 10.0, 21.0]), 20.0) == (4, 2, 1)


def test_without_cp2k_or_a_height_it_is_refused(tmp_path, fake_cp2k):
    with pytest.raises(MethodError, match="CP2K is wanted for reference data"):
        cp2k_calculator(tmp_path, command="no-such-cp2k")
    with pytest.raises(MethodError, match="height above 0 A"):
        cp2k_calculator(tmp_path, sampled=0.0, command=str(fake_cp2k()))
