"""Registration: where the zero-loss peak of every spectrum stands, and spectra moved onto one axis with zero on a
channel."""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array
from kapitza.spectra.floats import floats

_HALF = 4
"""Channels on either side of a point from which the spectrum there is interpolated."""


def zero_loss_positions(counts: Array, template: Array, half_width: int) -> Array:
    """Position of the zero-loss peak of each spectrum relative to the template's, by cross-correlation.

    The lag is found to a fraction of a channel by a parabola through the maximum of the correlation with the part of
    the template within `half_width` channels of its highest channel.

    Parameters
    ----------
    counts : (n, energy), counts.
    template : (energy,), counts.
    half_width : channels.

    Returns
    -------
    (n,), channels, positive where the peak stands at higher energy than the template's; NaN where no peak is found.
    """
    return _positions(floats(counts), np.ascontiguousarray(template, float), int(half_width))


def registered_axis(energy: Array) -> Array:
    """The energy axis with zero exactly on a channel, so that loss and gain pair channel by channel, meV.

    The same dispersion as `energy` (meV, uniform); the ends are those of `energy` to half a channel.
    """
    dispersion = (energy[-1] - energy[0]) / (len(energy) - 1)
    first, last = round(energy[0] / dispersion), round(energy[-1] / dispersion)
    return np.arange(first, last + 1) * dispersion


def register(counts: Array, energy: Array, shift: Array, out: Array | None = None) -> Array:
    """Spectra moved by their shift onto `registered_axis(energy)`, keeping both sides of the zero-loss peak.

    Interpolation by the polynomial through the eight nearest channels (Lagrange); near the ends of the data, where one
    side has fewer than four, through as many on either side as that side has. A zero-loss peak of 10 channels full
    width at half maximum is moved to 1e-5 of its height, one of 8 to 6e-5.

    It averages the noise of neighbouring channels, so single channels scatter less than counting statistics say, while
    smooth sums over many channels keep exactly the original variance: estimators must use the variance before
    interpolation.

    Parameters
    ----------
    counts : (n, energy), counts. energy : (energy,), meV. shift : (n,), meV. out : where to put the result.

    Returns
    -------
    (n, len(registered_axis(energy))), counts; NaN where the moved spectrum has no data. Of float32 for float32 and for
    integers of up to 16 bits.
    """
    spectra = floats(counts)
    moved = np.empty((len(spectra), len(registered_axis(energy))), spectra.dtype) if out is None else out
    _interpolate(spectra, _first_channel(energy, shift), moved)
    return moved


def sum_registered(counts: Array, energy: Array, shift: Array, label: Array, labels: int) -> tuple[Array, Array]:
    """Sums of registered spectra, label by label, without keeping the spectra.

    Parameters
    ----------
    counts, energy, shift : as for `register`; spectra without a finite shift are left out. label : (n,), integers below
        `labels`; negative for spectra to be left out.

    Returns
    -------
    (labels, k) sums in counts, and (labels, k) numbers of the spectra that have data there.
    """
    k = len(registered_axis(energy))
    sums, edges = np.zeros((labels, k)), np.zeros((labels, k + 1), np.int64)
    _add(floats(counts), _first_channel(energy, shift), np.asarray(label, np.int64), sums, edges)
    return sums, np.cumsum(edges[:, :-1], axis=1)


def _first_channel(energy: Array, shift: Array) -> Array:
    """Channel of `energy`, with its fraction, at which the registered axis starts for each shift.

    To 1e-9 channel: an unmoved spectrum must not lose its end channels to the last bit of the axis.
    """
    dispersion = (energy[-1] - energy[0]) / (len(energy) - 1)
    start: Array = (registered_axis(energy)[0] + np.asarray(shift, float) - energy[0]) / dispersion
    return np.round(start, 9)


@numba.njit(cache=True, nogil=True)
def _positions(counts, template, half_width):  # type: ignore[no-untyped-def]
    n, channels = counts.shape
    top = np.argmax(template)
    first, last = max(top - half_width, 0), min(top + half_width + 1, channels)
    window, smooth = template[first:last], np.zeros(channels)
    positions = np.full(n, np.nan)
    for p in range(n):
        lag = _highest(counts[p], smooth) - top
        here = _correlation(counts[p], window, first + lag)
        for _ in range(2 * half_width):
            below = _correlation(counts[p], window, first + lag - 1)
            above = _correlation(counts[p], window, first + lag + 1)
            if here >= below and here >= above:
                curvature = below - 2 * here + above
                if curvature < 0:
                    positions[p] = lag + 0.5 * (below - above) / curvature
                break
            lag, here = (lag - 1, below) if below > above else (lag + 1, above)
    return positions


@numba.njit(cache=True, nogil=True)
def _highest(spectrum, smooth):  # type: ignore[no-untyped-def]
    """Channel with the highest sum over itself and its neighbours.

    Found by the bits of the sums: the compiler compares several integers at once, but not floats, which may be NaN.
    """
    n = np.int64(len(spectrum) - 2)
    before, here, after = spectrum[:n], spectrum[1:], spectrum[2:]
    for i in range(n):
        smooth[i] = max(np.float64(before[i]) + here[i] + after[i], 0.0)
    whole = smooth.view(np.int64)
    top, where = np.int64(0), n
    for i in range(n):
        top = max(top, whole[i])
    for i in range(n):
        where = min(where, np.int64(i) if whole[i] == top else n)
    return where + 1


