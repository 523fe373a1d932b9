"""Panels of curves, said once: `draw_panels` makes a figure of them here, `kapitza.report.charts_panels` a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kapitza.data import Array
from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    FAINT,
    GREEN,
    INK,
    MIDDLE,
    ORANGE,
    PURPLE,
    SKY,
    add_legend,
    add_panel,
    legend_height,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import plain

COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, INK)
"""Of curves that no material or heat flow gives a colour to."""

_LEFT, _RIGHT, _TOP, _BETWEEN, _BELOW = 15.0, 3.0, 6.0, 11.0, 9.0
_HIGH, _COLUMNS = 36.0, 4


@dataclass(frozen=True)
class Curve:
    """One curve. x, y : (n,). error : (n,), standard errors, or None. label : in the legend, once for all panels."""

    x: Array
    y: Array
    colour: str
    label: str = ""
    error: Array | None = None
    kind: Literal["line", "dashed", "points"] = "line"


@dataclass(frozen=True)
class Panel:
    """Curves in one frame. marks : places on the x axis with a dotted line, by what is written at them. note : the
    number that the panel supports. limits : of y, where the curves should not set them."""

    title: str
    xlabel: str
    ylabel: str
    curves: tuple[Curve, ...]
    marks: dict[str, float] = field(default_factory=dict)
    note: str = ""
    limits: tuple[float, float] | None = None


Grid = Sequence[Sequence[Panel]]
"""Rows of panels."""


@styled
def draw_panels(grid: Grid) -> Figure:
    """Draw rows of panels, with one legend below them all."""
    columns = max(len(row) for row in grid)
    width = DOUBLE if columns > 1 else MIDDLE
    entries = list(dict.fromkeys(c.label for row in grid for panel in row for c in panel.curves if c.label))
    legend = legend_height(len(entries), _COLUMNS) if entries else 0.0
    figure = new_figure(width, _TOP + len(grid) * (_HIGH + _BETWEEN) - _BETWEEN + _BELOW + legend)
    panels: dict[str, tuple[object, str]] = {}
    axes = []
    for i, row in enumerate(grid):
        across = width / len(row)
        for j, panel in enumerate(row):
            place = (j * across + _LEFT, _TOP + i * (_HIGH + _BETWEEN), across - _LEFT - _RIGHT, _HIGH)
            ax = add_panel(figure, *place)
            _draw(ax, panel)
            axes.append(ax)
            for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
                panels.setdefault(label, (handle, label))
    letter_panels(axes)
    if panels:
        handles, labels = zip(*panels.values(), strict=True)
        add_legend(figure, list(handles), list(labels), _COLUMNS)
    return figure


def _draw(ax: Axes, panel: Panel) -> None:
    for curve in panel.curves:
        label = plain(curve.label) or None
        if curve.kind == "points":
            ax.errorbar(
                curve.x, curve.y, curve.error, fmt="o", markersize=2.0, elinewidth=0.5, color=curve.colour, label=label
            )
            continue
        dashes = (0, (3, 1.5)) if curve.kind == "dashed" else "-"
        ax.plot(curve.x, curve.y, color=curve.colour, linestyle=dashes, label=label)
        if curve.error is not None:
            low, high = curve.y - curve.error, curve.y + curve.error
            ax.fill_between(curve.x, low, high, color=curve.colour, alpha=0.2, linewidth=0)
    for text, x in panel.marks.items():
        ax.axvline(x, color=FAINT, linewidth=0.5, linestyle=":", zorder=0)
        ax.annotate(
            plain(text), (x, 1.0), (1.5, -1.5), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="left", va="top", fontsize=5.5, color=FAINT,
        )  # fmt: skip
    if panel.limits is not None:
        ax.set_ylim(*panel.limits)
    if panel.note:
        ax.set_title(panel.note, loc="right")
    ax.set_title(plain(panel.title))
    ax.set_xlabel(panel.xlabel)
    ax.set_ylabel(panel.ylabel)
    ax.margins(x=0.01, y=0.15 if panel.marks else None)


def scaled(curve: Array, top: float) -> Array:
    """A curve over a largest value; as it is where that is nothing."""
    return np.asarray(curve, float) / (top or 1.0)
