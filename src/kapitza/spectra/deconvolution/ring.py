"""Spectra on a ring on which the zero-loss peak blurs them: what Richardson-Lucy iterates."""

from __future__ import annotations

import numba
import numpy as np
from scipy import fft

from kapitza.data import Array

_END = 5
_OUT_OF_SIGHT = 1e-9
_EPSILON, _TINY = float(np.finfo(float).eps), float(np.finfo(float).tiny)


class Blur:
    """Convolution with the peak on a ring of the measured channels and a gap, which holds what lies beyond the ends.

    The gap is as long as the peak reaches, so that neither end sees the other across it, and gives each end at
    least five widths of its own.
    """

    def __init__(self, peak: Array, channels: int, ends: str) -> None:
        half, periodic = len(peak) // 2, ends == "periodic"
        # No two measured channels are farther apart than this.
        reach = half if periodic else min(half, channels - 1)
        gap = max(reach, min(2 * reach, 2 * _END * _width(peak)))
        self.channels, self.size = channels, channels if periodic else fft.next_fast_len(channels + gap, real=True)
        offsets = np.arange(-reach, reach + 1)
        kernel = np.zeros(self.size)
        np.add.at(kernel, offsets % self.size, (peak / peak.sum())[offsets + half])
        self._transfer = fft.rfft(kernel)
        self._returned = self._transfer.conj()
        self._whole_sight = _inverse(self._seen_from(np.ones((1, channels))))

    def forward(self, x: Array) -> Array:
        """h * x, (n, size)."""
        return self._through(x, self._transfer)

    def back(self, ratio: Array) -> Array:
        """h^T * ratio, (n, size)."""
        return self._through(ratio, self._returned)

    def sight(self, seen: Array) -> Array:
        """1/(h^T * 1), (n, size), for the channels that are seen, (n, channels); zero where next to nothing is."""
        sight = np.repeat(self._whole_sight, len(seen), axis=0)
        gaps = ~seen.all(axis=1)
        sight[gaps] = _inverse(self._seen_from(seen[gaps].astype(float)))
        return sight

    def continued(self, inner: Array) -> Array:
        """(n, size): each end of (n, channels) goes on at its level to the middle of the gap."""
        middle = (self.channels + self.size) // 2
        wide = np.empty((len(inner), self.size))
        wide[:, : self.channels] = inner
        wide[:, self.channels : middle] = inner[:, -1:]
        wide[:, middle:] = inner[:, :1]
        return wide

    def _seen_from(self, inner: Array) -> Array:
        return self.back(np.pad(inner, ((0, 0), (0, self.size - self.channels))))

    def _through(self, x: Array, transfer: Array) -> Array:
        spectrum = fft.rfft(x, axis=-1)
        spectrum *= transfer
        through: Array = fft.irfft(spectrum, self.size, axis=-1, overwrite_x=True)
        return through


class Rows:
    """A few spectra on their way: counts y (NaN where not measured), known part of the model, wanted x on the ring."""

    def __init__(self, counts: Array, level: Array, blur: Blur) -> None:
        self._blur, self.seen = blur, np.isfinite(counts)
        self._sight = blur.sight(self.seen)
        self.offset = np.maximum(-counts.min(axis=1, keepdims=True, where=self.seen, initial=0.0), 0.0)
        self.y, self._known = np.where(self.seen, counts + self.offset, np.nan), level + self.offset
        self._x = blur.continued(self._start(self.y - self._known))
        self._most_known = self._known.max(axis=1)

    def blurred(self, rows: Array | slice) -> Array:
        """h * x of these rows on the ring."""
        return self._blur.forward(self._x[rows])

    def model(self, blurred: Array, rows: Array | slice) -> Array:
        """h * x + B of these rows, (n, channels), from h * x."""
        return _model(blurred, self._known[rows], self._rounding(blurred, rows))

    def step(self, blurred: Array, rows: Array | slice) -> None:
        """One iteration, equation (1), of these rows from h * x, which is used up."""
        _divide(self.y[rows], blurred, self._known[rows], self._rounding(blurred, rows))
        x = self._x[rows]
        _multiply(x, self._blur.back(blurred), self._sight[rows])
        self._x[rows] = x

    def spectra(self) -> Array:
        """x in the measured channels, NaN in those that were not."""
        return np.where(self.seen, self._x[:, : self._blur.channels], np.nan)

    def _rounding(self, blurred: Array, rows: Array | slice) -> Array:
        """What the model of each row cannot be told from zero, (n,)."""
        return _EPSILON * (blurred.max(axis=1) + self._most_known[rows]) + _TINY

    def _start(self, excess: Array) -> Array:
        """Counts above the background, (n, channels); where there are none, those of the neighbourhood."""
        known = excess > 0
        start = np.where(known, excess, 0.0)
        low = ~known.all(axis=1)
        wide = np.pad(start[low], ((0, 0), (0, self._blur.size - self._blur.channels)))
        smooth = (self._blur.back(wide) * self._sight[low])[:, : self._blur.channels]
        start[low] = np.where(known[low], start[low], np.maximum(smooth, 0.0))
        return start


@numba.njit(cache=True, nogil=True)
def _model(blurred, known, rounding):  # type: ignore[no-untyped-def]
    model = np.empty(known.shape)
    for i in range(len(known)):
        for j in range(known.shape[1]):
            model[i, j] = _at_least(blurred[i, j] + known[i, j], rounding[i])
    return model


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _divide(y, blurred, known, rounding):  # type: ignore[no-untyped-def]
    """y / (h * x + B) in place of h * x; zero in the channels that were not measured, and in the gap."""
    for i in range(len(y)):
        for j in range(y.shape[1]):
            ratio = y[i, j] / _at_least(blurred[i, j] + known[i, j], rounding[i])
            blurred[i, j] = ratio if ratio >= 0.0 else 0.0
        blurred[i, y.shape[1] :] = 0.0


@numba.njit(cache=True, nogil=True)
def _at_least(value, rounding):  # type: ignore[no-untyped-def]
    """What is below the rounding of the transform could be negative, and is nothing."""
    return value if value > rounding else rounding


@numba.njit(cache=True, nogil=True)
def _multiply(x, factor, sight):  # type: ignore[no-untyped-def]
    for i in range(len(x)):
        for j in range(x.shape[1]):
            x[i, j] *= _at_least(factor[i, j], 0.0) * sight[i, j]


def _inverse(visible: Array) -> Array:
    return np.divide(1.0, visible, out=np.zeros_like(visible), where=visible > _OUT_OF_SIGHT)


def upper_half(peak: Array) -> Array:
    """Channels in which a peak is at least half as high as its highest."""
    return np.flatnonzero(peak >= peak.max() / 2)


def _width(peak: Array) -> int:
    """Full width at half maximum, channels."""
    return int(np.ptp(upper_half(peak))) + 1
