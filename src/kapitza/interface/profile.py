"""Temperature along the heat flow, averaged parallel to the interface, with errors that the pixels' own scatter bears
out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array, Profile, TemperatureMap
from kapitza.errors import MethodError
from kapitza.interface.correlation import Scatter, scatter_within_columns

_OUTLIER = 6.0
_ROWS_FOR_SCATTER = 4
_LEAST_PULL = 1e-3


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


@dataclass(frozen=True)
class Averages:
    """A profile, how its pixels scatter over their stated errors, how they correlate, and how many were left out.

    scatter and neighbours as in `Scatter`; widening : what the errors of the pixels were multiplied with.
    """

    profile: Profile
    scatter: float
    neighbours: float
    widening: float
    outliers: int


def profile(tmap: TemperatureMap, axis: str) -> Averages:
    """The mean temperature at each position along the heat-flow axis.

    Pixels more than six robust standard deviations from the median of their column, in units of their errors, are left
    out, as are those with six times the usual error, where a column has four or more. The standard errors are those of
    the pixels, taken to be independent, times the square root of how much more an average over many pixels varies by
    their own scatter and the correlation of neighbours, where that is above 1. For correlated pixels that is the error
    of lines and of all else that averages over many columns; from one column to the next the profile scatters by less.
    Rows too few to tell the scatter take that of the map.
    """
    kelvin, error = along(tmap.temperature, axis), along(tmap.error, axis)
    good = along(tmap.ok, axis)
    kelvin, error = np.where(good, kelvin, np.nan), np.where(good, error, np.nan)
    kelvin, outliers = _without_outliers(kelvin, error)
    error = np.where(np.isfinite(kelvin), error, np.nan)
    number = np.isfinite(kelvin).sum(axis=0)
    some = number > 0
    mean, variance = np.full((2, kelvin.shape[1]), np.nan)
    mean[some] = np.nanmean(kelvin[:, some], axis=0)
    variance[some] = np.nansum(error[:, some] ** 2, axis=0) / number[some] ** 2
    enough = number >= _ROWS_FOR_SCATTER
    if enough.sum() > 1:
        found = scatter_within_columns(kelvin[:, enough], error[:, enough])
    else:
        known = tmap.scatter or 1.0
        found = Scatter(known, 0.0, known)
    widening = max(1.0, found.widening)
    averaged = Profile(positions(tmap, axis), mean, np.sqrt(variance) * widening)
    return Averages(averaged, found.ratio, found.neighbours, widening, outliers)


def _without_outliers(kelvin: Array, error: Array) -> tuple[Array, int]:
    # In shorter columns the median lies too close to the pixels themselves to tell how they scatter.
    some = np.isfinite(kelvin).sum(axis=0) >= _ROWS_FOR_SCATTER
    if not some.any():
        return kelvin, 0
    median = np.full(kelvin.shape[1], np.nan)
    median[some] = np.nanmedian(kelvin[:, some], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Over its own error, so that what is left out says nothing about the size of the noise that is left in.
        pull = np.abs(kelvin - median) / error
        far = pull > _OUTLIER * 1.4826 * max(float(np.nanmedian(pull)), _LEAST_PULL)
        out = far | ((error > _OUTLIER * np.nanmedian(error)) & some)
    return np.where(out, np.nan, kelvin), int(out.sum())
