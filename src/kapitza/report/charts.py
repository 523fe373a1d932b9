"""What all charts of the page share: look, size, and how a chart becomes a piece of HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io

from kapitza.data import Array
from kapitza.plots.style import FAINT, INK

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
GRID = "#ececec"
MARGIN = {"l": 64, "r": 20, "t": 52, "b": 48}
"""Room around the frames, px; the buttons of a chart stand in the uppermost 25."""
_AXIS = {
    "showline": True,
    "linecolor": INK,
    "linewidth": 1,
    "ticks": "outside",
    "ticklen": 4,
    "tickcolor": INK,
    "gridcolor": GRID,
    "zeroline": False,
    "title": {"standoff": 6},
}
_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "xaxis": _AXIS,
        "yaxis": {**_AXIS, "automargin": True},
        "margin": MARGIN,
        "hoverlabel": {"font": {"family": FONT, "size": 13}},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "font": {"size": 12}},
        "bargap": 0.04,
    }
)
_CONFIG = {
    "displaylogo": False,
    "responsive": True,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
}


@dataclass
class Numbering:
    """Names for the charts of one page, counted up."""

    count: int = field(default=0)

    def next(self) -> str:
        """The next name."""
        self.count += 1
        return f"chart-{self.count}"


def dress(figure: go.Figure, height: int) -> go.Figure:
    """Give a chart the page's look and a height in px."""
    figure.update_layout(template=_TEMPLATE, height=height, autosize=True)
    return figure


def left_titles(figure: go.Figure) -> None:
    """Put the subplot titles, given row by row, at the left edges of their subplots."""
    for note, axis in zip(figure.layout.annotations, figure.select_xaxes(), strict=False):
        note.update(x=axis.domain[0], xanchor="left", font={"size": 13})


def to_html(figure: go.Figure, numbering: Numbering) -> str:
    """The chart as a piece of HTML that expects plotly.js on the page."""
    return plotly.io.to_html(
        figure,
        config=_CONFIG,
        include_plotlyjs=False,
        full_html=False,
        div_id=numbering.next(),
        default_width="100%",
        default_height=f"{figure.layout.height}px",
        validate=False,
    )


def shown(text: str) -> str:
    """A user's text for a chart, which reads markup: the markup is shown, not obeyed."""
    return escape(text, quote=False)


def light(values: Array) -> Array:
    """Numbers in single precision, half the size on the page; masked or endless ones as NaN."""
    return np.asarray(values, np.float32)


def vertical_line(figure: go.Figure, position: float | None, **place: Any) -> None:
    """A dotted line at `position` where it is known."""
    if position is not None:
        figure.add_vline(position, line={"color": FAINT, "width": 1, "dash": "dot"}, **place)
