"""What the noise of the counts does to deconvolved spectra, by drawing it anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.settings import DeconvolutionStop
from kapitza.spectra.deconvolution.iteration import Recipe, checked, solved

_CLOSELY = 200
"""Most steps towards the model that new counts are drawn around."""


def bootstrap_band(
    counts: Array,
    energy: Array,
    peak: Array,
    *,
    background: Array | None = None,
    iterations: int = 5,
    stop: DeconvolutionStop = "iterations",
    draws: int = 200,
    coverage: float = 0.68,
    seed: int = 0,
) -> tuple[Array, Array]:
    """Band that the noise of the counts puts around spectra from `richardson_lucy`, by parametric bootstrap.

    New counts are drawn around what a result of many steps predicts, fitted as closely as the noise allows: that of few
    is too low where lines are high. They are deconvolved alike. The band holds the result that counts
    without noise would have given; what resolution is still missing is not in it. Every spectrum is drawn with
    the same random numbers, so that its band does not depend on the others.

    Parameters
    ----------
    counts, energy, peak, background, iterations, stop : as for `richardson_lucy`. draws : number of repetitions.
    coverage : share of repetitions within the band. seed : of the random numbers.

    Returns
    -------
    low, high : (n, energy), counts.

    Raises
    ------
    MethodError
        as `richardson_lucy`, or if there are fewer than two draws or the coverage is not between 0 and 1.
    """
    _check_draws(draws)
    if not 0 < coverage < 1:
        raise MethodError(f"A coverage between 0 and 1 is wanted, got {coverage:g}.")
    counts, level, recipe = checked(counts, energy, peak, background, iterations, stop, "padded")
    low, high = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    for i in range(len(counts)):
        found, _, again = _redrawn(counts[i : i + 1], level[i : i + 1], recipe, draws, seed)
        ends = np.quantile(again, [0.5 - coverage / 2, 0.5 + coverage / 2], axis=0) - again.mean(axis=0)
        low[i], high[i] = found + ends
    return low, high


def redrawn(
    counts: Array,
    energy: Array,
    peak: Array,
    *,
    background: Array | None = None,
    iterations: int = 5,
    stop: DeconvolutionStop = "iterations",
    draws: int = 200,
    seed: int = 0,
) -> tuple[Array, Array]:
    """The repetitions behind `bootstrap_band`, for errors of what is read from spectra, such as the width of a line.

    Parameters
    ----------
    counts, energy, peak, background, iterations, stop, draws, seed : as for `bootstrap_band`.

    Returns
    -------
    counts, spectra : (n, draws, energy), counts: drawn anew, and deconvolved. What all repetitions share, a bias of few
        iterations, is in their mean.

    Raises
    ------
    MethodError
        as `richardson_lucy`, or if there are fewer than two draws.
    """
    _check_draws(draws)
    counts, level, recipe = checked(counts, energy, peak, background, iterations, stop, "padded")
    each = [_redrawn(counts[i : i + 1], level[i : i + 1], recipe, draws, seed)[1:] for i in range(len(counts))]
    return np.stack([drawn for drawn, _ in each]), np.stack([again for _, again in each])


def _check_draws(draws: int) -> None:
    if draws < 2:
        raise MethodError(f"At least 2 draws are wanted, got {draws}.")


def _redrawn(counts: Array, level: Array, recipe: Recipe, draws: int, seed: int) -> tuple[Array, Array, Array]:
    """One spectrum (1, channels) deconvolved, (channels,); and counts drawn anew and deconvolved, (draws, channels)."""
    closely = replace(recipe, iterations=max(recipe.iterations, _CLOSELY), discrepancy=True)
    fitted = solved(counts, level, closely)[0]
    mean = fitted.model(fitted.blurred(slice(None)), slice(None))
    drawn = np.random.default_rng(seed).poisson(mean, (draws, counts.shape[1])) - fitted.offset
    drawn = np.where(fitted.seen, drawn, np.nan)
    found = solved(counts, level, recipe)[0].spectra()[0]
    again = solved(drawn, np.repeat(level, draws, axis=0), recipe)[0].spectra()
    return found, drawn, again
