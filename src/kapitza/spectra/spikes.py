"""Spikes: single channels far above what their neighbours allow (cosmic rays, X-rays), found and replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numba
import numpy as np

from kapitza.data import Array
from kapitza.spectra.floats import floats

# Cubic interpolation at 0 from the channels at -3, -2, +2, +3, and the variance that it carries.
_NEAR, _FAR = 0.9, -0.4
_CARRIED = 2 * _NEAR**2 + 2 * _FAR**2
_DOUBT = 0.3
"""Share of what the cubic adds to a straight line that counts as a standard deviation of the cubic itself."""
_GAUSSIAN = 1.4826
"""Standard deviation over median absolute deviation."""
_GROUPS = 15


@dataclass(frozen=True)
class Spikes:
    """Channels hit by spikes, in order of pixel and channel, and the counts that the neighbouring channels say.

    pixel, channel : (m,), numbers. value : (m,), counts.
    """

    pixel: Array
    channel: Array
    value: Array

    @staticmethod
    def joined(parts: Sequence[Spikes]) -> Spikes:
        """Those of all parts, in their order."""
        none = Spikes(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        return Spikes(*(np.concatenate([getattr(p, f.name) for p in (none, *parts)]) for f in fields(Spikes)))

    def numbered(self, numbers: Array) -> Spikes:
        """The same with pixel i called numbers[i]; the numbers rise."""
        return Spikes(numbers[self.pixel], self.channel, self.value)

    def between(self, first: int, stop: int) -> Spikes:
        """Those of the pixels from `first` to before `stop`, numbered from `first`."""
        a, b = np.searchsorted(self.pixel, (first, stop))
        return Spikes(self.pixel[a:b] - first, self.channel[a:b], self.value[a:b])

    def at(self, pixels: Array) -> Spikes:
        """Those of pixels (n,) whose numbers rise, numbered as they are there."""
        chosen = np.isin(self.pixel, pixels)
        return Spikes(np.searchsorted(pixels, self.pixel[chosen]), self.channel[chosen], self.value[chosen])

    def replaced_in(self, counts: Array) -> Array:
        """Counts (n, energy) without the spikes: a copy where there are any."""
        if not len(self.pixel):
            return counts
        clean = np.array(counts)
        clean[self.pixel, self.channel] = self.value
        return clean


def robust_reference(counts: Array) -> Array:
    """(energy,), mean of spectra (n, energy) that no spike can pull: the median over the means of interleaved groups.

    Only spectra whose channels are all finite are used; NaN where there is none.
    """
    good = counts[np.isfinite(counts).all(axis=1)]
    if not len(good):
        return np.full(counts.shape[1], np.nan)
    return np.median([good[g::_GROUPS].mean(axis=0, dtype=float) for g in range(min(_GROUPS, len(good)))], axis=0)


def find_spikes(counts: Array, reference: Array, threshold: float) -> Spikes:
    """Channels that are spikes, with what their neighbouring channels say instead.

    A channel is a spike where, relative to `reference`, it stands more than `threshold` standard deviations above the
    cubic through the channels two and three away. The deviations are scaled by their own median absolute value, so that
    counts need not be electrons, and widened where the cubic bends, as it does under a zero-loss peak that has drifted
    away from the reference's. Channels within three of the ends are left alone.

    Parameters
    ----------
    counts : (n, energy), counts. reference : (energy,), counts, from `robust_reference`. threshold : standard
        deviations.
    """
    floor = max(1e-3 * float(np.nanmean(reference)) / len(reference), 1e-12)
    return Spikes(*_found(floats(counts), np.maximum(reference, floor).astype(float), float(threshold)))


@numba.njit(cache=True, nogil=True)
def _found(counts, reference, threshold):  # type: ignore[no-untyped-def]
    n, channels = counts.shape
    inverse, inner = 1 / reference, channels - 6
    ratio = np.empty(channels)
    size = max(inner, 0)
    expected, noise, bend = np.empty(size), np.empty(size), np.empty(size)
    deviation, scaled = np.empty(size), np.empty(size)
    pixel, channel, value = np.empty(16, np.int64), np.empty(16, np.int64), np.empty(16)
    found = 0
    for p in range(n):
        _multiply(counts[p], inverse, ratio)
        if inner < 1 or not _may_hold_spikes(counts[p], ratio, reference, threshold):
            continue
        _model(counts[p], ratio, reference, expected, noise, bend, deviation)
        scale = _scale(deviation, noise, bend, threshold, scaled)
        if scale == np.inf:
            continue
        _rescale(deviation, noise, bend, scale, scaled)
        for i in range(inner):
            if scaled[i] > threshold and _is_local_top(scaled, i):
                if found == len(pixel):
                    pixel, channel, value = _longer(pixel), _longer(channel), _longer(value)
                pixel[found], channel[found], value[found] = p, i + 3, expected[i]
                found += 1
    return pixel[:found].copy(), channel[:found].copy(), value[:found].copy()


@numba.njit(cache=True, nogil=True)
def _multiply(a, b, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        out[i] = a[i] * b[i]


@numba.njit(cache=True, nogil=True, inline="always")
def _expectation(ratio_near, ratio_far, reference):  # type: ignore[no-untyped-def]
    """What a channel should hold, the variance of its difference from that, and the doubt about the cubic."""
    expected = max((_NEAR * ratio_near + _FAR * ratio_far) * reference, 0.0)
    # The plain mean of the four, not the cubic, sets the noise: it is steadier where counts are few.
    variance = max((ratio_near + ratio_far) * reference / 4, 1.0) * (1 + _CARRIED)
    return expected, variance, _DOUBT * (expected - ratio_near * reference / 2)


@numba.njit(cache=True, nogil=True)
def _may_hold_spikes(spectrum, ratio, reference, threshold):  # type: ignore[no-untyped-def]
    """Whether a channel passes the threshold before deviations are scaled up: without roots, divisions or branches."""
    n = len(ratio) - 6
    a, b, c, d = ratio[:n], ratio[1:], ratio[5:], ratio[6:]
    here, level = spectrum[3:], reference[3:]
    above = np.int32(0)
    for i in range(n):
        expected, variance, bend = _expectation(b[i] + c[i], a[i] + d[i], level[i])
        excess = max(here[i] - expected, 0.0)
        above |= np.int32(excess * excess > threshold * threshold * (variance + bend * bend))
    return above > 0


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _model(spectrum, ratio, reference, expected, noise, bend, deviation):  # type: ignore[no-untyped-def]
    for i in range(len(deviation)):
        near, far = ratio[i + 1] + ratio[i + 5], ratio[i] + ratio[i + 6]
        expected[i], variance, bend[i] = _expectation(near, far, reference[i + 3])
        noise[i] = np.sqrt(variance)
        deviation[i] = (spectrum[i + 3] - expected[i]) / noise[i]


@numba.njit(cache=True, nogil=True)
def _scale(deviation, noise, bend, threshold, scratch):  # type: ignore[no-untyped-def]
    """By how much the spectrum scatters more than counts do; infinite where nothing can be a spike for that.

    The scale is a median. A spike must have deviation > threshold * scale, so none is there if half of the channels
    deviate by as much as a scale of highest / threshold allows: counting those spares most medians.
    """
    highest = 0.0
    for i in range(len(deviation)):
        scratch[i] = abs(deviation[i])
        highest = max(highest, deviation[i])
    limit, below = highest / threshold / _GAUSSIAN * (1 + 1e-9), 0
    for i in range(len(deviation)):
        below += scratch[i] < limit
    if 2 * below < len(deviation):
        return np.inf
    return max(1.0, _GAUSSIAN * _median(scratch))


@numba.njit(cache=True, nogil=True)
def _median(values):  # type: ignore[no-untyped-def]
    """Median of numbers that are not negative: they are halved by counting, which the compiler does several at once,
    until few enough are left to sort. Their bits rise as they do."""
    whole = values.view(np.int64)
    low, high, before, among = np.int64(0), np.int64(0), 0, len(values)
    for i in range(len(values)):
        high = max(high, whole[i] + 1)
    lower, upper = (among - 1) // 2, among // 2
    while among > 32 and high - low > 1:
        middle, below = (low + high) // 2, 0
        for i in range(len(values)):
            below += whole[i] < middle
        if lower < below <= upper:
            break
        if below > upper:
            high, among = middle, below - before
        else:
            low, among, before = middle, among + before - below, below
    left = np.sort(values[(whole >= low) & (whole < high)])
    return (left[lower - before] + left[upper - before]) / 2


# Division by zero cannot happen, and a check for it would keep the compiler from doing several channels at once.
@numba.njit(cache=True, nogil=True, error_model="numpy")
def _rescale(deviation, noise, bend, scale, scaled):  # type: ignore[no-untyped-def]
    for i in range(len(deviation)):
        scaled[i] = deviation[i] * noise[i] / np.sqrt((scale * noise[i]) ** 2 + bend[i] ** 2)


@numba.njit(cache=True, nogil=True)
def _is_local_top(deviation, i):  # type: ignore[no-untyped-def]
    # A true spike makes the cubic undershoot three channels away, which lifts those: only the highest is the spike. The
    # channel beside it is judged alone, since a spike may fall on two.
    for distance in (-3, -2, 2, 3):
        j = i + distance
        if 0 <= j < len(deviation) and deviation[j] > deviation[i]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _longer(values):  # type: ignore[no-untyped-def]
    longer = np.empty(2 * len(values), values.dtype)
    longer[: len(values)] = values
    return longer
