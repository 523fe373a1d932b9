"""Stacks of spectra checked at the door: one spectrum per row, on one uniform axis."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError


def checked_stack(counts: Array, energy: Array) -> tuple[Array, Array]:
    """The counts as (n, energy) numbers and their axis as (energy,) float, meV, if they fit each other.

    Raises
    ------
    MethodError
        if `counts` is not one spectrum per row, or the axis has another length or is not uniform and rising.
    """
    counts, energy = np.asarray(counts), np.asarray(energy, float)
    if counts.ndim != 2 or energy.shape != counts.shape[1:]:
        raise MethodError(
            "One spectrum per row, as long as its energy axis, is wanted, got counts of "
            f"shape {counts.shape} and an axis of shape {energy.shape}: reshape an image to (pixels, energy)."
        )
    steps = np.diff(energy)
    if len(steps) == 0 or not steps.min() > 0 or np.ptp(steps) > 1e-3 * steps.mean():
        raise MethodError(
            "A uniform, rising energy axis of at least two channels is wanted, got one whose steps run from "
            f"{steps.min(initial=np.inf):.4g} to {steps.max(initial=-np.inf):.4g} meV: resample the spectra first."
        )
    return counts, energy


def within(counts: Array, other: Array | None, name: str) -> Array:
    """`other` broadcast to the shape of `counts`; zero where it is None.

    Raises
    ------
    MethodError
        if it does not fit, or is negative or not a number somewhere.
    """
    values = np.zeros(1) if other is None else np.asarray(other, float)
    if (
        values.ndim > 2
        or values.shape[-1] not in (1, counts.shape[1])
        or (values.ndim == 2 and values.shape[0] != len(counts))
    ):
        raise MethodError(
            f"A {name} for all spectra {counts.shape[1:]} or for each {counts.shape} is wanted, got the shape "
            f"{values.shape}."
        )
    if not (np.isfinite(values) & (values >= 0)).all():
        raise MethodError(f"A {name} of counts, zero or more, is wanted, got negative ones or none: set them to zero.")
    return np.broadcast_to(values, counts.shape)
