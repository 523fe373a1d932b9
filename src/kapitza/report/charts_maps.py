"""Charts of maps for the page: temperature and error with the numbers under the pointer, isotherms and arrows."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kapitza.data import Array, GradientField, InterfaceResult, Status, TemperatureMap
from kapitza.plots.frame import Frame, limits
from kapitza.plots.maps import arrow_scale, frame_of, significant_arrows
from kapitza.plots.style import BAD_PIXEL, ERROR_COLOURS, INK, ORANGE, TEMPERATURE_COLOURS
from kapitza.report.charts import MARGIN, dress, left_titles, light

PIXELS, PAGE_PIXELS = 256 * 256, 100_000
"""Most pixels of one map, and of all maps together, on the page: it should stay below 8 MB."""

_WIDTH, _HIGHEST = 930.0, 520.0
"""Room in px that the frames of one row of maps have on a wide page, and the most that one may take in height."""

_GAP = 44.0
"""Between maps below each other, px."""


@dataclass(frozen=True)
class Plane:
    """Planes of one map as the page shows them: block means over `factor` by `factor` pixels where that is above 1."""

    factor: int
    x: Array
    y: Array
    temperature: Array
    error: Array
    status: Array


def coarsening(shape: tuple[int, ...], budget: int) -> int:
    """Side of the smallest square blocks that leave at most `budget` pixels of a map of `shape` (y, x)."""
    factor = max(1, math.isqrt(shape[0] * shape[1] // max(budget, 1)))
    while math.ceil(shape[0] / factor) * math.ceil(shape[1] / factor) > budget:
        factor += 1
    return factor


def block_mean(plane: Array, factor: int) -> Array:
    """Means of the known values in blocks of `factor` by `factor` pixels, (y, x); NaN where nothing is known."""
    if factor == 1:
        return np.asarray(plane, float)
    rows, columns = (-n % factor for n in plane.shape)
    padded = np.pad(np.asarray(plane, float), ((0, rows), (0, columns)), constant_values=np.nan)
    blocks = padded.reshape(padded.shape[0] // factor, factor, padded.shape[1] // factor, factor)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Mean of empty slice")
        return np.nanmean(blocks, axis=(1, 3))


def page_plane(tmap: TemperatureMap, budget: int = PIXELS) -> Plane:
    """The maps of `tmap` with at most `budget` pixels. A block is flagged only where none of its pixels is good."""
    frame = frame_of(tmap)
    factor = coarsening(frame.shape, budget)
    y, x = frame.coordinates()
    rows, columns = y[::factor] + 0.5 * (factor - 1) * frame.pitch[0], x[::factor] + 0.5 * (factor - 1) * frame.pitch[1]
    temperature = block_mean(tmap.temperature, factor)
    # among the reasons in a wholly bad block, the corner's stands for all
    status = np.where(np.isfinite(temperature), 0, tmap.status[::factor, ::factor])
    return Plane(factor, columns, rows, temperature, block_mean(tmap.error, factor), status)


def map_chart(tmap: TemperatureMap, interface: InterfaceResult | None, axis: str, budget: int = PIXELS) -> go.Figure:
    """Temperature and its error, pixel by pixel; the pointer shows value ± error, or why there is none."""
    frame, plane = frame_of(tmap), page_plane(tmap, budget)
    stacked = frame.ratio >= 1.6
    rows, columns = (2, 1) if stacked else (1, 2)
    height, gap = _height(frame, rows, columns)
    figure = make_subplots(
        rows, columns, subplot_titles=["Temperature", "Standard error of one pixel"], shared_xaxes="all",
        shared_yaxes="all", vertical_spacing=gap, horizontal_spacing=0.16,
    )  # fmt: skip
    _bad_pixels(figure, plane, frame.unit, {"row": 1, "col": 1})
    planes = ((plane.temperature, TEMPERATURE_COLOURS), (plane.error, ERROR_COLOURS))
    for i, (values, colours) in enumerate(planes):
        place = {"row": i + 1 if stacked else 1, "col": 1 if stacked else i + 1}
        hover = _hover(frame.unit, "T = %{z:.1f} ± %{customdata:.1f} K" if i == 0 else "standard error %{z:.2f} K")
        known = {"customdata": light(plane.error)} if i == 0 else {}
        figure.add_heatmap(
            z=light(values), x=plane.x, y=plane.y, hovertemplate=hover, hoverongaps=False,
            colorbar=_bar(figure, **place), **colour_scale(values, colours), **known, **place,
        )  # fmt: skip
    figure.update_layout(plot_bgcolor=BAD_PIXEL)
    left_titles(figure)
    _map_axes(figure, frame, rows)
    _mark(figure, interface, axis)
    return dress(figure, height)


def colour_scale(values: Array, colours: str) -> dict[str, Any]:
    """Plotly's settings for a named colour map between limits that a few outliers do not stretch."""
    low, high = limits(values)
    return {"colorscale": colours.capitalize(), "zmin": low, "zmax": high}


def _bar(figure: go.Figure, row: int, col: int) -> dict[str, Any]:
    (_, right), (bottom, top) = (axis.domain for axis in figure.get_subplot(row, col))
    place = {"x": right + 0.005, "y": (bottom + top) / 2, "len": top - bottom}
    return {
        "thickness": 12,
        "outlinewidth": 0,
        "ypad": 0,
        "title": {"text": "K", "side": "right"},
        "nticks": 5,
        **place,
    }


def _hover(unit: str, number: str) -> str:
    return f"{number}<br>x %{{x:.4~g}} {unit}, y %{{y:.4~g}} {unit}<extra></extra>"


