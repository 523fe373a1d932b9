"""Finding the zero-loss peak, and spectra aligned on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from synthetic import DISPERSION, Spectra

from kapitza.data import Array
from kapitza.spectra.registration import register, zero_loss_positions
from peers import Step, Tool

_HALF_WIDTH = 24
"""Channels, one full width of the peak to either side: what kapitza correlates with."""

_NARROW = 0.04
"""eV: an interval around the peak that makes the correlation of HyperSpy and exSpy faster."""

_UPSAMPLING = 100


def kapitza_positions(spectra: Spectra) -> Array:
    """(n,), channels."""
    return zero_loss_positions(spectra.counts, spectra.counts.mean(axis=0), _HALF_WIDTH)


def kapitza_aligned(spectra: Spectra) -> Array:
    """(n, energy), found and moved."""
    return register(spectra.counts, spectra.energy, kapitza_positions(spectra) * DISPERSION)


def signal_of(spectra: Spectra, kind: str = "") -> Any:
    """The spectra as a HyperSpy signal, in eV."""
    import hyperspy.api as hs

    signal = hs.signals.Signal1D(spectra.counts.copy())
    signal.set_signal_type(kind)
    axis = signal.axes_manager[-1]
    axis.offset, axis.scale, axis.units = spectra.energy[0] * 1e-3, DISPERSION * 1e-3, "eV"
    return signal


def hyperspy_positions(spectra: Spectra, **interval: float) -> Array:
    """(n,), channels, by estimate_shift1D with its default of five points between channels."""
    found = signal_of(spectra).estimate_shift1D(reference_indices=(0,), show_progressbar=False, **interval)
    return -found.ravel() * 1e3 / DISPERSION


def hyperspy_narrow_positions(spectra: Spectra) -> Array:
    """(n,), channels, from an interval around the peak."""
    return hyperspy_positions(spectra, start=-_NARROW, end=_NARROW)


def scikit_image_positions(spectra: Spectra) -> Array:
    """(n,), channels, by phase correlation without its normalisation, which noise would dominate."""
    from skimage.registration import phase_cross_correlation

    reference = spectra.counts.mean(axis=0)
    found = [
        phase_cross_correlation(reference, one, upsample_factor=_UPSAMPLING, normalization=None)[0][0]
        for one in spectra.counts
    ]
    return -np.array(found)


def swift_positions(spectra: Spectra) -> Array:
    """(n,), channels, by Swift's centre of mass above a quarter of the maximum."""
    from nion.eels_analysis.ZLP_Analysis import estimate_zlp_amplitude_position_width_com as centre

    return np.array([centre(one)[1] for one in spectra.counts])


def swift_fitted_positions(spectra: Spectra) -> Array:
    """(n,), channels, by Swift's fit of a Gaussian to the upper half of the peak."""
    from nion.eels_analysis.ZLP_Analysis import estimate_zlp_amplitude_position_width_fit_spline as centre

    return np.array([centre(one)[1] for one in spectra.counts])


def exspy_aligned(spectra: Spectra, **interval: Any) -> Array:
    """(n, shorter energy), by align_zero_loss_peak."""
    signal = signal_of(spectra, "EELS")
    signal.align_zero_loss_peak(print_stats=False, show_progressbar=False, **interval)
    return signal.data


def exspy_narrow_aligned(spectra: Spectra) -> Array:
    """(n, shorter energy), from an interval around the peak."""
    return exspy_aligned(spectra, signal_range=(-_NARROW, _NARROW))


def swift_aligned(spectra: Spectra) -> Array:
    """(n, energy), by "Align ZLP (com method)"."""
    from nion.data import Calibration, DataAndMetadata
    from nionswift_plugin.nion_eels_analysis.AlignZLP import align_zlp_xdata

    axis = Calibration.Calibration(spectra.energy[0] * 1e-3, DISPERSION * 1e-3, "eV")
    held = DataAndMetadata.new_data_and_metadata(
        spectra.counts,
        dimensional_calibrations=[Calibration.Calibration(), axis],
        data_descriptor=DataAndMetadata.DataDescriptor(False, 1, 1),
    )
    return align_zlp_xdata(held, method="com")[0].data


def position_error(found: Array, spectra: Spectra) -> str:
    """Scatter of positions about the truth; a constant is left out, for tools differ in what they call zero."""
    missing = int(np.isnan(found).sum())
    off = np.nanstd(found - spectra.shift / DISPERSION)
    return f"{off:.3f} channels rms" + (f", {missing} of {len(found)} not found" if missing else "")


def alignment_error(aligned: Array, spectra: Spectra) -> str:
    """Scatter of where the peaks of aligned spectra still stand."""
    counts = np.nan_to_num(aligned)
    off = zero_loss_positions(counts, counts.mean(axis=0), _HALF_WIDTH)
    lost = spectra.counts.shape[1] - counts.shape[1]
    return f"{np.nanstd(off):.3f} channels rms" + (f", {lost} channels cut off" if lost else "")


def as_they_are(spectra: Spectra) -> Spectra:
    """Nothing is prepared."""
    return spectra


FIND = Step(
    "find the zero-loss peak",
    True,
    as_they_are,
    position_error,
    (
        Tool("kapitza", kapitza_positions, ours=True),
        Tool("HyperSpy estimate_shift1D", hyperspy_positions, ("hyperspy",)),
        Tool("HyperSpy estimate_shift1D, ±40 meV", hyperspy_narrow_positions, ("hyperspy",)),
        Tool("scikit-image phase_cross_correlation", scikit_image_positions, ("scikit-image",)),
        Tool("Nion Swift centre of mass", swift_positions, ("nionswift-eels-analysis",)),
        Tool("Nion Swift peak fit", swift_fitted_positions, ("nionswift-eels-analysis",)),
    ),
)
ALIGN = Step(
    "find and align",
    True,
    as_they_are,
    alignment_error,
    (
        Tool("kapitza", kapitza_aligned, ours=True),
        Tool("exSpy align_zero_loss_peak", exspy_aligned, ("exspy",)),
        Tool("exSpy align_zero_loss_peak, ±40 meV", exspy_narrow_aligned, ("exspy",)),
        Tool("Nion Swift Align ZLP (com method)", swift_aligned, ("nionswift-eels-analysis",)),
    ),
)
