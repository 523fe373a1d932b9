"""Where the materials of an image are, told by their spectra: the forward model wants one phonon spectrum for each."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array

_TILES_ALONG = 24
_BINS_PER_FWHM = 2.0
_FIRST_PER_FWHM = 2.5
_HIGHEST = 200.0
_ABOVE_NOISE = 2.0
_SMALLEST_SHARE = 0.05


def tiles(shape: tuple[int, int]) -> Array:
    """(y, x), numbers from 0 of the tiles, at most 24 along either axis, whose spectra are summed before anything is
    compared."""
    parts = [np.arange(n) * min(n, _TILES_ALONG) // n for n in shape]
    return parts[0][:, np.newaxis] * (parts[1][-1] + 1) + parts[1]


def materials(axis: Array, electrons: Array, fwhm: float) -> Array:
    """Which of at most two materials each tile holds.

    The loss spectra of the tiles, each over its own electrons, are whitened by their counting noise; the scores of
    their first principal component are parted where the variance within both parts is least (Otsu 1979). One material
    is found where the component does not stand above the noise, or where a part is all but empty.

    Parameters
    ----------
    axis : (k,), meV. electrons : (t, k), summed registered spectra of the tiles. fwhm : meV, of the zero-loss peak.

    Returns
    -------
    (t,), 0 or 1; empty tiles are 0.
    """
    edges = np.arange(_FIRST_PER_FWHM * fwhm, min(axis[-1], _HIGHEST), fwhm / _BINS_PER_FWHM)
    bins = np.searchsorted(axis, edges)
    total = electrons.sum(axis=1)
    filled = total > 0
    labels = np.zeros(len(electrons), int)
    if len(bins) < 3 or filled.sum() < 2:
        return labels
    binned = np.add.reduceat(electrons[filled], bins, axis=1)[:, :-1]
    share = total[filled, np.newaxis]
    mean = binned.sum(axis=0) / share.sum()
    whitened = (binned - mean * share) / np.sqrt(np.maximum(mean, 1e-300) * share)
    left, strength, _ = np.linalg.svd(whitened, full_matrices=False)
    noise = (np.sqrt(whitened.shape[0]) + np.sqrt(whitened.shape[1])) ** 2
    if strength[0] ** 2 < _ABOVE_NOISE * noise:
        return labels
    parts = _parted(left[:, 0] / np.sqrt(share[:, 0]), share[:, 0])
    if min(share[parts == part, 0].sum() for part in (0, 1)) >= _SMALLEST_SHARE * share.sum():
        labels[filled] = parts
    return labels


def _parted(scores: Array, weights: Array) -> Array:
    """(n,), 0 for the lower and 1 for the upper part of scores; parted where the variance between them is largest."""
    order = np.argsort(scores, kind="stable")
    x, w = scores[order], weights[order]
    below, first = np.cumsum(w)[:-1], np.cumsum(w * x)[:-1]
    above, second = w.sum() - below, (w * x).sum() - first
    between = below * above * (first / below - second / above) ** 2
    parts = np.zeros(len(scores), int)
    parts[order[int(np.argmax(between)) + 1 :]] = 1
    return parts