def _bad_pixels(figure: go.Figure, plane: Plane, unit: str, place: dict[str, int]) -> None:
    # drawn below the map, whose gaps let it through
    if not (plane.status != 0).any():
        return
    sentences = np.array([s.sentence if s else "" for s in Status])[plane.status]
    figure.add_heatmap(
        z=plane.status.astype(np.uint8), x=plane.x, y=plane.y, text=sentences, showscale=False,
        colorscale=[[0, BAD_PIXEL], [1, BAD_PIXEL]], hovertemplate=_hover(unit, "no temperature: %{text}"), **place,
    )  # fmt: skip


def isotherm_chart(
    tmap: TemperatureMap,
    gradient: GradientField,
    survey: Array | None,
    interface: InterfaceResult | None,
    axis: str,
    budget: int = PIXELS,
) -> go.Figure:
    """Isotherms and gradient arrows over the survey image, or over the smoothed temperature itself."""
    frame = frame_of(tmap)
    factor = coarsening(frame.shape, budget // 4)
    field = block_mean(gradient.temperature, factor)
    y, x = (c[::factor] + 0.5 * (factor - 1) * p for c, p in zip(frame.coordinates(), frame.pitch, strict=True))
    figure = make_subplots(1, 1)
    bar, hover = _bar(figure, 1, 1), _hover(frame.unit, "smoothed T = %{z:.1f} K")
    place, scale = {"x": x, "y": y}, colour_scale(field, TEMPERATURE_COLOURS)
    if survey is None:
        figure.add_heatmap(z=light(field), colorbar=bar, hovertemplate=hover, **place, **scale)
    else:
        _survey(figure, survey, frame)
    if min(field.shape) > 1:
        colour = "white" if survey is None else ORANGE
        figure.add_contour(
            z=light(field), ncontours=12, showscale=False, hovertemplate=hover, **place,
            contours={"coloring": "none", "showlabels": True, "labelfont": {"size": 12, "color": colour}},
            line={"width": 1.5, "color": colour},
        )  # fmt: skip
    _arrows(figure, gradient, frame, "K/µm" if tmap.step is not None else "K/pixel")
    _map_axes(figure, frame)
    _mark(figure, interface, axis)
    figure.update_layout(showlegend=False, plot_bgcolor=BAD_PIXEL)
    return dress(figure, _height(frame, 1, 1)[0])


def _survey(figure: go.Figure, survey: Array, frame: Frame) -> None:
    picture = block_mean(np.asarray(survey, float), coarsening(survey.shape, PIXELS // 2))
    left, right, bottom, top = frame.extent
    rows, columns = picture.shape
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = top + (np.arange(rows) + 0.5) * (bottom - top) / rows
    low, high = limits(picture)
    figure.add_heatmap(
        z=light(picture), x=x, y=y, colorscale="Greys_r", zmin=low, zmax=high, showscale=False, hoverinfo="skip"
    )


def _arrows(figure: go.Figure, gradient: GradientField, frame: Frame, unit: str) -> None:
    places, down, across = significant_arrows(gradient, frame)
    if not len(places):
        return
    size = np.hypot(down, across)
    half = 0.5 * arrow_scale(down, across, frame) * np.stack([down, across], axis=1)
    tails, heads = places - half, places + half
    gap = np.full(len(places), np.nan)
    x, y = (np.stack([tails[:, i], heads[:, i], gap], axis=1).ravel() for i in (1, 0))
    numbers = np.repeat(size, 3)
    sizes = np.tile([0, 1, 0], len(places))
    hover = f"gradient %{{customdata:.4~g}} {unit}<extra></extra>"
    # a dark arrow under a white one is seen on every ground
    for colour, wide, tip in ((INK, 3.4, 12), ("white", 1.6, 8)):
        figure.add_scatter(
            x=light(x), y=light(y), mode="lines+markers", line={"color": colour, "width": wide}, hovertemplate=hover,
            marker={"symbol": "arrow", "angleref": "previous", "size": tip * sizes, "color": colour, "opacity": 1,
                    "line": {"width": 0}}, customdata=light(numbers),
        )  # fmt: skip


def _map_axes(figure: go.Figure, frame: Frame, rows: int = 1) -> None:
    left, right, bottom, top = frame.extent
    figure.update_xaxes(range=[left, right], constrain="domain", showgrid=False, mirror=True)
    figure.update_yaxes(range=[bottom, top], constrain="domain", showgrid=False, mirror=True, nticks=4)
    figure.update_yaxes(title={"text": f"y ({frame.unit})"}, col=1)
    figure.update_xaxes(title={"text": f"x ({frame.unit})"}, row=rows)
    for pixels, update in zip(frame.shape, (figure.update_yaxes, figure.update_xaxes), strict=True):
        if pixels == 1:
            update(tickvals=[0])
    if frame.aspect == "equal":
        figure.for_each_yaxis(lambda axis: axis.update(scaleanchor=axis.anchor))


def _height(frame: Frame, rows: int, columns: int) -> tuple[int, float]:
    """Height of a chart of maps in px, and the share of it between two rows."""
    _, high = frame.fitted(_WIDTH / columns - 110 * (columns - 1), _HIGHEST)
    inner = rows * max(high, 60.0) + (rows - 1) * _GAP
    return round(inner + MARGIN["t"] + MARGIN["b"]), _GAP / inner


def _mark(figure: go.Figure, interface: InterfaceResult | None, axis: str) -> None:
    if interface is None or interface.position.value is None:
        return
    line = figure.add_vline if axis == "x" else figure.add_hline
    line(interface.position.value, line={"color": "white", "width": 1.5, "dash": "dash"})
