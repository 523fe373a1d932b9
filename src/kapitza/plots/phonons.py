"""Figure of phonons: dispersion beside the density of states, one crystal or two, with measured energies and a gap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from kapitza.atoms.phonons import Branch, DensityOfStates, Phonons
from kapitza.errors import MethodError
from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    FAINT,
    GREEN,
    INK,
    MIDDLE,
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

_COLOURS = (BLUE, ORANGE, GREEN, SKY)
_GAP_COLOUR, _SUM_COLOUR = "#e9e4d0", "#d9d9d9"
_LEFT, _BETWEEN, _RIGHT, _TOP, _BELOW, _HEIGHT = 11.0, 3.0, 2.0, 6.0, 8.0, 62.0
_STATES_SHARE = 0.26
_SHORT_REST = 0.25


@styled
def phonon_figure(crystals: Sequence[Phonons]) -> Figure:
    """Draw dispersion and density of states of one or two crystals on one scale of energies.

    Measured zone-centre energies stand at Γ. One gap is shaded across every panel, see `shaded_gap`. Short pieces of
    the path after its first jump are left out.

    crystals : one or two.

    Raises
    ------
    MethodError
        if there are none, or more than two.
    """
    if not 1 <= len(crystals) <= 2:
        raise MethodError(f"One or two crystals are wanted in a figure, got {len(crystals)}: draw several figures.")
    handles = _handles(crystals)
    columns = 3 if len(crystals) == 1 else 5
    foot = _BELOW + legend_height(len(handles), columns) + 1
    width = MIDDLE if len(crystals) == 1 else DOUBLE
    figure = new_figure(width, _TOP + _HEIGHT + foot)
    share = width / len(crystals)
    room = share - _LEFT - _BETWEEN - _RIGHT
    low = min(0.0, 1.1 * min(crystal.lowest for crystal in crystals))
    high = 1.05 * max(max(crystal.dispersion.highest, _highest_measured(crystal)) for crystal in crystals)
    first = []
    for number, crystal in enumerate(crystals):
        left = number * share + _LEFT
        path = add_panel(figure, left, _TOP, (1 - _STATES_SHARE) * room, _HEIGHT)
        states = add_panel(figure, left + (1 - _STATES_SHARE) * room + _BETWEEN, _TOP, _STATES_SHARE * room, _HEIGHT)
        _draw_path(path, crystal)
        _draw_states(states, crystal.states, _colours(crystals))
        _shade(crystals, path, states)
        for ax in (path, states):
            ax.set_ylim(low if low < -0.1 else 0.0, high)
        first.append(path)
    add_legend(figure, handles, [str(handle.get_label()) for handle in handles], columns)
    letter_panels(first)
    return figure


def shaded_gap(crystals: Sequence[Phonons]) -> tuple[str, tuple[float, float]] | None:
    """The crystal whose gap holds most optical zone-centre modes of the others, and that gap (low, high), meV.

    Among equals the widest gap; None where there is none.
    """
    found = [(crystal, crystal.states.gap) for crystal in crystals if crystal.states.gap is not None]
    if not found:
        return None

    def rank(entry: tuple[Phonons, tuple[float, float]]) -> tuple[int, float]:
        crystal, (low, high) = entry
        return sum(len(other.optical_inside((low, high))) for other in crystals if other is not crystal), high - low

    crystal, gap = max(found, key=rank)
    return crystal.name, gap


def _drawn(crystal: Phonons) -> Sequence[Branch]:
    """The path, without what follows its first jump where that is short."""
    branches = crystal.dispersion.branches
    jumps = [n for n, (before, after) in enumerate(pairwise(branches), 1) if before.stop != after.start]
    end = branches[-1].distance[-1]
    if jumps and end - branches[jumps[0]].distance[0] < _SHORT_REST * end:
        return branches[: jumps[0]]
    return branches


def _draw_path(ax: Axes, crystal: Phonons) -> None:
    branches = _drawn(crystal)
    for branch in branches:
        ax.plot(branch.distance, branch.energy, color=INK, linewidth=0.6, zorder=2)
    names = [branches[0].start]
    for before, after in pairwise(branches):
        names.append(before.stop if before.stop == after.start else f"{before.stop}|{after.start}")
    names.append(branches[-1].stop)
    at = [branches[0].distance[0], *(branch.distance[-1] for branch in branches)]
    for x in at[1:-1]:
        ax.axvline(x, color=FAINT, linewidth=0.35, zorder=1)
    energies = [one.measured.energy for one in crystal.differences]
    for x in (x for x, name in zip(at, names, strict=True) if "Γ" in name and energies):
        ax.plot(
            np.full(len(energies), x), energies, "D", color="white", markeredgecolor=PURPLE, markersize=2.8,
            markeredgewidth=0.8, zorder=4, clip_on=False,
        )  # fmt: skip
    ax.set_xticks(at, names)
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(at[0], at[-1])
    ax.set_ylabel("Energy (meV)")
    ax.set_title(crystal.name)
    if crystal.lowest < -0.1:
        ax.axhline(0, color=FAINT, linewidth=0.5, zorder=1)


def _draw_states(ax: Axes, states: DensityOfStates, colours: dict[str, str]) -> None:
    ax.fill_betweenx(states.energy, states.total, color=_SUM_COLOUR, linewidth=0, zorder=2)
    for species, partial in zip(states.species, states.partial, strict=True):
        ax.plot(partial, states.energy, color=colours[species], zorder=3)
    ax.set_xlim(0, 1.05 * states.total.max())
    ax.set_xlabel("States (1/meV)")
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10], prune="lower"))
    ax.tick_params(labelleft=False)


def _shade(crystals: Sequence[Phonons], *panels: Axes) -> None:
    if (found := shaded_gap(crystals)) is not None:
        for ax in panels:
            ax.axhspan(*found[1], color=_GAP_COLOUR, linewidth=0, zorder=0)


def _handles(crystals: Sequence[Phonons]) -> list[Line2D | Patch]:
    handles: list[Line2D | Patch] = [Patch(color=_SUM_COLOUR, label="all atoms")]
    handles += [Line2D([], [], color=colour, label=name) for name, colour in _colours(crystals).items()]
    if any(crystal.differences for crystal in crystals):
        mark: Any = {"marker": "D", "color": "white", "markeredgecolor": PURPLE, "linestyle": "none"}
        handles.append(Line2D([], [], label="measured at Γ", **mark))
    if (found := shaded_gap(crystals)) is not None:
        name, (low, high) = found
        handles.append(Patch(color=_GAP_COLOUR, label=f"gap of {name}, {low:.0f} to {high:.0f} meV"))
    return handles


def _colours(crystals: Sequence[Phonons]) -> dict[str, str]:
    species = dict.fromkeys(name for crystal in crystals for name in crystal.states.species)
    return {name: _COLOURS[number % len(_COLOURS)] for number, name in enumerate(species)}


def _highest_measured(crystal: Phonons) -> float:
    return max((one.measured.energy for one in crystal.differences), default=0.0)
