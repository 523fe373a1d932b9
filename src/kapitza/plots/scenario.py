"""Figure of what a scenario gives beside what was measured: one line for every quantity, one panel for every unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kapitza.plots.style import (
    DOUBLE,
    FAINT,
    FLOW_COLOURS,
    GREEN,
    INK,
    SINGLE,
    add_legend,
    add_panel,
    legend_height,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import plain
from kapitza.study.scenario.comparison import Comparison
from kapitza.study.scenario.result import ScenarioResult

_ROW, _LEFT, _RIGHT, _TOP, _BELOW = 5.0, 27.0, 4.0, 6.0, 10.0
_LONGEST = 12
"""Characters of a mode's name that there is room for."""

_NAMES = {
    "gain": "ln gain ratio",
    "loss": "ln loss ratio",
    "gain_over_loss": "ln gain/loss ratio",
    "drop": "drop",
    "mean_change": "at the interface",
    "resistance": "two channels",
    "acoustic": "acoustic",
    "diffuse": "diffuse",
    "radiation": "radiation limit",
}


@dataclass(frozen=True)
class Group:
    """Comparisons that share an axis. title : of the axis. null : where the heat does nothing; None where unknown."""

    title: str
    null: float | None
    lines: tuple[Comparison, ...]


def groups(scenario: ScenarioResult) -> list[Group]:
    """What is drawn of a scenario: all that was measured, by its unit; n ratios and false drops stand in tables."""
    elastic = ("acoustic", "diffuse", "radiation")
    chosen: dict[str, tuple[float | None, tuple[str, ...]]] = {
        "Temperature (K)": (scenario.mean.value, ("temperatures",)),
        "Forward against reverse": (0.0, ("log_ratio_change", "gain", "loss", "gain_over_loss", "contrast")),
        "Temperature, forward less reverse (K)": (0.0, ("temperature_change", "mean_change")),
        "Drop (K)": (None, ("drop",)),
        "Resistance (m²K/GW)": (None, ("resistance", *elastic)),
    }
    known = [line for line in scenario.comparisons if line.measured.value is not None]
    drawn = [
        Group(title, null, tuple(line for line in known if line.path[1] in names))
        for title, (null, names) in chosen.items()
    ]
    return [group for group in drawn if group.lines]


def line_name(line: Comparison) -> str:
    """What a line is called beside its axis."""
    mode = line.path[-1] if len(line.path[-1]) <= _LONGEST else f"{line.path[-1][: _LONGEST - 1]}…"
    if line.path[1] == "temperatures":
        return f"{mode}, {line.path[2]}"
    if line.path[1] == "contrast":
        return f"contrast of {mode}"
    if line.path[1] == "log_ratio_change":
        return f"ln loss/gain of {mode}"
    return mode if line.path[1] == "temperature_change" else _NAMES[line.path[1]]


def line_colour(line: Comparison) -> str:
    """Colour of what was measured: that of the direction, where it has one."""
    return FLOW_COLOURS[line.path[2]] if line.path[1] == "temperatures" else INK


def ends(line: Comparison) -> tuple[float, float]:
    """How far the measured error bar reaches down and up; as far as the value where its interval has no end."""
    value, error = line.measured.value or 0.0, line.measured.error or 0.0
    low, high = line.measured.interval or (value - error, value + error)
    return value - low if low is not None else abs(value), high - value if high is not None else abs(value)


@styled
def scenario_figure(scenario: ScenarioResult) -> Figure:
    """Draw all that a scenario gives and that was measured, side by side with standard errors.

    Filled circles were measured, open diamonds are the scenario's; the dotted line is where the heat does nothing.
    """
    drawn = groups(scenario)
    columns = min(2, len(drawn))
    width = DOUBLE if columns == 2 else SINGLE
    filled, places = [0.0] * columns, []
    for group in drawn:
        column, high = int(np.argmin(filled)), _ROW * len(group.lines) + 2.0
        places.append((column * width / columns + _LEFT, filled[column] + _TOP, width / columns - _LEFT - _RIGHT, high))
        filled[column] += _TOP + high + _BELOW
    figure = new_figure(width, max(filled) + legend_height(2, 2))
    panels = [add_panel(figure, *place) for place in places]
    for ax, group in zip(panels, drawn, strict=True):
        _draw(ax, group)
    letter_panels(panels)
    add_legend(figure, *panels[-1].get_legend_handles_labels(), 2)
    return figure


def _draw(ax: Axes, group: Group) -> None:
    rows = np.arange(len(group.lines))[::-1]
    if group.null is not None:
        ax.axvline(group.null, color=FAINT, linewidth=0.6, linestyle=":", zorder=1)
    for row, line in zip(rows, group.lines, strict=True):
        first = row == rows[0]
        ax.errorbar(
            [line.measured.value or 0.0], [row + 0.12], xerr=np.array([ends(line)]).T, fmt="o", color=line_colour(line),
            markersize=3.0, elinewidth=0.8, label="measured ± 1 s.e." if first else None, zorder=3,
        )  # fmt: skip
        ax.errorbar(
            [line.theory.value or 0.0], [row - 0.16], xerr=[line.theory.error or 0.0], fmt="D", color=GREEN,
            markerfacecolor="white", markersize=3.0, elinewidth=0.8, label="scenario" if first else None, zorder=2,
        )  # fmt: skip
    ax.set_yticks(rows, [plain(line_name(line)) for line in group.lines])
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.tick_params(axis="y", length=0)
    ax.margins(x=0.08)
    ax.set_xlabel(group.title)