# Reordering lets the compiler add several channels at once.
@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "nsz", "contract"})
def _correlation(spectrum, window, start):  # type: ignore[no-untyped-def]
    first, last = max(-start, 0), min(len(window), len(spectrum) - start)
    total = 0.0
    if first < last:
        part, weight = spectrum[start + first : start + last], window[first:last]
        for i in range(len(weight)):
            total += weight[i] * part[i]
    return total


@numba.njit(cache=True, nogil=True)
def _lagrange(t, weights):  # type: ignore[no-untyped-def]
    """Fill row h - 1 of `weights` with those of the channels 1 - h to h in the polynomial through them at t."""
    for half in range(1, _HALF + 1):
        for j in range(1 - half, half + 1):
            weight, scale = 1.0, 1.0
            for k in range(1 - half, half + 1):
                if k != j:
                    weight *= t - k
                    scale *= j - k
            weights[half - 1, j + half - 1] = weight / scale


@numba.njit(cache=True, nogil=True)
def _inner(start, channels, length):  # type: ignore[no-untyped-def]
    """Channel and fraction of the first of `length` channels, and where there are enough channels on either side."""
    whole = int(np.floor(start))
    first = min(max(_HALF - 1 - whole, 0), length)
    return whole, start - whole, first, max(min(channels - _HALF - whole, length), first)


@numba.njit(cache=True, nogil=True)
def _outer(spectrum, j, t, weights):  # type: ignore[no-untyped-def]
    """The spectrum at channel j + t near the ends of the data; NaN beyond."""
    half = min(j + 1, len(spectrum) - 1 - j, _HALF)
    if half < 1:
        return np.float64(spectrum[j]) if j == len(spectrum) - 1 and t == 0 else np.nan
    total = 0.0
    for i in range(2 * half):
        total += weights[half - 1, i] * spectrum[j + 1 - half + i]
    return total


@numba.njit(cache=True, nogil=True)
def _interpolate(counts, start, moved):  # type: ignore[no-untyped-def]
    length, kind = moved.shape[1], counts.dtype.type
    weights = np.zeros((_HALF, 2 * _HALF))
    for p in range(len(counts)):
        if not np.isfinite(start[p]):
            moved[p] = np.nan
            continue
        spectrum = counts[p]
        whole, t, first, last = _inner(start[p], len(spectrum), length)
        _lagrange(t, weights)
        for i in range(first):
            moved[p, i] = _outer(spectrum, whole + i, t, weights)
        for i in range(last, length):
            moved[p, i] = _outer(spectrum, whole + i, t, weights)
        # As exact as what is stored, and twice as fast as in float64 where that is float32.
        w = weights[-1]
        a, b, c, d = kind(w[0]), kind(w[1]), kind(w[2]), kind(w[3])
        e, f, g, h = kind(w[4]), kind(w[5]), kind(w[6]), kind(w[7])
        low, to = spectrum[whole + first + 1 - _HALF :], moved[p, first:last]
        s1, s2, s3, s4, s5, s6, s7 = low[1:], low[2:], low[3:], low[4:], low[5:], low[6:], low[7:]
        for i in range(len(to)):
            below = a * low[i] + b * s1[i] + c * s2[i] + d * s3[i]
            to[i] = below + (e * s4[i] + f * s5[i] + g * s6[i] + h * s7[i])


@numba.njit(cache=True, nogil=True)
def _add(counts, start, label, sums, edges):  # type: ignore[no-untyped-def]
    length = sums.shape[1]
    weights = np.zeros((_HALF, 2 * _HALF))
    for p in range(len(counts)):
        if label[p] < 0 or not np.isfinite(start[p]):
            continue
        spectrum, total = counts[p], sums[label[p]]
        whole, t, first, last = _inner(start[p], len(spectrum), length)
        _lagrange(t, weights)
        for i in range(max(-whole, 0), first):
            total[i] += _outer(spectrum, whole + i, t, weights)
        end = min(len(spectrum) - (t > 0) - whole, length)
        for i in range(last, end):
            total[i] += _outer(spectrum, whole + i, t, weights)
        edges[label[p], min(max(-whole, 0), length)] += 1
        edges[label[p], max(end, 0)] -= 1
        w = weights[-1]
        a, b, c, d, e, f, g, h = w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]
        low, to = spectrum[whole + first + 1 - _HALF :], total[first:last]
        s1, s2, s3, s4, s5, s6, s7 = low[1:], low[2:], low[3:], low[4:], low[5:], low[6:], low[7:]
        for i in range(len(to)):
            below = a * low[i] + b * s1[i] + c * s2[i] + d * s3[i]
            to[i] += below + (e * s4[i] + f * s5[i] + g * s6[i] + h * s7[i])
