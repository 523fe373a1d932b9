"""The zero-loss peak that spectra are deconvolved with."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.deconvolution.ring import upper_half
from kapitza.spectra.registration import register, registered_axis
from kapitza.spectra.stacks import checked_stack
from kapitza.spectra.zero_loss import fit_core


def zero_loss_kernel(energy: Array, counts: Array, reach: float | None = None) -> Array:
    """The measured zero-loss peak as `richardson_lucy` wants it: unit area, zero energy in the middle channel.

    The peak's centre is fitted to its core and moved onto a channel; both sides are cut where the shorter one ends.
    Negative channels of its tails become zero.

    Parameters
    ----------
    energy : (energy,), meV. counts : (energy,), counts of a spectrum without phonons, best through vacuum.
    reach : meV, farthest energy to keep on either side.

    Returns
    -------
    (k,), k odd.

    Raises
    ------
    MethodError
        if there is no peak, or too few channels across it.
    """
    rows, energy = checked_stack(np.asarray(counts, float)[None], energy)
    centre = fit_core(energy, np.nan_to_num(rows[0])).centre
    moved, axis = register(rows, energy, np.array([centre]))[0], registered_axis(energy)
    dispersion = (axis[-1] - axis[0]) / (len(axis) - 1)
    zero = int(np.argmin(np.abs(axis)))
    seen = np.flatnonzero(np.isfinite(moved))
    side = min(zero - seen[0], seen[-1] - zero)
    if reach is not None:
        side = min(side, int(reach / dispersion + 1e-9))
    kernel = np.maximum(moved[zero - side : zero + side + 1], 0.0)
    return kernel / kernel.sum()


def checked_peak(peak: Array) -> Array:
    """A peak (k,) that `richardson_lucy` can use.

    Raises
    ------
    MethodError
        if it has an even number of channels, is negative, not finite or empty, or is not centred.
    """
    if peak.ndim != 1 or len(peak) % 2 == 0:
        raise MethodError(
            "A zero-loss peak with zero energy in its middle channel has one row of an odd number of channels, got the "
            f"shape {peak.shape}: zero_loss_kernel makes one from a spectrum."
        )
    if not (np.isfinite(peak) & (peak >= 0)).all() or not peak.sum() > 0:
        raise MethodError(
            "A zero-loss peak of positive counts is wanted, got negative ones, none at all, or channels that are not "
            "numbers: zero_loss_kernel makes one from a spectrum."
        )
    high = upper_half(peak)
    if not high[0] <= len(peak) // 2 <= high[-1]:
        raise MethodError(
            f"A zero-loss peak centred on its middle channel {len(peak) // 2} is wanted, got one that is higher than "
            f"half its maximum between channels {high[0]} and {high[-1]}: zero_loss_kernel centres it."
        )
    return peak
