"""Modes of an interface cell: how localised they are, how the bound ones move, and densities of states of layers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from kapitza.atoms.elements import symbols_of
from kapitza.atoms.modes import InterfaceModes, LayerDensity, LocalMode
from kapitza.data import Array
from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    FAINT,
    GREEN,
    INK,
    MM,
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
_NEAR = "#f3f3f3"
_DASHED: Any = (0, (4, 2))
_MOST_DRAWN, _ABREAST = 4, 2
_LEFT, _RIGHT, _TOP, _HIGH, _DRAWN, _STEP, _BAR = 14.0, 4.0, 7.0, 38.0, 20.0, 30.0, 12.0
_VIEW, _LONGEST, _LEAST_MOTION = 1.5, 0.08, 0.04
"""How far from its interface a mode is drawn over the reach; the longest arrow over the width of the panel; the
shortest over the longest."""
_LEAST_DENSITY = 0.01
"""Above the last energy with more of the largest density, none is drawn."""


@styled
def interface_mode_figure(result: InterfaceModes) -> Figure:
    """Draw participation ratio over energy, the motion of up to four bound modes, and densities of states of layers.

    Bound modes are coloured by their interface. Of more than four, the most localised are drawn; arrows show the motion
    along z and along the direction in the plane in which a mode moves most, of a degenerate set that of its first mode.
    Grey is what counts to the interface.
    """
    drawn = drawn_modes(result)
    rows = -(-len(drawn) // _ABREAST)
    below = _TOP + _HIGH + 15
    foot = below + _STEP * rows
    height = foot + (_HIGH + 16 if result.density is not None else 0) + legend_height(7, 7)
    figure = new_figure(DOUBLE, height)
    panels = [add_panel(figure, _LEFT, _TOP, DOUBLE - _LEFT - _RIGHT, _HIGH)]
    _draw_participation(panels[0], result, drawn)
    wide = (DOUBLE - _ABREAST * (_LEFT + _RIGHT)) / _ABREAST
    for number, mode in enumerate(drawn):
        row, column = divmod(number, _ABREAST)
        left = _LEFT + column * (wide + _LEFT + _RIGHT)
        panels.append(add_panel(figure, left, below + row * _STEP, wide, _DRAWN))
        _draw_motion(panels[-1], result, mode, _DRAWN / wide)
        panels[-1].set_xlabel("z from the interface (nm)" if number + _ABREAST >= len(drawn) else "")
    if result.density is not None:
        panels.append(add_panel(figure, _LEFT, foot + 6, DOUBLE - _LEFT - _RIGHT - _BAR, _HIGH))
        _draw_density(figure, panels[-1], result, result.density)
    _legend(figure, result)
    letter_panels(panels)
    return figure


def drawn_modes(result: InterfaceModes) -> list[LocalMode]:
    """The bound modes whose motion the figure draws, by rising energy: the four most localised."""
    least = sorted(result.bound, key=lambda mode: mode.participation)[:_MOST_DRAWN]
    return sorted(least, key=lambda mode: mode.energy)


def _draw_participation(ax: Axes, result: InterfaceModes, drawn: list[LocalMode]) -> None:
    modes = result.modes
    ax.scatter(modes.energy, modes.participation, s=5, color=FAINT, linewidths=0)
    for mode in result.bound:
        colour = _JUNCTION_COLOURS[modes.junctions.index(mode.junction)]
        ax.scatter([mode.energy], [mode.participation], s=16, color=colour, linewidths=0, zorder=3)
    low, high = float(min(0.0, modes.energy[0])), float(modes.energy[-1])
    for letter, mode, place in zip("bcde", drawn, _places(drawn, 0.02 * (high - low)), strict=False):
        ax.annotate(
            letter, (mode.energy, mode.participation), place, textcoords="offset points", fontsize=6.5,
            fontweight="bold", ha="center", zorder=4,
        )  # fmt: skip
    ax.axhline(result.settings.most_participation, color=FAINT, linewidth=0.5, linestyle=_DASHED)
    ax.set_xlim(low - 0.02 * (high - low), high + 0.02 * (high - low))
    ax.set_ylim(0, None)
    ax.set_xlabel("Energy (meV)")
    ax.set_ylabel("Participation ratio")


def _places(drawn: list[LocalMode], apart: float) -> list[tuple[float, float]]:
    """Where the letter of each mode stands, points from its dot: aside from a neighbour closer than `apart`, meV."""
    close = [False, *(second.energy - first.energy < apart for first, second in pairwise(drawn)), False]
    places = {(False, True): (-6.0, -2.0), (True, False): (6.0, -2.0)}
    return [places.get((before, after), (0.0, 3.0)) for before, after in pairwise(close)]


def _draw_motion(ax: Axes, result: InterfaceModes, mode: LocalMode, ratio: float) -> None:
    """Draw atoms and arrows around the interface of `mode` in a panel of height over width `ratio`, both axes alike."""
    modes = result.modes
    half, offset = _around(result, mode)
    near = np.abs(offset) <= half
    motion = _motion(result, mode)
    _, axes = np.linalg.eigh(motion[:, :2].T @ motion[:, :2])
    across, y = motion[:, :2] @ axes[:, 1], modes.positions[:, :2] @ axes[:, 1] / 10
    y -= (y.max() + y.min()) / 2
    ax.axvspan(-result.settings.reach / 10, result.settings.reach / 10, color=_NEAR, linewidth=0, zorder=0)
    ax.axvline(0, color=FAINT, linewidth=0.6, linestyle=_DASHED, zorder=0)
    colours = [_SPECIES.get(str(symbol), FAINT) for symbol in symbols_of(modes.numbers)[near]]
    ax.scatter(offset[near], y[near], s=12, color=colours, linewidths=0, zorder=2)
    size = np.hypot(motion[:, 2], across)
    seen, scale = near & (size > _LEAST_MOTION * size.max()), 2 * half * _LONGEST / size.max()
    style: Any = {"angles": "xy", "scale_units": "xy", "width": 0.0035, "headwidth": 3.5, "headlength": 3.5}
    ax.quiver(
        offset[seen], y[seen], motion[seen, 2] * scale, across[seen] * scale, scale=1, color=INK, zorder=3, **style
    )
    ax.set_xlim(-half, half)
    high = max(half * ratio, float(y.max()) + half * _LONGEST)
    ax.set_ylim(-high, high)
    ax.set_yticks([])
    left = "".join(dict.fromkeys(symbols_of(modes.numbers[modes.sides == 0])))
    ax.set_title(
        f"{mode.energy:.1f} meV at {mode.junction.name}: {mode.weight:.0%} within {result.settings.reach / 10:.1f} nm, "
        f"{mode.left:.0%} in {left}"
    )


def _around(result: InterfaceModes, mode: LocalMode) -> tuple[float, Array]:
    """How far to either side of its interface a mode is drawn, nm, and how far above it the atoms (n,) are, nm."""
    modes, half = result.modes, _VIEW * result.settings.reach
    offset = modes.positions[:, 2] - mode.junction.height
    if modes.periodic:
        length = modes.cell[2, 2]
        half = min(half, length / 2)
        offset -= length * np.rint(offset / length)
    return half / 10, offset / 10


def _motion(result: InterfaceModes, mode: LocalMode) -> Array:
    """Displacements (n, 3) of all atoms, at the phase at which the largest component of the eigenvector is real."""
    masses = np.array(result.atoms.get_masses())[:, np.newaxis]
    vector = result.modes.vectors[mode.modes[0]]
    largest = vector.ravel()[np.argmax(np.abs(vector))]
    return (vector * np.conj(largest) / np.abs(largest)).real / np.sqrt(masses)


def _draw_density(figure: Figure, ax: Axes, result: InterfaceModes, density: LayerDensity) -> None:
    last = np.flatnonzero(density.density.max(axis=0) > _LEAST_DENSITY * density.density.max())[-1]
    shown = density.energy <= 1.05 * density.energy[last]
    image = ax.pcolormesh(
        density.height / 10, density.energy[shown], density.density[:, shown].T, cmap="viridis", shading="nearest",
        rasterized=True,
    )  # fmt: skip
    for junction in result.modes.junctions:
        ax.axvline(junction.height / 10, color="white", linewidth=0.8, linestyle=_DASHED)
    ax.set_xlim(0, result.modes.cell[2, 2] / 10)
    ax.set_xlabel("z (nm)")
    ax.set_ylabel("Energy (meV)")
    ax.set_title("Density of states of layers")
    box, per_mm = ax.get_position(), 1 / (figure.get_size_inches()[0] * MM)
    place = figure.add_axes((box.x1 + 1.5 * per_mm, box.y0, 2.5 * per_mm, box.height))
    bar = figure.colorbar(image, cax=place)
    bar.ax.set_title("1/meV", loc="left", fontsize=6.5)
    bar.outline.set_linewidth(0.5)
    bar.ax.yaxis.set_major_locator(MaxNLocator(4))


def _legend(figure: Figure, result: InterfaceModes) -> None:
    dot: Any = {"marker": "o", "linestyle": "none"}
    handles = [Line2D([], [], color=FAINT, label="modes", **dot)]
    for junction, colour in zip(result.modes.junctions, _JUNCTION_COLOURS, strict=False):
        handles.append(Line2D([], [], color=colour, label=f"bound at {junction.name}", **dot))
    for symbol in dict.fromkeys(str(symbol) for symbol in symbols_of(result.modes.numbers)):
        handles.append(Line2D([], [], color=_SPECIES.get(symbol, FAINT), label=symbol, **dot))
    add_legend(figure, handles, [str(handle.get_label()) for handle in handles], 7)
