"""Spikes: single channels far above what their neighbours allow (cosmic rays, X-rays), found and replaced."""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array

# Cubic interpolation at 0 from the channels at -3, -2, +2, +3, and the variance that it carries.
_NEAR, _FAR = 0.9, -0.4
_CARRIED = 2 * _NEAR**2 + 2 * _FAR**2
_DOUBT = 0.3
"""Share of what the cubic adds to a straight line that counts as a standard deviation of the cubic itself."""


def group_sums(counts: Array, first: int, groups: int = 15) -> tuple[Array, Array]:
    """Sums of interleaved groups of spectra, from which `robust_reference` makes a mean that no spike can pull.

    Parameters
    ----------
    counts : (n, energy). first : number of the first of these spectra in the image, which decides its group.

    Returns
    -------
    (groups, energy) sums and (groups,) numbers of the spectra whose channels are all finite.
    """
    member = (first + np.arange(len(counts))) % groups
    good = np.isfinite(counts).all(axis=1)
    sums = np.stack([counts[good & (member == g)].sum(axis=0) for g in range(groups)])
    return sums, np.bincount(member[good], minlength=groups)


def robust_reference(sums: Array, numbers: Array) -> Array:
    """(energy,), median over the groups of `group_sums` of their means; NaN where no spectrum is finite."""
    filled = numbers > 0
    if not filled.any():
        return np.full(sums.shape[1], np.nan)
    return np.median(sums[filled] / numbers[filled, None], axis=0)


def replace_spikes(counts: Array, reference: Array, threshold: float) -> tuple[Array, Array]:
    """Spectra with spikes replaced by what their neighbouring channels say, and how many channels that were.

    A channel is a spike where, relative to `reference`, it stands more than `threshold` standard deviations above the
    cubic through the channels two and three away. The deviations are scaled by their own median absolute value, so that
    counts need not be electrons, and widened where the cubic bends, as it does under a zero-loss peak that has drifted
    away from the reference's. Channels within three of the ends are left alone.

    Parameters
    ----------
    counts : (n, energy), counts. reference : (energy,), counts, from `robust_reference`. threshold : standard
        deviations.

    Returns
    -------
    (n, energy) counts, and (n,) numbers of replaced channels.
    """
    floor = max(1e-3 * float(np.nanmean(reference)) / len(reference), 1e-12)
    return _replaced(np.array(counts, float), np.maximum(reference, floor), float(threshold))


@numba.njit(cache=True, nogil=True)
def _replaced(counts, reference, threshold):  # type: ignore[no-untyped-def]
    n, channels = counts.shape
    hits = np.zeros(n, np.int64)
    expected, noise, bend, deviation = np.zeros((4, channels))
    for p in range(n):
        for i in range(3, channels - 3):
            near = counts[p, i - 2] / reference[i - 2] + counts[p, i + 2] / reference[i + 2]
            far = counts[p, i - 3] / reference[i - 3] + counts[p, i + 3] / reference[i + 3]
            expected[i] = max((_NEAR * near + _FAR * far) * reference[i], 0.0)
            # The plain mean of the four, not the cubic, sets the noise: it is steadier where counts are few.
            level = max((near + far) * reference[i] / 4, 1.0)
            noise[i] = np.sqrt(level * (1 + _CARRIED))
            bend[i] = _DOUBT * (expected[i] - near * reference[i] / 2)
            deviation[i] = (counts[p, i] - expected[i]) / noise[i]
        scale = max(1.0, 1.4826 * np.median(np.abs(deviation[3 : channels - 3])))
        for i in range(3, channels - 3):
            deviation[i] *= noise[i] / np.hypot(scale * noise[i], bend[i])
        for i in range(3, channels - 3):
            if deviation[i] > threshold and _is_local_top(deviation, i):
                counts[p, i] = expected[i]
                hits[p] += 1
    return counts, hits


@numba.njit(cache=True, nogil=True)
def _is_local_top(deviation, i):  # type: ignore[no-untyped-def]
    # A true spike makes the cubic undershoot three channels away, which lifts those: only the highest is the spike. The
    # channel beside it is judged alone, since a spike may fall on two.
    for distance in (-3, -2, 2, 3):
        j = i + distance
        if 3 <= j < len(deviation) - 3 and deviation[j] > deviation[i]:
            return False
    return True
