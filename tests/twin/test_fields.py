"""What each pixel sees: temperature lines, reversal, composition, drift."""

import numpy as np
import pytest
from scipy.optimize import brentq

from kapitza.twin.fields import composition_width, fields, sample_position


def test_heat_flowing_forward_leaves_the_left_hotter(quiet):
    seen = fields(quiet)
    x = np.arange(41.0) - 19.7
    left, right = x < -5, x > 5
    np.testing.assert_allclose(seen.temperature[0, left], 607.5 - 0.170 * x[left], rtol=1e-9)
    np.testing.assert_allclose(seen.temperature[0, right], 592.5 - 0.190 * x[right], rtol=1e-9)


def test_reversed_heat_mirrors_the_temperature_and_nothing_else(quiet, vary):
    forward = fields(quiet)
    reverse = fields(vary(quiet, temperature={"heat_flow": "reverse"}))
    none = fields(vary(quiet, temperature={"heat_flow": "none"}))
    np.testing.assert_allclose(forward.temperature + reverse.temperature, 1200.0, rtol=1e-13)
    np.testing.assert_array_equal(none.temperature, 600.0)
    np.testing.assert_array_equal(forward.composition, reverse.composition)
    np.testing.assert_array_equal(forward.shift, reverse.shift)


def test_the_composition_is_as_wide_as_the_probe_makes_it(quiet, vary):
    dense = vary(quiet, scan={"columns": 4001, "step": 0.01, "rows": 1}, probe={"fwhm": 0.6})
    x, share = sample_position(dense)[0], fields(dense).composition[0]

    def crossing(level):
        return brentq(lambda at: np.interp(at, x, share) - level, x[0], x[-1])

    assert crossing(0.1) - crossing(0.9) == pytest.approx(composition_width(dense), abs=1e-4)
    assert crossing(0.5) == pytest.approx(19.7, abs=1e-4)
    assert composition_width(dense) > composition_width(quiet)


def test_a_sharp_interface_under_a_point_probe(quiet, vary):
    sharp = vary(quiet, interface={"composition_sigma": 0.0}, probe={"fwhm": 0.0}, temperature={"width_10_90": 0.0})
    seen = fields(sharp)
    np.testing.assert_array_equal(seen.composition[0], np.where(np.arange(41) < 19.7, 1.0, 0.0))
    across = seen.temperature[0, 19] - seen.temperature[0, 20]
    assert across == pytest.approx(15.0 + 0.7 * 0.170 + 0.3 * 0.190, rel=1e-9)


def test_the_probe_spreads_interface_modes_without_losing_them(quiet, vary):
    scan = {"columns": 2001, "step": 0.02, "rows": 1}
    sharp = fields(vary(quiet, scan=scan, probe={"fwhm": 0.0})).interface
    spread = fields(vary(quiet, scan=scan, probe={"fwhm": 2.0})).interface
    assert sharp.max() == pytest.approx(1.0, rel=1e-9)
    assert spread.max() < 0.7
    assert spread.sum() == pytest.approx(sharp.sum(), rel=1e-9)


def test_spatial_drift_moves_the_interface_row_by_row(quiet, vary):
    drifting = vary(quiet, scan={"rows": 5}, drift={"spatial": 0.4})
    crossings = [np.interp(-0.5, -row, np.arange(41.0)) for row in fields(drifting).composition]
    expected = 19.7 - 0.4 * (np.arange(5) - 2)
    np.testing.assert_allclose(crossings, expected, atol=0.15)
    np.testing.assert_allclose(sample_position(drifting).mean(axis=0), np.arange(41.0), atol=1e-12)


def test_a_random_walk_takes_steps_of_the_given_size(quiet, vary):
    shift = fields(vary(quiet, scan={"rows": 100, "columns": 100}, drift={"energy_walk": 0.05})).shift.ravel()
    steps = np.diff(shift)
    assert shift[0] == 0.0
    assert np.std(steps) == pytest.approx(0.05, rel=4 / np.sqrt(2 * steps.size))
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 4 / np.sqrt(steps.size)


def test_flicker_falls_as_one_over_frequency(quiet, vary):
    powers = []
    for seed in range(20):
        twin = vary(quiet, twin={"seed": seed}, scan={"rows": 32, "columns": 64}, drift={"energy_flicker": 0.1})
        shift = fields(twin).shift.ravel()
        assert np.sqrt(np.mean((shift - shift.mean()) ** 2)) == pytest.approx(0.1, rel=1e-9)
        powers.append(np.abs(np.fft.rfft(shift)[1:-1]) ** 2)
    frequency = np.arange(1, len(powers[0]) + 1)
    slope = np.polyfit(np.log(frequency), np.log(np.mean(powers, axis=0)), 1, w=np.sqrt(frequency / frequency.max()))[0]
    assert slope == pytest.approx(-1.0, abs=0.1)


def test_one_pixel_has_no_drift(quiet, vary):
    single = vary(quiet, scan={"rows": 1, "columns": 1}, drift={"energy_flicker": 1.0, "energy_walk": 1.0})
    assert fields(single).shift.tolist() == [[0.0]]


def test_the_peak_keeps_its_width_unless_told_otherwise(quiet, demo):
    np.testing.assert_array_equal(fields(quiet).width, 1.0)
    np.testing.assert_array_equal(fields(demo["forward"]).width, 1.0)


def test_the_width_changes_from_pixel_to_pixel_and_slowly(quiet, vary):
    scan = {"rows": 60, "columns": 60}
    quick = np.log(fields(vary(quiet, scan=scan, drift={"width_change": 0.02})).width.ravel())
    slow = np.log(fields(vary(quiet, scan=scan, drift={"width_flicker": 0.02})).width.ravel())
    assert np.std(quick) == pytest.approx(0.02, rel=4 / np.sqrt(2 * quick.size))
    assert np.sqrt(np.mean(slow**2)) == pytest.approx(0.02, rel=1e-9)
    assert abs(np.corrcoef(quick[1:], quick[:-1])[0, 1]) < 4 / np.sqrt(quick.size)
    assert np.corrcoef(slow[1:], slow[:-1])[0, 1] > 0.3


def test_changes_of_the_width_leave_the_energy_drift_alone(quiet, vary):
    still = fields(vary(quiet, drift={"energy_walk": 0.1}))
    changing = fields(vary(quiet, drift={"energy_walk": 0.1, "width_change": 0.02}))
    np.testing.assert_array_equal(still.shift, changing.shift)
