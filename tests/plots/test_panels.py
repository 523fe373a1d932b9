"""Panels of curves, in print and on the page: every curve once, legends without repeats, limits as told."""

import numpy as np
import pytest

from kapitza.plots.panels import Curve, Panel, draw_panels
from kapitza.report.charts_panels import panels_chart

X = np.linspace(0.0, 10.0, 11)


@pytest.fixture
def grid():
    line = Curve(X, X, "#0072b2", "a line", 0 * X + 0.5)
    points = Curve(X, 2 * X, "#d55e00", "points <of> $one$", 0 * X + 0.2, "points")
    dashed = Curve(X, -X, "#009e73", "dashed", None, "dashed")
    first = Panel("first", "x (nm)", "y (K)", (line, points), {"here": 5.0}, "15 ± 1 K")
    second = Panel("second", "x (nm)", "y (K)", (line, dashed), limits=(-3.0, 3.0))
    return [[first, second], [Panel("wide", "x (nm)", "y (K)", (points,))]]


def test_the_figure_holds_every_panel(grid):
    figure = draw_panels(grid)
    first, second, wide = figure.axes
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["first", "second", "wide"]
    assert first.get_title(loc="right") == "15 ± 1 K"
    assert [text.get_text() for text in first.texts] == ["here", "a"]
    assert second.get_ylim() == (-3.0, 3.0)
    assert wide.get_position().width > 2 * first.get_position().width
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a line", r"points <of> \$one\$", "dashed"]


def test_the_chart_holds_the_same_curves(grid):
    chart = panels_chart(grid)
    named = [trace for trace in chart.data if trace.showlegend]
    assert [trace.name for trace in named] == ["a line", "points &lt;of&gt; $one$", "dashed"]
    points = [trace for trace in chart.data if trace.mode == "markers"]
    assert len(points) == 2
    assert np.allclose(points[0].y, 2 * X)
    assert np.allclose(points[0].error_y.array, 0.2)
    assert tuple(chart.layout.yaxis2.range) == (-3.0, 3.0)
    titles = [note.text for note in chart.layout.annotations]
    assert "first: 15 ± 1 K" in titles
    assert chart.layout.xaxis3.domain == (0.0, 1.0)
