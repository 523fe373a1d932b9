"""The histogram of residuals is a density, and the curve beside it is one, too."""

import numpy as np
import pytest

from kapitza.plots import residuals
from kapitza.plots.statistics import unit_gaussian


def test_bars_and_curve_both_enclose_one():
    values = np.random.default_rng(0).standard_normal(5000)
    ax = residuals(values, 1.0).axes[0]
    assert sum(bar.get_width() * bar.get_height() for bar in ax.patches) == pytest.approx(1.0)
    x = np.linspace(-8, 8, 4001)
    assert np.trapezoid(unit_gaussian(x), x) == pytest.approx(1.0)


def test_the_scatter_and_what_lies_outside_are_written_above():
    ax = residuals(np.array([0.0, 1.0, 9.0, np.nan]), 1.234).axes[0]
    assert ax.get_title(loc="left") == "Scatter over stated error 1.23; 1 beyond ±5"


def test_nothing_to_show_is_an_empty_frame():
    ax = residuals(np.empty(0)).axes[0]
    assert all(bar.get_height() == 0 for bar in ax.patches)
    assert ax.get_title(loc="left") == ""
