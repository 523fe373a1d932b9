"""Temperatures of modes: dispersion of each side coloured by them, and how they run along z."""

from __future__ import annotations

from itertools import product
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from kapitza.atoms.modes import InterfaceTemperatures, SideTemperatures, branch_name
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
    TEMPERATURE_COLOURS,
    add_legend,
    add_panel,
    legend_height,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import plain, side_text

_COLOURS = {"all": INK, "acoustic": BLUE, "optical": ORANGE}
_WINDOW_LOOKS = tuple(
    {"color": colour, "marker": marker} for marker in "os^D" for colour in (GREEN, PURPLE, SKY, FAINT)
)
"""Of windows of energies, one after the other."""

_HIGH, _TOP, _BETWEEN, _LEFT, _BAR = 58.0, 7.0, 17.0, 13.0, 16.0
_LINES = 61
_ASIDE = 0.9
"""How far apart the averages of one window are drawn, mm."""


@styled
def modal_figure(result: InterfaceTemperatures) -> Figure:
    """Draw the modes along z in the dispersion of each side, coloured by their temperature, and averages along z.

    Lines are all branches from the zone centre along z; points are the modes that fit the region, in the colour of the
    mean temperature of their degenerate set. Below, averages in sliding windows with their standard errors, side by
    side so that none hides another; single branches, and averages over no modes, are left out.
    """
    names = _drawn_names(result)
    foot = 10 + legend_height(len(names), 5)
    figure = new_figure(DOUBLE, _TOP + _HIGH + _BETWEEN + 42 + foot)
    count = len(result.sides)
    room = (DOUBLE - _BAR - _LEFT * count - 4 * (count - 1)) / count
    span, energies = _span(result), _energies(result)
    panels = []
    for number, side in enumerate(result.sides):
        panels.append(add_panel(figure, _LEFT + number * (room + _LEFT + 4), _TOP, room, _HIGH))
        points = _draw_dispersion(panels[-1], side, span)
        panels[-1].set_ylim(energies)
    _colour_bar(figure, panels[-1], points)
    panels.append(add_panel(figure, _LEFT, _TOP + _HIGH + _BETWEEN, DOUBLE - _LEFT - 4, 42))
    _draw_heights(panels[-1], result, names)
    handles = [Line2D([], [], **look) for look in _looks(names).values()]
    add_legend(figure, handles, [plain(name) for name in names], 5)
    letter_panels(panels)
    return figure


def along_axis(side: SideTemperatures) -> tuple[Array, Array, Array]:
    """Wave numbers (m,), 1/A, energies (m,), meV, and temperatures (m,), K, of the modes with wave vectors along z."""
    basis = side.bulk.basis
    axial = np.linalg.norm(basis.wave[:, :2], axis=1) < 1e-6
    wave = np.abs(basis.wave[axial, 2])[:, np.newaxis]
    energy = basis.shared(basis.energy)[axial]
    return np.broadcast_to(wave, energy.shape).ravel(), energy.ravel(), side.bulk.temperature[axial].ravel()


def _span(result: InterfaceTemperatures) -> tuple[float, float]:
    values = np.concatenate([along_axis(side)[2] for side in result.sides])
    low, high = np.nanpercentile(values, [5, 95])
    return (float(low), float(high)) if high > low else (float(low) - 0.5, float(high) + 0.5)


def _energies(result: InterfaceTemperatures) -> tuple[float, float]:
    """The energies, meV, that the dispersions of all sides share as their axis."""
    values = np.concatenate([along_axis(side)[1] for side in result.sides])
    return min(0.0, 1.1 * float(values.min())), 1.05 * float(values.max())


def _drawn_names(result: InterfaceTemperatures) -> list[str]:
    branches = {branch_name(number) for side in result.sides for number in range(3 * len(side.crystal.species))}
    return [
        name
        for name in result.sides[0].along.names
        if name not in branches and any(np.isfinite(side.along.of(name)[0]).any() for side in result.sides)
    ]


def _draw_dispersion(ax: Axes, side: SideTemperatures, span: tuple[float, float]) -> PathCollection:
    wave, energy, temperature = along_axis(side)
    edge = max(_zone_edge(side.crystal.cell), float(wave.max()))
    along = np.linspace(0, edge, _LINES)
    q = along[:, np.newaxis] * side.crystal.cell[:, 2] / (2 * np.pi)
    ax.plot(along, side.crystal.energies(q), color=FAINT, linewidth=0.4, zorder=1)
    known = np.isfinite(temperature)
    points = ax.scatter(
        wave[known], energy[known], c=temperature[known], s=9, cmap=matplotlib.colormaps[TEMPERATURE_COLOURS],
        vmin=span[0], vmax=span[1], linewidths=0.3, edgecolors=INK, zorder=2, clip_on=False,
    )  # fmt: skip
    ax.set_xlim(0, edge)
    ax.set_xlabel("Wave vector along z (1/Å)")
    ax.set_ylabel("Energy (meV)")
    ax.set_title(side_text(side.name, side.crystal.species))
    return points


def _zone_edge(cell: Array) -> float:
    """Where the Brillouin zone of `cell` (3, 3; A) ends along z, 1/A; 0 where no short reciprocal vector lies there."""
    reciprocal = 2 * np.pi * np.linalg.inv(cell).T
    vectors = np.array(list(product(range(-2, 3), repeat=3))) @ reciprocal
    along = np.abs(vectors[np.linalg.norm(vectors[:, :2], axis=1) < 1e-6, 2])
    along = along[along > 1e-6]
    return float(along.min()) / 2 if along.size else 0.0


def _colour_bar(figure: Figure, ax: Axes, points: PathCollection) -> None:
    box, per_mm = ax.get_position(), 1 / (figure.get_size_inches()[0] * MM)
    place = figure.add_axes((box.x1 + 2 * per_mm, box.y0, 2.5 * per_mm, box.height))
    bar = figure.colorbar(points, cax=place, extend="both", extendfrac=0.05)
    bar.ax.set_title("T (K)", loc="left", fontsize=6.5, y=1.06)
    bar.outline.set_linewidth(0.5)
    bar.ax.yaxis.set_major_locator(MaxNLocator(4))


def _draw_heights(ax: Axes, result: InterfaceTemperatures, names: list[str]) -> None:
    looks = _looks(names)
    ends = [
        (side.along.height[0] - side.along.span / 2, side.along.height[-1] + side.along.span / 2)
        for side in result.sides
    ]
    low, high = min(low for low, _ in ends) / 10, max(high for _, high in ends) / 10
    step = _ASIDE * (high - low) / (DOUBLE - _LEFT - 4)
    style: Any = {"linewidth": 0.9, "elinewidth": 0.6}
    for side in result.sides:
        for number, name in enumerate(names):
            value, error = side.along.of(name)
            height = side.along.height / 10 + (number - (len(names) - 1) / 2) * step
            ax.errorbar(height, value, np.nan_to_num(error), **looks[name], **style)
        middle = float(side.along.height.mean()) / 10
        title = side_text(side.name, side.crystal.species)
        ax.annotate(title, (middle, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom")
    ax.set_xlim(low, high)
    ax.set_xlabel("z, middle of the window (nm)")
    ax.set_ylabel("Temperature of modes (K)")


def _looks(names: list[str]) -> dict[str, Any]:
    """Colour and marker of every average."""
    windows = [name for name in names if name not in _COLOURS]
    return {
        name: {"color": _COLOURS[name], "marker": "o"}
        if name in _COLOURS
        else _WINDOW_LOOKS[windows.index(name) % len(_WINDOW_LOOKS)]
        for name in names
    }
