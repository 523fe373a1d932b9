"""Figures of maps: temperature beside its error, isotherms and gradient arrows, and what was flagged."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from kapitza.data import Array, GradientField, InterfaceResult, Status, TemperatureMap
from kapitza.plots.frame import Frame, add_colour_bar, draw_plane, limits, map_panels, map_width, mark_interface
from kapitza.plots.style import (
    ERROR_COLOURS,
    INK,
    SINGLE,
    SURVEY_COLOURS,
    TEMPERATURE_COLOURS,
    add_legend,
    legend_height,
    letter_panels,
    styled,
)

ISOTHERM = "#ffd24d"
"""Isotherms over a grey survey image."""

STATUS_COLOURS = {
    Status.OK: "#f2f2f2",
    Status.MASKED: "#a6a6a6",
    Status.NOT_FINITE: "#000000",
    Status.NO_COUNTS: "#56b4e9",
    Status.SATURATED: "#d55e00",
    Status.NO_ZERO_LOSS: "#009e73",
    Status.SPIKES: "#f0e442",
    Status.BACKGROUND_FAILED: "#0072b2",
    Status.NO_SIGNAL: "#cc79a7",
    Status.NO_TEMPERATURE: "#661100",
}


def frame_of(tmap: TemperatureMap) -> Frame:
    """Where the pixels of `tmap` lie."""
    rows, columns = tmap.temperature.shape
    return Frame((int(rows), int(columns)), tmap.step)


@styled
def temperature_map(tmap: TemperatureMap, interface: InterfaceResult | None = None, axis: str = "x") -> Figure:
    """Draw the temperature of every pixel beside its standard error; pixels without a temperature are grey.

    `interface` marks where the interface was found, along image axis `axis`.
    """
    frame = frame_of(tmap)
    figure, panels = map_panels(frame, 2)
    planes = (
        ("Temperature", tmap.temperature, TEMPERATURE_COLOURS, "T (K)"),
        ("Standard error of one pixel", tmap.error, ERROR_COLOURS, "s.e. (K)"),
    )
    for ax, (title, plane, colours, label) in zip(panels, planes, strict=True):
        image = draw_plane(ax, plane, frame, colours)
        add_colour_bar(figure, ax, image, label)
        mark_interface(ax, interface, axis)
        ax.set_title(title)
    letter_panels(panels)
    return figure


@styled
def isotherms(
    tmap: TemperatureMap,
    gradient: GradientField,
    survey: Array | None = None,
    interface: InterfaceResult | None = None,
    axis: str = "x",
) -> Figure:
    """Draw isotherms and gradient arrows over the survey image, or over the smoothed temperature where there is none.

    Arrows point to the hotter side; they are drawn where the gradient is more than twice its error.
    survey : (rows, columns), stretched over the field of the map.
    """
    frame = frame_of(tmap)
    figure, (ax,) = map_panels(frame, 1)
    if survey is None:
        image = draw_plane(ax, gradient.temperature, frame, TEMPERATURE_COLOURS)
        add_colour_bar(figure, ax, image, "T (K)")
    else:
        draw_plane(ax, np.asarray(survey, float), frame, SURVEY_COLOURS)
    lines = _contours(ax, gradient.temperature, frame, "white" if survey is None else ISOTHERM)
    unit = "K/µm" if tmap.step is not None else "K/pixel"
    typical = _arrows(ax, gradient, frame)
    mark_interface(ax, interface, axis)
    arrows = "no gradient above twice its error" if typical is None else f"gradient (median arrow {typical:.3g} {unit})"
    ax.set_title(f"{'Isotherms (K)' if lines else 'Smoothed temperature'} and {arrows}")
    return figure


def _contours(ax: Axes, temperature: Array, frame: Frame, colour: str) -> bool:
    if min(frame.shape) < 2 or np.isfinite(temperature).sum() < 4 or np.ptp(temperature[np.isfinite(temperature)]) == 0:
        return False
    y, x = frame.coordinates()
    levels = MaxNLocator(9, steps=[1, 2, 5, 10]).tick_values(*limits(temperature))
    lines = ax.contour(x, y, np.ma.masked_invalid(temperature), levels=levels, colors=colour, linewidths=0.8)
    stroke = withStroke(linewidth=1.6, foreground="#00000070")
    lines.set_path_effects([stroke])
    for label in ax.clabel(lines, fontsize=6.5, fmt="%g", inline_spacing=2):
        label.set_path_effects([stroke])
    return True


def _arrows(ax: Axes, gradient: GradientField, frame: Frame) -> float | None:
    places, down, across = significant_arrows(gradient, frame)
    if not len(places):
        return None
    left, right, _, _ = frame.extent
    per_width = (right - left) / arrow_scale(down, across, frame)
    ax.quiver(
        places[:, 1], places[:, 0], across, down, angles="xy", scale_units="width", scale=per_width, width=0.0028,
        headwidth=4, headlength=4.5, headaxislength=4, color="white", edgecolor=INK, linewidth=0.3,
        pivot="middle",
    )  # fmt: skip
    return float(np.median(np.hypot(down, across)))


def arrow_scale(down: Array, across: Array, frame: Frame) -> float:
    """Length of an arrow over its gradient: the median reaches most of the way to its neighbour."""
    sizes = np.hypot(down, across)
    return _spacing(frame) * float(min(0.7 / np.median(sizes), 1.5 / sizes.max()))


def _spacing(frame: Frame) -> float:
    left, right, bottom, top = frame.extent
    return max((right - left) / 18, (bottom - top) / 18, *frame.pitch)


def significant_arrows(gradient: GradientField, frame: Frame) -> tuple[Array, Array, Array]:
    """Places (n, 2) as y, x, and the gradient down and across (n,) there, on a grid of at most 18 arrows a side.

    Only where the gradient is more than twice its standard error.
    """
    y, x = frame.coordinates()
    strides = [max(1, round(_spacing(frame) / pitch)) for pitch in frame.pitch]
    rows, columns = (_spread(n, stride) for n, stride in zip(frame.shape, strides, strict=True))
    grid = np.ix_(rows, columns)
    down, across, error = gradient.gradient_y[grid], gradient.gradient_x[grid], gradient.error[grid]
    down = np.where(np.isfinite(down), down, 0.0) if frame.shape[0] == 1 else down
    across = np.where(np.isfinite(across), across, 0.0) if frame.shape[1] == 1 else across
    shown = np.isfinite(down) & np.isfinite(across) & (np.hypot(down, across) > 2 * error)
    places = np.stack(np.meshgrid(y[rows], x[columns], indexing="ij"), axis=-1)
    return places[shown], down[shown], across[shown]


def _spread(n: int, stride: int) -> Array:
    """Every `stride`-th of `n` pixels, as far from one edge as from the other."""
    count = max(1, n // stride)
    return (n - 1 - (count - 1) * stride) // 2 + stride * np.arange(count)


@styled
def status_map(tmap: TemperatureMap) -> Figure:
    """Draw which pixels have no temperature, and why, with the number of pixels for each reason."""
    frame = frame_of(tmap)
    found = [s for s in Status if (tmap.status == s).any()]
    handles = [Patch(facecolor=STATUS_COLOURS[s], edgecolor=INK, linewidth=0.4) for s in found]
    labels = [f"{s.sentence} ({int((tmap.status == s).sum())})" for s in found]
    columns = 2 if map_width(frame, 1) > SINGLE else 1
    figure, (ax,) = map_panels(frame, 1, below=legend_height(len(found), columns))
    colours = ListedColormap([STATUS_COLOURS[s] for s in Status])
    ax.imshow(tmap.status, cmap=colours, vmin=-0.5, vmax=len(Status) - 0.5, extent=frame.extent, aspect=frame.aspect)
    add_legend(figure, handles, labels, columns)
    ax.set_title(f"Pixels with and without a temperature ({tmap.status.size} in all)")
    return figure
