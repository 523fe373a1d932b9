"""The same slices through what a user would take today, and through kapitza."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.spectra.denoising import Anscombe, bm3d, noise_sigma

_SMALLEST = 0.02


@dataclass(frozen=True)
class Denoiser:
    """One way to denoise a picture of known noise: run(picture, sigma). needs : distributions it cannot run without."""

    name: str
    run: Callable[[Array, float], Array]
    needs: tuple[str, ...] = ()


def wheel_bm3d(picture: Array, sigma: float) -> Array:
    """The authors' own BM3D, a binary for non-commercial use; default profile."""
    import bm3d as wheel

    return np.asarray(wheel.bm3d(picture, sigma))


def non_local_means(picture: Array, sigma: float) -> Array:
    """scikit-image's non-local means, with the settings that its documentation takes for known noise."""
    from skimage.restoration import denoise_nl_means

    return np.asarray(
        denoise_nl_means(picture, patch_size=5, patch_distance=6, h=0.8 * sigma, sigma=sigma, fast_mode=False)
    )


PICTURES = (
    Denoiser("kapitza bm3d", bm3d),
    Denoiser("bm3d wheel", wheel_bm3d, ("bm3d",)),
    Denoiser("scikit-image non-local means", non_local_means, ("scikit-image",)),
)


def slices_by_non_local_means(counts: Array, electrons_per_count: float = 1.0) -> Array:
    """A registered spectrum image (y, x, energy), slice by slice, with stabilised noise."""
    transform, found = Anscombe(electrons_per_count), np.full(counts.shape, np.nan, counts.dtype)
    for channel in np.flatnonzero(np.isfinite(counts).all(axis=(0, 1))):
        values = transform.forward(counts[..., channel])
        sigma = max(noise_sigma(values), _SMALLEST)
        found[..., channel] = transform.inverse(non_local_means(values, sigma))
    return found
