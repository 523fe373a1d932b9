"""Heat flow of traces whose flux, drop, resistance and conductivities are known."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.atoms.nemd import analyse
from kapitza.atoms.nemd.settings import AnalysisEntry
from kapitza.errors import MethodError

from .synthetic import DROP, FLUX, LEFT, RIGHT, trace

TRUTH = {
    "flux": FLUX,
    "resistance": DROP / FLUX,
    "conductance": 1e3 * FLUX / DROP,
    "conductivity_left": -FLUX / LEFT,
    "conductivity_right": -FLUX / RIGHT,
    "hot_power": 0.5,
    "cold_power": -0.5,
}


def test_68_per_cent_of_all_errors_hold_the_truth():
    tries = 150
    pulls = {name: [] for name in (*TRUTH, "drop")}
    for seed in range(tries):
        flow = analyse(trace(seed))
        for name, truth in TRUTH.items():
            found = getattr(flow, name)
            pulls[name].append((found.value - truth) / found.error)
        pulls["drop"].append((flow.interface.drop.value - DROP) / flow.interface.drop.error)
    for name, found in pulls.items():
        share = np.mean(np.abs(found) < 1)
        # 0.683 of 150 tries scatters by 0.038
        assert share == pytest.approx(0.683, abs=0.115), name
        assert abs(np.mean(found)) < 3 / np.sqrt(tries), name


def test_errors_know_that_neighbouring_bins_err_together():
    flow = analyse(trace(1))
    # independent bins would give the drop an error of only the second part; the first is common to a side
    common = np.sqrt(2) * 2 * np.sqrt(4 / 800)
    assert flow.interface.drop.error > common


def test_reversed_heat_gives_the_same_resistance_and_the_opposite_flux():
    forward, reverse = analyse(trace(7)), analyse(trace(7, forward=False))
    assert reverse.flux.value == pytest.approx(-forward.flux.value)
    assert reverse.interface.drop.value < 0 < reverse.resistance.value
    assert reverse.resistance.value == pytest.approx(TRUTH["resistance"], abs=4 * reverse.resistance.error)


def test_what_comes_before_the_steady_state_is_left_out():
    flow = analyse(trace(3, 1200, settle=40.0))
    assert 100e3 < flow.steady_from < 500e3
    assert flow.resistance.value == pytest.approx(TRUTH["resistance"], abs=3 * flow.resistance.error)


def test_a_flow_that_is_still_growing_is_refused():
    with pytest.raises(MethodError, match="production longer"):
        analyse(trace(3, 800, settle=600.0))


def test_a_run_too_short_says_how_long_is_needed():
    with pytest.raises(MethodError, match=r"at least \d+ are needed"):
        analyse(trace(4, 40, memory=0.9))


def test_baths_that_do_not_balance_are_told_and_widen_the_error():
    even, uneven = analyse(trace(5)), analyse(trace(5, leak=0.2))
    assert [code for code, _ in even.warnings] == []
    assert [code for code, _ in uneven.warnings] == ["unbalanced"]
    # the true flux is anywhere between both powers
    assert uneven.flux.error > 0.09 * FLUX > 3 * even.flux.error


def test_energy_that_is_not_conserved_is_told():
    one = trace(6)
    steady = replace(one, potential=one.hot + one.cold - 9000, kinetic=np.zeros_like(one.hot))
    assert analyse(steady).energy_drift.value == pytest.approx(0, abs=1e-9)
    losing = replace(steady, potential=steady.potential - 1e-4 * one.time)
    flow = analyse(losing)
    assert flow.energy_drift.value == pytest.approx(-0.1)
    assert [code for code, _ in flow.warnings] == ["energy_drift"]


def test_without_an_interface_there_is_one_conductivity():
    one = trace(8)
    x = one.centres / 10
    straight = one.temperature - np.where(x < 10, DROP / 2, -DROP / 2) - (RIGHT - LEFT) * np.clip(x - 10, 0, None)
    flow = analyse(replace(one, temperature=straight, interface=None))
    assert flow.interface is None
    assert flow.resistance is None
    assert flow.conductivity_right is None
    assert flow.conductivity_left.value == pytest.approx(-FLUX / LEFT, abs=3 * flow.conductivity_left.error)


def test_ranges_are_as_given_and_need_three_bins():
    flow = analyse(trace(9), AnalysisEntry(left=(20.0, 60.0), right=(130.0, 180.0)))
    assert flow.interface.bulk_left == (2.0, 6.0)
    with pytest.raises(MethodError, match="3 bins are wanted for a line on the right"):
        analyse(trace(9), AnalysisEntry(right=(130.0, 140.0)))


def test_empty_bins_are_left_out_of_the_profile():
    one = trace(10)
    one.temperature[700, 3] = np.nan
    flow = analyse(one)
    assert np.isnan(flow.profile.temperature[3])
    assert np.isfinite(np.delete(flow.profile.temperature, 3)).all()
