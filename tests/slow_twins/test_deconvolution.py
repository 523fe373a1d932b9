"""Fast deconvolution and thickness against slow versions that are easy to believe."""

import math

import numpy as np
import pytest
from scipy.fft import next_fast_len

from kapitza.spectra.deconvolution import richardson_lucy
from kapitza.spectra.thickness import relative_thickness
from kapitza.theory.lineshapes import pearson7

from .deconvolution import sharpened

ENERGY = np.arange(-60.0, 61.0)
CHANNELS = len(ENERGY)


@pytest.mark.parametrize("iterations", [1, 5, 20])
@pytest.mark.parametrize("tilt", [0.0, 0.2])
def test_richardson_lucy(iterations, tilt):
    """With a peak of unequal sides, too, where h^T is not h; and one that reaches farther than the spectrum is long."""
    offset = np.arange(-150.0, 151.0)
    peak = pearson7(offset, 1.0, 0.0, 10.0 * np.where(offset > 0, 1 + tilt, 1 - tilt), 2.0)
    background = 3.0 + 0.01 * (ENERGY + 60)
    rng = np.random.default_rng(1)
    counts = 20 + rng.poisson(background + pearson7(ENERGY, 400.0, 25.0, 11.0, 2.0), (3, CHANNELS))
    fast = richardson_lucy(counts, ENERGY, peak, background=background, iterations=iterations)
    reach = CHANNELS - 1
    kernel = (peak / peak.sum())[150 - reach : 151 + reach]
    size = next_fast_len(CHANNELS + reach, real=True)
    slow = [sharpened(y, kernel, size, background, iterations) for y in counts]
    np.testing.assert_allclose(fast, slow, rtol=1e-10)


def test_thickness():
    energy = np.arange(-20.0, 100.0) * 1e3
    counts = np.random.default_rng(2).poisson(pearson7(energy, 3e4, 200.0, 4e3, 2.0) + 30.0 * (energy > 15e3), (5, 120))
    found = relative_thickness(counts, energy, half_width=8e3)
    inside = [j for j in range(120) if found.window[0] <= energy[j] <= found.window[1]]
    tail = 2 * sum(int(counts[i, j]) for i in range(5) for j in range(inside[0]))
    peak = sum(int(counts[i, j]) for i in range(5) for j in inside) + tail
    for i in range(5):
        total, core = sum(map(int, counts[i])), sum(int(counts[i, j]) for j in inside)
        assert found.value[i] == pytest.approx(math.log(total / core * (1 - tail / peak)), rel=1e-12)
        assert found.error[i] == pytest.approx(math.sqrt(1 / core - 1 / total), rel=1e-9)
