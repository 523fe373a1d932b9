"""Where the material changes: the share of each material along the heat flow, from the loss spectra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from kapitza.data import Array, TemperatureMap
from kapitza.errors import MethodError
from kapitza.interface.profile import along, positions
from kapitza.theory.conduction import step

_END_SHARE = 0.2
_SIGNIFICANT = 5.0
_PASSES = 3
_MEDIAN_OF_CHI_SQUARED = 0.4549


@dataclass(frozen=True)
class Composition:
    """Share of the left material along the heat flow.

    share : (n,). position, position_error : nm, of the middle of the step. width, width_error : its 10-90 width, nm.
    error : (n,), standard errors of the shares; None where they were not kept.
    """

    share: Array
    position: float
    position_error: float
    width: float
    width_error: float
    error: Array | None = None


def composition(tmap: TemperatureMap, axis: str) -> Composition:
    """Share of the left material at each position, from its loss spectrum as a sum of those of the two ends.

    The shares are a/(a + b) of the least-squares sum a left + b right, so that thickness drops out. An error-function
    step is fitted to them. A spectrum of the interface's own (its modes) is taken for some of both materials, and moves
    the steps of a and of b apart: half their distance, and half the difference of their widths, enters the errors.

    Raises
    ------
    MethodError
        if the map kept no spectra, or the two ends do not differ by more than the noise.
    """
    x = positions(tmap, axis)
    spectra, variance = _column_spectra(tmap, axis)
    usable = np.isfinite(spectra).all(axis=1)
    if usable.sum() < 5:
        raise MethodError(
            f"At least 5 columns with good pixels are wanted to find the interface, got {usable.sum()}: give its "
            "position (nm) in [interface]."
        )
    count = max(2, round(_END_SHARE * usable.sum()))
    left, right = np.flatnonzero(usable)[:count], np.flatnonzero(usable)[-count:]
    for _ in range(_PASSES):
        amounts, covariance = _unmixed(spectra, variance, left, right)
        found = _composition(x, amounts, covariance, usable)
        reach = max(1.5 * found.width, 2 * (x[1] - x[0]))
        beyond_left = np.flatnonzero(usable & (x < found.position - reach))
        beyond_right = np.flatnonzero(usable & (x > found.position + reach))
        if len(beyond_left) < 2 or len(beyond_right) < 2:
            break
        left, right = beyond_left, beyond_right
    return found


def _column_spectra(tmap: TemperatureMap, axis: str) -> tuple[Array, Array]:
    """(n, energy) mean loss spectra along the heat flow, and (energy,) the variance of one of them."""
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
    # Neighbouring columns are alike but for noise, except at the interface, which the median passes over.
    difference = np.diff(mean[some], axis=0) ** 2
    variance = np.median(difference, axis=0) / (2 * _MEDIAN_OF_CHI_SQUARED)
    return mean, np.maximum(variance, 0.1 * variance.mean())


def _unmixed(spectra: Array, variance: Array, left: Array, right: Array) -> tuple[Array, Array]:
    """(2, n) amounts of the spectra of both ends by weighted least squares, and their covariance (2, 2)."""
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
    covariance = np.linalg.inv((ends / variance) @ ends.T)
    return covariance @ ((ends / variance) @ spectra.T), covariance


def _composition(x: Array, amounts: Array, covariance: Array, usable: Any) -> Composition:
    a, b = amounts
    share, lever = a / (a + b), np.stack([b, -a]) / (a + b) ** 2
    error = np.sqrt(np.einsum("in,ij,jn->n", lever, covariance, lever))
    position, width = _fitted(x, share, error, usable)
    own = [
        _fitted(x, y, np.full(len(x), np.sqrt(v)), usable)
        for y, v in ((a, covariance[0, 0]), (1 - b, covariance[1, 1]))
    ]
    apart = [0.5 * abs(own[0][i][0] - own[1][i][0]) for i in (0, 1)]
    position_error, width_error = (float(np.hypot(e, d)) for e, d in zip((position[1], width[1]), apart, strict=True))
    return Composition(share, position[0], position_error, width[0], width_error, error)


def _fitted(x: Array, share: Array, error: Array, usable: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Position and 10-90 width of an error-function step from about 1 down to about 0, each with its standard error."""
    pitch = x[1] - x[0]
    xs, ys, es = x[usable], share[usable], error[usable]

    def residuals(p: Array) -> Array:
        return (p[2] + 0.5 * (p[3] - p[2]) * (1 - step(xs - p[0], p[1])) - ys) / es

    crossing = xs[int(np.argmin(np.abs(ys - 0.5)))]
    bounds = ([xs[0], 0.05 * pitch, -1.0, 0.0], [xs[-1], xs[-1] - xs[0], 1.0, 2.0])
    starts = [np.array([crossing, width * pitch, 0.0, 1.0]) for width in (1.0, 4.0)]
    fits = [least_squares(residuals, np.clip(p, *bounds), bounds=bounds, x_scale=[pitch, pitch, 1, 1]) for p in starts]
    best = min(fits, key=lambda fit: fit.cost)
    spread = max(1.0, 2 * best.cost / max(len(xs) - 4, 1))
    deviation = np.sqrt(np.diag(np.linalg.pinv(best.jac.T @ best.jac)) * spread)
    return (float(best.x[0]), float(deviation[0])), (float(best.x[1]), float(deviation[1]))
