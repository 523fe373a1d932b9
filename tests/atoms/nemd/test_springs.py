"""Force constants across a cut: closed form, other engines, and a slab that lacks nothing."""

from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.lj import LennardJones

from kapitza.atoms.nemd import build_system, cut_springs
from kapitza.atoms.nemd.springs import cut_sides
from kapitza.atoms.nemd.system import model_calculator, strained
from kapitza.errors import MethodError

from .conftest import needs_lammps

EPSILON, SIGMA, CUTOFF = 0.0104, 3.4, 7.5


def lennard_jones(offset: np.ndarray) -> np.ndarray:
    """d2E/(du_left du_right) (3, 3) of a pair `offset` apart, with a force that is 0 at the cutoff."""
    distance = np.linalg.norm(offset)
    along = offset / distance

    def slope(r: float) -> float:
        return 24 * EPSILON * (-2 * SIGMA**12 / r**13 + SIGMA**6 / r**7)

    bend = 24 * EPSILON * (26 * SIGMA**12 / distance**14 - 7 * SIGMA**6 / distance**8)
    pull = (slope(distance) - slope(CUTOFF)) / distance
    return -((bend - pull) * np.outer(along, along) + pull * np.eye(3))


@needs_lammps
def test_argon_has_the_springs_of_its_potential_and_all_of_them(argon):
    simulation = argon()
    system = build_system(simulation)
    cell = system.cell * np.array([1.01, 1.01, 1.0])
    found = cut_springs(system, cell, simulation.potential, displacement=0.001)
    assert found.area == pytest.approx(system.cell[0, 0] * system.cell[1, 1] * 1.01**2)
    # perfect planes: nothing but their distance can relax
    across = np.abs(found.rest - strained(system.positions, system.cell, cell))[:, :2]
    assert across.max() < 1e-6
    wanted = {}
    sides = cut_sides(system)
    for one in np.flatnonzero(sides == 0):
        for other in np.flatnonzero(sides == 1):
            offset = found.rest[other] - found.rest[one]
            offset[:2] -= np.rint(offset[:2] / np.diag(cell)[:2]) * np.diag(cell)[:2]
            if np.linalg.norm(offset) < CUTOFF:
                wanted[one, other] = lennard_jones(offset)
    pairs = [tuple(pair) for pair in found.pairs]
    largest = max(np.abs(constants).max() for constants in wanted.values())
    assert set(pairs) == set(wanted)
    for pair, constants in zip(pairs, found.constants, strict=True):
        assert np.abs(constants - wanted[pair]).max() < 1e-4 * largest


@needs_lammps
def test_a_calculator_gives_the_springs_of_the_same_pair_style(argon):
    simulation = argon(pair_style='"lj/cut 6.0"')
    system = build_system(simulation)
    native = cut_springs(system, system.cell, simulation.potential)
    calculator = LennardJones(epsilon=EPSILON, sigma=SIGMA, rc=6.0, smooth=False)
    outer = cut_springs(system, system.cell, simulation.potential, calculator)
    np.testing.assert_array_equal(outer.pairs, native.pairs)
    assert np.abs(outer.constants - native.constants).max() < 1e-5 * np.abs(native.constants).max()


def test_a_many_body_potential_is_felt_beyond_its_cutoff_and_the_slab_lacks_nothing(carbide):
    system, calculator = build_system(carbide), model_calculator(carbide)
    found = cut_springs(system, system.cell, carbide.potential, calculator)
    atoms = Atoms(
        [system.species[kind] for kind in system.types], positions=found.rest, cell=system.cell, pbc=system.periodic
    )
    assert found.reach > calculator.model.cutoff + 0.5
    # by hand, in the whole cell, of the two pairs with the largest and the smallest springs
    size = np.abs(found.constants).max(axis=(1, 2))
    for pair in (np.argmax(size), np.argmin(size)):
        left, right = found.pairs[pair]
        wanted = np.empty((3, 3))
        for axis in range(3):
            forces = []
            for sign in (1, -1):
                moved = atoms.copy()
                moved.positions[left, axis] += sign * 0.01
                moved.calc = calculator
                forces.append(moved.get_forces()[right])
            wanted[axis] = -(forces[0] - forces[1]) / 0.02
        assert np.abs(found.constants[pair] - wanted).max() < 1e-8
    assert np.abs(found.rest[found.pairs[:, 0], 2] - found.height).max() <= found.reach


def test_without_an_interface_the_cut_is_half_way_or_where_it_is_wanted(argon):
    system = replace(build_system(argon()), sides=None)
    z = system.positions[:, 2]
    sides = cut_sides(system)
    assert z[sides == 0].max() < 0.5 * np.ptp(z) + 2.7 < z[sides == 1].min() + 5.4
    lower = cut_sides(system, 20.0)
    assert z[lower == 0].max() <= 20.0 < z[lower == 1].min()
    with pytest.raises(MethodError, match=r"got 3 A: correct height in \[current\]"):
        cut_sides(system, 3.0)


@needs_lammps
def test_halves_that_do_not_touch_are_refused(argon):
    simulation = argon(pair_style='"lj/smooth/linear 3.0"')
    system = build_system(simulation)
    with pytest.raises(MethodError, match="Forces across the cut are wanted"):
        cut_springs(system, system.cell, simulation.potential)
