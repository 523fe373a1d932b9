"""Where the material changes: the share of each material along the heat flow, from the loss spectra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, stdtrit

from kapitza.data import Array, InterfaceResult, TemperatureMap
from kapitza.errors import MethodError
from kapitza.interface.correlation import correlation
from kapitza.interface.profile import along, positions
from kapitza.interface.scan import Estimate, Parameter, interval_quantity, scan
from kapitza.interface.step import Model, Points
from kapitza.quantity import Quantity

_END_SHARE = 0.2
_SIGNIFICANT = 5.0
_PASSES = 3
_MEDIAN_OF_CHI_SQUARED = 0.4549
_FEWEST_FOR_SCATTER, _FEWEST_FOR_VARIANCE = 4, 12
_ACCIDENT = 3.0
_DISAGREES = 2.0
_FINEST = 1e-5
"""Share of a material below which errors are not followed."""
_ROUNDING = float(np.finfo(np.float32).eps)
_PARAMETERS: tuple[Parameter, ...] = ("middle", "width")


@dataclass(frozen=True)
class Composition:
    """Share of the left material along the heat flow.

    share : (n,). error : (n,), standard errors of the shares; NaN where there is none. position : nm, of the middle of
    the step. width : its 10-90 width, nm.
    """

    share: Array
    error: Array
    position: Quantity
    width: Quantity


def composition(tmap: TemperatureMap, axis: str) -> Composition:
    """Share of the left material at each position, from its loss spectrum as a sum of those of the two ends.

    The shares are a/(a + b) of the least-squares sum a left + b right, so that thickness drops out. An error-function
    step is fitted to them, with errors as large as they scatter on either side. A spectrum of the interface's own (its
    modes) is taken for some of both materials, and moves the steps of a and of b apart: where these disagree by more
    than noise would have it, half their distance, and half the difference of their widths, enters the errors.

    Raises
    ------
    MethodError
        if the map kept no spectra, or the two ends do not differ by more than the noise.
    """
    x = positions(tmap, axis)
    spectra = _column_spectra(tmap, axis)
    usable: Any = np.isfinite(spectra).all(axis=1)
    if usable.sum() < 5:
        raise MethodError(
            f"At least 5 columns with good pixels are wanted to find the interface, got {usable.sum()}: give its "
            "position (nm) in [interface]."
        )
    x, spectra = x[usable], spectra[usable]
    count = max(2, round(_END_SHARE * len(x)))
    left, right = np.arange(count), np.arange(len(x) - count, len(x))
    for _ in range(_PASSES):
        amounts = _unmixed(spectra, left, right)
        shares = _shares(amounts, left, right)
        model = _model(x, *shares)
        best = model.best(_middle(x, shares[0]))
        width, position, _ = best
        reach = max(1.5 * width, 2 * (x[1] - x[0]))
        beyond_left, beyond_right = np.flatnonzero(x < position - reach), np.flatnonzero(x > position + reach)
        if len(beyond_left) < 2 or len(beyond_right) < 2:
            break
        left, right = beyond_left, beyond_right
    found, errors = np.full((2, len(usable)), np.nan)
    found[usable], errors[usable] = shares
    disagreement = _disagreement(x, amounts, left, right)
    return Composition(found, errors, *_quantities(model, best, disagreement))


def composition_of(result: InterfaceResult, width: Quantity) -> Composition | None:
    """The composition that a result carries, its step as wide as given; None where it was not measured."""
    if result.composition is None:
        return None
    unknown = np.full(len(result.composition), np.nan)
    error = unknown if result.composition_error is None else result.composition_error
    return Composition(result.composition, error, result.position, width)


@dataclass(frozen=True)
class _Amounts:
    """Amounts of both ends' spectra in every column, (n,) each, and their covariance (2, 2) in either material."""

    left: Array
    right: Array
    covariances: tuple[Array, Array]

    def error(self, lever: Array) -> Array:
        """(n,) standard errors of lever[0] left + lever[1] right, for lever (2, n); noise goes with the composition."""
        of_left = np.clip(self.left / (self.left + self.right), 0.0, 1.0)
        in_left, in_right = (np.einsum("in,ij,jn->n", lever, c, lever) for c in self.covariances)
        error: Array = np.sqrt(of_left * in_left + (1 - of_left) * in_right)
        return error


def _column_spectra(tmap: TemperatureMap, axis: str) -> Array:
    """(n, energy) mean loss spectra along the heat flow; NaN where there is no good pixel."""
    if tmap.loss is None:
        raise MethodError(
            "The loss spectra are wanted to find the interface, but the map was made without keeping them: "
            "give its position (nm) in [interface]."
        )
    energy = tmap.settings["energy"]
    chosen = (tmap.energy > energy["near"][1]) & (tmap.energy < energy["far"][0])
    loss = np.where(tmap.ok[..., None], tmap.loss[..., chosen].astype(float), np.nan)
    loss = along(loss, axis)
    number = np.isfinite(loss).all(axis=2).sum(axis=0)
    mean = np.full(loss.shape[1:], np.nan)
    some = number > 0
    mean[some] = np.nanmean(loss[:, some], axis=0)
    return mean


def _variance(spectra: Array) -> Array:
    """(energy,) variance of one of the spectra (n, energy) from the differences of neighbours.

    Neighbouring columns are alike but for noise, except at the interface, which the median passes over.
    """
    difference = np.diff(spectra, axis=0) ** 2
    variance = np.median(difference, axis=0) / (2 * _MEDIAN_OF_CHI_SQUARED)
    # Counts that were calculated rather than measured have no noise but that of their last digits.
    rounding = (_ROUNDING * float(np.abs(spectra).max())) ** 2
    least: Array = np.maximum(variance, max(0.1 * float(variance.mean()), rounding))
    return least


