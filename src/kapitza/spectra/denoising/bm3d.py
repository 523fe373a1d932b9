"""BM3D: like blocks of a picture are stacked and filtered together."""

from __future__ import annotations

from functools import cache

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.denoising.gaps import checked_picture
from kapitza.spectra.denoising.stages import Recipe, estimate
from kapitza.spectra.denoising.transforms import bior15, cosine

_SIDE = 8
_REACH = 19
_STACK = 32
_NOTHING = 1e-6
"""Noise below this share of the contrast is none: numbers in single precision would not show it."""


def bm3d(image: Array, sigma: float) -> Array:
    """A picture without its white Gaussian noise, by block matching and collaborative filtering in two stages.

    Blocks of 8 x 8 pixels are stacked with the 31 most like them within 19 pixels, transformed (first by the wavelet
    Bior1.5, then by cosines; by Haar along the stack), and shrunk: first by a threshold, then by the Wiener filter that
    the first estimate gives. Adding a constant to the picture, or multiplying picture and noise, does the same to the
    result. Pictures smaller than a block are continued by reflection.

    Parameters
    ----------
    image : (y, x), finite, any unit. sigma : standard deviation of the noise, the same unit.

    Returns
    -------
    (y, x), the same unit, float64.

    Raises
    ------
    MethodError
        if the picture is not one of finite numbers, or sigma is negative or not a number.

    Source: K. Dabov, A. Foi, V. Katkovnik, K. Egiazarian, IEEE Trans. Image Process. 16, 2080 (2007); M. Lebrun, Image
    Processing On Line 2, 175 (2012); Y. Makinen, L. Azzari, A. Foi, IEEE Trans. Image Process. 29, 8339 (2020).
    """
    return filtered(checked_picture(image)[None], sigma, picture_recipe(), parallel=False)[0]


@cache
def picture_recipe() -> Recipe:
    """Blocks of 8 x 8 in pictures (1, y, x)."""
    wavelet, waves = bior15(_SIDE), cosine(_SIDE)
    return Recipe.made((1, _SIDE, _SIDE), (0, _REACH, _REACH), _STACK, (wavelet, wavelet.T), (waves, waves.T))


def filtered(volume: Array, sigma: float, recipe: Recipe, *, parallel: bool) -> Array:
    """(a, b, c) finite numbers without noise of standard deviation `sigma`, in the same unit.

    Raises
    ------
    MethodError
        if sigma is negative or not a number.
    """
    if not (np.isfinite(sigma) and sigma >= 0):
        raise MethodError(f"A noise of zero or more is wanted, got {sigma}: noise_sigma estimates one.")
    middle = float(volume.mean())
    contrast = volume - middle
    if sigma <= _NOTHING * np.abs(contrast).max():
        return volume.copy()
    short = [max(0, side - size) for side, size in zip(recipe.block, volume.shape, strict=True)]
    whole = np.pad(contrast / sigma, [(0, s) for s in short], mode="symmetric") if any(short) else contrast / sigma
    a, b, c = volume.shape
    return middle + sigma * estimate(whole, recipe, parallel=parallel)[:a, :b, :c].astype(float)
