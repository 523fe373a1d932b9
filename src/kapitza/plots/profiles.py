"""Figures of temperature profiles: bulk lines, the drop, and heat flowing forward, in reverse and not at all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import AutoMinorLocator

from kapitza.data import Array, InterfaceResult
from kapitza.plots.style import (
    BLUE,
    FAINT,
    FLOW_COLOURS,
    GREEN,
    INK,
    MIDDLE,
    ORANGE,
    add_legend,
    add_panel,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import plain, quantity_text

HALF_DIFFERENCE = "Mean + half-difference (K)"
HALF_TITLE = "Half-difference"

FLOW_NAMES = {"forward": "forward", "reverse": "reverse", "none": "no heat flow"}


def bulk_line(interface: InterfaceResult, side: str, x: Array) -> tuple[Array, Array]:
    """The fitted bulk line of `side` ("left" or "right") and its standard error at positions `x`, nm; both (n,), K.

    NaN where the line is not known.
    """
    temperature = getattr(interface, f"temperature_{side}").value
    gradient = getattr(interface, f"gradient_{side}").value
    if temperature is None or gradient is None or interface.position.value is None:
        return np.full(len(x), np.nan), np.full(len(x), np.nan)
    distance = np.asarray(x, float) - interface.position.value
    block = interface.covariance[:2, :2] if side == "left" else interface.covariance[2:, 2:]
    variance = block[0, 0] + 2 * distance * block[0, 1] + distance**2 * block[1, 1]
    return temperature + gradient / 1000 * distance, np.sqrt(np.maximum(variance, 0))


@styled
def profile(
    interface: InterfaceResult, left: str = "left", right: str = "right", ylabel: str = "Temperature (K)"
) -> Figure:
    """Draw the temperature across the interface with the bulk lines, their extrapolation, and the drop.

    left, right : names of the materials. Bands are one standard error of the lines; bulk ranges are shaded.
    """
    strip = 0.0 if interface.composition is None else 15.0
    figure = new_figure(MIDDLE, 71 + strip)
    ax = add_panel(figure, 14, 6, MIDDLE - 17, 52)
    draw_profile(ax, interface, left, right)
    ax.set_ylabel(ylabel)
    handles, labels = ax.get_legend_handles_labels()
    if interface.composition is not None:
        ax.set_xlabel("")
        ax.tick_params(labelbottom=False)
        below = add_panel(figure, 14, 60, MIDDLE - 17, strip - 2)
        below.sharex(ax)
        _composition(below, interface, left)
    add_legend(figure, handles, labels, 3)
    return figure


def draw_profile(ax: Axes, interface: InterfaceResult, left: str = "left", right: str = "right") -> None:
    """The points, lines and drop of one profile on `ax`, for figures of one or several panels."""
    points = interface.profile
    ax.errorbar(
        points.position, points.temperature, points.error, fmt="o", color=INK, elinewidth=0.5, zorder=3,
        markersize=2.2 if len(points.position) < 100 else 1.6, label="mean along the interface ± 1 s.e.",
    )  # fmt: skip
    for side, name, colour in (("left", left, ORANGE), ("right", right, BLUE)):
        _bulk(ax, interface, side, name, colour)
    mark_drop(ax, interface)
    ax.set_xlabel("Position (nm)")
    ax.xaxis.set_minor_locator(AutoMinorLocator(2))
    ax.yaxis.set_minor_locator(AutoMinorLocator(2))
    ax.margins(x=0.01)


def _bulk(ax: Axes, interface: InterfaceResult, side: str, name: str, colour: str) -> None:
    span = interface.bulk_left if side == "left" else interface.bulk_right
    ax.axvspan(*span, color=colour, alpha=0.07, linewidth=0, zorder=0)
    inside = np.linspace(*span, 40)
    line, error = bulk_line(interface, side, inside)
    if not np.isfinite(line).all():
        return
    ax.plot(inside, line, color=colour, zorder=4, label=f"line fitted in {plain(name)}")
    near = span[1] if side == "left" else span[0]
    assert interface.position.value is not None
    outside = np.linspace(near, interface.position.value, 20)
    reach, reach_error = bulk_line(interface, side, outside)
    ax.plot(outside, reach, color=colour, linestyle=(0, (3, 1.5)), zorder=4)
    for x, y, e in ((inside, line, error), (outside, reach, reach_error)):
        ax.fill_between(x, y - e, y + e, color=colour, alpha=0.22, linewidth=0, zorder=2)


def mark_drop(ax: Axes, interface: InterfaceResult) -> None:
    """An arrow from one bulk line to the other at the interface, and the drop's number above the frame."""
    position, left, right = (
        q.value for q in (interface.position, interface.temperature_left, interface.temperature_right)
    )
    if position is None or left is None or right is None:
        return
    ax.axvline(position, color=FAINT, linewidth=0.5, linestyle=":", zorder=1)
    arrow = {"arrowstyle": "<->", "color": INK, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 6}
    ax.annotate("", (position, left), (position, right), arrowprops=arrow, zorder=6)
    ax.annotate(
        f"ΔT = {quantity_text(interface.drop)}", (position, 1.0), (0, 2), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="center", va="bottom", fontsize=7,
    )  # fmt: skip


