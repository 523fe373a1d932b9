"""Modes of an interface cell: how localised they are, how the bound ones move, and densities of states of layers."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kapitza.atoms.elements import symbols_of
from kapitza.atoms.modes import InterfaceModes, LayerDensity, LocalMode
from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    FAINT,
    GREEN,
    INK,
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

_JUNCTION_COLOURS = (PURPLE, GREEN)
_SPECIES = {"Al": SKY, "N": BLUE, "Si": ORANGE, "C": INK}
_MOST_DRAWN = 4
_LEFT, _TOP, _HIGH, _DRAWN, _STEP = 14.0, 7.0, 38.0, 15.0, 23.0


@styled
def interface_mode_figure(result: InterfaceModes) -> Figure:
    """Draw participation ratio over energy, the motion of up to four bound modes, and densities of states of layers.

    Bound modes are coloured by their interface. Of more than four, the most localised are drawn; arrows show the motion
    along z and along the direction in the plane in which a mode moves most.
    """
    least = sorted(result.bound, key=lambda mode: mode.participation)[:_MOST_DRAWN]
    drawn = sorted(least, key=lambda mode: mode.energy)
    foot = 12 + legend_height(6, 6)
    below = _TOP + _HIGH + 16
    height = below + _STEP * len(drawn) + (_HIGH + 12 if result.density is not None else 0) + foot
    figure = new_figure(DOUBLE, height)
    panels = [add_panel(figure, _LEFT, _TOP, DOUBLE - _LEFT - 4, _HIGH)]
    _draw_participation(panels[0], result)
    for number, mode in enumerate(drawn):
        panels.append(add_panel(figure, _LEFT, below + number * _STEP, DOUBLE - _LEFT - 4, _DRAWN))
        _draw_motion(panels[-1], result, mode)
        panels[-1].tick_params(labelbottom=number == len(drawn) - 1)
    if drawn:
        panels[-1].set_xlabel("z (nm)")
    if result.density is not None:
        panels.append(add_panel(figure, _LEFT, below + _STEP * len(drawn) + 8, DOUBLE - _LEFT - 4, _HIGH))
        _draw_density(panels[-1], result.density)
    _legend(figure, result)
    letter_panels(panels)
    return figure


def _draw_participation(ax: Axes, result: InterfaceModes) -> None:
    modes = result.modes
    ax.scatter(modes.energy, modes.participation, s=5, color=FAINT, linewidths=0)
    for mode in result.bound:
        colour = _JUNCTION_COLOURS[modes.junctions.index(mode.junction)]
        ax.scatter([mode.energy], [mode.participation], s=16, color=colour, linewidths=0, zorder=3)
        ax.annotate(
            f"{mode.energy:.0f}", (mode.energy, mode.participation), (0, 3), textcoords="offset points", fontsize=5.5,
            ha="center",
        )  # fmt: skip
    ax.axhline(result.settings.most_participation, color=FAINT, linewidth=0.5, linestyle=(0, (4, 2)))
    ax.set_ylim(0, None)
    ax.set_xlabel("Energy (meV)")
    ax.set_ylabel("Participation ratio")


def _draw_motion(ax: Axes, result: InterfaceModes, mode: LocalMode) -> None:
    modes = result.modes
    masses = np.array(result.atoms.get_masses())[:, np.newaxis]
    vector = modes.vectors[mode.modes[0]]
    # The phase at which the largest motion is real.
    largest = vector.ravel()[np.argmax(np.abs(vector))]
    motion = (vector * np.conj(largest) / np.abs(largest)).real / np.sqrt(masses)
    values, axes = np.linalg.eigh(motion[:, :2].T @ motion[:, :2])
    across = motion[:, :2] @ axes[:, np.argmax(values)]
    z, y = modes.positions[:, 2] / 10, modes.positions[:, :2] @ axes[:, np.argmax(values)] / 10
    symbols = symbols_of(modes.numbers)
    ax.scatter(z, y, s=7, color=[_SPECIES.get(str(symbol), FAINT) for symbol in symbols], linewidths=0)
    scale = 0.25 / max(float(np.hypot(motion[:, 2], across).max()), 1e-12)
    style: Any = {"angles": "xy", "scale_units": "xy", "width": 0.0015, "headwidth": 4.0, "headlength": 4.0}
    ax.quiver(z, y, motion[:, 2] * scale, across * scale, scale=1, color=INK, zorder=3, **style)
    for junction in modes.junctions:
        ax.axvline(junction.height / 10, color=FAINT, linewidth=0.6, linestyle=(0, (4, 2)), zorder=0)
    ax.set_xlim(0, modes.cell[2, 2] / 10)
    ax.set_ylim(y.min() - 0.25, y.max() + 0.25)
    ax.set_yticks([])
    ax.set_title(
        f"{mode.energy:.1f} meV at {mode.junction.name}: {mode.weight:.0%} within {result.settings.reach / 10:.1f} nm, "
        f"{mode.left:.0%} on the left"
    )


def _draw_density(ax: Axes, density: LayerDensity) -> None:
    shown = density.energy <= 1.1 * float(density.energy[np.nonzero(density.density.max(axis=0) > 1e-4)[0][-1]])
    ax.pcolormesh(
        density.height / 10, density.energy[shown], density.density[:, shown].T, cmap="viridis", shading="nearest",
        rasterized=True,
    )  # fmt: skip
    ax.set_xlabel("z (nm)")
    ax.set_ylabel("Energy (meV)")
    ax.set_title("Density of states of layers (1/meV)")


def _legend(figure: Figure, result: InterfaceModes) -> None:
    dot: Any = {"marker": "o", "linestyle": "none"}
    handles = [Line2D([], [], color=FAINT, label="modes", **dot)]
    for junction, colour in zip(result.modes.junctions, _JUNCTION_COLOURS, strict=False):
        handles.append(Line2D([], [], color=colour, label=f"bound at {junction.name}", **dot))
    for symbol in dict.fromkeys(str(symbol) for symbol in symbols_of(result.modes.numbers)):
        handles.append(Line2D([], [], color=_SPECIES.get(symbol, FAINT), label=symbol, **dot))
    add_legend(figure, handles, [str(handle.get_label()) for handle in handles], 7)
