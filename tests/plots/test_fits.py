"""Spectra: windows, backgrounds and the line of the temperature that was found."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.plots import log_ratios, save_figure, spectra
from kapitza.plots.fits import signal_spans, window_spans
from kapitza.quantity import Quantity
from kapitza.units import BOLTZMANN


def test_the_line_runs_through_the_origin_at_the_temperature(synthetic):
    line = spectra([synthetic.spectrum("left", 612.0)]).axes[1].lines[-1]
    x, y = line.get_data()
    assert (x[0], y[0]) == (0, 0)
    assert x[1] / y[1] / BOLTZMANN == pytest.approx(612.0)


def test_windows_are_the_runs_of_used_channels():
    energy = np.arange(10.0)
    used = np.isin(energy, [0, 1, 4, 7, 8, 9])
    assert list(window_spans(energy, used)) == [(0, 1), (4, 4), (7, 9)]
    assert list(window_spans(energy, np.zeros(10, bool))) == []


def test_loss_and_gain_are_compared_in_mirrored_windows(synthetic):
    fit = synthetic.spectrum("left")
    (a, b), (c, d) = signal_spans(fit)
    assert (a, b) == (-d, -c)
    assert signal_spans(replace(fit, pair_energy=np.empty(0))) == []


def test_one_row_for_each_spectrum_and_one_pixel_is_singular(synthetic):
    fits = [synthetic.spectrum("left"), synthetic.spectrum("right", pixels=1)]
    axes = spectra(fits).axes
    assert [ax.get_title(loc="left") for ax in axes[::2]] == ["left (36 pixels)", "right (1 pixel)"]


def test_a_spectrum_without_a_temperature_has_no_line(synthetic):
    fit = replace(synthetic.spectrum("left"), temperature=Quantity(None, None, "K"))
    axes = spectra([fit]).axes
    assert axes[1].get_title(loc="left") == "T = not known"
    assert len(axes[1].lines) == 1


def test_dollar_signs_and_markup_in_a_label_stay_as_they_are(synthetic, tmp_path):
    _, svg = save_figure(spectra([synthetic.spectrum(r"$\bad$ <b>")]), tmp_path, "spectra")
    assert r"$\bad$ &lt;b&gt; (36 pixels)" in svg.read_text(encoding="utf-8")


def test_log_ratios_stand_together_from_cold_to_hot(synthetic):
    ax = log_ratios([synthetic.spectrum("left", 612.0), synthetic.spectrum("right", 588.0)]).axes[0]
    (legend,) = ax.figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert [label.split(":")[0] for label in labels] == ["right", "left"]
    colder, hotter = (line.get_ydata()[-1] / line.get_xdata()[-1] for line in ax.lines[1::2])
    assert colder > hotter


def test_the_misfit_is_that_of_the_channels_that_tell(synthetic):
    fit = synthetic.spectrum("left", 600.0)
    line = fit.pair_energy / (BOLTZMANN * 600.0)
    error = np.full(len(line), 0.1)
    error[-3:] = 0.6
    off = replace(
        fit, log_ratio=line + 0.1 * (-1.0) ** np.arange(len(line)), log_ratio_error=error, log_ratio_modelled=None,
        temperature=Quantity(600.0, 1.0, "K"),
    )  # fmt: skip
    told = len(line) - 3
    assert off.told.sum() == told
    assert off.misfit == pytest.approx(told / (told - 1))
    assert replace(off, temperature=Quantity(None, None, "K")).misfit is None
