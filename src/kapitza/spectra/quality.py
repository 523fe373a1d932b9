"""Quality of single spectra, before anything is fitted: what cannot be used, and why."""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array, Status

_FLAT_CHANNELS = 3
_CHANCE = 23.0
"""-2 ln of how rarely neighbours of a normal peak may all hold its maximum: sharing it has odds of 1/sqrt(2 pi N)."""
_CRATER_SIGNIFICANCE = 6.0


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
    status = np.full(len(counts), int(Status.OK), np.int8)
    status[cut_off(np.ascontiguousarray(counts, float))] = Status.SATURATED
    with np.errstate(invalid="ignore"):
        status[~(counts.sum(axis=1) > 0)] = Status.NO_COUNTS
    status[~np.isfinite(counts).all(axis=1)] = Status.NOT_FINITE
    return status


@numba.njit(cache=True, nogil=True)
def cut_off(counts):  # type: ignore[no-untyped-def]
    """(n,), True where the top of a spectrum (n, energy) is flat or has a crater."""
    n, channels = counts.shape
    found = np.zeros(n, np.bool_)
    for p in range(n):
        spectrum = counts[p]
        highest = spectrum.max()
        if not np.isfinite(highest) or highest < 50:
            continue
        run, longest = 0, 0
        first, last = channels, -1
        for i in range(channels):
            run = run + 1 if spectrum[i] == highest else 0
            longest = max(longest, run)
            # The median of three passes over a spike beside the peak, which would make a crater of what lies between.
            before, here, after = spectrum[max(i - 1, 0)], spectrum[i], spectrum[min(i + 1, channels - 1)]
            middle = max(min(before, here), min(max(before, here), after))
            if middle > highest / 2:
                first, last = min(first, i), i
        deepest = highest
        for i in range(first, last):
            deepest = min(deepest, spectrum[i])
        limit = highest / 2 - _CRATER_SIGNIFICANCE * np.sqrt(highest)
        flat = max(_FLAT_CHANNELS, np.ceil(1 + _CHANCE / np.log(2 * np.pi * highest)))
        found[p] = longest >= flat or deepest < limit
    return found
