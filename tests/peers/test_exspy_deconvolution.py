"""Richardson-Lucy by exSpy and by kapitza on the same spectra with the same peak.

They agree where the peak finds the spectrum on both sides. Where they do not, the tests hold down what exSpy does,
against the truth.
"""

import warnings

import numpy as np
import pytest

from kapitza.spectra.deconvolution import richardson_lucy
from kapitza.theory.lineshapes import gaussian, pearson7

pytest.importorskip("exspy", reason="exspy is not installed: make test-peers", exc_type=ImportError)

ENERGY = np.arange(-250.0, 251.0)
OFFSET = np.arange(-250.0, 251.0)
PEAK = gaussian(OFFSET, 0.0, 12.0)
PHONONS = 20.0 + 4e3 * gaussian(ENERGY, 83.0, 14.0) + 1e3 * gaussian(ENERGY, -83.0, 14.0)


def exspy_sharpened(counts, peak=PEAK, iterations=5):
    """What exSpy makes of (n, energy) counts; its peak has unit area, and zero energy where it is highest."""
    with warnings.catch_warnings():
        # exSpy 0.3 imports from places that HyperSpy 2.5 calls deprecated, and divides by zero where nothing counted.
        warnings.simplefilter("ignore")
        import hyperspy.api as hs

        spectra, kernel = hs.signals.Signal1D(counts.astype(float)), hs.signals.Signal1D(peak / peak.sum())
        for signal in (spectra, kernel):
            signal.set_signal_type("EELS")
        return spectra.richardson_lucy_deconvolution(kernel, iterations, show_progressbar=False).data


def drawn(mean, number=8):
    return np.random.default_rng(1).poisson(mean, (number, len(mean))).astype(float)


@pytest.mark.parametrize("iterations", [1, 5])
def test_the_interior_is_the_same(iterations):
    counts = drawn(PHONONS)
    theirs, ours = (
        exspy_sharpened(counts, iterations=iterations),
        richardson_lucy(counts, ENERGY, PEAK, iterations=iterations),
    )
    inner = np.abs(ENERGY) < 250 - 12 * (2 * iterations + 1)
    np.testing.assert_allclose(ours[:, inner], theirs[:, inner], rtol=1e-6)


def test_the_zero_loss_peak_with_its_tails_is_the_same_near_its_core():
    peak = pearson7(OFFSET, 1.0, 0.0, 12.0, 2.2)
    counts = drawn(1e6 * peak + 2.0)
    inner = np.abs(ENERGY) < 60
    np.testing.assert_allclose(
        richardson_lucy(counts, ENERGY, peak)[:, inner], exspy_sharpened(counts, peak)[:, inner], rtol=1e-4
    )


def test_exspy_takes_what_is_beyond_the_ends_for_nothing():
    """It leaves no flat spectrum flat: the last channel keeps a quarter of its counts, a ripple of a third follows."""
    flat = np.full((2, len(ENERGY)), 100.0)
    np.testing.assert_allclose(richardson_lucy(flat, ENERGY, PEAK), 100.0, rtol=1e-9)
    theirs = exspy_sharpened(flat)[0]
    assert theirs[0] == pytest.approx(25.5, abs=0.1)
    assert theirs.max() == pytest.approx(135.5, abs=0.1)
    assert np.abs(theirs[60:-60] - 100).max() < 1e-3


def test_exspy_explodes_on_negative_channels():
    """Noise about nothing, as subtraction leaves it: h * x passes through zero, and y is divided by it."""
    counts = drawn(PHONONS - 20.0 + 400.0, 40) - 400.0
    theirs, ours = exspy_sharpened(counts), richardson_lucy(counts, ENERGY, PEAK)
    assert (np.abs(theirs).max(axis=1) > 4 * counts.max()).all()
    assert np.abs(theirs).max() > 1000 * counts.max()
    assert ours.min() >= 0
    assert ours.max() < 2 * counts.max()


def test_exspy_has_no_numbers_where_nothing_was_counted():
    """With a peak of finite support, zeros wider than it are divided by zero, and the whole spectrum is lost."""
    counts = drawn(PHONONS)
    counts[:, 400:] = 0.0
    short = np.where(np.abs(OFFSET) < 30, PEAK, 0.0)
    theirs = exspy_sharpened(counts, short)
    assert np.isnan(theirs).all()
    ours = richardson_lucy(counts, ENERGY, short)
    assert np.isfinite(ours).all()
    assert ours[:, 440:].max() < 1e-9 * ours.max()
