"""Figures of a trained potential: predictions against labels, and errors while it was trained."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from kapitza.atoms.potential import Labels, Trained
from kapitza.data import Array
from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    FAINT,
    INK,
    MIDDLE,
    ORANGE,
    add_legend,
    add_panel,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity

_PAIRS = (("train", "Trained on", FAINT, 1), ("held_out", "Held out", ORANGE, 2))


@styled
def parity(trained: Trained) -> Figure:
    """Draw energies, forces and virials as predicted against their labels, trained on and held out."""
    found = trained.accuracy
    panels: list[tuple[str, str, Callable[[Labels, Array], Array], Quantity]] = [
        ("energy", "eV/atom", lambda labels, sizes: labels.energies / sizes, found.energy),
        ("force", "eV/Å", lambda labels, sizes: np.concatenate(labels.forces).ravel(), found.force),
        ("virial", "eV/atom", lambda labels, sizes: (labels.virials / sizes[:, None, None]).ravel(), found.virial),
    ]
    side = DOUBLE / 3 - 17
    figure = new_figure(DOUBLE, side + 19)
    axes = []
    for number, (name, unit, values, error) in enumerate(panels):
        ax = add_panel(figure, 14 + number * DOUBLE / 3, 6, side, side)
        _scatter(ax, trained, values)
        ax.set_xlabel(f"Label, {name} ({unit})")
        ax.set_ylabel(f"Potential, {name} ({unit})")
        ax.set_title(f"Held out: RMSE {quantity_text(error)}", fontsize=6.5)
        axes.append(ax)
    letter_panels(axes)
    add_legend(figure, *axes[0].get_legend_handles_labels(), 2)
    return figure


def _scatter(ax: Axes, trained: Trained, values: Callable[[Labels, Array], Array]) -> None:
    ends: list[float] = []
    for part, label, colour, order in _PAIRS:
        dataset = getattr(trained, part)
        sizes = np.array([len(atoms) for atoms in dataset.structures])
        true, mine = values(dataset.labels, sizes), values(getattr(trained, f"predicted_{part}"), sizes)
        known = np.isfinite(true) & np.isfinite(mine)
        ax.plot(
            true[known], mine[known], "o", markersize=1.6, markeredgewidth=0, alpha=0.7, color=colour, label=label,
            zorder=order, rasterized=known.sum() > 500,
        )  # fmt: skip
        ends += [*true[known], *mine[known]]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    margin = 0.04 * (high - low) or 0.5
    span = (low - margin, high + margin)
    ax.plot(span, span, color=INK, linewidth=0.5, zorder=0)
    ax.set_xlim(span)
    ax.set_ylim(span)
    ax.locator_params(nbins=5)


@styled
def learning_curve(trained: Trained) -> Figure:
    """Draw the errors of forces and energies after every epoch, and mark the epoch that was kept."""
    curve = trained.curve
    figure = new_figure(MIDDLE, 59)
    kept = curve.kept
    axes = []
    for number, (what, name, unit) in enumerate((("force", "Force", "meV/Å"), ("energy", "Energy", "meV/atom"))):
        ax = add_panel(figure, 14 + number * MIDDLE / 2, 6, MIDDLE / 2 - 18, 40)
        ax.loglog(curve.epoch, 1e3 * getattr(curve, what), color=BLUE, label="Trained on")
        ax.loglog(curve.epoch, 1e3 * getattr(curve, f"held_out_{what}"), color=ORANGE, label="Held out")
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        ax.yaxis.set_minor_formatter(NullFormatter())
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.axvline(kept, color=FAINT, linewidth=0.5, linestyle=":", zorder=0)
        ax.set_xlabel("Epoch")
        ax.set_ylabel(f"{name} RMSE ({unit})")
        ax.set_title(f"Kept: epoch {kept}", fontsize=6.5)
        axes.append(ax)
    letter_panels(axes)
    add_legend(figure, *axes[0].get_legend_handles_labels(), 2)
    return figure
