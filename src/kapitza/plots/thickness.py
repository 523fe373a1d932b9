"""Figure of the foil's thickness: its map, its profile across the interface, and temperatures in a foil of even
thickness."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import AutoMinorLocator

from kapitza.data import Array, InterfaceResult
from kapitza.interface.foil import FoilProfile
from kapitza.plots.frame import (
    BOTTOM,
    LEFT,
    RIGHT,
    Frame,
    Step,
    add_colour_bar,
    draw_plane,
    limits,
    map_panels,
    map_width,
    mark_interface,
)
from kapitza.plots.profiles import bulk_line
from kapitza.plots.style import (
    ERROR_COLOURS,
    FAINT,
    GREEN,
    INK,
    MIDDLE,
    MM,
    PURPLE,
    add_legend,
    add_panel,
    letter_panels,
    styled,
)
from kapitza.plots.words import plain, quantity_text
from kapitza.study.foil import ImageThickness

THICKNESS_COLOURS = "cividis"

_HIGH, _GAP, _BOTTOM, _LEGEND = 38.0, 14.0, 9.0, 8.0
"""Height of a panel of lines, room above it and below the last one, and of the legend, mm."""


def planes(found: ImageThickness) -> tuple[Array, Array, str]:
    """Thickness (y, x) and its statistical standard error, and their unit: "nm", or "" for t/lambda."""
    if found.value is not None and found.error is not None:
        return found.value, found.error, "nm"
    return found.placed.value, found.placed.error, ""


@styled
def thickness_map(
    found: ImageThickness,
    step: Step,
    interface: InterfaceResult | None = None,
    axis: str = "x",
    left: str = "left",
    right: str = "right",
) -> Figure:
    """Draw the thickness of every pixel and, across an interface, its profile with one standard error.

    Without an interface the statistical error of every pixel stands beside the map. Where the heat flow was corrected,
    a third panel has the temperatures as measured and in a foil as thick everywhere as at the interface.

    step : pixel pitch (y, x), nm; None where not known. left, right : names of the materials.
    """
    value, error, unit = planes(found)
    frame = Frame((value.shape[0], value.shape[1]), step)
    name = "t (nm)" if unit else "t/λ"
    if found.profile is None or interface is None:
        figure, panels = map_panels(frame, 2)
        shown = ((value, THICKNESS_COLOURS, name), (error, ERROR_COLOURS, "s.e. (nm)" if unit else "s.e."))
        for ax, (plane, colours, label) in zip(panels, shown, strict=True):
            add_colour_bar(figure, ax, draw_plane(ax, plane, frame, colours), label)
        panels[0].set_title("Thickness")
        panels[1].set_title("Standard error of one pixel")
        letter_panels(panels)
        return figure
    return _across(found.profile, found.even, (value, name), frame, interface, axis, (plain(left), plain(right)))


def _across(
    profile: FoilProfile,
    even: InterfaceResult | None,
    shown: tuple[Array, str],
    frame: Frame,
    interface: InterfaceResult,
    axis: str,
    materials: tuple[str, str],
) -> Figure:
    rows, legend = (1, 0.0) if even is None else (2, _LEGEND)
    width = max(map_width(frame, 1), MIDDLE)
    below = rows * (_HIGH + _GAP) - BOTTOM + _BOTTOM + legend
    figure, panels = map_panels(frame, 1, below, width)
    add_colour_bar(figure, panels[0], draw_plane(panels[0], shown[0], frame, THICKNESS_COLOURS), shown[1])
    mark_interface(panels[0], interface, axis)
    panels[0].set_title("Thickness")
    top = figure.get_size_inches()[1] * MM - below + _GAP - BOTTOM
    wide = width - LEFT - RIGHT
    panels.append(add_panel(figure, LEFT, top, wide, _HIGH))
    _thickness_profile(panels[1], profile, shown[1], interface, materials)
    if even is not None:
        panels.append(add_panel(figure, LEFT, top + _HIGH + _GAP, wide, _HIGH))
        _temperatures(panels[2], interface, even)
        add_legend(figure, *panels[2].get_legend_handles_labels(), 1)
    for ax in panels[1:]:
        ax.set_xlabel("Position (nm)")
        ax.xaxis.set_minor_locator(AutoMinorLocator(2))
        ax.yaxis.set_minor_locator(AutoMinorLocator(2))
        ax.margins(x=0.01)
    if axis == "x" and frame.ratio >= 1.6:
        panels[1].set_xlim(panels[0].get_xlim())
    letter_panels(panels)
    return figure


def _thickness_profile(
    ax: Axes, profile: FoilProfile, label: str, interface: InterfaceResult, materials: tuple[str, str]
) -> None:
    x, t, error = profile.position, profile.value, profile.error
    ax.fill_between(x, t - error, t + error, color=GREEN, alpha=0.25, linewidth=0)
    ax.plot(x, t, color=GREEN)
    low, high = limits(np.concatenate([t - error, t + error]))
    ax.set_ylim(min(0.0, low), 1.15 * high)
    ax.set_ylabel(label)
    position = interface.position.value
    if position is not None:
        ax.axvline(position, color=FAINT, linewidth=0.5, linestyle=":")
        for name, away, side in ((materials[0], -3, "right"), (materials[1], 3, "left")):
            ax.annotate(
                name, (position, 1.0), (away, -2), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha=side, va="top",
            )  # fmt: skip
    ax.set_title("Thickness, ± 1 s.e. with that of the mean free path" if profile.unit else "Thickness, ± 1 s.e.")


def _temperatures(ax: Axes, measured: InterfaceResult, even: InterfaceResult) -> None:
    for result, colour, name in ((measured, INK, "as measured"), (even, PURPLE, "foil of even thickness")):
        points = result.profile
        lengths = [quantity_text(getattr(result, f"characteristic_length_{side}")) for side in ("left", "right")]
        ax.errorbar(
            points.position, points.temperature, points.error, fmt="o", color=colour, markersize=1.6, elinewidth=0.4,
            alpha=0.6, label=f"{name}: lengths {lengths[0]} (left), {lengths[1]} (right)",
        )  # fmt: skip
        if result.position.value is None:
            continue
        for side, (start, stop) in (("left", result.bulk_left), ("right", result.bulk_right)):
            ends = (start, result.position.value) if side == "left" else (result.position.value, stop)
            at = np.linspace(*ends, 40)
            ax.plot(at, bulk_line(result, side, at)[0], color=colour, zorder=4)
        ax.axvline(result.position.value, color=FAINT, linewidth=0.5, linestyle=":")
    ax.set_ylabel("Temperature (K)")
    ax.set_title("Heat flow corrected for the thickness")
