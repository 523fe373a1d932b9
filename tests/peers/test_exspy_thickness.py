"""Thickness and mean free path by exSpy and by kapitza.

The mean free path and the logarithm agree. The zero-loss peak does not: exSpy ends it at an energy and takes its tail
beyond for losses.
"""

import warnings

import numpy as np
import pytest

from kapitza.spectra.thickness import in_nanometres, relative_thickness
from kapitza.theory.lineshapes import pearson7
from kapitza.theory.mean_free_path import iakoubovskii_mean_free_path

pytest.importorskip("exspy", reason="exspy is not installed: make test-peers", exc_type=ImportError)

DISPERSION = 100.0
ENERGY = DISPERSION * np.arange(-200, 800)


def low_loss(exponent):
    """Mean counts of a peak of 0.8 eV with half as many losses, all above 15 eV: t/lambda is ln(3/2)."""
    losses = np.where((ENERGY > 15e3) & (ENERGY < 30e3), 1.0, 0.0)
    peak = pearson7(ENERGY, 1.0, 0.0, 800.0, exponent)
    return 1e6 * (peak / peak.sum() + 0.5 * losses / losses.sum())


def signal_of(counts):
    with warnings.catch_warnings():
        # exSpy 0.3 imports from places that HyperSpy 2.5 calls deprecated.
        warnings.simplefilter("ignore")
        import hyperspy.api as hs

        signal = hs.signals.Signal1D(counts.astype(float))
        signal.set_signal_type("EELS")
    axis = signal.axes_manager[-1]
    axis.offset, axis.scale, axis.units, axis.is_binned = ENERGY[0] * 1e-3, DISPERSION * 1e-3, "eV", True
    return signal


def exspy_thickness(counts, **how):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signal = signal_of(counts)
        signal.set_microscope_parameters(beam_energy=60.0, convergence_angle=20.0, collection_angle=25.0)
        return np.asarray(signal.estimate_thickness(**how).data).ravel()


def drawn(exponent):
    return np.random.default_rng(1).poisson(low_loss(exponent), (6, len(ENERGY)))


@pytest.mark.parametrize("density", [2.0, 3.21, 3.26, 10.0])
@pytest.mark.parametrize(("convergence", "collection"), [(0.0, 5.0), (20.0, 25.0), (30.0, 10.0)])
def test_the_mean_free_path_is_the_same(density, convergence, collection):
    from exspy.utils.eels import iMFP_angular_correction, iMFP_Iakoubovskii

    theirs = iMFP_Iakoubovskii(density, 60.0) * iMFP_angular_correction(density, 60.0, convergence, collection)
    assert iakoubovskii_mean_free_path(60.0, convergence, collection, density).value == pytest.approx(theirs, rel=1e-12)


def test_thickness_is_the_same_where_the_peak_has_no_tail():
    counts = drawn(20.0)
    ours = relative_thickness(counts, ENERGY, half_width=5e3)
    theirs = exspy_thickness(counts, threshold=5.0)
    np.testing.assert_allclose(theirs, ours.value, atol=1e-4)
    np.testing.assert_allclose(ours.value, np.log(1.5), atol=5 * ours.error.max())
    length = iakoubovskii_mean_free_path(60.0, 20.0, 25.0, 3.26)
    in_nm = exspy_thickness(counts, threshold=5.0, density=3.26)
    np.testing.assert_allclose(in_nm, in_nanometres(ours, length).value, atol=1e-2)


def test_exspy_takes_the_tail_of_the_peak_for_losses():
    """Cut at the same energy, a peak of exponent 1.5 makes the sample 3 % too thick, twenty standard errors."""
    counts = drawn(1.5)
    ours = relative_thickness(counts, ENERGY)
    theirs = exspy_thickness(counts, threshold=ours.window[1] * 1e-3)
    assert np.mean(theirs) - np.log(1.5) == pytest.approx(0.012, abs=0.001)
    np.testing.assert_allclose(ours.value, np.log(1.5), atol=4 * ours.error.max())
