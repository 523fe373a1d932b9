"""Phonons and elastic constants of a Lennard-Jones crystal against sums over its lattice."""

import numpy as np
import pytest

from kapitza.atoms.phonons import (
    acoustic_rest,
    acoustic_slopes,
    density_of_states,
    dispersion,
    elastic_constants,
    gamma_modes,
    harmonic,
    heat_capacity,
    relax,
    sound_velocities,
    thermal_expansion,
)
from kapitza.errors import MethodError
from kapitza.units import GPA_PER_EV_A3

from .models import EPSILON, SIGMA, argon, dynamical_matrix, pair_terms

HBAR = 0.6582119569  # meV ps
A2_U_PER_EV_PS2 = 9648.533212  # eV/(A^2 u) in 1/ps^2


@pytest.fixture(scope="module")
def relaxed():
    atoms, calculator = argon()
    return relax(atoms, calculator, force=1e-6)


@pytest.fixture(scope="module")
def crystal(relaxed):
    return harmonic(relaxed.atoms, argon()[1], (3, 3, 3))


def lattice_constant(relaxed):
    return relaxed.atoms.cell.lengths()[0]


def exact(q, length):
    values = np.linalg.eigvalsh(dynamical_matrix(q, length, 39.95)) * A2_U_PER_EV_PS2
    return np.sort(HBAR * np.sign(values) * np.sqrt(np.abs(values)))


def test_at_rest_the_pressure_by_the_lattice_sum_is_zero(relaxed):
    length = lattice_constant(relaxed)
    virial = sum(first * np.linalg.norm(vector) for vector, first, _ in pair_terms(length))
    assert abs(virial) < 1e-4 * EPSILON
    assert np.abs(relaxed.stress).max() < 1e-3
    assert relaxed.force < 1e-6


@pytest.mark.parametrize("place", [(1, 0, 0), (0.5, 0.5, 0.5), (0.25, 0, 0), (0.3, 0.2, 0.1)])
def test_energies_are_those_of_the_dynamical_matrix_summed_by_hand(relaxed, crystal, place):
    length = lattice_constant(relaxed)
    q = 2 * np.pi / length * np.array(place)
    found = crystal.energies(crystal.cell @ q / (2 * np.pi))[0]
    np.testing.assert_allclose(found, exact(q, length), rtol=2e-4)


def test_the_acoustic_sum_rule_holds(crystal):
    assert acoustic_rest(crystal) < 1e-3
    assert crystal.drift < 1e-8
    modes = gamma_modes(crystal)
    assert [(mode.degeneracy, mode.label, mode.acoustic) for mode in modes] == [(3, "T1u", True)]


def test_elastic_constants_are_those_of_the_lattice_sum_and_obey_cauchy(relaxed):
    found = elastic_constants(relaxed, argon()[1])
    length = lattice_constant(relaxed)

    def exact_constant(i, j, k, m):
        terms = pair_terms(length)
        total = sum((b - a / np.linalg.norm(r)) * r[i] * r[j] * r[k] * r[m] / (r @ r) for r, a, b in terms)
        return 2 * total / length**3 * GPA_PER_EV_A3

    constants = found.named
    assert list(constants) == ["C11", "C12", "C44"]
    assert constants["C11"].value == pytest.approx(exact_constant(0, 0, 0, 0), rel=1e-4)
    assert constants["C12"].value == pytest.approx(exact_constant(0, 0, 1, 1), rel=1e-4)
    assert constants["C12"].value == pytest.approx(constants["C44"].value, rel=1e-4)
    assert 0 <= constants["C11"].error < 1e-2 * constants["C11"].value
    assert found.bulk_modulus == pytest.approx((constants["C11"].value + 2 * constants["C12"].value) / 3)
    assert found.density == pytest.approx(4 * 39.95 * 1660.539 / length**3, rel=1e-4)


@pytest.mark.parametrize("direction", [(0, 0, 1), (1, 1, 0), (1, 1, 1)])
def test_sound_is_the_same_from_elastic_constants_and_from_slopes(relaxed, crystal, direction):
    elastic = elastic_constants(relaxed, argon()[1])
    np.testing.assert_allclose(acoustic_slopes(crystal, direction), sound_velocities(elastic, direction), rtol=2e-3)


