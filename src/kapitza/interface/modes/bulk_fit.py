"""The forward model fitted to the bulk alone, where all bands are at one temperature."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.interface.modes.recipe import bare_peak
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.settings import Window
from kapitza.spectra.forward.fit import fit_summed
from kapitza.spectra.forward.plan import ForwardPlan


def bulk_fit(
    plan: ForwardPlan, columns: RegionSpectra, bulk: tuple[Window, Window]
) -> tuple[ForwardPlan, RegionSpectra]:
    """A map's plan with zero-loss peak and phonon spectra of the bulk on either side, and columns on that peak.

    Parameters
    ----------
    bulk : nm, where the bulk is left and right.

    Raises
    ------
    MethodError
        if there is no column in one of them.
    """
    x = columns.position
    inside = [(x >= low) & (x <= high) for low, high in bulk]
    if not all(side.any() for side in inside):
        raise MethodError(
            f"Columns in both bulk ranges, {bulk[0]} and {bulk[1]} nm, are wanted, got {inside[0].sum()} and "
            f"{inside[1].sum()}: correct them."
        )
    basis = plan.fit.model.basis
    first = int(np.argmin(np.abs(plan.axis - columns.energy[0])))
    covered = slice(first, first + len(columns.energy))
    electrons, used = np.zeros((2, len(plan.axis))), np.zeros(len(plan.axis), bool)
    electrons[:, covered], used[covered] = [columns.electrons[side].sum(axis=0) for side in inside], True
    kelvin = float(columns.temperature[inside[0] | inside[1]].mean())
    fit = fit_summed(electrons, used, basis, plan.method.zero_loss, np.full(2, True), kelvin)
    return replace(plan, fit=fit), replace(columns, background=_under(columns, replace(plan, fit=fit), covered))


def _under(columns: RegionSpectra, plan: ForwardPlan, covered: slice) -> Array:
    """(n, k) electrons of the peak in each column, as many as its core holds."""
    electrons = np.zeros((len(columns.electrons), len(plan.axis)))
    electrons[:, covered] = columns.electrons
    bare, amount = bare_peak(plan, electrons)
    return amount[:, np.newaxis] * bare[covered]
