"""Pictures with pixels that are not numbers, filled in and their noise measured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter

from kapitza.data import Array

_NARROWEST = 2.0


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
