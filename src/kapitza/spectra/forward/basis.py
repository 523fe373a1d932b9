"""The forward model on a grid: hat functions for the phonon spectrum, and convolution with the peak by FFT."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

from kapitza.data import Array
from kapitza.units import BOLTZMANN

_HATS_PER_FWHM = 5.0
_FIRST_PER_FWHM = 1.0 / 3.0
_MOST_HATS = 120


@dataclass(frozen=True)
class Basis:
    """Grid and hat functions for spectra on a registered axis.

    axis : (k,), meV, uniform, zero on a channel. fwhm : meV, of the zero-loss peak: hats are a fifth of it apart, from
    a third of it on. highest : meV, energy of the last hat.
    """

    axis: Array
    fwhm: float
    highest: float

    @cached_property
    def dispersion(self) -> float:
        """meV per channel."""
        return float(self.axis[-1] - self.axis[0]) / (len(self.axis) - 1)

    @cached_property
    def source_energy(self) -> Array:
        """(g,), meV: the symmetric grid of what is convolved, as long as the longer side of the axis."""
        half = round(max(-self.axis[0], self.axis[-1]) / self.dispersion)
        return np.arange(-half, half + 1) * self.dispersion

    @cached_property
    def lags(self) -> Array:
        """(n,), meV: where the peak is evaluated, in the order of the FFT."""
        n = next_fast_len(2 * len(self.source_energy), real=True)
        return np.fft.fftfreq(n, 1 / n) * self.dispersion

    @cached_property
    def knots(self) -> Array:
        """(K,), meV: tops of the hats."""
        first = _FIRST_PER_FWHM * self.fwhm
        spacing = max(self.fwhm / _HATS_PER_FWHM, (self.highest - first) / _MOST_HATS)
        return np.arange(first, self.highest + 1e-9, spacing)

    @cached_property
    def hats(self) -> Array:
        """(K, g): the hats on both sides of zero."""
        spacing = self.knots[1] - self.knots[0]
        distance = np.abs(np.abs(self.source_energy) - self.knots[:, np.newaxis])
        return np.maximum(0.0, 1.0 - distance / spacing)

    @cached_property
    def elastic(self) -> Array:
        """(n_f,): transform of the unit line at zero energy."""
        line: Array = self.transform((self.source_energy == 0.0).astype(float))
        return line

    @cached_property
    def derivative(self) -> Array:
        """(n_f,), 1/meV: what turns a transform into that of the derivative by energy."""
        rate: Array = 2j * np.pi * rfftfreq(len(self.lags), self.dispersion)
        return rate

    def bose(self, temperature: float) -> tuple[Array, Array]:
        """(g,) 1 + n on the loss side, n on the gain side; and (g,) the derivative of either by ln(temperature)."""
        x = np.abs(self.source_energy) / (BOLTZMANN * temperature)
        n = 1 / np.expm1(np.where(x > 0, x, np.inf))
        return np.where(self.source_energy > 0, 1 + n, n), n * (1 + n) * x

    def transform(self, source: Array) -> Array:
        """Transform of sources (..., g), to be multiplied with a peak's."""
        padded = np.zeros((*source.shape[:-1], len(self.lags)))
        padded[..., : source.shape[-1]] = source
        return rfft(padded, axis=-1)

    def peak_transform(self, components: Array) -> Array:
        """Transform of peaks (..., n) at `lags`, 1/meV; convolution then counts per channel."""
        return rfft(components, axis=-1) * self.dispersion

    def spectra(self, transforms: Array) -> Array:
        """(..., k): products of transforms back on the axis."""
        whole = irfft(transforms, len(self.lags), axis=-1)
        first = round((self.axis[0] - self.source_energy[0]) / self.dispersion)
        part: Array = whole[..., first : first + len(self.axis)]
        return part
