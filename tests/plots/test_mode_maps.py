"""The picture of losses and gains against position and energy: panels, scales, and where the interface lies."""

import numpy as np
import pytest

from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.interface.modes.summary import ModeSummary, WantedModes
from kapitza.plots import mode_maps
from kapitza.spectra.unmixing import Mode, Peak

ENERGY = np.arange(-150.0, 151.0)
X = np.arange(10.0, 40.0)


@pytest.fixture
def summary():
    """What the figure needs of a summary: a band at 82 meV left of 25 nm and at 97 meV right of it."""
    band = np.where(X[:, None] < 25.0, 82.0, 97.0)
    electrons = 100.0 * np.exp(-0.5 * ((np.abs(ENERGY) - band) / 5.0) ** 2) * np.where(ENERGY > 0, 4.0, 1.0)
    flat = np.zeros(len(X))
    columns = RegionSpectra(
        "made up", ENERGY, electrons, 0 * electrons, 0 * electrons, flat + 600.0, X, flat + 5.0, Peak(ENERGY, ENERGY)
    )
    wanted = WantedModes(modes=(Mode("alpha", 75.0, 6.0), Mode("beta", 90.0, 6.0)))
    return ModeSummary(24.5, columns, columns, wanted)


def planes(figure):
    return [np.asarray(ax.images[0].get_array()) for ax in figure.axes if ax.images]


def test_both_directions_stand_beside_each_other(summary):
    figure = mode_maps({"forward": ("forward", summary), "reverse": ("reverse", summary)})
    titles = [ax.get_title(loc="left") for ax in figure.axes if ax.get_ylabel() == "|E| (meV)"]
    assert titles == ["forward, loss", "forward, gain", "reverse, loss", "reverse, gain"]
    for plane in planes(figure)[:4]:
        assert plane.max() == 1.0
        assert plane.shape == (91, len(X))


def test_position_and_energy_are_where_they_belong(summary):
    figure = mode_maps({"forward": ("forward", summary)})
    ax = figure.axes[0]
    left, right, bottom, top = ax.images[0].get_extent()
    assert (left, right, bottom, top) == (9.5, 39.5, 39.5, 130.5)
    plane = np.asarray(ax.images[0].get_array())
    assert bottom + 0.5 + plane[:, 0].argmax() == 82.0
    assert bottom + 0.5 + plane[:, -1].argmax() == 97.0
    assert ax.lines[0].get_xdata()[0] == 24.5
