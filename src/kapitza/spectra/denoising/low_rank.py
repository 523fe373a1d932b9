"""Spectra as sums of a few components (principal component analysis), as many as other spectra can tell."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.blas import one_blas_thread

_MOST = 20
_PIXEL_FOLDS = 4
_RUN = 8
"""Channels side by side that are left out together: registration correlates neighbours."""
_FLOOR = 1e-3
"""Share of the mean below which a channel or pixel weighs no more."""


def low_rank(spectra: Array, rank: int | None = None) -> tuple[Array, int]:
    """Spectra rebuilt from their leading principal components, and how many those are.

    Spectra are weighted so that Poisson noise is alike everywhere, by the root of a pixel's sum times that of the
    channel's mean. The rank is the one that predicts best: of a quarter of the pixels, half of the channels, in runs of
    eight, from the others (bi-cross-validation).

    Parameters
    ----------
    spectra : (n, energy), counts, finite. rank : components kept; found when None, at most 20.

    Returns
    -------
    (n, energy), counts, and the rank.

    Raises
    ------
    MethodError
        if the spectra are not finite, or there are fewer pixels or channels than the rank.

    Source: M. R. Keenan, P. G. Kotula, Surf. Interface Anal. 36, 203 (2004), for the weights; A. B. Owen, P. O. Perry,
    Ann. Appl. Stat. 3, 564 (2009), for the rank.
    """
    spectra = np.asarray(spectra, float)
    if spectra.ndim != 2 or not spectra.size or not np.isfinite(spectra).all():
        raise MethodError(f"Spectra (n, energy) of finite numbers are wanted, got the shape {spectra.shape}.")
    if rank is not None and not 1 <= rank <= min(spectra.shape):
        raise MethodError(f"A rank between 1 and {min(spectra.shape)} is wanted, got {rank}.")
    root = _root(spectra)
    weighted = spectra / root
    # Sums of floats are cut differently with the number of threads.
    with one_blas_thread():
        chosen = _best_rank(weighted) if rank is None else rank
        # The smaller of the two Gram matrices; components of either give the same projection.
        n, m = weighted.shape
        gram = weighted.T @ weighted if m <= n else weighted @ weighted.T
        leading = np.linalg.eigh(gram)[1][:, ::-1][:, :chosen]
        kept = (weighted @ leading) @ leading.T if m <= n else leading @ (leading.T @ weighted)
    return kept * root, chosen


def _root(spectra: Array) -> Array:
    """(n, energy), standard deviations of the noise up to a common factor."""
    pixel, channel = np.abs(spectra.sum(axis=1)), np.abs(spectra.mean(axis=0))
    pixel, channel = (np.maximum(a, max(_FLOOR * float(a.mean()), 1e-12)) for a in (pixel, channel))
    return np.sqrt(np.outer(pixel / pixel.mean(), channel))


def _best_rank(weighted: Array) -> int:
    n, m = weighted.shape
    pixel = np.random.default_rng(0).permutation(n) % _PIXEL_FOLDS
    channel = np.arange(m) // _RUN % 2
    most = min(_MOST, n - -(-n // _PIXEL_FOLDS), int(channel.sum()), int((1 - channel).sum()))
    if most < 2:
        return 1
    lost = np.zeros(most)
    for fold in range(_PIXEL_FOLDS):
        for half in (0, 1):
            lost += _lost(weighted, pixel == fold, channel == half, most)
    return int(np.argmin(lost)) + 1


def _lost(weighted: Array, pixels: Array, channels: Array, most: int) -> Array:
    """(most,), squared error of the left-out pixels and channels as predicted by 1, 2, ... components of the others."""
    known, beside = weighted[~pixels][:, ~channels], weighted[~pixels][:, channels]
    value, vector = np.linalg.eigh(known.T @ known)
    value, vector = value[::-1][:most], vector[:, ::-1][:, :most]
    score = weighted[pixels][:, ~channels] @ vector
    line = vector.T @ (known.T @ beside) / np.maximum(value, 1e-12 * value[0])[:, None]
    rest, lost = weighted[pixels][:, channels].copy(), np.empty(most)
    for r in range(most):
        rest -= np.outer(score[:, r], line[r])
        lost[r] = np.sum(rest**2)
    return lost
