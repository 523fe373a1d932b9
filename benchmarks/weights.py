"""How a temperature is read from a spectrum: a picture of what the model finds in it, and of the weights.

    python benchmarks/weights.py docs/figures/weights.svg

The demo's AlN and SiC at 600 K without detector faults, 1e10 electrons each: the summed spectrum of AlN in zero-loss
peak and phonons, and the weights of the estimating function of both materials at the temperature found.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from controls import uniform
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.polynomial import chebyshev

import kapitza
from kapitza.data import TemperatureMap
from kapitza.plots.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    MIDDLE,
    ORANGE,
    add_panel,
    letter_panels,
    new_figure,
    save_picture,
    styled,
)
from kapitza.spectra.forward.weights import SCORE
from kapitza.twin import synthesise


@styled
def picture(tmap: TemperatureMap) -> Figure:
    """The parts of a spectrum above the weights that read its temperature."""
    figure = new_figure(MIDDLE, 104)
    above, below = add_panel(figure, 15, 6, 117, 40), add_panel(figure, 15, 58, 117, 36)
    materials = {"AlN": int(tmap.material[0, 0]), "SiC": int(tmap.material[0, -1])}
    _draw_parts(above, tmap, materials["AlN"])
    _draw_weights(below, tmap, materials)
    for ax in (above, below):
        ax.set_xlim(-200, 200)
    letter_panels([above, below])
    return figure


def _draw_parts(ax: Axes, tmap: TemperatureMap, material: int) -> None:
    """Electrons per channel of an average pixel: all, the zero-loss peak's, the phonons'."""
    plan = tmap.recipe[0].plan
    fit, used = plan.fit, plan.fitted
    p, pixels = fit.parameters, (tmap.material == material).sum()
    whole = fit.expected[material] / pixels
    peak = plan.estimator.peak * p.weights.sum() * np.exp(p.log_amount[material]) / pixels
    phonons = whole - peak - p.constant[material] / pixels
    kinds = ((whole, INK, "all"), (peak, FAINT, "zero-loss peak"), (phonons, BLUE, "phonons, broadened by it"))
    for counts, colour, label in kinds:
        ax.plot(plan.axis[used], counts[used], color=colour, label=label)
    ax.set_yscale("log")
    ax.set_ylim(0.3, 1.5 * whole.max())
    ax.set_ylabel("electrons per channel and pixel")
    ax.set_title("What the model finds in the summed spectrum of AlN")
    ax.legend(loc="upper right")


def _draw_weights(ax: Axes, tmap: TemperatureMap, materials: dict[str, int]) -> None:
    """Weights in the middle of the range of temperatures."""
    plan = tmap.recipe[0].plan
    middle = chebyshev.chebvander(np.zeros(1), SCORE - 1)[0]
    ax.axhline(0.0, color=FAINT, linewidth=0.5)
    for (name, material), colour in zip(materials.items(), (GREEN, ORANGE), strict=True):
        weights = plan.estimator.table[material, :, :SCORE] @ middle
        ax.plot(plan.axis[plan.fitted], weights[plan.fitted], color=colour, label=name)
    ax.set_xlabel("energy loss (meV)")
    ax.set_ylabel("weight of an electron")
    ax.set_title(f"The weights that read the temperature, at {np.exp(plan.estimator.middle):.0f} K")
    ax.legend(loc="upper right")


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=Path, help="file to write, .svg or .png")
    image, _ = synthesise(uniform())
    save_picture(picture(kapitza.temperature_map(image, keep_spectra=False)), parser.parse_args().picture)


if __name__ == "__main__":
    main()
