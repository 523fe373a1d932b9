"""The figure of a plan shows its curves, the planned dwell and what is needed."""

import numpy as np
import pytest

from kapitza.plots.plan import plan as draw
from kapitza.plots.style import save_picture
from kapitza.study.limits import Limits
from kapitza.study.planning import Drop, Scan, Wanted, plan

LIMITS = Limits(temperature=600.0, dwell=2.0, electrons=1e4, lines=6.0, background=9.0, fitted=10.0, common_error=1.5)


def experiment(wanted=None):
    return plan(LIMITS, Scan(25, 61, 0.5), Drop(15.0, 2.0), wanted or Wanted(2.0, 1.0, 0.2), dwell=2.0, pixels=4)


def test_a_panel_for_every_goal_with_its_curve_and_marks():
    planned = experiment()
    figure = draw(planned)
    assert [ax.get_title(loc="left") for ax in figure.axes] == [
        "Temperature, 4 pixels",
        "Drop of 15 K, 25 rows",
        "Width of 2 nm, 25 rows",
    ]
    for ax, goal in zip(figure.axes, planned.goals.values(), strict=True):
        dwell, error = ax.lines[0].get_data()
        np.testing.assert_allclose(error, [goal.at(t) for t in dwell])
        marks = {line.get_label(): line.get_xydata() for line in ax.lines}
        np.testing.assert_allclose(marks["planned dwell"], [[2.0, goal.error]])
        np.testing.assert_allclose(marks["needed dwell"], [[goal.dwell_needed, goal.wanted]])
        assert ax.get_xlim()[0] < min(2.0, goal.dwell_needed) < max(2.0, goal.dwell_needed) < ax.get_xlim()[1]


def test_the_temperature_has_its_floors():
    lines = {line.get_label(): line for line in draw(experiment()).axes[0].lines}
    np.testing.assert_allclose(lines["common to all pixels"].get_ydata(), 1.5)
    dwell, bare = lines["without background"].get_data()
    np.testing.assert_allclose(bare, 6.0 * np.sqrt(2.0 / dwell) / 2)


def test_nothing_wanted_is_not_marked():
    labels = {line.get_label() for ax in draw(experiment(Wanted())).axes for line in ax.lines}
    assert "planned dwell" in labels
    assert not labels & {"needed dwell", "wanted error"}


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_same_plan_is_the_same_picture(tmp_path, suffix):
    for name in ("one", "two"):
        save_picture(draw(experiment()), tmp_path / f"{name}{suffix}")
    one, two = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two
    assert len(one) > 5000
