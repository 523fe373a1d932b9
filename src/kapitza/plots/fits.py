"""Figures of spectra: counts with their background on a log scale, and the log-ratio whose slope is the temperature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from kapitza.data import Array, SpectrumFit
from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    FAINT,
    INK,
    MIDDLE,
    ORANGE,
    SKY,
    TEMPERATURE_COLOURS,
    add_legend,
    add_panel,
    legend_height,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import pixels_text, plain, quantity_text
from kapitza.units import BOLTZMANN


@styled
def spectra(fits: Sequence[SpectrumFit]) -> Figure:
    """Draw each averaged spectrum with its zero-loss background and windows, and its log-ratio against energy.

    The straight line runs through the origin with slope 1/(k T) at the temperature that was found; its band is one
    standard error. The curve, where there is one, is what the method's model makes of that line with the blur of the
    zero-loss peak. One row per spectrum.
    """
    figure = new_figure(DOUBLE, 42 * len(fits) + 12)
    panels = []
    for i, fit in enumerate(fits):
        left, right = add_panel(figure, 13, 5 + 42 * i, 94, 35), add_panel(figure, 122, 5 + 42 * i, 58, 35)
        draw_counts(left, fit)
        draw_log_ratio(right, fit)
        panels += [left, right]
    for left, right in zip(panels[:-2:2], panels[1:-2:2], strict=True):
        left.tick_params(labelbottom=False)
        right.tick_params(labelbottom=False)
    panels[-2].set_xlabel("Energy loss (meV)")
    panels[-1].set_xlabel("|Energy| (meV)")
    letter_panels(panels)
    add_legend(figure, *panels[0].get_legend_handles_labels(), 4)
    return figure


@styled
def log_ratios(fits: Sequence[SpectrumFit]) -> Figure:
    """Draw the log-ratios of all spectra in one frame, each with what the model, or a straight line, makes of it.

    Colours run from the coldest to the hottest spectrum. Channels whose logarithm has an error above a quarter are not
    shown.
    """
    order = np.argsort([fit.temperature.value or 0.0 for fit in fits])
    shades = matplotlib.colormaps[TEMPERATURE_COLOURS](np.linspace(0.1, 0.75, len(fits)))
    figure = new_figure(MIDDLE, 78 + legend_height(len(fits), 2))
    ax = add_panel(figure, 13, 5, MIDDLE - 16, 62)
    for shade, i in zip(shades, order, strict=True):
        fit, colour = fits[i], matplotlib.colors.to_hex(shade)
        x, y, error = (values[fit.told] for values in (fit.pair_energy, fit.log_ratio, fit.log_ratio_error))
        ax.errorbar(
            x, y, error, fmt="o", color=colour, markersize=1.6, elinewidth=0.45,
            label=f"{plain(fit.label)}: {quantity_text(fit.temperature)}",
        )  # fmt: skip
        if fit.temperature.value:
            line = fit.pair_energy / (BOLTZMANN * fit.temperature.value)
            modelled = line if fit.log_ratio_modelled is None else fit.log_ratio_modelled
            ax.plot(x, modelled[fit.told], color=colour, linewidth=0.7)
    ax.set_xlim(left=0)
    ax.set_xlabel("|Energy| (meV)")
    ax.set_ylabel("ln(loss/gain)")
    add_legend(figure, *ax.get_legend_handles_labels(), 2)
    return figure


def draw_counts(ax: Axes, fit: SpectrumFit) -> None:
    """Counts per pixel of one averaged spectrum on a log scale, its background, and the windows shaded."""
    ax.set_yscale("log")
    positive = np.where(fit.counts > 0, fit.counts, np.nan)
    for i, (start, stop) in enumerate(window_spans(fit.energy, fit.used)):
        ax.axvspan(start, stop, color=FAINT, alpha=0.2, linewidth=0, label="" if i else "background fitted here")
    for i, (start, stop) in enumerate(signal_spans(fit)):
        ax.axvspan(start, stop, color=SKY, alpha=0.18, linewidth=0, label="" if i else "loss and gain compared here")
    ax.plot(fit.energy, positive, color=INK, linewidth=0.7, label="spectrum")
    ax.plot(
        fit.energy, np.where(fit.background > 0, fit.background, np.nan), color=ORANGE, label="zero-loss background"
    )
    if np.isfinite(positive).any():
        low, high = np.nanpercentile(positive, 1), np.nanmax(positive)
        ax.set_ylim(low / 2, high * 2)
    ax.margins(x=0)
    ax.yaxis.set_major_locator(LogLocator(numticks=6))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylabel("Counts per channel")
    ax.set_title(f"{plain(fit.label)} ({pixels_text(fit.pixels)})")


def draw_log_ratio(ax: Axes, fit: SpectrumFit) -> None:
    """ln(loss/gain) against energy and the line through the origin at the found temperature."""
    ax.errorbar(
        fit.pair_energy, fit.log_ratio, fit.log_ratio_error, fmt="o", color=INK, markersize=1.3, elinewidth=0.45
    )
    if fit.temperature.value:
        x = np.array([0.0, float(np.max(fit.pair_energy)) * 1.04 if len(fit.pair_energy) else 100.0])
        y = x / (BOLTZMANN * fit.temperature.value)
        spread = y * (fit.temperature.error or 0.0) / fit.temperature.value
        ax.fill_between(x, y - spread, y + spread, color=BLUE, alpha=0.25, linewidth=0)
        ax.plot(x, y, color=BLUE)
    if fit.log_ratio_modelled is not None:
        ax.plot(fit.pair_energy, fit.log_ratio_modelled, color=ORANGE, linewidth=0.9, zorder=3)
    ax.set_xlim(left=0)
    ax.set_ylabel("ln(loss/gain)")
    ax.set_title(f"T = {quantity_text(fit.temperature)}")


def window_spans(energy: Array, used: Array) -> Iterator[tuple[float, float]]:
    """Start and stop energy of every run of channels in `used`."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], np.asarray(used, bool), [False]])))
    for start, stop in edges.reshape(-1, 2):
        yield float(energy[start]), float(energy[stop - 1])


def signal_spans(fit: SpectrumFit) -> list[tuple[float, float]]:
    """The window in which loss and gain were compared, on the gain and on the loss side."""
    if not len(fit.pair_energy):
        return []
    low, high = float(np.min(fit.pair_energy)), float(np.max(fit.pair_energy))
    return [(-high, -low), (low, high)]
