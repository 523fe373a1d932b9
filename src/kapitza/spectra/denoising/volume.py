"""Block matching over (y, x, energy): like cubes of a spectrum image are stacked and filtered together."""

from __future__ import annotations

from functools import cache

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.denoising.bm3d import filtered
from kapitza.spectra.denoising.stages import Recipe
from kapitza.spectra.denoising.transforms import cosine

_SIDE = 4
_REACH = 19
_STACK = 64


def block_matched_volume(volume: Array, sigma: float) -> Array:
    """A spectrum image without its white Gaussian noise, by collaborative filtering of cubes.

    As `bm3d`, with cubes of 4 x 4 x 4 pixels and channels, stacks of 64, and cosine transforms in both stages. Like
    cubes are looked for within 19 pixels, at the same energies: elsewhere the spectrum is another.

    Parameters
    ----------
    volume : (y, x, energy), finite, any unit. sigma : standard deviation of the noise, the same unit.

    Returns
    -------
    (y, x, energy), the same unit, float64; the same with any number of threads.

    Raises
    ------
    MethodError
        if the volume is not one of finite numbers, or sigma is negative or not a number.

    Source: M. Maggioni, V. Katkovnik, K. Egiazarian, A. Foi, IEEE Trans. Image Process. 22, 119 (2013).
    """
    volume = np.asarray(volume, float)
    if volume.ndim != 3 or not volume.size or not np.isfinite(volume).all():
        raise MethodError(
            f"A spectrum image (y, x, energy) of finite numbers is wanted, got the shape {volume.shape}"
            + (" with some that are not: fill them in first." if volume.ndim == 3 and volume.size else ".")
        )
    return filtered(volume, sigma, volume_recipe(), parallel=True)


@cache
def volume_recipe() -> Recipe:
    """Cubes of 4 x 4 x 4; their 16 rows are transformed along both of their axes at once."""
    waves = cosine(_SIDE)
    pair = np.kron(waves, waves), waves.T
    return Recipe.made((_SIDE, _SIDE, _SIDE), (_REACH, _REACH, 0), _STACK, pair, pair)
