"""What a zero-loss peak that is known inexactly does to the temperatures of a range at all positions alike."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array
from kapitza.interface.modes.ranges import Ranges, Reading
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.spectra.forward.fit import positive
from kapitza.spectra.forward.redrawn import redrawn


def shared_covariance(ranges: Ranges, columns: RegionSpectra, found: list[Reading]) -> Array:
    """(M, M), K^2, of what is alike at all positions in the errors of M ranges' mean temperatures; 0 where not known.

    From draws of the noise in the summed spectra, and of the peak that is found in them. To first order, with l how a
    temperature answers to its spectrum, and J ds how that changes with the peak,

        dT_i = l_i (dy_i - J_i ds)

    Noise in the summed spectra moves the peak, and thereby all positions alike, and the detector's pattern is the same
    in all of them. The mean is that over the positions by their counting errors; the variance of counting is taken off.
    Amounts that cannot be negative bias the peak's tail. That is in the result: the squares are about 0, not about the
    mean, as to take the bias off would cost more in noise than it brings.
    """
    fit = ranges.plan.fit
    drawn = redrawn(fit, ranges.plan.fitted)
    weight = 1 / np.stack([np.diag(one.covariance) for one in found])
    weight = np.nan_to_num(weight / np.nansum(weight, axis=0))
    lever = np.zeros((len(fit.expected), ranges.ranges, len(columns.energy)))
    for one, w, electrons in zip(found, weight, columns.electrons, strict=True):
        share = electrons.sum() / fit.expected[one.material, ranges.axis].sum()
        lever[one.material] += share * w[:, np.newaxis] * one.lever
    by_noise = np.einsum("rmk,drk->dm", lever, drawn.electrons[:, :, ranges.axis])
    by_peak = np.einsum("rmk,rks,ds->dm", lever, drawn.by_peak[:, ranges.axis], drawn.peak)
    moved = by_noise - by_peak
    counting = np.einsum("rmk,rk,rlk->ml", lever, fit.expected[:, ranges.axis], lever)
    return positive(moved.T @ moved / len(moved) - counting)
