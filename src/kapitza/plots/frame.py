"""Planes of pixels on axes in nm: extent, colour bar, bad pixels in grey, the interface marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import FixedLocator, MaxNLocator

from kapitza.data import Array, InterfaceResult
from kapitza.plots.style import BAD_PIXEL, DOUBLE, MIDDLE, MM, SINGLE, add_panel, new_figure

Step = tuple[float, float] | None


@dataclass(frozen=True)
class Frame:
    """Where the pixels of a map lie: `shape` (y, x) and pitch `step` (y, x) in nm, None where it is not known."""

    shape: tuple[int, int]
    step: Step

    @property
    def unit(self) -> str:
        """Unit of both axes."""
        return "nm" if self.step is not None else "pixel"

    @property
    def pitch(self) -> tuple[float, float]:
        """Pixel pitch (y, x) in `unit`."""
        return self.step if self.step is not None else (1.0, 1.0)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top edge, with y pointing down and coordinates at pixel centres."""
        (rows, columns), (dy, dx) = self.shape, self.pitch
        return -dx / 2, (columns - 0.5) * dx, (rows - 0.5) * dy, -dy / 2

    @property
    def ratio(self) -> float:
        """Width over height."""
        left, right, bottom, top = self.extent
        return (right - left) / (bottom - top)

    @property
    def aspect(self) -> Literal["equal", "auto"]:
        """ "equal", or "auto" for line scans, which would be too thin to see."""
        return "equal" if 1 / 14 < self.ratio < 14 else "auto"

    def fitted(self, width: float, height: float) -> tuple[float, float]:
        """Width and height in mm of the map that fills a box of `width` by `height` mm."""
        if self.aspect == "auto":
            return (width, 12.0) if self.ratio > 1 else (12.0, height)
        return min(width, height * self.ratio), min(width / self.ratio, height)

    def coordinates(self) -> tuple[Array, Array]:
        """Coordinates (y,) and (x,) of the pixel centres in `unit`."""
        return np.arange(self.shape[0]) * self.pitch[0], np.arange(self.shape[1]) * self.pitch[1]


POINT = 0.08
"""Length of a colour bar's pointed end over the length of its bar."""

LEFT, RIGHT, TOP, BOTTOM = 13.0, 16.0, 5.5, 9.0
"""Room for axis labels, for a colour bar, for a title and for the label below, mm."""


def map_width(frame: Frame, count: int) -> float:
    """Width in mm of a figure with `count` maps of `frame`."""
    if frame.ratio < 1.6:
        return DOUBLE if count > 1 else SINGLE
    return DOUBLE if frame.ratio > 5 else MIDDLE


def map_panels(frame: Frame, count: int, below: float = 0.0, width: float | None = None) -> tuple[Figure, list[Axes]]:
    """A figure with `count` panels for maps of `frame`, and room of `below` mm under them.

    The maps stand below each other where they are wide, else side by side.
    """
    width = map_width(frame, count) if width is None else width
    stacked = frame.ratio >= 1.6
    across = 1 if stacked else count
    wide, high = frame.fitted(width / across - LEFT - RIGHT, 80.0)
    down = count if stacked else 1
    figure = new_figure(width, down * (TOP + high) + BOTTOM + below)
    panels = [
        add_panel(figure, LEFT + (i % across) * width / across, TOP + (i // across) * (TOP + high), wide, high)
        for i in range(count)
    ]
    for i, ax in enumerate(panels):
        ax.spines[:].set_visible(True)
        for side, pixels, ticks in ((ax.yaxis, frame.shape[0], 3), (ax.xaxis, frame.shape[1], 9)):
            one_pixel = FixedLocator([0])
            many = MaxNLocator(ticks, steps=[1, 2, 5, 10], integer=frame.step is None)
            side.set_major_locator(one_pixel if pixels == 1 else many)
        ax.set_ylabel(f"y ({frame.unit})")
        if stacked and i < count - 1:
            ax.tick_params(labelbottom=False)
        else:
            ax.set_xlabel(f"x ({frame.unit})")
    return figure, panels


def limits(values: Array) -> tuple[float, float]:
    """Colour limits that a few outliers do not stretch: the 1st and 99th percentile of the finite values."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = np.percentile(finite, [1, 99])
    return (float(low), float(high)) if high > low else (float(low) - 0.5, float(high) + 0.5)


def draw_plane(
    ax: Axes, plane: Array, frame: Frame, colours: str, span: tuple[float, float] | None = None
) -> AxesImage:
    """Draw `plane` (y, x) in `colours`; what is not finite is grey."""
    cmap = matplotlib.colormaps[colours].with_extremes(bad=BAD_PIXEL)
    low, high = span if span is not None else limits(plane)
    return ax.imshow(
        np.ma.masked_invalid(plane), cmap=cmap, vmin=low, vmax=high, extent=frame.extent, aspect=frame.aspect
    )


def add_colour_bar(figure: Figure, ax: Axes, image: AxesImage, label: str) -> None:
    """A thin colour bar right of `ax`, with `label` (symbol and unit) on top; pointed where values lie outside.

    Where nothing is known there is nothing to scale, and no bar.
    """
    values: Array = np.ma.compressed(np.ma.asarray(image.get_array()))
    if not values.size:
        return
    low, high = image.get_clim()
    below, above = bool((values < low).any()), bool((values > high).any())
    extend = {(True, True): "both", (True, False): "min", (False, True): "max"}.get((below, above), "neither")
    box, per_mm = ax.get_position(), 1 / (figure.get_size_inches()[0] * MM)
    bare = box.height / (1 + POINT * (below + above))
    place = figure.add_axes((box.x1 + 1.5 * per_mm, box.y0 + POINT * below * bare, 2.5 * per_mm, bare))
    bar = figure.colorbar(image, cax=place, extend=extend, extendfrac=POINT)
    bar.ax.set_title(label, loc="left", fontsize=6.5, y=1 + POINT * above)
    bar.outline.set_linewidth(0.5)
    bar.ax.yaxis.set_major_locator(MaxNLocator(4))


def mark_interface(ax: Axes, interface: InterfaceResult | None, axis: str, colour: str = "white") -> None:
    """A dashed line where the interface was found."""
    if interface is not None and interface.position.value is not None:
        line = ax.axvline if axis == "x" else ax.axhline
        line(interface.position.value, color=colour, linewidth=0.8, linestyle=(0, (4, 2)))
