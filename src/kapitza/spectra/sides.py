"""The two sides of registered spectra, and the background under each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array


@dataclass(frozen=True)
class Sides:
    """Loss and gain of n registered spectra over one axis.

    energy : (m,), meV, |E| > 0, as long as the longer side. loss, gain : (n, m), electrons, NaN beyond the end of a
        side.
    """

    energy: Array
    loss: Array
    gain: Array


@dataclass(frozen=True)
class Background:
    """Background of n spectra: loss, gain (n, m), electrons, and (n,) the relative standard error of its height."""

    loss: Array
    gain: Array
    loss_error: Array
    gain_error: Array


def split(axis: Array, electrons: Array) -> Sides:
    """The sides of spectra (n, k) in electrons on a registered axis (k,) in meV, which has zero on a channel."""
    zero = int(np.argmin(np.abs(axis)))
    length = max(zero, len(axis) - 1 - zero)
    loss, gain = np.full((2, len(electrons), length), np.nan)
    loss[:, : len(axis) - 1 - zero] = electrons[:, zero + 1 :]
    gain[:, :zero] = electrons[:, :zero][:, ::-1]
    dispersion = (axis[-1] - axis[0]) / (len(axis) - 1)
    return Sides(np.arange(1, length + 1) * dispersion, loss, gain)
