"""Spikes are found and replaced, and clean spectra are left as they are."""

import numpy as np
import pytest

from kapitza.spectra.spikes import Spikes, find_spikes, robust_reference
from kapitza.theory.lineshapes import pearson7

ENERGY = np.arange(-150.0, 151.0)


def peak(height, shift=0.0):
    return pearson7(ENERGY, height, shift, 12.0, 2.0)


def replaced(counts):
    """Spectra without spikes, and how many channels of each were replaced."""
    found = find_spikes(counts, robust_reference(counts), 8.0)
    return found.replaced_in(counts), np.bincount(found.pixel, minlength=len(counts))


@pytest.mark.parametrize("counts", [0.1, 1.0, 10.0, 1e3, 1e5])
def test_none_in_clean_data(counts):
    spectra = np.random.default_rng(1).poisson(counts, (4000, 301)).astype(float)
    clean, hits = replaced(spectra)
    # None among 1.2 million channels: the false rate is below 3e-6 at 95 %.
    assert hits.sum() == 0
    np.testing.assert_array_equal(clean, spectra)


@pytest.mark.parametrize("height", [1e2, 1e4, 1e6])
@pytest.mark.parametrize("dispersion", [0.5, 1.0, 2.0])
def test_none_in_clean_data_that_drift(height, dispersion):
    rng = np.random.default_rng(2)
    energy = np.arange(-150, 151) * dispersion
    spectra = rng.poisson(pearson7(energy, height, rng.uniform(-3, 3, (300, 1)), 12.0, 2.0)).astype(float)
    assert replaced(spectra)[1].sum() == 0


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("height", [20.0, 1e3, 1e5])
def test_spikes_are_replaced_within_the_noise(channels, height):
    rng = np.random.default_rng(3)
    mean = peak(height) + 0.01 * height
    spectra = rng.poisson(np.broadcast_to(mean, (500, len(mean)))).astype(float)
    where = rng.integers(5, len(mean) - 6, 500)
    hit = spectra.copy()
    for k in range(channels):
        hit[np.arange(500), where + k] += 30 * np.sqrt(mean[where] + 1) + 60
    clean, hits = replaced(hit)
    assert np.mean(hits == channels) > 0.99
    for k in range(channels):
        at = np.arange(500), where + k
        away = (clean[at] - mean[where + k]) / np.sqrt(1.94 * mean[where + k] + 1)
        # A second spike channel leaves the cubic's channels alone, so the noise is that of the interpolation.
        assert np.std(away) < 1.3
        assert abs(np.mean(away)) < 0.2


def test_the_rest_of_a_spectrum_with_spikes_is_untouched():
    rng = np.random.default_rng(4)
    spectra = rng.poisson(np.broadcast_to(peak(1e4), (50, 301))).astype(float)
    hit = spectra.copy()
    where = 40 + 4 * np.arange(50)
    hit[np.arange(50), where] += 5000
    clean, hits = replaced(hit)
    assert (hits == 1).all()
    others = np.ones(hit.shape, bool)
    others[np.arange(50), where] = False
    np.testing.assert_array_equal(clean[others], spectra[others])


@pytest.mark.parametrize("scale", [0.01, 1.0, 300.0])
def test_counts_need_not_be_electrons(scale):
    rng = np.random.default_rng(5)
    electrons = rng.poisson(np.full((400, 301), 1e4)).astype(float)
    electrons[np.arange(100), 100 + np.arange(100)] += 5000
    spectra = electrons * scale
    hits = replaced(spectra)[1]
    assert (hits[100:] == 0).all()
    # Below one electron per count the deviations are too small to be told from a spectrum of so few counts.
    assert (hits[:100] == (1 if scale >= 1 else 0)).all()


def test_one_spike_cannot_pull_the_reference():
    spectra = np.full((60, 301), 100.0)
    spectra[17, 120] = 1e9
    np.testing.assert_allclose(robust_reference(spectra), 100.0)


def test_spikes_are_told_piece_by_piece_as_at_once():
    rng = np.random.default_rng(6)
    spectra = rng.poisson(np.full((90, 301), 100.0)).astype(np.float32)
    spectra[np.arange(0, 90, 2), rng.integers(5, 290, 45)] += 5000
    reference = robust_reference(spectra)
    whole = find_spikes(spectra, reference, 8.0)
    parts = [
        find_spikes(spectra[a:b], reference, 8.0).numbered(np.arange(a, b)) for a, b in ((0, 7), (7, 60), (60, 90))
    ]
    assert len(whole.pixel) == 45
    for one, other in ((Spikes.joined(parts), whole), (parts[1].numbered(np.arange(-7, 53)), whole.between(7, 60))):
        np.testing.assert_array_equal(one.pixel, other.pixel)
        np.testing.assert_array_equal(one.channel, other.channel)
        np.testing.assert_array_equal(one.value, other.value)


def test_spikes_of_some_pixels_are_replaced_in_their_spectra():
    spectra = np.full((10, 30), 7.0)
    found = Spikes(np.array([2, 4, 4, 9]), np.array([5, 6, 20, 8]), np.array([1.0, 2.0, 3.0, 4.0]))
    chosen = np.array([1, 4, 9])
    wanted = found.replaced_in(spectra)[chosen]
    np.testing.assert_array_equal(found.at(chosen).replaced_in(spectra[chosen]), wanted)
    assert (wanted != 7.0).sum() == 3
    assert (spectra == 7.0).all()


def test_spectra_that_are_not_finite_are_no_part_of_the_reference():
    spectra = np.full((30, 20), 3.0)
    spectra[4] = np.nan
    np.testing.assert_allclose(robust_reference(spectra), 3.0)
    assert np.isnan(robust_reference(np.full((3, 20), np.nan))).all()
