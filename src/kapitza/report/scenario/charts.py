"""Chart of what a scenario gives beside what was measured, for the page."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kapitza.plots.scenario import ends, groups, line_colour, line_name
from kapitza.plots.style import FAINT, GREEN
from kapitza.report.charts import dress, shown
from kapitza.study.scenario.comparison import Comparison
from kapitza.study.scenario.result import ScenarioResult

_ROW, _AROUND = 34, 90


def scenario_chart(scenario: ScenarioResult) -> go.Figure:
    """One panel for every unit, below each other, one line for every quantity."""
    drawn = groups(scenario)
    sizes = [len(group.lines) for group in drawn]
    high = _ROW * sum(sizes) + _AROUND * len(drawn)
    figure = make_subplots(
        len(drawn),
        1,
        row_heights=sizes,
        vertical_spacing=0.0 if len(drawn) == 1 else min(0.9 / (len(drawn) - 1), 62 / high),
    )
    for number, group in enumerate(drawn, start=1):
        for line in group.lines:
            _points(figure, line, number, legend=number == len(drawn) and line is group.lines[0])
        if group.null is not None:
            figure.add_vline(group.null, line={"color": FAINT, "width": 1, "dash": "dot"}, row=number, col=1)
        figure.update_xaxes(title={"text": group.title}, row=number, col=1)
        figure.update_yaxes(autorange="reversed", showgrid=False, row=number, col=1)
    return dress(figure, high)


def _points(figure: go.Figure, line: Comparison, row: int, *, legend: bool) -> None:
    below, above = ends(line)
    name, unit = shown(line_name(line)), line.measured.unit
    measured = {"color": line_colour(line), "size": 9}
    theory = {"color": GREEN, "size": 9, "symbol": "diamond-open", "line": {"width": 2}}
    bar = {"type": "data", "thickness": 1.5, "width": 0}
    figure.add_scatter(
        x=[line.measured.value], y=[name], mode="markers", marker=measured, name="measured", legendgroup="measured",
        error_x={**bar, "array": [above], "arrayminus": [below], "color": measured["color"]}, showlegend=legend,
        hovertemplate=f"%{{y}}: %{{x:.4~g}} {unit} measured<extra></extra>", row=row, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=[line.theory.value], y=[name], mode="markers", marker=theory, name="scenario", legendgroup="scenario",
        error_x={**bar, "array": [line.theory.error or 0.0], "color": GREEN}, showlegend=legend,
        hovertemplate=f"%{{y}}: %{{x:.4~g}} {unit} by the scenario<extra></extra>", row=row, col=1,
    )  # fmt: skip
