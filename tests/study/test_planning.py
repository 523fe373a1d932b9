"""The planner's arithmetic, and whether an analysed experiment has the errors that were planned."""

import numpy as np
import pytest

import kapitza
from kapitza.errors import MethodError
from kapitza.study.limits import Limits, twin_limits
from kapitza.study.planning import Drop, Scan, Wanted, plan
from kapitza.twin import demo_twins, synthesise

LIMITS = Limits(temperature=600.0, dwell=2.0, electrons=1e4, lines=6.0, background=9.0, fitted=10.0)
SCAN = Scan(rows=25, columns=61, step=0.5)
DROP = Drop(size=15.0, width=2.0)


def planned(wanted=None, **changes):
    given = {"limits": LIMITS, "scan": SCAN, "drop": DROP, "dwell": 2.0, **changes}
    return plan(given.pop("limits"), given.pop("scan"), given.pop("drop"), wanted or Wanted(2.0, 1.0, 0.2), **given)


def test_a_pixel_has_the_error_of_its_limits():
    assert planned().goals["temperature"].error == pytest.approx(10.0)
    assert planned(pixels=16).goals["temperature"].error == pytest.approx(2.5)
    assert planned(dwell=8.0).goals["temperature"].error == pytest.approx(5.0)


@pytest.mark.parametrize("name", ["temperature", "drop", "width"])
def test_what_is_needed_is_enough_and_not_more(name):
    goal = planned(pixels=3).goals[name]
    assert goal.at(goal.dwell_needed) == pytest.approx(goal.wanted)
    error_of_one = goal.error * np.sqrt(goal.averaged)
    assert error_of_one / np.sqrt(goal.averaged_needed) <= goal.wanted * (1 + 1e-9)
    assert error_of_one / np.sqrt(goal.averaged_needed - 1) > goal.wanted


@pytest.mark.parametrize("name", ["temperature", "drop", "width"])
def test_planning_with_what_is_needed_reaches_the_goal(name):
    wanted = Wanted(2.0, 1.0, 0.2)
    goal = planned(wanted).goals[name]
    assert planned(wanted, dwell=goal.dwell_needed).goals[name].error == pytest.approx(goal.wanted)
    more = planned(wanted, pixels=goal.averaged_needed, scan=Scan(goal.averaged_needed, SCAN.columns, SCAN.step))
    assert more.goals[name].error <= goal.wanted * (1 + 1e-9)


def test_exactly_as_many_pixels_as_needed():
    assert planned(Wanted(temperature=5.0)).goals["temperature"].averaged_needed == 4
    assert planned(Wanted(temperature=50.0)).goals["temperature"].averaged_needed == 1


def test_nothing_wanted_needs_nothing():
    goal = planned(Wanted()).goals["drop"]
    assert goal.dwell_needed is None
    assert goal.averaged_needed is None


def test_a_larger_drop_tells_its_width_better_and_itself_no_better():
    small, large = planned(), planned(drop=Drop(30.0, 2.0))
    assert large.goals["width"].error == pytest.approx(small.goals["width"].error / 2)
    assert large.goals["drop"].error == pytest.approx(small.goals["drop"].error)


def test_beam_time_counts_every_pixel():
    assert planned().seconds == 2.0 * 25 * 61


def test_a_width_that_will_not_be_resolved_is_known():
    assert planned(dwell=0.01).unresolved
    assert not planned(dwell=100.0).unresolved


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"scan": Scan(25, 1, 0.5)}, "--columns"),
        ({"scan": Scan(25, 8, 0.5)}, "--columns"),
        ({"scan": Scan(0, 61, 0.5)}, "--rows"),
        ({"scan": Scan(25, 61, float("nan"))}, "--step"),
        ({"drop": Drop(0.0, 2.0)}, "--drop"),
        ({"drop": Drop(15.0, -2.0)}, "--width"),
        ({"dwell": 0.0}, "--dwell"),
        ({"pixels": 0}, "--pixels"),
        ({"wanted": Wanted(width=0.0)}, "--width-error"),
    ],
)
def test_what_cannot_be_planned_is_refused(changes, word):
    with pytest.raises(MethodError, match=f"{word}\\b"):
        planned(**changes)


def test_an_analysed_experiment_has_the_errors_that_were_planned():
    base = demo_twins()["forward"]
    scan = {"rows": 20, "columns": 61, "step": 0.5}
    changes = {
        "scan": scan,
        "interface": {"position": 15.01},
        "dose": {"zero_loss_counts": 2.6e8},
        "drift": {"energy_walk": 0.0, "energy_flicker": 0.0, "spatial": 0.0},
        "detector": {"gain_pattern": 0.0, "spikes_per_million": 0.0, "bad_pixels": 0},
    }
    twin = base.model_copy(
        update={name: getattr(base, name).model_copy(update=values) for name, values in changes.items()}
    )
    goals = plan(twin_limits(twin), Scan(**scan), DROP, Wanted(), dwell=twin.microscope.dwell).goals
    tmap = kapitza.temperature_map(synthesise(twin)[0])
    assert np.median(tmap.error) == pytest.approx(goals["temperature"].error, rel=0.06)
    # The interface's position, which the plan takes as known for the drop and as free for the width, is neither.
    found = kapitza.interface_drop(tmap)
    assert found.drop.error == pytest.approx(goals["drop"].error, rel=0.2)
    assert found.width_10_90.error == pytest.approx(goals["width"].error, rel=0.25)
