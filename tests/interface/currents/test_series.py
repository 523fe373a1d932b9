"""An interface against its temperature: the numbers are those of the results, in order of temperature."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface import combine, interface_series
from kapitza.interface.currents.series import mean_temperature
from kapitza.quantity import Quantity

from .synthetic import Case, series


def pairs(case, rng=None):
    images = series(case, rng)
    return [combine(a.result, b.result) for a, b in zip(images[::2], images[1::2], strict=True)]


def test_the_numbers_are_those_of_the_results_from_cool_to_hot():
    results = pairs(Case(), np.random.default_rng(0))
    found = interface_series(results[::-1], [2.6, 2.3, None])
    np.testing.assert_array_equal(found.current, [np.nan, 2.3, 2.6])
    assert found.order == (2, 1, 0)
    np.testing.assert_allclose(found.temperature.value, [565, 640, 720], atol=0.5)
    for name in ("drop", "gradient_left", "characteristic_length_right"):
        quantities = [getattr(result, name) for result in results]
        measured = getattr(found, name)
        np.testing.assert_array_equal(measured.value, [q.value for q in quantities])
        np.testing.assert_array_equal(measured.error, [q.error for q in quantities])
        np.testing.assert_allclose(measured.high - measured.value, measured.error)
    assert found.results == tuple(results)


def test_straight_lines_through_known_conductivities_give_their_lengths():
    case = Case(exponents=(0.0, 0.0))
    found = interface_series(pairs(case), case.currents)
    expected = 40.0 * 2.4 * (np.array(case.temperatures) / 640.0) ** -1.5
    np.testing.assert_allclose(found.characteristic_length_left.value, expected, rtol=1e-6)


def test_intervals_and_what_is_not_known():
    one, two = pairs(Case())[:2]
    open_ended = replace(one, characteristic_length_left=Quantity(None, None, "nm", (80.0, None)))
    found = interface_series([open_ended, two], [1.0, 2.0]).characteristic_length_left
    assert np.isnan(found.value[0])
    assert (found.low[0], found.high[0]) == (80.0, np.inf)


def test_the_mean_temperature_holds_what_all_pixels_share():
    result = pairs(Case(), np.random.default_rng(0))[0]
    assert mean_temperature(result).error < 0.2
    assert mean_temperature(replace(result, common_error=1.5)).error == pytest.approx(1.5, rel=0.02)


@pytest.mark.parametrize(("count", "currents"), [(1, [1.0]), (2, [1.0])])
def test_too_few(count, currents):
    with pytest.raises(MethodError, match=f"got {count} results and {len(currents)} currents"):
        interface_series(pairs(Case())[:count], currents)
