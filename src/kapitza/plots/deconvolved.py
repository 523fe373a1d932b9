"""Figure of sharpened spectra of both materials and of the interface, as the paper's Fig. 3g."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import AutoMinorLocator

from kapitza.data import Array
from kapitza.interface.deconvolved import DeconvolvedSpectra, Side
from kapitza.interface.modes.region_spectra import REGIONS
from kapitza.plots.profiles import titled
from kapitza.plots.style import (
    BLUE,
    DOUBLE,
    INK,
    ORANGE,
    SINGLE,
    add_legend,
    add_panel,
    legend_height,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import plain
from kapitza.study.result import ImageResult

Pair = Mapping[str, tuple[str | None, DeconvolvedSpectra]]

BOTH: tuple[Literal["loss", "gain"], ...] = ("loss", "gain")
COLOURS = {"interface": INK, "left": ORANGE, "right": BLUE}
_HIGHEST = 150.0
"""meV, end of the axis; where an energy axis ends before, it ends there."""
_HIGH, _LEFT, _RIGHT, _TOP, _BETWEEN, _BELOW, _LABEL = 40.0, 14.0, 3.0, 6.0, 7.0, 9.0, 8.5


def deconvolved_pair(images: Mapping[str, ImageResult], first: Sequence[str]) -> Pair:
    """Heat flow and sharpened spectra of the images named `first`, or of the first that has some."""
    having = {name: (i.heat_flow, i.deconvolved) for name, i in images.items() if i.deconvolved is not None}
    return {name: having[name] for name in first if name in having} or dict(list(having.items())[:1])


def region_names(left: str, right: str) -> dict[str, str]:
    """How a reader calls the regions, in their order."""
    return dict(zip(REGIONS, ("interface", f"{left}, bulk", f"{right}, bulk"), strict=True))


def shown_energies(found: DeconvolvedSpectra) -> Array:
    """(m,) booleans, the energies that are drawn."""
    return found.energy <= _HIGHEST


def highest(images: Pair, kind: str) -> float:
    """Of all curves of losses or of gains."""
    sides: list[tuple[DeconvolvedSpectra, Side]] = [(found, getattr(found, kind)) for _, found in images.values()]
    return max(float(side.high[:, shown_energies(found)].max()) for found, side in sides)


@styled
def sharpened_spectra(images: Pair, left: str = "left", right: str = "right") -> Figure:
    """Draw losses (above) and gains (below) of both materials and of the interface, one column of panels per image.

    images : by name, (direction of the heat, spectra); up to two stand beside each other. left, right : names of the
    materials. Lines are sharpened spectra with the band of the noise, dotted lines what was counted.
    """
    shown = dict(list(images.items())[:2])
    names = region_names(left, right)
    width = SINGLE if len(shown) == 1 else DOUBLE
    across, columns = width / len(shown), 2 if len(shown) == 1 else 4
    below = _BELOW + legend_height(4, columns)
    figure = new_figure(width, _TOP + 2 * _HIGH + _BETWEEN + below)
    panels = []
    for i, (name, (flow, found)) in enumerate(shown.items()):
        for j, kind in enumerate(BOTH):
            place = (i * across + _LEFT, _TOP + j * (_HIGH + _BETWEEN), across - _LEFT - _RIGHT, _HIGH)
            ax = add_panel(figure, *place)
            _draw(ax, found, kind, names)
            ax.set_ylim(0, 1.06 * highest(shown, kind))
            ax.set_title(f"{titled(name, flow)}, {kind}")
            ax.tick_params(labelbottom=j == 1)
            if i == 0:
                ax.set_ylabel("Electrons per meV and pixel")
                ax.yaxis.set_label_coords(-_LABEL / place[2], 0.5)
            panels.append(ax)
        panels[-1].set_xlabel("|E| (meV)")
    letter_panels(panels)
    handles, labels = panels[0].get_legend_handles_labels()
    add_legend(figure, handles, labels, columns)
    return figure


def _draw(ax: Axes, found: DeconvolvedSpectra, kind: str, names: Mapping[str, str]) -> None:
    side: Side = getattr(found, kind)
    chosen = shown_energies(found)
    energy = found.energy[chosen]
    for i, (region, name) in enumerate(names.items()):
        colour = COLOURS[region]
        ax.fill_between(energy, side.low[i, chosen], side.high[i, chosen], color=colour, alpha=0.3, linewidth=0)
        ax.plot(energy, side.sharp[i, chosen], color=colour, label=plain(name))
        ax.plot(energy, side.counted[i, chosen], color=colour, linewidth=0.6, linestyle=(0, (1, 1.2)))
    ax.plot([], [], color=INK, linewidth=0.6, linestyle=(0, (1, 1.2)), label="as counted")
    ax.set_xlim(energy[0], energy[-1])
    ax.xaxis.set_minor_locator(AutoMinorLocator(2))
    ax.yaxis.set_minor_locator(AutoMinorLocator(2))
