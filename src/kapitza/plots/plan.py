"""Figure of a planned experiment: what longer dwell times buy."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    add_legend,
    add_panel,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import pixels_text
from kapitza.study.planning import Experiment, Goal

_DECADES = 1.5
_PANEL, _GAP, _FIRST = 47.0, 13.0, 13.0
_COLOURS = {"temperature": ORANGE, "drop": BLUE, "width": GREEN}


@styled
def plan(experiment: Experiment) -> Figure:
    """Draw the errors of temperature, drop and width against the dwell time, with the wanted errors marked."""
    figure = new_figure(DOUBLE, 66)
    panels = [add_panel(figure, _FIRST + i * (_PANEL + _GAP), 7, _PANEL, 42) for i in range(len(experiment.goals))]
    dwell = _range(experiment)
    titles = _titles(experiment)
    for ax, goal in zip(panels, experiment.goals.values(), strict=True):
        _draw(ax, goal, dwell)
        ax.set_title(titles[goal.name])
        ax.set_ylabel(f"Standard error ({goal.unit})")
    _floors(panels[0], experiment, dwell)
    handles = {label: handle for ax in panels for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    add_legend(figure, list(handles.values()), list(handles), 5)
    letter_panels(panels)
    return figure


def _range(experiment: Experiment) -> np.ndarray:
    """Dwell times, s, around the planned one and all that are needed."""
    needed = [t for goal in experiment.goals.values() if (t := goal.dwell_needed) is not None]
    times = np.log10([experiment.dwell, *needed])
    return np.logspace(times.min() - 0.5 * _DECADES, times.max() + 0.5 * _DECADES, 100)


def _draw(ax: Axes, goal: Goal, dwell: np.ndarray) -> None:
    ax.loglog(dwell, [goal.at(t) for t in dwell], color=_COLOURS[goal.name], zorder=3)
    ax.plot(goal.dwell, goal.error, "o", color=INK, zorder=5, label="planned dwell")
    if goal.wanted is not None and goal.dwell_needed is not None:
        ax.axhline(goal.wanted, color=FAINT, linewidth=0.5, linestyle=(0, (3, 1.5)), zorder=1, label="wanted error")
        ax.plot(goal.dwell_needed, goal.wanted, "D", color="white", markeredgecolor=INK, zorder=4, label="needed dwell")
    ax.set_xlim(dwell[0], dwell[-1])
    ax.set_xlabel("Dwell time (s per pixel)")
    _plain_numbers(ax.xaxis, (1.0,))
    _plain_numbers(ax.yaxis, (1.0, 2.0, 5.0))


def _plain_numbers(axis: Axis, within_decade: tuple[float, ...]) -> None:
    axis.set_major_locator(LogLocator(subs=within_decade))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _floors(ax: Axes, experiment: Experiment, dwell: np.ndarray) -> None:
    """What the temperature's error would be without background, and the error that no dwell makes smaller."""
    limits, goal = experiment.limits, experiment.goals["temperature"]
    ax.plot(
        dwell, [goal.at(t) * limits.lines / limits.fitted for t in dwell], color=ORANGE, linewidth=0.6,
        linestyle=":", label="without background",
    )  # fmt: skip
    if limits.common_error:
        ax.axhline(limits.common_error, color=INK, linewidth=0.5, linestyle=":", label="common to all pixels")


def _titles(experiment: Experiment) -> dict[str, str]:
    scan, drop = experiment.scan, experiment.drop
    averaged = experiment.goals["temperature"].averaged
    return {
        "temperature": f"Temperature, {pixels_text(averaged)}",
        "drop": f"Drop of {drop.size:g} K, {scan.rows} rows",
        "width": f"Width of {drop.width:g} nm, {scan.rows} rows",
    }
