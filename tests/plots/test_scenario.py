"""The figure and the chart of a scenario: all that was measured, by unit, whatever the modes are called."""

import pytest

from kapitza.plots import save_figure, scenario_figure
from kapitza.plots.scenario import ends, groups
from kapitza.quantity import Quantity
from kapitza.report.scenario.charts import scenario_chart
from kapitza.study.scenario.comparison import Comparison
from kapitza.study.scenario.result import ScenarioResult

MODE = "<b>a name in $ that goes on"
MEASURED = {
    ("modes", "temperatures", "forward", MODE): Quantity(612.0, 5.0, "K"),
    ("modes", "temperatures", "reverse", MODE): Quantity(590.0, 5.0, "K"),
    ("modes", "log_ratio_change", MODE): Quantity(-0.1, 0.03, ""),
    ("channels", "optical_drop"): Quantity(None, None, "K"),
    ("elastic", "diffuse"): Quantity(2.0, 0.5, "m2K/GW", (1.5, None)),
}


def scenario(*paths):
    lines = tuple(
        Comparison(path, "a label", MEASURED[path], Quantity(1.1, 0.1, MEASURED[path].unit), 1.0) for path in paths
    )
    return ScenarioResult(Quantity(600.0, 1.0, "K"), Quantity(15.0, 1.0, "K"), None, lines)


def test_what_was_not_measured_is_not_drawn_and_units_have_panels_of_their_own():
    found = groups(scenario(*MEASURED))
    assert [group.title for group in found] == ["Temperature (K)", "Forward against reverse", "Resistance (m²K/GW)"]
    assert [len(group.lines) for group in found] == [2, 1, 1]
    assert groups(scenario(("channels", "optical_drop"))) == []


def test_an_end_that_is_not_known_is_drawn_as_far_as_the_value():
    assert ends(scenario(("elastic", "diffuse")).comparisons[0]) == (0.5, 2.0)


@pytest.mark.parametrize("paths", [tuple(MEASURED), (("elastic", "diffuse"),)])
def test_figures_hold_every_line(tmp_path, paths):
    drawn = scenario(*paths)
    figure = scenario_figure(drawn)
    assert len(figure.axes) == len(groups(drawn))
    png, svg = save_figure(figure, tmp_path, "scenario")
    assert png.stat().st_size > 5000
    assert "scenario" in svg.read_text(encoding="utf-8")


def test_the_chart_shows_markup_and_does_not_obey_it():
    chart = scenario_chart(scenario(*MEASURED))
    assert len(chart.data) == 2 * 4
    assert "&lt;b&gt;" in chart.data[0].y[0]
