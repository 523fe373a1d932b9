"""Registration: where the zero-loss peak of every spectrum stands, and spectra moved onto one axis with zero on a
channel."""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array


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
    return _positions(np.ascontiguousarray(counts, float), np.ascontiguousarray(template, float), int(half_width))


def registered_axis(energy: Array) -> Array:
    """The energy axis with zero exactly on a channel, so that loss and gain pair channel by channel, meV.

    The same dispersion as `energy` (meV, uniform); the ends are those of `energy` to half a channel.
    """
    dispersion = (energy[-1] - energy[0]) / (len(energy) - 1)
    first, last = round(energy[0] / dispersion), round(energy[-1] / dispersion)
    return np.arange(first, last + 1) * dispersion


def register(counts: Array, energy: Array, shift: Array) -> Array:
    """Spectra moved by their shift onto `registered_axis(energy)`, keeping both sides of the zero-loss peak.

    Cubic (four-point Lagrange) interpolation. It averages the noise of neighbouring channels, so single channels
    scatter less than counting statistics say, while smooth sums over many channels keep exactly the original variance:
    estimators must use the variance before interpolation.

    Parameters
    ----------
    counts : (n, energy), counts. energy : (energy,), meV. shift : (n,), meV.

    Returns
    -------
    (n, len(registered_axis(energy))), counts; NaN where the moved spectrum has no data.
    """
    axis = registered_axis(energy)
    dispersion = (energy[-1] - energy[0]) / (len(energy) - 1)
    # Rounded to 1e-9 channel: an unmoved spectrum must not lose its end channels to the last bit of the axis.
    start = np.round((axis[0] + np.asarray(shift, float) - energy[0]) / dispersion, 9)
    return _interpolated(np.ascontiguousarray(counts, float), start, len(axis))


def kept_variance(energy: Array, shift: Array) -> Array:
    """Share of the variance of single channels that `register` leaves to spectra with these shifts.

    energy : (energy,), meV. shift : (n,), meV. Returns (n,), between 0.64 half-way between channels and 1 on them.
    """
    start = _start(energy, shift)
    fraction = start - np.floor(start)
    return sum(weight**2 for weight in _lagrange(fraction))


@numba.njit(cache=True, nogil=True)
def _lagrange(t):  # type: ignore[no-untyped-def]
    """Weights of the channels at -1, 0, 1, 2 in the cubic through them at t."""
    below = -t * (t - 1) * (t - 2) / 6
    here = (t + 1) * (t - 1) * (t - 2) / 2
    above = -(t + 1) * t * (t - 2) / 2
    beyond = (t + 1) * t * (t - 1) / 6
    return below, here, above, beyond


def _start(energy: Array, shift: Array) -> Array:
    """Channel of `energy`, with its fraction, at which the registered axis starts for each shift."""
    dispersion = (energy[-1] - energy[0]) / (len(energy) - 1)
    start: Array = (registered_axis(energy)[0] + np.asarray(shift, float) - energy[0]) / dispersion
    return start


@numba.njit(cache=True, nogil=True)
def _positions(counts, template, half_width):  # type: ignore[no-untyped-def]
    n, channels = counts.shape
    top = np.argmax(template)
    first, last = max(top - half_width, 0), min(top + half_width + 1, channels)
    positions = np.full(n, np.nan)
    for p in range(n):
        lag = _highest(counts[p]) - top
        here = _correlation(counts[p], template, first, last, lag)
        for _ in range(2 * half_width):
            below = _correlation(counts[p], template, first, last, lag - 1)
            above = _correlation(counts[p], template, first, last, lag + 1)
            if here >= below and here >= above:
                curvature = below - 2 * here + above
                if curvature < 0:
                    positions[p] = lag + 0.5 * (below - above) / curvature
                break
            lag, here = (lag - 1, below) if below > above else (lag + 1, above)
    return positions


@numba.njit(cache=True, nogil=True)
def _highest(spectrum):  # type: ignore[no-untyped-def]
    best, where = -np.inf, 0
    for i in range(1, len(spectrum) - 1):
        smooth = spectrum[i - 1] + spectrum[i] + spectrum[i + 1]
        if smooth > best:
            best, where = smooth, i
    return where


@numba.njit(cache=True, nogil=True)
def _correlation(spectrum, template, first, last, lag):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(first, last):
        j = i + lag
        if 0 <= j < len(spectrum):
            total += template[i] * spectrum[j]
    return total


@numba.njit(cache=True, nogil=True)
def _interpolated(counts, start, length):  # type: ignore[no-untyped-def]
    n, channels = counts.shape
    moved = np.full((n, length), np.nan)
    for p in range(n):
        if not np.isfinite(start[p]):
            continue
        whole = int(np.floor(start[p]))
        t = start[p] - whole
        if t == 0:
            a, b, c, d = 0.0, 1.0, 0.0, 0.0
        else:
            a, b, c, d = _lagrange(t)
        for i in range(length):
            j = whole + i
            if 1 <= j < channels - 2:
                moved[p, i] = a * counts[p, j - 1] + b * counts[p, j] + c * counts[p, j + 1] + d * counts[p, j + 2]
            elif 0 <= j < channels - 1:
                moved[p, i] = (1 - t) * counts[p, j] + t * counts[p, j + 1]
            elif j == channels - 1 and t == 0:
                moved[p, i] = counts[p, j]
    return moved
