"""Three-phonon processes: identities, equilibrium, limits, and figures at 600 K."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.theory import three_phonon as tp
from kapitza.theory.occupation import occupation
from kapitza.units import BOLTZMANN


def test_the_rate_by_temperatures_is_the_rate_by_occupations():
    rng = np.random.default_rng(1)
    (a, b), (t_a, t_b, t_c) = rng.uniform(5.0, 100.0, (2, 50)), rng.uniform(200.0, 900.0, (3, 50))
    by_occupations = tp.net_rate_of_occupations(occupation(a, t_a), occupation(b, t_b), occupation(a + b, t_c), 0.7)
    np.testing.assert_allclose(tp.net_rate(a, b, t_a, t_b, t_c, 0.7), by_occupations, rtol=1e-9)


def test_nothing_happens_in_equilibrium():
    assert tp.net_rate([7.0, 75.0], [83.0, 8.0], 600.0, 600.0, 600.0) == pytest.approx(0.0, abs=1e-14)


def test_two_that_are_hot_make_one_and_one_that_is_hot_makes_two():
    assert tp.net_rate(75.0, 8.0, 610.0, 600.0, 600.0) > 0.0
    assert tp.net_rate(75.0, 8.0, 600.0, 610.0, 600.0) > 0.0
    assert tp.net_rate(75.0, 8.0, 600.0, 600.0, 610.0) < 0.0


def test_the_rate_rises_with_what_is_there_before_and_falls_with_what_is_there_after():
    before = tp.net_rate_of_occupations([0.3, 0.4], 6.0, 0.25)
    after = tp.net_rate_of_occupations(0.3, 6.0, [0.25, 0.30])
    assert before[1] > before[0]
    assert after[1] < after[0]


def test_near_equilibrium_the_rate_is_conductance_times_drive():
    t, small = 600.0, 1e-4
    changes = np.array([1.0, -2.0, 0.5]) * small
    drive = (75.0 * changes[0] + 8.0 * changes[1] - 83.0 * changes[2]) / (BOLTZMANN * t**2)
    rate = tp.net_rate(75.0, 8.0, *(t + changes))
    assert rate == pytest.approx(tp.linear_conductance(75.0, 8.0, t) * drive, rel=1e-5)


@pytest.mark.parametrize(
    ("low", "high", "conductance"), [(75.0, 83.0, 2.29), (90.0, 98.0, 1.50), (83.0, 90.0, 2.10), (68.0, 75.0, 3.31)]
)
def test_conductances_at_600_K(low, high, conductance):
    assert tp.linear_conductance(low, high - low, 600.0) == pytest.approx(conductance, abs=0.005)


@pytest.mark.parametrize(("energy", "partner"), [(75.0, 83.0), (90.0, 83.0), (75.0, 98.0)])
def test_at_the_stationary_temperature_nothing_flows(energy, partner):
    t = float(tp.stationary_temperature(energy, partner, 620.0, 585.0))
    difference = abs(partner - energy)
    if partner > energy:
        rate = tp.net_rate(energy, difference, t, 585.0, 620.0)
    else:
        rate = tp.net_rate(partner, difference, 620.0, 585.0, t)
    assert rate == pytest.approx(0.0, abs=1e-12)


def test_a_mode_beside_its_partner_takes_its_temperature():
    assert tp.stationary_temperature(75.0, 75.0, 620.0, 300.0) == pytest.approx(620.0)
    assert tp.stationary_temperature(75.0, [60.0, 83.0], 600.0, 600.0) == pytest.approx(600.0)


def test_without_a_stationary_temperature_there_is_none():
    assert np.isnan(tp.stationary_temperature(20.0, 100.0, 900.0, 300.0))


@pytest.mark.parametrize(
    ("energy", "partner", "split", "temperature"),
    [(75, 83, 10, 612.2), (90, 83, 10, 608.4), (90, 98, -10, 588.3), (75, 98, -10, 584.1), (75, 72, -10, 590.8)],
)
def test_temperatures_beside_one_partner(energy, partner, split, temperature):
    found = tp.stationary_temperature(energy, partner, 600.0 + split, 600.0 - split)
    assert found == pytest.approx(temperature, abs=0.05)
    assert found - 600.0 == pytest.approx(split * tp.split_response(energy, partner), rel=0.02)


def test_the_response_to_a_split_is_above_one_only_for_partners_above():
    small = 1e-3
    for partner in (83.0, 68.0):
        slope = (tp.stationary_temperature(75.0, partner, 600.0 + small, 600.0 - small) - 600.0) / small
        assert slope == pytest.approx(tp.split_response(75.0, partner), rel=1e-4)
    assert tp.split_response(75.0, 83.0) > 1.0 > tp.split_response(75.0, 68.0)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: tp.net_rate_of_occupations(-0.1, 1.0, 1.0), "zero or positive n a"),
        (lambda: tp.net_rate(75.0, 8.0, 600.0, 0.0, 600.0), "positive temperature b"),
        (lambda: tp.linear_conductance(75.0, 8.0, 600.0, -1.0), "zero or positive strength"),
        (lambda: tp.stationary_temperature(75.0, 83.0, -600.0, 600.0), "positive partner temperature"),
        (lambda: tp.split_response(0.0, 83.0), "positive energy"),
    ],
)
def test_what_makes_no_sense_is_refused(call, sentence):
    with pytest.raises(MethodError, match=sentence):
        call()
