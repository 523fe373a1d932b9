"""How many electrons a count stands for, from the noise of the spectra themselves."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, SpectrumImage, Status
from kapitza.spectra.preparation import Prepared
from kapitza.spectra.registration import register
from kapitza.spectra.sampling import spectra_at, spread

_FEWEST_SPECTRA = 8
_BLOCK = 4
_THIRD_DIFFERENCE = 20.0
_SAMPLE = 2048


def image_electrons_per_count(image: SpectrumImage, prepared: Prepared, tails: Array) -> tuple[float, float] | None:
    """Electrons per detector count of an image, from at most 2,048 good pixels spread over it.

    Parameters
    ----------
    tails : (k,), True in the channels of `prepared.axis` to use, outside the zero-loss core.

    Returns
    -------
    As `electrons_per_count`.
    """
    pixels = spread(prepared.status == Status.OK, _SAMPLE)
    counts = prepared.found.at(pixels).replaced_in(spectra_at(image.counts, pixels).astype(float))
    # Whole channels: interpolation would lower the noise.
    offset = image.energy[0] - prepared.axis[0]
    shift = np.round((prepared.shift.flat[pixels] - offset) / image.dispersion) * image.dispersion + offset
    registered = register(counts, image.energy, shift)
    return electrons_per_count(registered, tails & np.isfinite(registered).all(axis=0))


def electrons_per_count(counts: Array, tails: Array) -> tuple[float, float] | None:
    """Electrons per detector count from the scatter of the zero-loss tails: the mean over the variance of the counts.

    The mean spectrum, scaled to each pixel, is subtracted; third differences of blocks of four channels then hold noise
    alone. Blocks, because a detector's point spread correlates neighbouring channels.

    Parameters
    ----------
    counts : (n, energy), counts, registered. tails : (energy,), True in the channels to use, outside the zero-loss
        core.

    Returns
    -------
    value and standard error, or None where fewer than eight spectra or too few channels are there.
    """
    good = counts[np.isfinite(counts[:, tails]).all(axis=1)]
    pieces = [run for run in _runs(np.flatnonzero(tails)) if len(run) >= 5 * _BLOCK]
    if len(good) < _FEWEST_SPECTRA or not pieces:
        return None
    mean = good.mean(axis=0)
    share = good[:, tails].sum(axis=1) / mean[tails].sum()
    noise, signal = np.zeros(len(good)), np.zeros(len(good))
    for run in pieces:
        run = run[: len(run) // _BLOCK * _BLOCK]
        rest = _blocks(good[:, run] - share[:, None] * mean[run])
        weight = _blocks(mean[None, run])[0]
        noise += (np.diff(rest, n=3, axis=1) ** 2).sum(axis=1) / _THIRD_DIFFERENCE
        # The four blocks of a third difference enter with squares 1, 9, 9, 1 of twenty.
        expected = (weight[:-3] + 9 * weight[1:-2] + 9 * weight[2:-1] + weight[3:]) / _THIRD_DIFFERENCE
        signal += float(expected.sum()) * share
    if noise.sum() <= 0 or signal.sum() <= 0:
        return None
    value = float(signal.sum() / noise.sum()) * (1 - 1 / len(good))
    # The spectra's own scatter gives the error, whatever channels dominate the sums.
    scatter = np.sqrt((((noise - signal * noise.sum() / signal.sum()) ** 2).sum()) * len(good) / (len(good) - 1))
    return value, value * float(scatter / noise.sum())


def _blocks(counts: Array) -> Array:
    return counts.reshape(len(counts), -1, _BLOCK).sum(axis=2)


def _runs(channels: Array) -> list[Array]:
    return np.split(channels, np.flatnonzero(np.diff(channels) > 1) + 1)
