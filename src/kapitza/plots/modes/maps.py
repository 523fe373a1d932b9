"""Figure of loss and gain against position and energy across an interface, one column of panels per direction."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kapitza.data import Array
from kapitza.interface.modes.summary import ModeSummary
from kapitza.plots.frame import add_colour_bar
from kapitza.plots.panels import scaled
from kapitza.plots.profiles import titled
from kapitza.plots.style import DOUBLE, SINGLE, SURVEY_COLOURS, add_panel, letter_panels, new_figure, styled

_ENERGIES = (40.0, 130.0)
_HIGH, _LEFT, _RIGHT, _TOP, _BETWEEN, _BELOW = 38.0, 13.0, 16.0, 6.0, 7.0, 9.0


@styled
def mode_maps(images: Mapping[str, tuple[str | None, ModeSummary]]) -> Figure:
    """Draw losses (above) and gains (below) against position and energy, each over its own largest mean over a column.

    images : by name, (direction of the heat, summary); up to two stand beside each other. The dashed line is the
    interface; ticks on the right are the energies of the modes that were fitted.
    """
    shown = dict(list(images.items())[:2])
    width = SINGLE if len(shown) == 1 else DOUBLE
    across = width / len(shown)
    figure = new_figure(width, _TOP + 2 * _HIGH + _BETWEEN + _BELOW)
    panels = []
    for i, (name, (flow, summary)) in enumerate(shown.items()):
        energy, planes = loss_and_gain(summary)
        for j, (side, plane) in enumerate(zip(("loss", "gain"), planes, strict=True)):
            place = (i * across + _LEFT, _TOP + j * (_HIGH + _BETWEEN), across - _LEFT - _RIGHT, _HIGH)
            ax = add_panel(figure, *place)
            _draw(figure, ax, plane, energy, summary)
            ax.set_title(f"{titled(name, flow)}, {side}")
            ax.set_ylabel("|E| (meV)")
            ax.tick_params(labelbottom=j == 1)
            panels.append(ax)
        panels[-1].set_xlabel("Position (nm)")
    letter_panels(panels)
    return figure


def loss_and_gain(summary: ModeSummary) -> tuple[Array, tuple[Array, Array]]:
    """Energies (m,), meV, and losses and gains (m, n) against them and position, each over its highest."""
    energy, nets, _ = summary.columns.sides()
    chosen = (energy >= _ENERGIES[0]) & (energy <= _ENERGIES[1])
    loss, gain = ((net[:, chosen] / summary.columns.pixels[:, np.newaxis]).T for net in nets)
    return energy[chosen], (scaled(loss, float(loss.max(initial=0.0))), scaled(gain, float(gain.max(initial=0.0))))


def _draw(figure: Figure, ax: Axes, plane: Array, energy: Array, summary: ModeSummary) -> None:
    """One panel (energy, position)."""
    x = summary.columns.position
    pitch, channel = (float(a[1] - a[0]) if len(a) > 1 else 1.0 for a in (x, energy))
    extent = (x[0] - pitch / 2, x[-1] + pitch / 2, energy[0] - channel / 2, energy[-1] + channel / 2)
    image = ax.imshow(
        plane, cmap=SURVEY_COLOURS + "_r", vmin=0.0, vmax=1.0, extent=extent, aspect="auto", origin="lower"
    )
    add_colour_bar(figure, ax, image, "I / max")
    ax.axvline(summary.position, color="#d55e00", linewidth=0.8, linestyle=(0, (4, 2)))
    for mode in summary.wanted.modes:
        ax.annotate("◂", (1.0, mode.energy), xycoords=("axes fraction", "data"), va="center", ha="left", fontsize=6)
