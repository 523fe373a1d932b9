"""The look that every figure shares: sizes, fonts, colours, and how a figure is saved."""

from __future__ import annotations

import functools
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

MM = 25.4
"""Millimetres per inch."""

SINGLE, MIDDLE, DOUBLE = 89.0, 136.0, 183.0
"""Widths of one, one and a half and two columns of a journal page, mm."""

TEMPERATURE_COLOURS, ERROR_COLOURS, SURVEY_COLOURS = "inferno", "viridis", "gray"
"""Colour maps of temperature, of its error and of the survey image; the first two are perceptually uniform."""

BAD_PIXEL = "#b3b3b3"
INK, FAINT = "#1a1a1a", "#8c8c8c"
BLUE, ORANGE, GREEN, PURPLE, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"
"""Okabe and Ito's colours, told apart by colour-blind readers."""

FLOW_COLOURS = {"forward": ORANGE, "reverse": BLUE, "none": FAINT, None: INK}

_STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"],
    "font.size": 7.0,
    "mathtext.default": "regular",
    "axes.labelsize": 7.0,
    "axes.titlesize": 7.0,
    "axes.titlelocation": "left",
    "axes.titlepad": 3.0,
    # fixed, because looking for a free place for every title takes a third of the time of a figure
    "axes.titley": 1.0,
    "axes.labelpad": 2.0,
    "axes.linewidth": 0.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.minor.width": 0.35,
    "ytick.minor.width": 0.35,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "xtick.major.pad": 2.0,
    "ytick.major.pad": 2.0,
    "lines.linewidth": 0.9,
    "lines.markersize": 2.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.columnspacing": 1.2,
    "image.interpolation": "nearest",
    "figure.dpi": 200.0,
    "figure.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "kapitza",
}

# matplotlib keeps its parameters in one table for the whole process, so two threads may not draw at once
_LOCK = threading.RLock()

P = ParamSpec("P")


@contextmanager
def house_style() -> Iterator[None]:
    """Draw or save figures in kapitza's look; matplotlib's own settings are as before afterwards."""
    with _LOCK, matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        # a name in letters that the font lacks is shown as boxes in the picture, and properly in the report
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """The same figure function, drawing in kapitza's look."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with house_style():
            return draw(*args, **kwargs)

    return drawn


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of `width` by `height` mm that no window and no global state knows."""
    figure = Figure(figsize=(width / MM, height / MM))
    FigureCanvasAgg(figure)
    return figure


def add_panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes whose frame is `width` by `height` mm, `left` and `top` mm from the figure's upper left corner."""
    wide, high = figure.get_size_inches() * MM
    return figure.add_axes((left / wide, 1 - (top + height) / high, width / wide, height / high))


def add_legend(figure: Figure, handles: list[Any], labels: list[str], columns: int) -> None:
    """A legend along the figure's lower edge, where it hides no data; `legend_height` says how high it is."""
    figure.legend(handles, labels, loc="lower center", ncols=columns, borderaxespad=0.2, labelspacing=0.35)


def legend_height(entries: int, columns: int) -> float:
    """Height of a legend of `entries` in `columns`, mm."""
    return 3.6 * -(-entries // columns) + 1.5


def letter_panels(axes: list[Axes]) -> None:
    """Write bold a, b, c ... at the upper left of `axes`; a single panel gets none."""
    if len(axes) > 1:
        for letter, ax in zip("abcdefghijklmnopqrstuvwxyz", axes, strict=False):
            ax.annotate(
                letter, (0, 1), (-26, 3), xycoords="axes fraction", textcoords="offset points",
                fontweight="bold", fontsize=8, annotation_clip=False,
            )  # fmt: skip


def save_figure(figure: Figure, directory: Path, stem: str) -> tuple[Path, Path]:
    """Write `figure` as `stem`.png (200 dots per inch) and `stem`.svg (text as text) into `directory`.

    The same figure always gives the same bytes: no date, no program version, no random identifiers.
    """
    png, svg = directory / f"{stem}.png", directory / f"{stem}.svg"
    save_picture(figure, png)
    save_picture(figure, svg)
    return png, svg


def save_picture(figure: Figure, path: Path) -> None:
    """Write `figure` to one file, `path`, whose name ends in .png or .svg, as `save_figure` does."""
    nothing = {"Software": None} if path.suffix.lower() == ".png" else {"Date": None, "Creator": None}
    with house_style():
        figure.savefig(path, metadata=nothing)
