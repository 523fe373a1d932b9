"""Pictures with pixels that are not numbers: refused, or filled in and their noise measured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter

from kapitza.data import Array
from kapitza.errors import MethodError

_NARROWEST = 2.0


def checked_picture(image: Array) -> Array:
    """The picture (y, x) as float64.

    Raises
    ------
    MethodError
        if it is not one of finite numbers.
    """
    picture = np.asarray(image, float)
    if picture.ndim != 2 or not picture.size or not np.isfinite(picture).all():
        raise MethodError(
            f"A picture (y, x) of finite numbers is wanted, got the shape {picture.shape}"
            + (" with some that are not: fill them in first." if picture.ndim == 2 and picture.size else ".")
        )
    return picture


def filled(image: Array) -> Array:
    """A picture (y, x) whose missing pixels, NaN, hold the mean of those around, as smooth as the gap is wide.

    At least one pixel must be there.
    """
    present = np.isfinite(image)
    if present.all():
        return image
    whole, width = np.where(present, image, 0.0), _NARROWEST
    missing = ~present
    while missing.any():
        share = gaussian_filter(present.astype(float), width, mode="reflect")
        near = gaussian_filter(np.where(present, image, 0.0), width, mode="reflect")
        reached = missing & (share > 1e-3)
        whole[reached] = near[reached] / share[reached]
        missing &= ~reached
        width *= 2
    return whole


def sigma_with_gaps(image: Array, estimator: Callable[[Array], float]) -> float:
    """The noise of a picture (y, x) where its pixels are present: filled ones are smooth and have none."""
    present = float(np.isfinite(image).mean())
    return estimator(filled(image)) / np.sqrt(present)
