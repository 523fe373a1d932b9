"""Expected counts of a synthetic experiment, before any noise. Energies in meV.

The sample scatters S(E) = c S_left + (1 - c) S_right + interface modes, per meV, each line at its own temperature (see
`kapitza.twin.sample`). The detector gets, per channel of width `dispersion`,

    N dispersion [ h(E - shift) + f (h * S)(E - shift) ]

with h the pixel's zero-loss peak of unit area, N its counts, and S scaled such that the loss side of the left material
at the mean temperature has unit area: f is the ratio of phonon-loss to zero-loss counts there. The intensity is taken
at the middle of each channel.

h * S is worked out for a few temperatures and widths of the peak, and interpolated between them for each pixel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BarycentricInterpolator
from scipy.ndimage import spline_filter1d
from scipy.signal import fftconvolve

from kapitza.data import Array
from kapitza.twin.fields import Fields
from kapitza.twin.model import Twin
from kapitza.twin.peak import zero_loss_peak
from kapitza.twin.sample import Part, parts

_BEYOND = 150.0
"""How far, meV, phonons are followed beyond the energy axis: what is left out further away is below 1e-6 of a line."""

_MARGIN = 8
"""Cells that the blurred spectra reach beyond the pixels' axes: the spline's ends are not to be seen."""

_AT_ONCE = 4_000_000
"""Numbers held while rows of pixels are mixed together from the curves."""


def energy_axis(twin: Twin) -> Array:
    """The detector's energies (energy,), meV."""
    return twin.energy.start + twin.energy.dispersion * np.arange(twin.energy.channels)


def expected_counts(twin: Twin, fields: Fields) -> Array:
    """Expected counts (y, x, energy) of the spectrometer, without detector gain, dark counts or noise."""
    return np.stack(list(expected_rows(twin, fields)))


def expected_rows(twin: Twin, fields: Fields) -> Iterator[Array]:
    """The rows (x, energy) of `expected_counts`, one after the other."""
    blurred = _Blurred.of(twin, fields)
    scale = twin.dose.zero_loss_counts * twin.energy.dispersion
    energy = energy_axis(twin)
    for row, phonons in enumerate(blurred.rows()):
        moved = energy - fields.shift[row][:, np.newaxis]
        counts = zero_loss_peak(twin.zero_loss, moved, fields.width[row][:, np.newaxis])
        counts += twin.dose.loss_fraction * phonons
        # Rounding in the Fourier transforms leaves -1e-16 where nothing scatters.
        yield np.maximum(counts, 0.0) * scale


@dataclass(frozen=True)
class _Blurred:
    """What the sample scatters, blurred by the peak: splines of a few curves, of which every pixel sees a mixture.

    curves : (curves, cells), coefficients of cubic splines. weights : (y, x, curves). start : (y, x), cells, where the
    pixel's axis begins. stride : cells per channel. channels : of the axis.
    """

    curves: Array
    weights: Array
    start: Array
    stride: int
    channels: int

    @classmethod
    def of(cls, twin: Twin, fields: Fields) -> _Blurred:
        """The curves that a twin's pixels need."""
        stride = int(np.ceil(twin.energy.dispersion / _fine_step(twin)))
        step = twin.energy.dispersion / stride
        energy = energy_axis(twin)
        cells = 2 * int(np.ceil((np.abs(energy).max() + _BEYOND) / step))
        inner = step * (np.arange(cells) + 0.5 - cells // 2)
        first = energy[0] - fields.shift.max() - _MARGIN * step
        size = int(np.ceil((energy[-1] - fields.shift.min() - first) / step)) + _MARGIN
        offsets = first - inner[-1] + step * np.arange(size + cells - 1)
        widths, by_width = _between(fields.width)
        spectra, weights = _sampled(parts(twin, fields, inner), inner)
        blurred = [
            fftconvolve(step * zero_loss_peak(twin.zero_loss, offsets, width)[np.newaxis], spectra, "valid", axes=1)
            for width in widths
        ]
        return cls(
            curves=spline_filter1d(np.concatenate(blurred), axis=1),
            weights=np.einsum("yxw,yxt->yxwt", by_width, weights).reshape(*fields.width.shape, -1),
            start=(energy[0] - fields.shift - first) / step,
            stride=stride,
            channels=energy.size,
        )

    def rows(self) -> Iterator[Array]:
        """Blurred spectra (x, energy), row after row of the pixels, on their own moved axes."""
        rows, columns, curves = self.weights.shape
        several = max(1, _AT_ONCE // (columns * self.curves.shape[1]))
        for first in range(0, rows, several):
            block = slice(first, first + several)
            mixed = self.weights[block].reshape(-1, curves) @ self.curves
            yield from map(self._moved, mixed.reshape(-1, columns, mixed.shape[-1]), self.start[block])

    def _moved(self, mixed: Array, start: Array) -> Array:
        """Splines of one row of pixels (x, cells) at the channels of their axes, which begin at `start` (x,), cells."""
        cell = np.floor(start).astype(int)
        t = (start - cell)[:, np.newaxis]
        taps = ((1 - t) ** 3, 4 - 6 * t**2 + 3 * t**3, 1 + 3 * t + 3 * t**2 - 3 * t**3, t**3)
        pixel = np.arange(len(cell))[:, np.newaxis]
        cells = cell[:, np.newaxis] - 1 + self.stride * np.arange(self.channels)
        return np.asarray(sum(tap / 6.0 * mixed[pixel, cells + i] for i, tap in enumerate(taps)))


def _sampled(sample: Sequence[Part], energy: Array) -> tuple[Array, Array]:
    """Spectra (t, energy) of all parts at a few temperatures, and of what mixture of them (y, x, t) a pixel is."""
    spectra, weights = [], []
    for part in sample:
        colder, between = _between(1.0 / part.temperature)
        spectra.append(part.at(energy, 1.0 / colder))
        weights.append(between * part.amount[..., np.newaxis])
    return np.concatenate(spectra), np.concatenate(weights, axis=-1)


def _between(values: Array) -> tuple[Array, Array]:
    """Chebyshev points (n,) across the range of `values`, and the weights (..., n) that interpolate to each value."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.array([low]), np.ones((*values.shape, 1))
    spread = (high - low) / (high + low)
    # Enough for 1e-7 of Bose factors and blurred lines, from a spread of 1e-3 up to one of a half.
    n = 3 + int(np.ceil(18.0 * np.sqrt(spread)))
    points = 0.5 * (low + high) + 0.5 * (high - low) * np.cos(np.pi * (np.arange(n) + 0.5) / n)
    return points, BarycentricInterpolator(points, np.eye(n))(values)


def _fine_step(twin: Twin) -> float:
    """Step, meV, at which sums over lines are exact to 1e-6 and a cubic spline of the blurred spectrum to 1e-5."""
    narrowest = min(mode.fwhm for mode in (*twin.left.modes, *twin.right.modes, *twin.interface.modes))
    return min(twin.energy.dispersion, narrowest / 6.0, twin.zero_loss.fwhm / 16.0)
