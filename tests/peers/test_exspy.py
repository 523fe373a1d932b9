"""Registration by HyperSpy and exSpy, and by kapitza, of the same spectra with known positions.

They agree to the grid on which HyperSpy looks for the maximum of the correlation, as long as it correlates over the
whole axis. Where they do not, the tests hold down what HyperSpy and exSpy do, against the truth.
"""

import warnings

import numpy as np
import pytest

from kapitza.spectra.registration import register, registered_axis, zero_loss_positions
from kapitza.theory.lineshapes import pearson7

DISPERSION = 0.5
ENERGY = DISPERSION * np.arange(-250, 251)
SHIFT = np.append(0.2, np.random.default_rng(5).uniform(-4.0, 4.0, 24))
"""meV; that of the first spectrum, to which HyperSpy and exSpy align the others, is 0.4 channels."""
POINTS = 5
"""Points that HyperSpy puts between two channels by default."""


PEAKS = pearson7(ENERGY - SHIFT[:, np.newaxis], 1e5, 0.0, 12.0, 2.0)


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    """(n, energy), zero-loss peaks of 12 meV at SHIFT, with noise."""
    return np.random.default_rng(6).poisson(PEAKS).astype(float)


@pytest.fixture(scope="module")
def positions(counts) -> np.ndarray:
    """(n,), channels: where kapitza finds the peaks, from their mean."""
    found = zero_loss_positions(counts, counts.mean(axis=0), 24)
    return found - found.mean()


def signal_of(library, counts):
    """The spectra as a signal of HyperSpy or exSpy, in eV."""
    pytest.importorskip(library, reason=f"{library} is not installed: make test-peers", exc_type=ImportError)
    with warnings.catch_warnings():
        # exSpy 0.3 imports from places that HyperSpy 2.5 calls deprecated.
        warnings.simplefilter("ignore")
        import hyperspy.api as hs

        signal = hs.signals.Signal1D(counts.copy())
        if library == "exspy":
            signal.set_signal_type("EELS")
    axis = signal.axes_manager[-1]
    axis.offset, axis.scale, axis.units = ENERGY[0] * 1e-3, DISPERSION * 1e-3, "eV"
    return signal


def hyperspy_positions(counts, **chosen):
    signal = signal_of("hyperspy", counts)
    shift = -signal.estimate_shift1D(reference_indices=(0,), show_progressbar=False, **chosen).ravel()
    return (shift - shift.mean()) * 1e3 / DISPERSION


def exspy_aligned(counts):
    """Spectra after exSpy's align_zero_loss_peak and their energies in meV."""
    signal = signal_of("exspy", counts)
    signal.align_zero_loss_peak(print_stats=False, show_progressbar=False)
    return signal.data, signal.axes_manager[-1].axis * 1e3


def residuals(aligned):
    """Where the peaks of aligned spectra still stand apart, channels."""
    return zero_loss_positions(aligned, aligned.mean(axis=0), 24)


def test_positions_agree_with_hyperspys_to_its_grid(counts, positions):
    truth = (SHIFT - SHIFT.mean()) / DISPERSION
    assert np.abs(positions - truth).max() < 0.05
    grid = 1 / (POINTS + 1)
    theirs = hyperspy_positions(counts, number_of_interpolation_points=POINTS)
    # Half the grid for each spectrum and for the reference, whose rounding goes with all.
    assert np.abs(theirs - positions).max() < grid


def test_hyperspy_pulls_positions_together_where_the_interval_cuts_the_peaks_tails(counts, positions):
    """Over +-40 meV, which is fast, it finds shifts 5 % too small: 0.4 channels off, where kapitza's are 0.01 off."""
    theirs = hyperspy_positions(counts, start=-0.04, end=0.04, number_of_interpolation_points=20)
    slope = np.polyfit((SHIFT - SHIFT.mean()) / DISPERSION, theirs, 1)[0]
    assert slope == pytest.approx(0.93, abs=0.03)
    ours = np.polyfit((SHIFT - SHIFT.mean()) / DISPERSION, positions, 1)[0]
    assert ours == pytest.approx(1.0, abs=0.002)


def test_aligned_spectra_agree_with_exspys_to_its_grid(counts, positions):
    theirs, _ = exspy_aligned(counts)
    assert np.abs(residuals(theirs)).max() < 1 / (POINTS + 1)
    ours = register(counts, ENERGY, positions * DISPERSION)
    assert np.abs(residuals(np.nan_to_num(ours))).max() < 0.02


def test_exspy_cuts_the_ends_off_and_puts_zero_beside_the_peak():
    """It calibrates before it aligns below a channel, so zero lies up to half a channel beside the peaks: here 0.28."""
    theirs, energy = exspy_aligned(PEAKS)
    assert len(ENERGY) - len(energy) >= np.ptp(SHIFT) / DISPERSION - 1
    assert len(registered_axis(ENERGY)) == len(ENERGY)
    ideal = pearson7(energy, 1e5, 0.0, 12.0, 2.0)
    beside = zero_loss_positions(theirs.mean(axis=0)[np.newaxis], ideal, 24)[0]
    assert beside == pytest.approx(0.28, abs=0.02)
