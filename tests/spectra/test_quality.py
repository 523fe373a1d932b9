"""What cannot be used is told apart from what can."""

import numpy as np
import pytest

from kapitza.data import Status
from kapitza.spectra.quality import inspect
from kapitza.theory.lineshapes import pearson7

ENERGY = np.arange(-150.0, 151.0)


def peak(height, energy=ENERGY):
    return pearson7(energy, height, 0.2, 12.0, 2.0)


def one(spectrum):
    return Status(inspect(np.asarray(spectrum)[None])[0])


def test_each_status():
    good = np.random.default_rng(1).poisson(peak(5000.0)).astype(float)
    assert one(good) is Status.OK
    assert one(np.where(np.arange(301) == 3, np.nan, good)) is Status.NOT_FINITE
    assert one(np.where(np.arange(301) == 3, np.inf, good)) is Status.NOT_FINITE
    assert one(np.zeros(301)) is Status.NO_COUNTS
    assert one(-good) is Status.NO_COUNTS
    assert one(np.minimum(good, 4000)) is Status.SATURATED


@pytest.mark.parametrize("top", [7e4, 1e5, 1.5e5, 4e5])
@pytest.mark.parametrize("dispersion", [0.5, 1.0, 2.0])
def test_an_overflow_of_16_bits_is_a_crater(top, dispersion):
    energy = np.arange(-150, 151) * dispersion
    counts = np.random.default_rng(2).poisson(np.broadcast_to(peak(top, energy), (20, 301)))
    assert (inspect((counts % 65536).astype(np.uint16)) == Status.SATURATED).all()


@pytest.mark.parametrize(("ceiling", "top"), [(255, 400), (4095, 6000), (65535, 80000)])
def test_a_flat_top_is_saturated(ceiling, top):
    counts = np.random.default_rng(3).poisson(np.broadcast_to(peak(top), (20, 301)))
    assert (inspect(np.minimum(counts, ceiling)) == Status.SATURATED).all()


@pytest.mark.parametrize("dispersion", [0.25, 1.0])
@pytest.mark.parametrize("top", [5.0, 60.0, 100.0, 300.0, 1e3, 1e4, 1e6])
def test_normal_peaks_are_not_saturated(top, dispersion):
    counts = np.random.default_rng(4).poisson(np.broadcast_to(peak(top, np.arange(-50, 51) * dispersion), (20000, 101)))
    # Chance alone makes neighbours equal now and then where counts are few: by design in one spectrum of 1e5.
    assert np.mean(inspect(counts) != Status.OK) <= 1e-4


@pytest.mark.parametrize("height", [100.0, 3000.0, 5000.0, 9000.0, 1e6])
def test_a_spike_beside_the_peak_is_no_saturation(height):
    counts = np.random.default_rng(5).poisson(peak(5000.0)).astype(float)
    counts[260] += height
    assert one(counts) is Status.OK
