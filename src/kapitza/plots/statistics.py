"""Figures that test the error bars."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from kapitza.data import Array
from kapitza.plots.style import INK, ORANGE, SINGLE, SKY, add_legend, add_panel, new_figure, styled

BINS = np.linspace(-5, 5, 41)


def unit_gaussian(x: Array) -> Array:
    """The density that honest residuals follow."""
    return np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi)


@styled
def residuals(values: Array, scatter: float | None = None) -> Figure:
    """Draw how neighbouring pixels differ over their stated error, beside the unit Gaussian of honest errors.

    values : (n,) residuals. scatter : their robust spread, 1 where errors are honest; written above where it is known.
    """
    values = values[np.isfinite(values)]
    counts, _ = np.histogram(values, BINS)
    width = BINS[1] - BINS[0]
    per = max(len(values), 1) * width
    figure = new_figure(SINGLE, 66)
    ax = add_panel(figure, 12, 5, SINGLE - 15, 46)
    ax.bar(
        BINS[:-1] + width / 2, counts / per, width, color=SKY, edgecolor="white", linewidth=0.3,
        yerr=np.sqrt(counts) / per, error_kw={"elinewidth": 0.5, "ecolor": INK},
        label=f"{len(values)} neighbouring pairs",
    )  # fmt: skip
    x = np.linspace(-5, 5, 201)
    ax.plot(x, unit_gaussian(x), color=ORANGE, label="unit Gaussian")
    ax.set_xlim(-5, 5)
    ax.set_xlabel("Difference of neighbours over its standard error")
    ax.set_ylabel("Density")
    beyond = len(values) - int(counts.sum())
    known = [] if scatter is None else [f"Scatter over stated error {scatter:.2f}"]
    ax.set_title("; ".join([*known, *([f"{beyond} beyond ±5"] if beyond else [])]))
    add_legend(figure, *ax.get_legend_handles_labels(), 2)
    return figure
