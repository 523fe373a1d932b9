"""The core of the zero-loss peak: centre, width, and what cannot be a peak."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.spectra.zero_loss import fit_core, half_maximum_width
from kapitza.theory.lineshapes import pearson7

ENERGY = np.arange(-60.0, 61.0)


@pytest.mark.parametrize("asymmetry", [-0.1, -0.02, 0.0, 0.05])
def test_the_two_half_widths_of_the_core_are_found(asymmetry):
    widths = 12.0 * np.where(ENERGY > 0.3, 1 + asymmetry, 1 - asymmetry)
    core = fit_core(ENERGY, pearson7(ENERGY, 1e6, 0.3, widths, 2.0))
    assert core.asymmetry == pytest.approx(asymmetry, abs=1e-5)
    assert core.centre == pytest.approx(0.3, abs=1e-4)
    assert core.fwhm_loss == pytest.approx(12.0 * (1 + asymmetry), abs=1e-3)
    assert core.fwhm_gain == pytest.approx(12.0 * (1 - asymmetry), abs=1e-3)


def test_the_errors_of_the_core_hold():
    rng = np.random.default_rng(4)
    clean = pearson7(ENERGY, 2e4, -0.4, 11.0, 2.3)
    cores = [fit_core(ENERGY, rng.poisson(clean)) for _ in range(300)]
    for name, truth in (("centre", -0.4), ("fwhm", 11.0), ("asymmetry", 0.0)):
        inside = [abs(getattr(c, name) - truth) < getattr(c, f"{name}_error") for c in cores]
        assert 0.6 < np.mean(inside) < 0.76, name


def test_the_width_at_half_maximum_is_read_between_channels():
    top, width = half_maximum_width(ENERGY, pearson7(ENERGY, 1.0, 0.0, 12.4, 2.0))
    assert top == 0.0
    assert width == pytest.approx(12.4, abs=0.05)


def test_a_peak_at_the_end_of_the_axis_is_refused():
    with pytest.raises(MethodError, match=r"falls to half its height on both sides.*at the end of the axis"):
        half_maximum_width(ENERGY, np.exp(-(ENERGY + 60) / 10))


def test_a_peak_of_three_channels_is_refused():
    energy = np.arange(-60.0, 61.0, 6.0)
    with pytest.raises(MethodError, match=r"At least 5 channels across the core.*finer dispersion"):
        fit_core(energy, pearson7(energy, 1e5, 0.0, 8.0, 2.0))
