"""Twins at several currents: one sample, whose flux, conductivities and resistance follow what they should."""

import pytest

from kapitza.errors import StudyError
from kapitza.twin import demo_twins, series_twins

BASE = demo_twins()["forward"]


def test_flux_follows_the_current_squared_and_lengths_the_temperature():
    twins = series_twins(BASE, [2.0, 3.0], exponents=(1.2, 0.0), resistance_exponent=1.5)
    assert list(twins) == ["forward 2 mA", "reverse 2 mA", "forward 3 mA", "reverse 3 mA"]
    first, last = twins["forward 2 mA"].temperature, twins["reverse 3 mA"].temperature
    assert first == BASE.temperature
    assert last.heat_flow == "reverse"
    assert last.mean - 300.0 == pytest.approx(2.25 * (first.mean - 300.0))
    hotter = last.mean / first.mean
    assert last.gradient_right == pytest.approx(2.25 * first.gradient_right)
    assert last.gradient_left / last.gradient_right == pytest.approx(
        first.gradient_left / first.gradient_right * hotter**1.2
    )
    length = first.drop / first.gradient_left
    assert last.drop / last.gradient_left == pytest.approx(length * hotter**-2.7)


def test_every_twin_has_noise_of_its_own():
    twins = series_twins(BASE, [2.0, 2.5], directions=("forward",))
    assert len({twin.twin.seed for twin in twins.values()}) == len(twins) == 2


@pytest.mark.parametrize("currents", [[], [0.0, 1.0], [-1.0]])
def test_currents_are_above_zero(currents):
    with pytest.raises(StudyError, match="Currents above 0 mA are wanted"):
        series_twins(BASE, currents)
