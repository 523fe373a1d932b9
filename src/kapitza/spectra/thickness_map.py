"""Thickness of a foil pixel by pixel, from a low-loss spectrum image, and on the pixels of another image of the same
field of view."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array, SpectrumImage, Status
from kapitza.errors import MethodError
from kapitza.spectra.thickness import relative_thickness

Crop = tuple[int, int, int, int]

_SAME_FIELD = 1.5
"""By how many of the larger pixels two fields of view may differ."""


@dataclass(frozen=True)
class ThicknessMap:
    """Thickness over the inelastic mean free path at every pixel of a low-loss image.

    value, error : (y, x), statistical standard error; NaN where status is not 0. status : (y, x), integers of `Status`.
    missing : share of all electrons expected beyond the end of the axis, by which t/lambda is too small.
    window : (low, high), meV, where the zero-loss peak was counted. beyond : share of the peak outside it, corrected.
    step : pixel pitch (y, x), nm; None where not known.
    """

    value: Array
    error: Array
    status: Array
    missing: float
    window: tuple[float, float]
    beyond: float
    step: tuple[float, float] | None

    @property
    def ok(self) -> Array:
        """(y, x), True where the pixel has a thickness."""
        return self.status == Status.OK


def thickness_map(image: SpectrumImage) -> ThicknessMap:
    """Thickness over the mean free path at every pixel of an image recorded on axis, with `relative_thickness`.

    Electrons per count are the file's, else 1.

    Raises
    ------
    MethodError
        if the axis does not reach 50 eV, there is no zero-loss peak, or no pixel has a thickness.
    """
    y, x, channels = image.shape
    stack = np.asarray(image.counts).reshape(y * x, channels)
    found = relative_thickness(stack, image.energy, electrons_per_count=image.microscope.electrons_per_count or 1.0)
    value, error, status = (array.reshape(y, x) for array in (found.value, found.error, found.status))
    if not (status == Status.OK).any():
        raise MethodError("At least one pixel with a zero-loss peak is wanted, got none: check the low-loss image.")
    return ThicknessMap(value, error, status, found.missing, found.window, found.beyond, image.step)


@dataclass(frozen=True)
class PlacedThickness:
    """A thickness map on the pixels of another image of the same field of view.

    value, error : (y, x), t/lambda and its statistical standard error; NaN where a recorded pixel that enters has none.
    recorded : the map as recorded, (Y, X). rows, columns : (y, Y) and (x, X), how much of it each pixel takes.
    """

    value: Array
    error: Array
    recorded: ThicknessMap
    rows: Array
    columns: Array

    def mean(self, region: Array) -> tuple[float, float]:
        """Mean over the known pixels of a region, (y, x) booleans, and its standard error; NaN where there are none.

        Pixels that share a recorded one err together.
        """
        usable = region & np.isfinite(self.value)
        if not usable.any():
            return np.nan, np.nan
        weights = self.rows.T @ usable @ self.columns / usable.sum()
        return float(self.value[usable].mean()), float(np.sqrt((weights**2 * self._variance()).sum()))

    def profile(self, region: Array) -> tuple[Array, Array]:
        """Means (x,) over the known pixels of each column, and their covariance (x, x); NaN where there are none."""
        usable = region & np.isfinite(self.value)
        number = usable.sum(axis=0)
        with np.errstate(invalid="ignore"):
            mean = np.where(usable, self.value, 0.0).sum(axis=0) / number
        down = usable.T @ self.rows / np.maximum(number, 1)[:, np.newaxis]
        covariance = np.zeros((len(mean), len(mean)))
        for across, variance in zip(self.columns.T, self._variance().T, strict=True):
            taken = np.flatnonzero(across)
            levers = across[taken, np.newaxis] * down[taken]
            covariance[np.ix_(taken, taken)] += (levers * variance) @ levers.T
        covariance[number == 0] = covariance[:, number == 0] = np.nan
        return mean, covariance

    def turned(self) -> PlacedThickness:
        """The same with x and y exchanged."""
        recorded = self.recorded
        flat = ThicknessMap(
            recorded.value.T, recorded.error.T, recorded.status.T, recorded.missing, recorded.window, recorded.beyond,
            None if recorded.step is None else (recorded.step[1], recorded.step[0]),
        )  # fmt: skip
        return PlacedThickness(self.value.T, self.error.T, flat, self.columns, self.rows)

    def _variance(self) -> Array:
        return np.where(self.recorded.ok, self.recorded.error, 0.0) ** 2


def placed(recorded: ThicknessMap, shape: tuple[int, int], crop: Crop | None = None) -> PlacedThickness:
    """A thickness map on the pixels of an image of `shape` (y, x) that shows the same field of view, then cropped.

    Straight lines run between the middles of the recorded pixels and on beyond the outermost. Where these are smaller,
    means are taken over each pixel, of as many points as it holds of them. Bad recorded pixels leave a hole.

    crop : (y0, y1, x0, x1), ends excluded.
    """
    rows, columns = (_weights(n, m) for n, m in zip(shape, recorded.value.shape, strict=True))
    if crop is not None:
        rows, columns = rows[crop[0] : crop[1]], columns[crop[2] : crop[3]]
    bad = (np.abs(rows) @ ~recorded.ok @ np.abs(columns).T) > 0
    value = rows @ np.where(recorded.ok, recorded.value, 0.0) @ columns.T
    variance = rows**2 @ np.where(recorded.ok, recorded.error, 0.0) ** 2 @ (columns**2).T
    return PlacedThickness(
        np.where(bad, np.nan, value), np.where(bad, np.nan, np.sqrt(variance)), recorded, rows, columns
    )


def check_field(
    shape: tuple[int, int], step: tuple[float, float] | None,
    low_loss_shape: tuple[int, int], low_loss_step: tuple[float, float] | None,
) -> None:  # fmt: skip
    """Refuse a low-loss image of another field of view, as far as pixel numbers (y, x) and pitches (nm) tell.

    Raises
    ------
    MethodError
        if the fields differ by more than one and a half of the larger pixels.
    """
    if step is None or low_loss_step is None:
        return
    wanted, got = (
        [n * pitch for n, pitch in zip(*each, strict=True)] for each in ((shape, step), (low_loss_shape, low_loss_step))
    )
    coarse = [max(pair) for pair in zip(step, low_loss_step, strict=True)]
    if all(abs(a - b) <= _SAME_FIELD * c for a, b, c in zip(wanted, got, coarse, strict=True)):
        return
    raise MethodError(
        f"A low-loss image of the same field of view, {wanted[0]:.4g} x {wanted[1]:.4g} nm (y, x), is wanted, got "
        f"{got[0]:.4g} x {got[1]:.4g} nm: record it over the same area, or correct the pixel pitch in its file."
    )


def _weights(n: int, m: int) -> Array:
    """(n, m): what each of n pixels takes of m recorded ones that span the same length."""
    if m == 1:
        return np.ones((n, 1))
    points = n * max(1, math.ceil(m / n))
    # Rounded, so that points on a recorded pixel's middle take nothing of the next.
    at = np.round((np.arange(points) + 0.5) / points * m - 0.5, 9)
    first = np.clip(np.floor(at).astype(int), 0, m - 2)
    weights = np.zeros((points, m))
    weights[np.arange(points), first + 1] = at - first
    weights[np.arange(points), first] = 1.0 - (at - first)
    return weights.reshape(n, -1, m).mean(axis=1)