def test_a_turned_crystal_has_the_same_elastic_constants(relaxed):
    turned = relaxed.atoms.copy()
    turned.rotate(30, (1, 2, 3), rotate_cell=True)
    calculator = argon()[1]
    found = elastic_constants(relax(turned, calculator), calculator)
    straight = elastic_constants(relaxed, calculator)
    for name, constant in straight.named.items():
        assert found.named[name].value == pytest.approx(constant.value, rel=1e-3)


def test_group_velocities_are_slopes_of_the_energies(crystal):
    branch = next(one for one in dispersion(crystal).branches if {one.start, one.stop} == {"Γ", "X"})
    step = np.diff(branch.distance)[0]
    slope = np.gradient(branch.energy[:, -1], step)[3:-3] / HBAR * 0.1
    speed = np.linalg.norm(branch.velocity[3:-3, -1], axis=1)
    np.testing.assert_allclose(speed, np.abs(slope), atol=0.02 * speed.max())
    end = branch.q[-1] if branch.stop == "X" else branch.q[0]
    assert np.linalg.norm(2 * np.pi * np.linalg.inv(crystal.cell) @ end) == pytest.approx(
        2 * np.pi * 4 ** (1 / 3) / (4 * crystal.volume) ** (1 / 3) / 4 ** (1 / 3), rel=1e-6
    )


def test_the_states_are_three_for_an_atom_and_begin_as_debye_says(relaxed, crystal):
    states = density_of_states(crystal, (24, 24, 24), step=0.1, fwhm=0.4)
    assert states.total.sum() * 0.1 == pytest.approx(3, rel=1e-9)
    assert states.gaps == ()
    edges = np.array([4.0, 12.0])
    counted = states.total[(states.energy > edges[0]) & (states.energy < edges[1])].sum() * 0.1
    directions = np.random.default_rng(1).normal(size=(400, 3))
    elastic = elastic_constants(relaxed, argon()[1])
    inverse_cubes = np.mean([np.sum(1 / sound_velocities(elastic, one) ** 3) for one in directions])
    debye = crystal.volume / (2 * np.pi**2) * inverse_cubes / (HBAR * 10) ** 3 * np.diff(edges**3)[0] / 3
    assert counted == pytest.approx(debye, rel=0.05)


def test_heat_capacity_goes_to_three_for_an_atom_and_to_zero(crystal):
    found = heat_capacity(crystal, [5.0, 5000.0], (12, 12, 12))
    assert found.per_cell[0] < 0.01
    assert found.per_cell[1] == pytest.approx(3, rel=3e-3)
    assert found.per_volume[1] == pytest.approx(found.per_cell[1] * 13.80649 / crystal.volume, rel=1e-6)
    with pytest.raises(MethodError, match="above 0 K are wanted, got -1 K"):
        heat_capacity(crystal, -1.0)


def test_thermal_expansion_has_the_grueneisen_parameter_of_the_pair_potential():
    # One shell at its minimum: the trace of the dynamical matrix goes as phi'' + 2 phi'/r, whence gamma = 19/6.
    atoms, calculator = argon(cutoff=4.6)
    relaxed = relax(atoms, calculator, force=1e-6)
    assert lattice_constant(relaxed) == pytest.approx(2 ** (1 / 6) * SIGMA * np.sqrt(2), rel=1e-4)
    found = thermal_expansion(relaxed, calculator, (2, 2, 2), hottest=400, mesh=(8, 8, 8), stretches=STRETCHES)
    warm = found.temperature == 400
    assert found.gruneisen[warm] == pytest.approx(19 / 6, rel=0.06)
    assert found.expansion[0] == pytest.approx(0, abs=1e-9)
    capacity = heat_capacity(harmonic(relaxed.atoms, calculator, (2, 2, 2)), 400.0, (9, 9, 9)).per_cell * 8.617333e-5
    by_hand = found.expansion[warm] * found.bulk_modulus[warm] / GPA_PER_EV_A3 * found.volume[warm] / capacity
    assert by_hand == pytest.approx(19 / 6, rel=0.06)
    np.testing.assert_allclose(found.axial[warm][0], found.expansion[warm][0] / 3, rtol=1e-3)
    with pytest.raises(MethodError, match="Five volumes or more"):
        thermal_expansion(relaxed, calculator, stretches=(0, 0.01))


STRETCHES = (-0.008, -0.004, 0.0, 0.004, 0.008)
