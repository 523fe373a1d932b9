"""Spectra that cannot be used: not finite, empty, or cut off by the detector."""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array, Status
from kapitza.spectra.floats import bits, floats

_FLAT_CHANNELS = 3
_CHANCE = 23.0
"""-2 ln of how rarely neighbours of a normal peak may all hold its maximum: sharing it has odds of 1/sqrt(2 pi N)."""
_CRATER_SIGNIFICANCE = 6.0
_FEWEST = 50.0
"""Counts of the highest channel below which nothing can be told from the top of a peak."""

_OK, _NOT_FINITE, _NO_COUNTS, _SATURATED = (
    int(status) for status in (Status.OK, Status.NOT_FINITE, Status.NO_COUNTS, Status.SATURATED)
)


def inspect(counts: Array) -> Array:
    """Status of each spectrum that can be told from its counts alone.

    NOT_FINITE: a channel is NaN or infinite. NO_COUNTS: the sum is not positive. SATURATED: the top of the zero-loss
    peak is flat over at least three channels (more where counts are so few that chance makes them equal), or has a
    crater (an integer that overflowed).

    Parameters
    ----------
    counts : (n, energy), counts as the detector gave them.

    Returns
    -------
    (n,), `kapitza.data.Status`.
    """
    spectra = floats(counts)
    return _statuses(spectra, bits(spectra))


@numba.njit(cache=True, nogil=True)
def _statuses(counts, whole):  # type: ignore[no-untyped-def]
    status = np.full(len(counts), _OK, np.int8)
    for p in range(len(counts)):
        total = _total(counts[p])
        if not np.isfinite(total):
            status[p] = _NOT_FINITE
        elif not total > 0:
            status[p] = _NO_COUNTS
        elif _cut_off(counts[p], whole[p]):
            status[p] = _SATURATED
    return status


# Reordering lets the compiler add several channels at once; the order is the same for all spectra of an image.
@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "nsz"})
def _total(spectrum):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(len(spectrum)):
        total += spectrum[i]
    return total


@numba.njit(cache=True, nogil=True)
def _cut_off(spectrum, whole):  # type: ignore[no-untyped-def]
    """Whether the top of a spectrum is flat or has a crater."""
    highest, number = _highest(spectrum, whole)
    if highest < _FEWEST:
        return False
    flat = max(_FLAT_CHANNELS, np.ceil(1 + _CHANCE / np.log(2 * np.pi * highest)))
    if number >= flat and _longest_run(spectrum, highest) >= flat:
        return True
    first, last = _extent(spectrum, highest / 2)
    deepest = highest
    for i in range(first, last):
        deepest = min(deepest, spectrum[i])
    return deepest < highest / 2 - _CRATER_SIGNIFICANCE * np.sqrt(highest)


@numba.njit(cache=True, nogil=True)
def _highest(spectrum, whole):  # type: ignore[no-untyped-def]
    """Highest channel of a spectrum with a positive sum, and how many are as high."""
    top = whole[0]
    for i in range(len(whole)):
        top = max(top, whole[i])
    n = np.int32(len(whole))
    where, number = n, np.int32(0)
    for i in range(n):
        where = min(where, np.int32(i) if whole[i] == top else n)
        number += np.int32(whole[i] == top)
    return spectrum[where], number


@numba.njit(cache=True, nogil=True)
def _longest_run(spectrum, value):  # type: ignore[no-untyped-def]
    run, longest = 0, 0
    for channel in spectrum:
        run = run + 1 if channel == value else 0
        longest = max(longest, run)
    return longest


@numba.njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _extent(spectrum, half):  # type: ignore[no-untyped-def]
    """First and last channel whose median of three is above half; (channels, -1) if there is none.

    The median passes over a spike beside the peak, which would make a crater of what lies between.
    """
    n = len(spectrum)
    before, here, after = spectrum[: n - 2], spectrum[1 : n - 1], spectrum[2:]
    first, last = np.int32(n), np.int32(-1)
    for i in range(np.int32(n - 2)):
        low, high = min(before[i], here[i]), max(before[i], here[i])
        above = max(low, min(high, after[i])) > half
        first = min(first, np.int32(i + 1) if above else np.int32(n))
        last = max(last, np.int32(i + 1) if above else np.int32(-1))
    if spectrum[0] > half:
        first, last = np.int32(0), max(last, np.int32(0))
    if spectrum[n - 1] > half:
        first, last = min(first, np.int32(n - 1)), np.int32(n - 1)
    return first, last
