"""Figure of the spectral heat current: what vibrations of each energy carry, and their sum beside the baths."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kapitza.atoms.nemd import HeatFlow, SpectralCurrent
from kapitza.data import Array
from kapitza.plots.style import (
    DOUBLE,
    FAINT,
    FLOW_COLOURS,
    add_legend,
    add_panel,
    legend_height,
    letter_panels,
    new_figure,
    styled,
)

_LEFT, _TOP, _HEIGHT, _BELOW = 13.0, 6.0, 52.0, 10.0
_COLUMNS = 4
_DARK = 0.01
"""Part of the largest current below which energies at the end of the spectrum are not shown."""

_ROOM = 1.15


@styled
def current_figure(runs: Mapping[str, tuple[HeatFlow, SpectralCurrent]]) -> Figure:
    """Draw the spectral currents of runs with their standard errors, and how they add up beside the flux of the baths.

    runs : by name, of one mean temperature, one or more.
    """
    figure = new_figure(DOUBLE, _TOP + _HEIGHT + _BELOW + legend_height(len(runs) + 1, _COLUMNS))
    width = DOUBLE / 2 - _LEFT - 5
    spectrum = add_panel(figure, _LEFT, _TOP, width, _HEIGHT)
    summed = add_panel(figure, DOUBLE / 2 + _LEFT, _TOP, width, _HEIGHT)
    for flow, current in runs.values():
        colour = FLOW_COLOURS[flow.case.direction]
        label = f"{flow.case.direction}, seed {flow.case.seed}"
        _draw(spectrum, current.energy, current.density, current.error, colour, label)
        _draw(summed, current.energy, current.cumulative, current.cumulative_error, colour, label)
        flux, error = flow.flux.value or 0.0, flow.flux.error or 0.0
        summed.axhline(flux, color=colour, linewidth=0.7, linestyle="--")
        summed.axhspan(flux - error, flux + error, color=colour, alpha=0.15, linewidth=0)
    summed.plot([], [], color=FAINT, linewidth=0.7, linestyle="--", label="flux of the baths")
    end = max(_end(current) for _, current in runs.values())
    spectrum.set_ylabel("Current by harmonic forces (GW/(m² meV))")
    summed.set_ylabel("Current up to an energy (GW/m²)")
    for ax in (spectrum, summed):
        ax.axhline(0, color=FAINT, linewidth=0.4, zorder=0)
        ax.set_xlim(0, end)
        ax.set_xlabel("Energy of the vibrations (meV)")
    letter_panels([spectrum, summed])
    add_legend(figure, *summed.get_legend_handles_labels(), _COLUMNS)
    return figure


def _draw(ax: Axes, energy: Array, value: Array, error: Array, colour: str, label: str) -> None:
    ax.plot(energy, value, color=colour, label=label)
    ax.fill_between(energy, value - error, value + error, color=colour, alpha=0.25, linewidth=0)


def _end(current: SpectralCurrent) -> float:
    size = np.abs(current.density)
    return _ROOM * float(current.energy[np.flatnonzero(size >= _DARK * size.max())[-1]])
