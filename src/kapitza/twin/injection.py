"""A temperature step put into counts that were recorded, or synthesised, without one."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from kapitza.data import Array, SpectrumImage
from kapitza.errors import MethodError
from kapitza.theory.conduction import step
from kapitza.twin.model import COLDEST
from kapitza.twin.response import MeasuredResponse


def inject_step(
    image: SpectrumImage,
    position: float,
    drop: float,
    width: float,
    temperature: ArrayLike,
    seed: int,
    axis: Literal["x", "y"] = "x",
) -> SpectrumImage:
    """The image as it would have been recorded with a temperature step at an interface.

    Counts that must fall are thinned electron by electron, counts that must rise get Poisson electrons on top, so that
    the noise stays that of counted electrons. By how much follows from detailed balance and from the response of the
    sample, which is found anew at each place along the axis from the spectra that share it, blurred by the image's own
    zero-loss peak (`MeasuredResponse`).

    Exact is detailed balance; so is the noise, where it is that of electrons. Approximate are the response and the
    peak, which come from the image's own noisy spectra: the peak is taken as symmetric and the same in all pixels, and
    the response as a straight line up to one and a half of its widths.

    Parameters
    ----------
    position : of the step along the axis, nm. drop : K, temperature at smaller less that at larger coordinate.
    width : 10-90 width, nm. temperature : K, of the image as it is: one number or (y, x). seed : fixes the noise.
    axis : along which the temperature steps.

    Raises
    ------
    MethodError
        if the pixel pitch is unknown, a side of the zero-loss peak is too short, the peak is not symmetric, or it gets
        colder than 10 K.
    """
    if image.step is None:
        raise MethodError("A known pixel pitch is wanted to place a step, the image has none: calibrate its scan axes.")
    counts, along = np.asarray(image.counts), "yx".index(axis)
    before = np.broadcast_to(np.asarray(temperature, dtype=float), counts.shape[:2])
    if not before.min() - 0.5 * abs(drop) > COLDEST:
        raise MethodError(
            f"Temperatures above {COLDEST:g} K are wanted, got {before.min():g} K and a drop of {drop:g} K: give the "
            "image's own temperature, in K."
        )
    rise = -0.5 * drop * step(np.arange(counts.shape[along]) * image.step[along] - position, width)
    # Places along the axis come first: the spectra of one place share their composition.
    places, kelvin = (np.moveaxis(array, along, 0) for array in (counts, before))
    response = MeasuredResponse.of(image.energy, places, float(before.mean()))
    electrons, rng = image.microscope.electrons_per_count or 1.0, np.random.default_rng([seed, 5])
    made = np.empty_like(places)
    for i, spectra in enumerate(places):
        expected, change = response.warmed(i, spectra.sum(axis=-1), kelvin[i], float(rise[i]))
        made[i] = _recounted(spectra, expected, change, electrons, rng)
    history = (*image.history, f"a step of {drop:g} K injected at {position:g} nm along {axis}, seed {seed}")
    return replace(image, counts=np.moveaxis(made, 0, along), history=history)


def _recounted(counts: Array, expected: Array, change: Array, electrons: float, rng: np.random.Generator) -> Array:
    """Counts whose expectation changes: thinned where it falls, added to where it rises."""
    kept = np.ones_like(expected)
    np.divide(change, expected, out=kept, where=(change < 0.0) & (expected > 0.0))
    kept = np.where(kept < 0.0, np.maximum(1.0 + kept, 0.0), 1.0)
    seen = np.rint(np.maximum(counts, 0.0).astype(float) * electrons).astype(np.int64)
    lost = seen - rng.binomial(seen, kept)
    gained = rng.poisson(np.maximum(change, 0.0) * electrons)
    return np.asarray(counts + ((gained - lost) / electrons).astype(counts.dtype))