def title_beside_drop(ax: Axes, title: str, interface: InterfaceResult) -> None:
    """Write `title` above the frame, on the side where the drop's number does not stand."""
    position = interface.position.value
    place = 1.0 if position is None else float(ax.transLimits.transform((position, 0.0))[0])
    ax.set_title(title, loc="left" if place > 0.35 else "right")


def _composition(ax: Axes, interface: InterfaceResult, left: str) -> None:
    assert interface.composition is not None
    x, share, error = interface.profile.position, interface.composition, interface.composition_error
    ax.plot(x, share, color=GREEN)
    if error is not None:
        ax.fill_between(x, share - error, share + error, color=GREEN, alpha=0.3, linewidth=0)
    if interface.position.value is not None:
        ax.axvline(interface.position.value, color=FAINT, linewidth=0.5, linestyle=":", zorder=1)
    ax.set_ylim(-0.1, 1.1)
    ax.set_yticks([0, 1])
    ax.set_ylabel(f"Share of\n{plain(left)}")
    ax.set_xlabel("Position (nm)")


@styled
def flows(
    images: Mapping[str, tuple[str | None, InterfaceResult]],
    combined: InterfaceResult | None = None,
    left: str = "left",
    right: str = "right",
) -> Figure:
    """Draw the profiles of all images together and, below, the half-difference of forward and reverse.

    images : name to (heat flow, interface). What stays when the heat is turned round is an artefact; what changes sign
    is real.
    """
    rows = -(-len(images) // 3)
    top = 4.0 + 3.4 * rows
    figure = new_figure(MIDDLE, top + 52 + (9 if combined is None else 67))
    panels = [add_panel(figure, 14, top, MIDDLE - 17, 52)]
    for name, (flow, interface) in images.items():
        draw_flow(panels[0], interface, titled(name, flow), FLOW_COLOURS[flow])
    panels[0].set_ylabel("Temperature (K)")
    panels[0].set_title("All images")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="upper right", ncols=3, borderaxespad=0.2)
    if combined is not None:
        panels.append(add_panel(figure, 14, top + 59, MIDDLE - 17, 46))
        panels[1].sharex(panels[0])
        draw_profile(panels[1], combined, left, right)
        panels[0].tick_params(labelbottom=False)
        panels[1].set_ylabel(HALF_DIFFERENCE)
        title_beside_drop(panels[1], HALF_TITLE, combined)
        add_legend(figure, *panels[1].get_legend_handles_labels(), 3)
    panels[-1].set_xlabel("Position (nm)")
    letter_panels(panels)
    return figure


def titled(name: str, flow: str | None) -> str:
    """The image's name with its heat flow, said once."""
    return plain(name) if flow is None or name == flow else f"{plain(name)} ({FLOW_NAMES[flow]})"


def draw_flow(ax: Axes, interface: InterfaceResult, label: str, colour: str) -> None:
    """One profile with its bulk lines in one colour."""
    points = interface.profile
    ax.errorbar(
        points.position, points.temperature, points.error, fmt="o", markersize=1.8, color=colour, elinewidth=0.45,
        alpha=0.75, label=label,
    )  # fmt: skip
    if interface.position.value is None:
        return
    for side, (start, stop) in (("left", interface.bulk_left), ("right", interface.bulk_right)):
        ends = (start, interface.position.value) if side == "left" else (interface.position.value, stop)
        x = np.linspace(*ends, 40)
        ax.plot(x, bulk_line(interface, side, x)[0], color=colour)
    ax.axvline(interface.position.value, color=FAINT, linewidth=0.5, linestyle=":", zorder=1)
