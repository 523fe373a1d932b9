"""What each pixel sees of the sample, and where drift puts zero loss. Lengths in nm, energies in meV."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr

from kapitza.data import Array
from kapitza.theory.conduction import WIDTH_10_90, temperature_profile
from kapitza.twin.model import HEAT_FLOW_SIGN, Twin
from kapitza.units import SIGMA_PER_FWHM


@dataclass(frozen=True)
class Fields:
    """What each pixel sees, averaged over the probe.

    temperature : (y, x), K. composition : (y, x), share of the left material. interface : (y, x), strength of the
    interface modes, 1 at the interface under a point probe. shift : (y, x), meV, where zero loss stands on the axis.
    width : (y, x), width of the zero-loss peak over the twin's. deviation : (y, x), how much of its `flow_offset` a
    bulk line has; 1 at the interface under a point probe if heat flows forward, below 0 if in reverse.
    """

    temperature: Array
    composition: Array
    interface: Array
    shift: Array
    width: Array
    deviation: Array


def fields(twin: Twin) -> Fields:
    """What each pixel of the twin's scan sees.

    The probe blurs each of these fields by itself: Gaussian widths add in quadrature. That composition and temperature
    vary together under one position of the probe is neglected: with a probe of 0.3 nm on the demo's interface this is
    0.15 % of the spectrum and 0.02 K of the temperature.
    """
    x = sample_position(twin) - twin.interface.position
    probe = SIGMA_PER_FWHM * twin.probe.fwhm
    mode_sigma = SIGMA_PER_FWHM * twin.interface.mode_fwhm
    blurred = np.hypot(mode_sigma, probe)
    sigma = np.hypot(twin.interface.composition_sigma, probe)
    return Fields(
        temperature=_temperature(twin, x, probe),
        composition=ndtr(-x / sigma) if sigma > 0.0 else 0.5 - 0.5 * np.sign(x),
        interface=mode_sigma / blurred * np.exp(-0.5 * (x / blurred) ** 2),
        shift=_energy_drift(twin),
        width=_width_changes(twin),
        deviation=HEAT_FLOW_SIGN[twin.temperature.heat_flow] * _decay(x, twin.interface.decay_length, probe),
    )


def sample_position(twin: Twin) -> Array:
    """Where in the sample each pixel (y, x) of the drifting scan lies, nm; the rows' drifts average to zero."""
    scan = twin.scan
    rows = np.arange(scan.rows) - 0.5 * (scan.rows - 1)
    return np.arange(scan.columns) * scan.step + (twin.drift.spatial * rows)[:, np.newaxis]


def foil_thickness(twin: Twin, from_interface: Array) -> Array:
    """Thickness of the foil, nm, at distances (nm) from the interface; wants a twin with a low-loss image."""
    assert twin.low_loss is not None
    return twin.low_loss.thickness + twin.low_loss.slope * from_interface


def heat_position(twin: Twin, from_interface: Array) -> Array:
    """Distances from the interface in nm of foil as thick as there, in which temperature is straight.

    Heat that flows through a wedge keeps flux times thickness, so this is the integral of t(0)/t(x) dx.
    """
    if twin.low_loss is None or twin.low_loss.slope == 0.0:
        return from_interface
    rise = twin.low_loss.slope / twin.low_loss.thickness
    return np.asarray(np.log1p(rise * from_interface) / rise)


def composition_width(twin: Twin) -> float:
    """10-90 width (nm) of the composition step as a probe of the twin's width sees it."""
    return float(WIDTH_10_90["erf"] * np.hypot(twin.interface.composition_sigma, SIGMA_PER_FWHM * twin.probe.fwhm))


def _temperature(twin: Twin, from_interface: Array, probe: float) -> Array:
    table = twin.temperature
    sign = HEAT_FLOW_SIGN[table.heat_flow]
    return temperature_profile(
        heat_position(twin, from_interface),
        interface=0.0,
        mean=table.mean,
        drop=sign * table.drop,
        # Heat flows down the gradient; 1 K/um is 1e-3 K/nm.
        gradient_left=-sign * 1e-3 * table.gradient_left,
        gradient_right=-sign * 1e-3 * table.gradient_right,
        width_10_90=float(np.hypot(table.width_10_90, WIDTH_10_90["erf"] * probe)),
    )


def _decay(from_interface: Array, length: float, probe: float) -> Array:
    """exp(-|x|/length) as a Gaussian probe of standard deviation `probe` sees it, all in nm."""
    distance = np.abs(from_interface)
    if probe == 0.0:
        return np.asarray(np.exp(-distance / length))
    blur = probe / length
    near, far = (
        np.exp(0.5 * blur**2 + sign * distance / length + log_ndtr(-sign * distance / probe - blur))
        for sign in (-1.0, 1.0)
    )
    return np.asarray(near + far)


def _energy_drift(twin: Twin) -> Array:
    """Zero-loss position (y, x), meV: a random walk plus 1/f noise in the order of the scan, row after row."""
    rng = np.random.default_rng([twin.twin.seed, 0])
    shape = (twin.scan.rows, twin.scan.columns)
    walk = np.cumsum(twin.drift.energy_walk * rng.standard_normal(shape[0] * shape[1]))
    return (walk - walk[0] + twin.drift.energy_flicker * _flicker(walk.size, rng)).reshape(shape)


def _width_changes(twin: Twin) -> Array:
    """Relative width of the zero-loss peak (y, x): changes from pixel to pixel, and slow ones in the scan's order."""
    rng = np.random.default_rng([twin.twin.seed, 3])
    shape = (twin.scan.rows, twin.scan.columns)
    quick = twin.drift.width_change * rng.standard_normal(shape)
    slow = twin.drift.width_flicker * _flicker(quick.size, rng)
    # The exponential keeps widths above zero.
    return np.asarray(np.exp(quick + slow.reshape(shape)))


def _flicker(size: int, rng: np.random.Generator) -> Array:
    """Noise of unit rms and zero mean whose power falls as 1/frequency; zero where there is one pixel only."""
    frequency = np.fft.rfftfreq(size)[1:]
    if frequency.size == 0:
        return np.zeros(size)
    spectrum = (rng.standard_normal((2, frequency.size)).T @ [1.0, 1.0j]) / np.sqrt(frequency)
    noise = np.fft.irfft(np.concatenate([[0.0], spectrum]), n=size)
    return noise / np.sqrt(np.mean(noise**2))
