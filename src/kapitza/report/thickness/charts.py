"""Charts of the foil's thickness for the page."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kapitza.data import InterfaceResult
from kapitza.interface.foil import FoilProfile
from kapitza.plots.frame import Frame, Step
from kapitza.plots.style import BAD_PIXEL, FAINT, GREEN
from kapitza.plots.thickness import THICKNESS_COLOURS, planes
from kapitza.report.charts import MARGIN, dress, light, shown, vertical_line
from kapitza.report.charts_maps import block_mean, coarsening, colour_scale
from kapitza.study.foil import ImageThickness

_BAND = "rgba(0,158,115,0.22)"
_PIXELS = 128 * 128
_WIDTH, _HIGHEST = 930.0, 420.0


def map_chart(found: ImageThickness, step: Step, interface: InterfaceResult | None, axis: str) -> go.Figure:
    """Thickness pixel by pixel; the pointer shows value ± statistical error. Large maps as means over blocks."""
    value, error, unit = planes(found)
    frame = Frame((value.shape[0], value.shape[1]), step)
    factor = coarsening(frame.shape, _PIXELS)
    y, x = (
        at[::factor] + 0.5 * (factor - 1) * pitch for at, pitch in zip(frame.coordinates(), frame.pitch, strict=True)
    )
    means = block_mean(value, factor)
    number = "t = %{z:.2f} ± %{customdata:.2g} nm" if unit else "t/λ = %{z:.4f} ± %{customdata:.2g}"
    figure = go.Figure()
    figure.add_heatmap(
        z=light(means), x=x, y=y, customdata=light(block_mean(error, factor)), hoverongaps=False,
        hovertemplate=f"{number}<br>x = %{{x:.4~g}}, y = %{{y:.4~g}} {frame.unit}<extra></extra>",
        colorbar={"thickness": 12, "outlinewidth": 0, "title": {"text": unit or "t/λ", "side": "right"}, "nticks": 5},
        **colour_scale(means, THICKNESS_COLOURS),
    )  # fmt: skip
    left, right, bottom, top = frame.extent
    figure.update_xaxes(title={"text": f"x ({frame.unit})"}, range=[left, right], constrain="domain", showgrid=False)
    figure.update_yaxes(title={"text": f"y ({frame.unit})"}, range=[bottom, top], constrain="domain", showgrid=False)
    if frame.aspect == "equal":
        figure.update_yaxes(scaleanchor="x")
    if interface is not None and interface.position.value is not None:
        line = figure.add_vline if axis == "x" else figure.add_hline
        line(interface.position.value, line={"color": "white", "width": 1.5, "dash": "dash"})
    figure.update_layout(plot_bgcolor=BAD_PIXEL)
    return dress(figure, round(max(frame.fitted(_WIDTH, _HIGHEST)[1], 60.0) + MARGIN["t"] + MARGIN["b"]))


def profile_chart(profile: FoilProfile, interface: InterfaceResult, left: str, right: str) -> go.Figure:
    """Thickness across the interface with its standard error."""
    figure = make_subplots(1, 1)
    x, t, error = profile.position, profile.value, profile.error
    known = np.isfinite(t)
    ends = np.concatenate([x[known], x[known][::-1]])
    band = np.concatenate([(t - error)[known], (t + error)[known][::-1]])
    figure.add_scatter(
        x=light(ends), y=light(band), fill="toself", fillcolor=_BAND, mode="none", hoverinfo="skip", showlegend=False
    )
    number = "%{y:.1f} ± %{customdata:.1f} nm" if profile.unit else "%{y:.3f} ± %{customdata:.2g}"
    figure.add_scatter(
        x=light(x), y=light(t), customdata=light(error), line={"color": GREEN, "width": 2}, mode="lines",
        showlegend=False, hovertemplate=f"{number} at %{{x:.4~g}} nm<extra></extra>",
    )  # fmt: skip
    position = interface.position.value
    vertical_line(figure, position)
    if position is not None:
        for name, side, away in ((left, "right", -8), (right, "left", 8)):
            figure.add_annotation(
                x=position, y=1.0, yref="paper", yanchor="top", text=shown(name), showarrow=False, xanchor=side,
                xshift=away, font={"color": FAINT},
            )  # fmt: skip
    figure.update_xaxes(title={"text": "Position (nm)"})
    title = "Thickness (nm)" if profile.unit else "Thickness over mean free path"
    figure.update_yaxes(title={"text": title}, rangemode="tozero")
    return dress(figure, 340)
