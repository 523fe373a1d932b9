"""A registered spectrum image with less noise, by the method of choice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.ndimage import uniform_filter1d

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.crew import threads
from kapitza.spectra.denoising.anscombe import Anscombe
from kapitza.spectra.denoising.bm3d import bm3d
from kapitza.spectra.denoising.gaps import filled, sigma_with_gaps
from kapitza.spectra.denoising.low_rank import low_rank
from kapitza.spectra.denoising.sigma import noise_sigma, published_sigma
from kapitza.spectra.denoising.volume import block_matched_volume
from kapitza.spectra.floats import floats

Denoising = Literal["bm3d", "volume", "low_rank"]
Estimator = Literal["robust", "published"]

_TOGETHER = 4
"""Channels whose sum tells the noise of a volume: registration moves noise from one channel to the next."""
_SMOOTH = 7
"""Such sums whose noise is taken together."""
_FAINTEST = 1e-3
"""Noise is at least this share of the largest: channels in which nothing was counted have none."""


def denoise(
    counts: Array,
    method: Denoising = "bm3d",
    *,
    electrons_per_count: float = 1.0,
    read_noise: float = 0.0,
    offset: float = 0.0,
    stabilise: bool = True,
    sigma: float | None = None,
    estimator: Estimator = "robust",
    rank: int | None = None,
) -> Array:
    """A spectrum image with less noise; neighbouring pixels of the result are correlated.

    Counts must be registered: what is alike in one energy slice or cube is taken for one. The counts of every slice
    keep their sum where they are stabilised. Errors that are worked out from counting statistics do not hold for the
    result.

    Parameters
    ----------
    counts : (y, x, energy), counts, registered. NaN where there are none; those stay NaN.
    method : "bm3d", each energy slice for itself; "volume", cubes of pixels and channels; "low_rank", principal
        components.
    electrons_per_count, read_noise, offset : of the detector, the latter two in counts: see `Anscombe`.
    stabilise : whether "bm3d" and "volume" work on counts whose noise was made alike by the Anscombe transform.
    sigma : noise of the stabilised values, about one; counts where they are not stabilised. Estimated when None: slice
        by slice for "bm3d", from neighbouring slices for "volume".
    estimator : "robust", `noise_sigma`, or "published", `published_sigma`, which finds 0.86 of the noise.
    rank : components of "low_rank"; cross-validated when None. It uses the channels that every pixel with counts has,
        and leaves the others as they are.

    Returns
    -------
    (y, x, energy), counts; float32 for float32 and integers of up to 16 bits, else float64. The same with any number of
    threads.

    Raises
    ------
    MethodError
        if counts are not (y, x, energy), hold infinities or no number at all, or a setting is unknown.

    Source: see `bm3d`, `block_matched_volume`, `low_rank` and `Anscombe`.
    """
    counts = floats(_checked(np.asarray(counts), method, estimator))
    if method == "low_rank":
        return _components(counts, rank)
    transform = Anscombe(electrons_per_count, read_noise, offset) if stabilise else None
    work = _Pictures(transform, sigma, noise_sigma if estimator == "robust" else published_sigma)
    return work.slices(counts) if method == "bm3d" else work.volume(counts)


@dataclass(frozen=True)
class _Pictures:
    """Denoising of pictures. transform : None where counts are taken as they are. sigma : None where estimated."""

    transform: Anscombe | None
    sigma: float | None
    estimator: Callable[[Array], float]

    def slices(self, counts: Array) -> Array:
        """Energy slices of (y, x, energy), one by one."""
        found = np.empty_like(counts, subok=False)

        def work(channel: int) -> None:
            found[..., channel] = self._slice(counts[..., channel].astype(float))

        with ThreadPoolExecutor(threads(), "kapitza") as executor:
            list(executor.map(work, range(counts.shape[2])))
        return found

    def volume(self, counts: Array) -> Array:
        """(y, x, energy) as a whole."""
        values = self._stable(counts.astype(float))
        some = np.isfinite(values).any(axis=(0, 1))
        whole = np.zeros(values.shape)
        for channel in np.flatnonzero(some):
            whole[..., channel] = filled(values[..., channel])
        first, last = np.flatnonzero(some)[[0, -1]]
        inner = slice(first, last + 1)
        level, share = self._volume_sigma(values[..., inner])
        whole[..., inner] = share * block_matched_volume(whole[..., inner] / share, level)
        for channel in np.flatnonzero(some):
            whole[..., channel] = self._counts(whole[..., channel], counts[..., channel])
        return np.where(np.isfinite(counts), whole, np.nan).astype(counts.dtype)

    def _slice(self, counts: Array) -> Array:
        values = self._stable(counts)
        if not np.isfinite(values).any():
            return counts
        sigma = self.sigma if self.sigma is not None else sigma_with_gaps(values, self.estimator)
        return np.where(np.isfinite(counts), self._counts(bm3d(filled(values), sigma), counts), np.nan)

    def _stable(self, counts: Array) -> Array:
        return counts if self.transform is None else self.transform.forward(counts)

    def _counts(self, values: Array, counts: Array) -> Array:
        """A slice's denoised values (y, x) as counts, with the sum of the slice's own `counts` where stabilised."""
        if self.transform is None:
            return values
        found = self.transform.inverse(values)
        # Interpolated counts scatter less than the inverse allows for, by up to a quarter of an electron.
        return found + np.nanmean(counts - found)

    def _volume_sigma(self, values: Array) -> tuple[float, Array]:
        """The largest noise, and (energy,) what share of it is in every channel.

        From sums over neighbouring channels, over the root of their number, smooth in energy.
        """
        every = np.arange(values.shape[2])
        if self.sigma is not None:
            return self.sigma, np.ones(len(every))
        middle, found = [], []
        for channels in np.array_split(every, max(1, len(every) // _TOGETHER)):
            picture = values[..., channels].sum(axis=2) / np.sqrt(len(channels))
            if np.isfinite(picture).any():
                middle.append(channels.mean())
                found.append(sigma_with_gaps(picture, self.estimator))
        # SciPy 1.15's median filter writes beyond arrays that are shorter than it is.
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(found, _SMOOTH // 2, mode="edge"), _SMOOTH)
        smooth = uniform_filter1d(np.median(windows, axis=1), _SMOOTH, mode="nearest")
        level = float(np.max(smooth))
        if level == 0:
            return level, np.ones(len(every))
        return level, np.interp(every, middle, np.maximum(smooth / level, _FAINTEST))


def _components(counts: Array, rank: int | None) -> Array:
    found, present = np.array(counts), np.isfinite(counts)
    pixels = present.any(axis=2)
    channels = present[pixels].all(axis=0)
    if not channels.any():
        raise MethodError("Channels with counts in every pixel are wanted, got none: crop the energy axis.")
    where = np.ix_(*np.nonzero(pixels.ravel()), *np.nonzero(channels))
    flat = found.reshape(-1, counts.shape[2])
    flat[where] = low_rank(flat[where], rank)[0]
    return found


def _checked(counts: Array, method: str, estimator: str) -> Array:
    if counts.ndim != 3 or not counts.size:
        raise MethodError(f"Counts of shape (y, x, energy) are wanted, got {counts.shape}.")
    for value, known in ((method, get_args(Denoising)), (estimator, get_args(Estimator))):
        if value not in known:
            raise MethodError(f"One of {', '.join(known)} is wanted, got {value!r}.")
    if np.isinf(counts).any() or not np.isfinite(counts).any():
        raise MethodError(
            "Counts that are numbers, or NaN where there are none, are wanted; got infinities or only NaN."
        )
    return counts
