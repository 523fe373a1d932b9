"""Sharpened spectra of an interface: what is put in comes out, within the band of the noise."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface.deconvolved import sharpened
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.settings import DeconvolutionSettings
from kapitza.spectra.unmixing import Peak
from kapitza.theory.lineshapes import gaussian, pearson7

ENERGY = np.arange(-160.0, 161.0)
LAGS = np.arange(-330.0, 331.0)
PIXELS = np.array([20, 200, 200])
LINES = ((75.0, 90.0), (82.5, 112.0), (97.5, 118.0))
"""meV, of the interface and of both materials; each 4 meV wide."""


def blurred(lines, width=4.0):
    """Expected electrons: losses and a fifth as many gains, seen through a peak of 12 meV with tails."""
    bare = sum(gaussian(LAGS, e, width) + 0.2 * gaussian(LAGS, -e, width) for e in lines)
    seen = np.convolve(bare, kernel(), "same")
    return 2e4 * seen[np.abs(LAGS) <= 160]


def kernel():
    peak = pearson7(LAGS, 1.0, 0.0, 12.0, 2.0)
    return peak / peak.sum()


def regions(seed=None):
    tail = 1e6 * kernel()[np.abs(LAGS) <= 160] + 2.0
    background = PIXELS[:, None] * tail
    mean = background + PIXELS[:, None] * np.array([blurred(lines) for lines in LINES])
    electrons = mean if seed is None else np.random.default_rng(seed).poisson(mean).astype(float)
    flat = np.full(3, 600.0)
    return RegionSpectra("made up", ENERGY, electrons, background, 0 * mean, flat, flat, PIXELS, Peak(LAGS, kernel()))


@pytest.fixture(scope="module")
def found():
    return sharpened(regions(1), DeconvolutionSettings(), 30.0)


def test_lines_are_found_where_they_were_put_and_are_narrower_than_counted(found):
    assert list(found.energy[[0, -1]]) == [31.0, 160.0]
    assert list(found.steps) == [5, 5, 5]
    for lines, energies in zip(found.lines, LINES, strict=True):
        assert len(lines) == 2
        for line, energy in zip(lines, energies, strict=True):
            # What the tails of neighbours move a line by is no noise.
            assert line.energy.value == pytest.approx(energy, abs=0.8)
    for lines in found.lines[1:]:
        assert lines[0].fwhm.value < lines[0].fwhm_counted.value - 4


def test_the_band_holds_what_counts_without_noise_would_have_given():
    truth = sharpened(regions(), DeconvolutionSettings(), 30.0)
    inside = []
    for seed in range(2, 7):
        noisy = sharpened(regions(seed), DeconvolutionSettings(draws=100), 30.0)
        for kind in ("loss", "gain"):
            band, sharp = getattr(noisy, kind), getattr(truth, kind).sharp
            inside.append(np.mean((band.low <= sharp) & (sharp <= band.high)))
    assert np.mean(inside) == pytest.approx(0.68, abs=0.04)


def test_where_resolution_allows_the_truth_itself_is_within_the_band():
    """Lines as wide as the peak, sharpened until their counts are fitted: then only noise is left."""
    broad = regions()
    lines = np.array([blurred((85.0,), 40.0)] * 3) * PIXELS[:, None]
    counts = np.random.default_rng(3).poisson(broad.background + lines).astype(float)
    given = RegionSpectra(**{**vars(broad), "electrons": counts})
    settings = DeconvolutionSettings(iterations=100, stop="discrepancy", coverage=0.95, draws=100)
    found = sharpened(given, settings, 30.0)
    truth = 2e4 * gaussian(found.energy, 85.0, 40.0)
    assert (found.steps <= 100).all()
    inside = (found.loss.low <= truth) & (truth <= found.loss.high)
    assert inside[:, (found.energy > 60) & (found.energy < 110)].mean() > 0.85


def test_units_are_electrons_per_mev_and_pixel(found):
    """Twice the pixels make no higher spectrum."""
    heights = [found.loss.counted[i].max() for i in (1, 2)]
    peak = 2e4 * np.convolve(gaussian(LAGS, 82.5, 4.0), kernel(), "same").max()
    assert heights == pytest.approx([peak, peak], rel=0.05)


def test_an_axis_within_the_core_is_refused():
    with pytest.raises(MethodError, match="An axis beyond ±200 meV is wanted to sharpen phonons, got one to ±160 meV"):
        sharpened(regions(), DeconvolutionSettings(), 200.0)