def _unmixed(spectra: Array, left: Array, right: Array) -> _Amounts:
    """Amounts of the spectra of both ends by weighted least squares."""
    variance = _variance(spectra)
    ends = np.stack([spectra[left].mean(axis=0), spectra[right].mean(axis=0)])
    contrast = ends[0] / ends[0].sum() - ends[1] / ends[1].sum()
    strength = float((contrast**2 / variance).sum()) * float(ends.sum(axis=1).mean()) ** 2
    # The contrast carries noise of its own, which must not pass for a difference between the materials.
    own = len(contrast) * (1 / len(left) + 1 / len(right))
    if strength - own < _SIGNIFICANT**2 + 3 * np.sqrt(2 * own * max(own, 1.0)):
        raise MethodError(
            "Two ends with different loss spectra are wanted to find the interface, but they differ by no more than "
            "the noise: choose the axis that crosses the interface, or give its position (nm) in [interface]."
        )
    weights = np.linalg.solve((ends / variance) @ ends.T, ends / variance)
    amounts = weights @ spectra.T
    in_left, in_right = (
        (weights * (_variance(spectra[side]) if len(side) >= _FEWEST_FOR_VARIANCE else variance)) @ weights.T
        for side in (left, right)
    )
    return _Amounts(amounts[0], amounts[1], (in_left, in_right))


def _shares(amounts: _Amounts, left: Array, right: Array) -> tuple[Array, Array]:
    """(n,) shares of the left material and their errors."""
    a, b = amounts.left, amounts.right
    share = a / (a + b)
    error = amounts.error(np.stack([b, -a]) / (a + b) ** 2)
    return share, _as_scattered(share, error, share, left, right)


def _as_scattered(values: Array, error: Array, share: Array, left: Array, right: Array) -> Array:
    """The errors, made as large as the values scatter beside the step; one material may scatter more than the other."""
    factor = [_scatter(values[side] - values[side].mean(), error[side]) for side in (left, right)]
    of_left = np.clip(share, 0.0, 1.0)
    return np.maximum(error * np.sqrt(of_left * factor[0] + (1 - of_left) * factor[1]), _FINEST)


def _scatter(rest: Array, error: Array) -> float:
    """Variance of averages of residuals over what their errors make of it; 1 where they are too few to tell."""
    if len(rest) < _FEWEST_FOR_SCATTER:
        return 1.0
    freedom = len(rest) - 1
    # A scatter found from few columns is itself uncertain: Student's distribution is that much wider.
    wider = float(stdtrit(freedom, ndtr(1.0))) ** 2 * len(rest) / freedom
    return wider * float(np.mean((rest / error) ** 2)) * correlation(rest[None], mean_taken_out=True).sum


def _model(x: Array, values: Array, error: Array) -> Model:
    """A step of values less their mean, which is part of it: the sums of squares are then small enough to subtract."""
    return Model(Points(x, values - values.mean(), error), False)


def _middle(x: Array, values: Array) -> tuple[float, float]:
    """Where to look for a step: around the place that parts the values best in two."""
    rest, number = np.cumsum(values - values.mean())[:-1], np.arange(1, len(values))
    # The part of the variance between the two sides of every place.
    between = rest**2 / (number * (len(values) - number))
    place = 0.5 * (x[:-1] + x[1:])[int(np.argmax(between))]
    reach = max(0.1 * (x[-1] - x[0]), 1.5 * (x[1] - x[0]))
    return float(max(place - reach, x[0])), float(min(place + reach, x[-1]))


def _disagreement(x: Array, amounts: _Amounts, left: Array, right: Array) -> tuple[float, float]:
    """Half the distance of the steps of a and b, half the difference of their widths; 0 where noise explains it."""
    best, noise = np.empty((2, 2)), np.empty((2, 2))
    for i, (y, lever) in enumerate(((amounts.left, [[1.0], [0.0]]), (1 - amounts.right, [[0.0], [1.0]]))):
        error = amounts.error(np.broadcast_to(lever, (2, len(x))))
        model = _model(x, y, _as_scattered(y, error, y, left, right))
        width, middle, _ = model.best(_middle(x, y))
        best[i], noise[i] = (width, middle), model.deviations(width, middle)
    half = 0.5 * np.abs(best[0] - best[1])
    counted = np.where(half > _DISAGREES * 0.5 * np.hypot(noise[0], noise[1]), half, 0.0)
    return float(counted[1]), float(counted[0])


def _quantities(
    model: Model, best: tuple[float, float, float], apart: tuple[float, float]
) -> tuple[Quantity, Quantity]:
    """Position and width, their intervals widened by a misfit and, in quadrature, by what a and b disagree."""
    freedom = max(len(model.points.x) - 4, 1)
    misfit = best[2] / freedom
    # A step that no error function describes; below this the misfit is an accident of the noise.
    widening = float(np.sqrt(misfit)) if misfit > 1 + _ACCIDENT * np.sqrt(2 / freedom) else 1.0

    def widened(found: Estimate, by: float) -> Quantity:
        low, high = (
            None if end is None else found.value + sign * float(np.hypot(widening * (end - found.value), by))
            for end, sign in ((found.low, -1), (found.high, 1))
        )
        return interval_quantity(Estimate(found.value, low if low is not None and low > 0 else None, high))

    middles, widths = (scan(model, what, (best[0], best[1])) for what in _PARAMETERS)
    position, width = middles.estimate(), widths.estimate()
    low, high = (
        float(end if end is not None else middles.grid[i]) for i, end in ((0, position.low), (-1, position.high))
    )
    return widened(Estimate(position.value, low, high), apart[0]), widened(width, apart[1])
