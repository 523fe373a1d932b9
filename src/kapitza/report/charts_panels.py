"""Panels of curves as a chart for the page; `kapitza.plots.panels` draws the same ones for print."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kapitza.plots.panels import Curve, Grid, Panel
from kapitza.plots.style import FAINT
from kapitza.report.charts import MARGIN, dress, left_titles, light, shown, vertical_line

_HIGH, _GAP = 210, 74
_DASHES = {"line": "solid", "dashed": "dash"}


def panels_chart(grid: Grid) -> go.Figure:
    """Rows of panels, with one entry in the legend for every label."""
    rows, columns = len(grid), max(len(row) for row in grid)
    inner = rows * _HIGH + (rows - 1) * _GAP
    specs = [[{"colspan": columns // len(row)} if j % (columns // len(row)) == 0 else None for j in range(columns)]
             for row in grid]  # fmt: skip
    figure = make_subplots(
        rows, columns, specs=specs, vertical_spacing=_GAP / inner, horizontal_spacing=0.09,
        subplot_titles=[_title(panel) for row in grid for panel in row],
    )  # fmt: skip
    seen: set[str] = set()
    for i, row in enumerate(grid):
        for j, panel in enumerate(row):
            _draw(figure, panel, seen, {"row": i + 1, "col": j * (columns // len(row)) + 1})
    left_titles(figure)
    dress(figure, inner + MARGIN["t"] + MARGIN["b"] + 30)
    return figure.update_layout(margin={**MARGIN, "t": MARGIN["t"] + 30}, legend={"y": 1 + 34 / inner})


def _title(panel: Panel) -> str:
    return shown(f"{panel.title}: {panel.note}" if panel.note else panel.title)


def _draw(figure: go.Figure, panel: Panel, seen: set[str], place: dict[str, int]) -> None:
    for curve in panel.curves:
        known = {"showlegend": bool(curve.label) and curve.label not in seen, "name": shown(curve.label)}
        seen.add(curve.label)
        _curve(figure, curve, known, place)
    for text, x in panel.marks.items():
        vertical_line(figure, x, annotation_text=shown(text), annotation_font={"size": 11, "color": FAINT}, **place)
    figure.update_xaxes(title={"text": panel.xlabel}, **place)
    figure.update_yaxes(title={"text": panel.ylabel}, **place)
    if panel.limits is not None:
        figure.update_yaxes(range=list(panel.limits), **place)


def _curve(figure: go.Figure, curve: Curve, known: dict[str, object], place: dict[str, int]) -> None:
    group = {"legendgroup": curve.label} if curve.label else {}
    if curve.kind == "points":
        error = None if curve.error is None else {"array": light(curve.error), "thickness": 1, "width": 0}
        hover = "%{y:.4~g}" + (" ± %{error_y.array:.2~g}" if error else "") + " at %{x:.4~g}<extra></extra>"
        figure.add_scatter(
            x=light(curve.x), y=light(curve.y), mode="markers", marker={"color": curve.colour, "size": 5},
            error_y=error, hovertemplate=hover, **known, **group, **place,
        )  # fmt: skip
        return
    if curve.error is not None:
        figure.add_scatter(
            x=light(np.concatenate([curve.x, curve.x[::-1]])),
            y=light(np.concatenate([curve.y - curve.error, (curve.y + curve.error)[::-1]])),
            fill="toself", fillcolor=curve.colour, opacity=0.2, mode="none", hoverinfo="skip", showlegend=False,
            **group, **place,
        )  # fmt: skip
    figure.add_scatter(
        x=light(curve.x), y=light(curve.y), mode="lines", hovertemplate="%{y:.4~g} at %{x:.4~g}<extra></extra>",
        line={"color": curve.colour, "width": 2, "dash": _DASHES[curve.kind]}, **known, **group, **place,
    )  # fmt: skip
