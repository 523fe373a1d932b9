"""Temperature along the heat flow, averaged parallel to the interface, with errors that the pixels' own scatter bears
out."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, Profile, TemperatureMap
from kapitza.errors import MethodError

_OUTLIER = 6.0
_ROWS_FOR_SCATTER = 4


def positions(tmap: TemperatureMap, axis: str) -> Array:
    """Pixel positions along the heat-flow axis "x" or "y", nm.

    Raises
    ------
    MethodError
        if the pixel pitch is not known.
    """
    if tmap.step is None:
        raise MethodError(
            f"The pixel pitch of {tmap.name!r} is wanted for an interface, but the file gives none in a unit of "
            "length: calibrate the scan axes (nm) and save again."
        )
    number = tmap.temperature.shape["yx".index(axis)]
    return np.arange(number) * tmap.step["yx".index(axis)]


def along(array: Array, axis: str) -> Array:
    """(parallel, along, ...): the array (y, x, ...) with the heat-flow axis second."""
    return array if axis == "x" else np.swapaxes(array, 0, 1)


def profile(tmap: TemperatureMap, axis: str) -> tuple[Profile, float, int]:
    """The mean temperature at each position along the heat-flow axis.

    Pixels more than six robust standard deviations from the median of their column are left out, where a column has
    four or more. The standard errors
    are those of the pixels, inflated by the ratio of the scatter within columns to the stated errors where that is
    above 1.

    Returns
    -------
    the profile, that ratio, and the number of pixels left out.
    """
    kelvin, error = along(tmap.temperature, axis), along(tmap.error, axis)
    good = along(tmap.ok, axis)
    kelvin, error = np.where(good, kelvin, np.nan), np.where(good, error, np.nan)
    kelvin, outliers = _without_outliers(kelvin)
    error = np.where(np.isfinite(kelvin), error, np.nan)
    number = np.isfinite(kelvin).sum(axis=0)
    some = number > 0
    mean, variance = np.full((2, kelvin.shape[1]), np.nan)
    mean[some] = np.nanmean(kelvin[:, some], axis=0)
    variance[some] = np.nansum(error[:, some] ** 2, axis=0) / number[some] ** 2
    ratio = _scatter(kelvin, error, number)
    if ratio is None:
        ratio = tmap.scatter or 1.0
    return Profile(positions(tmap, axis), mean, np.sqrt(variance) * max(1.0, ratio)), ratio, outliers


def _without_outliers(kelvin: Array) -> tuple[Array, int]:
    # In shorter columns the median lies too close to the pixels themselves to tell how they scatter.
    some = np.isfinite(kelvin).sum(axis=0) >= _ROWS_FOR_SCATTER
    median = np.full(kelvin.shape[1], np.nan)
    median[some] = np.nanmedian(kelvin[:, some], axis=0)
    deviation = np.abs(kelvin - median)
    spread = 1.4826 * float(np.nanmedian(deviation)) if some.any() else 0.0
    with np.errstate(invalid="ignore"):
        out = deviation > _OUTLIER * spread if spread > 0 else np.zeros(kelvin.shape, bool)
    return np.where(out, np.nan, kelvin), int(out.sum())


def _scatter(kelvin: Array, error: Array, number: Array) -> float | None:
    """Root of the variance within columns over the stated variance; None where columns are too short to tell."""
    enough = number >= _ROWS_FOR_SCATTER
    if not enough.any():
        return None
    found = np.nanvar(kelvin[:, enough], axis=0, ddof=1)
    stated = np.nanmean(error[:, enough] ** 2, axis=0)
    return float(np.sqrt(found.mean() / stated.mean()))
