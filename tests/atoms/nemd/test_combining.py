"""Means over seeds, rectification, long cells and the classical heat capacity."""

import numpy as np
import pytest

from kapitza.atoms.nemd import long_limit, quantum_ratio, rectification, weighted_mean
from kapitza.atoms.phonons import DensityOfStates
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.units import BOLTZMANN


def test_a_mean_over_seeds_is_as_good_as_its_members_and_tells_their_scatter():
    agreed = weighted_mean([Quantity(2.0, 0.3, "m2K/GW"), Quantity(2.2, 0.3, "m2K/GW")])
    assert agreed.quantity.value == pytest.approx(2.1)
    assert agreed.quantity.error == pytest.approx(0.3 / np.sqrt(2))
    apart = weighted_mean([Quantity(1.0, 0.1, "K"), Quantity(2.0, 0.1, "K")])
    assert apart.scatter == pytest.approx(0.5 / 0.1 * np.sqrt(2))
    assert apart.quantity.error == pytest.approx(0.5)
    with pytest.raises(MethodError, match="Numbers with errors"):
        weighted_mean([Quantity(1.0, None, "K")])


def test_rectification_is_of_conductances_and_honest():
    found = rectification(Quantity(2.0, 0.1, "m2K/GW"), Quantity(2.5, 0.1, "m2K/GW"))
    assert found.value == pytest.approx(0.25)
    random = np.random.default_rng(1)
    draws = (2.5 + 0.1 * random.standard_normal(100_000)) / (2.0 + 0.1 * random.standard_normal(100_000)) - 1
    # to first order in errors of 5 %
    assert found.error == pytest.approx(np.std(draws), rel=0.02)


def test_long_cells_of_a_known_law_are_extrapolated():
    lengths = [10.0, 20.0, 40.0]
    conductivities = [Quantity(1 / (1 / 100 + 0.5 / one), 1e-3, "W/(m K)") for one in lengths]
    found = long_limit(lengths, conductivities, inverse=True)
    assert found.limit.value == pytest.approx(100)
    assert found.slope.value == pytest.approx(0.5)
    resistances = long_limit(lengths, [Quantity(1.5 + 3 / one, 0.1, "m2K/GW") for one in lengths])
    assert resistances.limit.value == pytest.approx(1.5)
    assert resistances.limit.error > 0.1
    with pytest.raises(MethodError, match="run longer cells"):
        long_limit([10.0, 10.0], conductivities[:2])
    with pytest.raises(MethodError, match="stays finite"):
        long_limit([10.0, 20.0], [Quantity(1.0, 0.1, ""), Quantity(4.0, 0.1, "")], inverse=True)


def test_classical_dynamics_are_right_when_hot_and_einstein_s_when_cold():
    energy = np.linspace(0, 200, 2001)
    states = DensityOfStates(energy, ("Al",), np.exp(-0.5 * ((energy - 83) / 0.5) ** 2)[None], 1.0, (1, 1, 1), (), 0.0)
    assert quantum_ratio(states, 1e5) == pytest.approx(1, abs=1e-4)
    x = 83 / (BOLTZMANN * 600)
    assert quantum_ratio(states, 600) == pytest.approx(x**2 * np.exp(x) / (np.exp(x) - 1) ** 2, rel=1e-4)
    assert quantum_ratio(states, 1.0) < 1e-100
    with pytest.raises(MethodError, match="above 0 K"):
        quantum_ratio(states, 0.0)
