"""Figure of a heat flow in molecular dynamics: temperature with its drop, and what the baths gave."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kapitza.atoms.nemd import HeatFlow, Trace
from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    FAINT,
    INK,
    ORANGE,
    add_legend,
    add_panel,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import quantity_text

_LEFT, _TOP, _HEIGHT, _BELOW = 13.0, 6.0, 52.0, 14.0
_PS = 1e-3
_BATH = "#f0f0f0"


@styled
def heat_flow_figure(trace: Trace, flow: HeatFlow) -> Figure:
    """Draw the temperature profile with the lines that are extrapolated to the interface, and the energy of each bath.

    trace : of a run. flow : what `kapitza.atoms.nemd.analyse` made of it.
    """
    figure = new_figure(DOUBLE, _TOP + _HEIGHT + _BELOW)
    width = DOUBLE / 2 - _LEFT - 5
    profile = add_panel(figure, _LEFT, _TOP, width, _HEIGHT)
    energy = add_panel(figure, DOUBLE / 2 + _LEFT, _TOP, width, _HEIGHT)
    _draw_profile(profile, trace, flow)
    _draw_energies(energy, trace, flow)
    letter_panels([profile, energy])
    add_legend(figure, *energy.get_legend_handles_labels(), 3)
    return figure


def _draw_profile(ax: Axes, trace: Trace, flow: HeatFlow) -> None:
    measured = flow.profile
    low, high = trace.edges[0] / 10, trace.edges[-1] / 10
    for start, stop in ((low, trace.bulk[0] / 10), (trace.bulk[1] / 10, high)):
        ax.axvspan(start, stop, color=_BATH, linewidth=0, zorder=0)
    ax.errorbar(
        measured.position, measured.temperature, measured.error, fmt="o", color=INK, markersize=2.2, elinewidth=0.5,
        zorder=3,
    )  # fmt: skip
    if flow.interface is not None and trace.interface is not None:
        at = trace.interface / 10
        for side, colour in (("left", ORANGE), ("right", BLUE)):
            start, stop = getattr(flow.interface, f"bulk_{side}")
            value = getattr(flow.interface, f"temperature_{side}").value
            slope = 1e-3 * getattr(flow.interface, f"gradient_{side}").value
            x = np.array([min(start, at), max(stop, at)])
            ax.plot(x, value + slope * (x - at), color=colour, linewidth=0.6, linestyle="--", zorder=4)
            x = np.array([start, stop])
            ax.plot(x, value + slope * (x - at), color=colour, linewidth=1.2, zorder=4)
        ax.axvline(at, color=FAINT, linewidth=0.4, zorder=1)
        ax.set_title(f"Drop {quantity_text(flow.interface.drop)}")
    ax.set_xlim(low, high)
    ax.set_xlabel("Position along the heat flow (nm)")
    ax.set_ylabel("Temperature (K)")


def _draw_energies(ax: Axes, trace: Trace, flow: HeatFlow) -> None:
    time = _PS * trace.time
    for name, energy, colour, power in (
        ("given by the hot bath", trace.hot, ORANGE, flow.hot_power),
        ("taken by the cold bath", -trace.cold, BLUE, flow.cold_power),
    ):
        ax.plot(time, energy, color=colour, linewidth=0.8, label=name)
        steady = time >= _PS * flow.steady_from
        slope = abs(power.value or 0.0)
        offset = float(np.mean(energy[steady] - slope * time[steady]))
        ax.plot(time[steady], offset + slope * time[steady], color=INK, linewidth=0.5, linestyle="--", zorder=3)
    ax.plot([], [], color=INK, linewidth=0.5, linestyle="--", label="fit")
    ax.axvline(_PS * flow.steady_from, color=FAINT, linewidth=0.5, linestyle=":", zorder=0)
    ax.set_xlim(0, time[-1])
    ax.set_xlabel("Time (ps)")
    ax.set_ylabel("Energy (eV)")
    ax.set_title(f"Flux {quantity_text(flow.flux)}")
