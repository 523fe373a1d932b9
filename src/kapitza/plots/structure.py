"""A structure from the side: where which species are, and which atoms are frozen, hot, cold or at the interface."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kapitza.atoms.elements import symbols_of
from kapitza.atoms.structures import GROUPS, Structure
from kapitza.data import Array
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
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import plain

_SPECIES = {"Al": SKY, "N": BLUE, "Si": ORANGE, "C": INK}
_OTHERS = (GREEN, PURPLE, FAINT)
_GROUP_COLOURS = dict(zip(GROUPS, (FAINT, ORANGE, "#dddddd", GREEN, "#f2f2f2", BLUE), strict=True))

_NEAR = 15.0
"""How much of the structure on either side of the interface the close view shows, A."""

_MANY = 20_000
"""Atoms from which on the view of the whole structure is a texture."""


@styled
def structure_figure(structure: Structure) -> Figure:
    """Draw a structure seen along x, where the stacking shows: all of it with its groups, and a part of the interface.

    Distances are in nm. Atoms behind each other are drawn once; in the view of a long cell they are dense.
    """
    close = bool(structure.junctions)
    figure = new_figure(DOUBLE, 92 if close else 46)
    panels = [add_panel(figure, 14, 8, DOUBLE - 18, 22)]
    _draw_atoms(panels[0], structure, np.ones(len(structure), bool), 0.4 if len(structure) > _MANY else 3.0)
    panels[0].set_xlim(0, structure.cell[2, 2] / 10)
    panels[0].set_title(plain(structure.name))
    _mark_groups(panels[0], structure)
    if close:
        panels.append(add_panel(figure, 14, 44, DOUBLE - 18, 30))
        middle = structure.junctions[0] / 10
        near = np.abs(structure.positions[:, 2] - structure.junctions[0]) < _NEAR + 1
        _draw_atoms(panels[1], structure, near, 40.0)
        panels[1].set_xlim(middle - _NEAR / 10, middle + _NEAR / 10)
        low = structure.positions[:, 1].min() / 10 - 0.1
        panels[1].set_ylim(low, low + 0.2 * _NEAR * 30 / (DOUBLE - 18))
        panels[1].axvline(middle, color=FAINT, linewidth=0.6, linestyle=(0, (4, 2)), zorder=0)
        panels[1].set_title(plain(str(structure.strain)))
        letter_panels(panels)
    panels[-1].set_xlabel("z, along the heat flow (nm)")
    _legend(figure, structure)
    return figure


def _draw_atoms(ax: Axes, structure: Structure, shown: Array, size: float) -> None:
    symbols = symbols_of(structure.numbers)
    # Atoms that hide each other in this view are drawn once.
    projected = np.round(structure.positions[:, [2, 1]], 2)
    for symbol, colour in _colours(structure).items():
        points = np.unique(projected[shown & (symbols == symbol)], axis=0) / 10
        ax.scatter(points[:, 0], points[:, 1], s=size, color=colour, linewidths=0, rasterized=True)
    ax.set_ylabel("y (nm)")


def _mark_groups(ax: Axes, structure: Structure) -> None:
    heights = structure.positions[:, 2] / 10
    order = np.argsort(heights, kind="stable")
    groups = structure.groups[order]
    edges = np.flatnonzero(np.diff(groups)) + 1
    for part in np.split(order, edges):
        colour = _GROUP_COLOURS[GROUPS[structure.groups[part[0]]]]
        ax.axvspan(heights[part[0]], heights[part[-1]], ymin=0, ymax=0.08, color=colour, linewidth=0, zorder=3)
    low, high = ax.get_ylim()
    ax.set_ylim(low - 0.15 * (high - low), high)


def _legend(figure: Figure, structure: Structure) -> None:
    species = [(Patch(color=colour), symbol) for symbol, colour in _colours(structure).items()]
    used = [GROUPS[number] for number in np.unique(structure.groups)]
    entries = species + [(Patch(color=_GROUP_COLOURS[name]), name) for name in used]
    add_legend(figure, [handle for handle, _ in entries], [label for _, label in entries], 10)


def _colours(structure: Structure) -> dict[str, str]:
    symbols = [str(symbol) for symbol in symbols_of(np.unique(structure.numbers))]
    others = [symbol for symbol in symbols if symbol not in _SPECIES]
    spare = {symbol: _OTHERS[index % len(_OTHERS)] for index, symbol in enumerate(others)}
    return {symbol: _SPECIES.get(symbol) or spare[symbol] for symbol in symbols}
