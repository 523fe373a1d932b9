"""Chart of an interface at several heating currents for the page."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kapitza.data import Array
from kapitza.interface.currents.global_fit import fitted_length
from kapitza.interface.currents.series import Measured
from kapitza.plots.profiles import HALF_DIFFERENCE
from kapitza.plots.series import (
    MARKERS,
    SIDES,
    drop_sizes,
    fitted_drops,
    fitted_point,
    point_colours,
    point_label,
    reach,
    temperatures_between,
)
from kapitza.plots.style import INK
from kapitza.report.charts import dress, light, shown
from kapitza.report.charts_lines import BANDS
from kapitza.study.result import StudySeries


def series_chart(series: StudySeries, left: str, right: str) -> go.Figure:
    """Profiles at all currents, and drop and characteristic lengths against temperature, with the fit's curves."""
    figure = make_subplots(
        2, 2, specs=[[{"colspan": 2}, None], [{}, {}]], row_heights=[0.55, 0.45], vertical_spacing=0.14,
        horizontal_spacing=0.1,
    )  # fmt: skip
    _profiles(figure, series)
    kelvin = series.points.temperature
    _points(figure, kelvin, drop_sizes(series), INK, "drop", "K", 1)
    if series.fit is not None:
        figure.add_scatter(
            x=light(kelvin.value), y=light(fitted_drops(series)), mode="lines", line={"color": INK, "width": 1},
            showlegend=False, hoverinfo="skip", row=2, col=1,
        )  # fmt: skip
    for (side, colour), name in zip(SIDES, (left, right), strict=True):
        measured = getattr(series.points, f"characteristic_length_{side}")
        _points(figure, kelvin, measured, colour, shown(name), "nm", 2, "square" if MARKERS[side] == "s" else "circle")
        if series.fit is not None:
            fine = temperatures_between(series)
            _curve(figure, fine, fitted_length(series.fit, side, fine), colour)
    label = HALF_DIFFERENCE if series.heat_flow == "half-difference" else "Temperature (K)"
    figure.update_yaxes(title={"text": label}, row=1, col=1)
    figure.update_yaxes(title={"text": "Drop (K)"}, rangemode="tozero", row=2, col=1)
    figure.update_yaxes(title={"text": "Characteristic length (nm)"}, rangemode="tozero", row=2, col=2)
    figure.update_xaxes(title={"text": "Position from the interface (nm)"}, row=1, col=1)
    figure.update_xaxes(title={"text": "Temperature of the interface (K)"}, row=2)
    return dress(figure, 700)


def _profiles(figure: go.Figure, series: StudySeries) -> None:
    colours = point_colours(len(series.names))
    for i, (result, colour) in enumerate(zip(series.points.results, colours, strict=True)):
        points = result.profile
        x = points.position - (result.position.value or 0.0)
        figure.add_scatter(
            x=light(x), y=light(points.temperature), mode="markers", name=point_label(series, i),
            marker={"color": colour, "size": 5},
            error_y={"array": light(points.error), "thickness": 1, "width": 0, "color": colour},
            hovertemplate="%{y:.1f} ± %{error_y.array:.1f} K at %{x:.4~g} nm<extra></extra>", row=1, col=1,
        )  # fmt: skip
        if series.fit is not None:
            fine = np.linspace(x[0], x[-1], 300)
            figure.add_scatter(
                x=light(fine), y=light(fitted_point(series, i, fine)), mode="lines", showlegend=False,
                line={"color": colour, "width": 2}, hoverinfo="skip", row=1, col=1,
            )  # fmt: skip


def _points(
    figure: go.Figure,
    kelvin: Measured,
    measured: Measured,
    colour: str,
    name: str,
    unit: str,
    column: int,
    symbol: str = "circle",
) -> None:
    below, above = reach(measured)
    figure.add_scatter(
        x=light(kelvin.value), y=light(measured.value), mode="markers", name=name,
        marker={"color": colour, "size": 8, "symbol": symbol}, showlegend=column == 2,
        error_x={"array": light(kelvin.error), "thickness": 1, "width": 0, "color": colour},
        error_y={"array": light(above), "arrayminus": light(below), "thickness": 1, "width": 0, "color": colour},
        hovertemplate=f"%{{y:.1f}} ± %{{error_y.array:.1f}} {unit} at %{{x:.1f}} K<extra></extra>",
        row=2, col=column,
    )  # fmt: skip


def _curve(figure: go.Figure, kelvin: Array, curve: tuple[Array, Array], colour: str) -> None:
    value, error = curve
    figure.add_scatter(
        x=light(np.concatenate([kelvin, kelvin[::-1]])),
        y=light(np.concatenate([value - error, (value + error)[::-1]])),
        fill="toself", fillcolor=BANDS[colour], mode="none", hoverinfo="skip", showlegend=False, row=2, col=2,
    )  # fmt: skip
    figure.add_scatter(
        x=light(kelvin), y=light(value), mode="lines", line={"color": colour, "width": 2}, showlegend=False,
        hoverinfo="skip", row=2, col=2,
    )  # fmt: skip
