"""Beam heating: the heat equation, limits, scaling, and the figures for the experiment."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.theory import beam_heating as bh

FOIL = {"beam_radius": 0.15, "foil_radius": 2000.0}


def test_the_rule_of_thumb_of_the_experiment_is_a_tenth_of_a_millikelvin():
    assert bh.plane_temperature_rise(100.0, 0.1, 100.0) == pytest.approx(1e-4, rel=1e-12)


def test_power_by_counting_electrons():
    per_second = 100e-12 / 1.602176634e-19
    watt_per_metre = per_second * 0.1 * 1.602176634e-19 / 1e-9
    assert bh.power_per_length(100.0, 0.1) == pytest.approx(watt_per_metre, rel=1e-12)


def test_the_foil_carries_the_power_away_through_every_circle_around_the_beam():
    distance = np.array([0.2, 1.0, 30.0, 1500.0])
    reach = 1e-4 * distance
    rise = [bh.foil_temperature_rise(100.0, 0.1, 30.0, distance=distance + s * reach, **FOIL) for s in (1, -1)]
    slope = (rise[1] - rise[0]) / (2e-9 * reach)
    np.testing.assert_allclose(30.0 * slope * 2 * np.pi * distance * 1e-9, bh.power_per_length(100.0, 0.1), rtol=1e-6)


def test_within_the_beam_the_flow_grows_with_the_disc():
    distance, reach = np.array([0.03, 0.06, 0.12]), 1e-4
    rise = [bh.foil_temperature_rise(100.0, 0.1, 30.0, distance=distance + s * reach, **FOIL) for s in (1, -1)]
    flow = 30.0 * (rise[1] - rise[0]) / (2 * reach) * 2 * np.pi * distance
    np.testing.assert_allclose(flow, bh.power_per_length(100.0, 0.1) * (distance / 0.15) ** 2, rtol=1e-6)


def test_the_rise_is_continuous_at_the_beam_and_zero_at_the_rim():
    edge = bh.foil_temperature_rise(100.0, 0.1, 30.0, distance=[0.15 - 1e-9, 0.15 + 1e-9], **FOIL)
    assert edge[0] == pytest.approx(edge[1], rel=1e-8)
    assert bh.foil_temperature_rise(100.0, 0.1, 30.0, distance=2000.0, **FOIL) == 0.0


def test_the_plane_formula_is_a_foil_of_one_certain_size():
    foil = bh.foil_temperature_rise(100.0, 0.1, 50.0, beam_radius=1.0, foil_radius=np.exp(2 * np.pi - 0.5))
    assert foil == pytest.approx(bh.plane_temperature_rise(100.0, 0.1, 50.0), rel=1e-12)


@pytest.mark.parametrize(
    ("stopping", "conductivity", "millikelvin"), [(0.1, 100.0, 0.16), (0.1, 30.0, 0.53), (1.54, 100.0, 2.4)]
)
def test_foils_like_the_one_measured(stopping, conductivity, millikelvin):
    rise = bh.foil_temperature_rise(100.0, stopping, conductivity, **FOIL)
    assert 1e3 * rise == pytest.approx(millikelvin, rel=0.04)


def test_stopping_of_fast_electrons_in_silicon_carbide():
    assert bh.bethe_stopping(60.0, 3.21, 130.0) == pytest.approx(1.54, abs=0.005)
    assert bh.bethe_stopping(60.0, 1.0, 130.0) * 10 == pytest.approx(4.80, abs=0.005)


@pytest.mark.parametrize(
    ("beam_energy", "stopping", "screened"), [(10, 22.56, 0), (100, 4.115, 0), (1000, 1.849, 0.0234)]
)
def test_stopping_in_water_as_tabulated(beam_energy, stopping, screened):
    # Collision stopping power of liquid water after ESTAR (NIST), MeV cm2/g; `screened` is its density correction,
    # 0.2428 at 1 MeV times the prefactor, which Bethe's formula without it does not have.
    found = 10 * bh.bethe_stopping(float(beam_energy), 1.0, 75.0, charge_to_mass=0.55508)
    assert found - screened == pytest.approx(stopping, rel=4e-4)


def test_fast_electrons_lose_less_until_they_are_relativistic():
    slow, fast, relativistic = bh.bethe_stopping([20.0, 200.0, 1500.0], 3.21, 130.0)
    assert slow > fast > relativistic
    assert bh.bethe_stopping(1e5, 3.21, 130.0) > relativistic


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: bh.power_per_length(-1.0, 0.1), "zero or positive current"),
        (lambda: bh.plane_temperature_rise(100.0, 0.0, 100.0), "positive stopping"),
        (lambda: bh.plane_temperature_rise(100.0, 0.1, [100.0, np.nan]), "positive conductivity .* got nan"),
        (lambda: bh.foil_temperature_rise(1.0, 0.1, 30.0, beam_radius=5.0, foil_radius=1.0), "beyond the beam"),
        (lambda: bh.foil_temperature_rise(1.0, 0.1, 30.0, distance=-1.0, **FOIL), "zero or positive distance"),
        (lambda: bh.bethe_stopping(60.0, 3.2, -130.0), "positive mean excitation"),
    ],
)
def test_what_makes_no_sense_is_refused(call, sentence):
    with pytest.raises(MethodError, match=sentence):
        call()
