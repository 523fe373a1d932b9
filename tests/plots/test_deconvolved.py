"""The picture of sharpened spectra: panels, curves and scales."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.interface.deconvolved import DeconvolvedSpectra, Side
from kapitza.plots import sharpened_spectra
from kapitza.settings import DeconvolutionSettings

ENERGY = np.arange(31.0, 201.0)


@pytest.fixture
def spectra():
    sharp = np.array([h * np.exp(-0.5 * ((ENERGY - e) / 4.0) ** 2) for h, e in ((50, 75), (80, 82), (70, 97))])
    loss = Side(0.7 * sharp, sharp, sharp - 1, sharp + 1)
    gain = Side(*(0.2 * values for values in vars(loss).values()))
    steps = np.full(3, 5)
    return DeconvolvedSpectra(DeconvolutionSettings(), ENERGY, loss, gain, steps, np.array([4, 40, 40]), ((), (), ()))


def test_losses_stand_above_gains_and_directions_beside_each_other(spectra):
    higher = replace(spectra, loss=Side(*(2 * values for values in vars(spectra.loss).values())))
    figure = sharpened_spectra({"forward": ("forward", spectra), "reverse": ("reverse", higher)}, "AlN", "SiC")
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles == ["forward, loss", "forward, gain", "reverse, loss", "reverse, gain"]
    assert [ax.get_ylim()[1] for ax in figure.axes] == pytest.approx([1.06 * 162, 1.06 * 16.2] * 2)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["interface", "AlN, bulk", "SiC, bulk", "as counted"]


def test_curves_are_the_numbers(spectra):
    ax = sharpened_spectra({"only": (None, spectra)}).axes[0]
    lines = [line for line in ax.lines if len(line.get_xdata())]
    np.testing.assert_array_equal(lines[2].get_ydata(), spectra.loss.sharp[1, :120])
    np.testing.assert_array_equal(lines[3].get_ydata(), spectra.loss.counted[1, :120])
    assert ax.get_xlim() == (31.0, 150.0)
