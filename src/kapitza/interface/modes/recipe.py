"""What the forward model of a map says of summed spectra: their zero-loss peak, and how temperature changes them."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, TemperatureMap
from kapitza.errors import MethodError
from kapitza.settings import Window
from kapitza.spectra.forward.plan import ForwardPlan
from kapitza.spectra.planning import Planned
from kapitza.spectra.preparation import Prepared
from kapitza.spectra.unmixing import Peak


def forward_recipe(tmap: TemperatureMap) -> tuple[ForwardPlan, Planned, Prepared]:
    """The forward plan of a map, with what was shared and prepared for it.

    Raises
    ------
    MethodError
        if the map was made without a forward model.
    """
    if tmap.recipe is None or not isinstance(tmap.recipe[0].plan, ForwardPlan):
        raise MethodError(
            f"A map of preset 'recommended' is wanted to find modes, but {tmap.name!r} was made without a model of the "
            "zero-loss peak: make it anew with that preset."
        )
    planned, prepared = tmap.recipe
    return planned.plan, planned, prepared


def zero_loss_curve(plan: ForwardPlan) -> Peak:
    """The zero-loss peak that a forward plan found, as far as the axis is long, of unit area there."""
    basis, p = plan.fit.model.basis, plan.fit.parameters
    length = len(basis.source_energy)
    lags = np.arange(-length, length + 1) * basis.dispersion
    height = p.weights @ plan.fit.model.family.components(lags, p.shape)
    return Peak(lags, height / (height.sum() * basis.dispersion))


def bare_peak(plan: ForwardPlan, electrons: Array) -> tuple[Array, Array]:
    """(k,) the zero-loss peak, and (n,) how much of it spectra (n, k) of electrons hold, by their cores."""
    basis = plan.fit.model.basis
    bare = basis.spectra(basis.elastic * _shape(plan))
    core = np.abs(basis.axis) < basis.fwhm
    return bare, electrons[:, core].sum(axis=1) / bare[core].sum()


def rises(plan: ForwardPlan, reduced: Array, kelvin: Array) -> Array:
    """(n, k), per K and per amount of `bare_peak`: how phonon spectra (n, hats) at temperatures (n,), K, change."""
    basis = plan.fit.model.basis
    sources = [
        (phonons @ basis.hats) * basis.bose(float(warm))[1] / warm
        for phonons, warm in zip(reduced, kelvin, strict=True)
    ]
    return basis.spectra(basis.transform(np.stack(sources)) * _shape(plan))


def within(plan: ForwardPlan, reduced: Array, window: Window) -> Array:
    """Phonon spectra (..., hats) with nothing left outside a window of energies, meV.

    Raises
    ------
    MethodError
        if the window holds no phonons.
    """
    knots = plan.fit.model.basis.knots
    inside = (knots >= window[0]) & (knots < window[1])
    part = np.where(inside, reduced, 0.0)
    if not part.any():
        raise MethodError(
            f"Phonons of the bulk from {window[0]:g} to {window[1]:g} meV are wanted, got none: choose another band."
        )
    return part


def _shape(plan: ForwardPlan) -> Array:
    """The transform of the zero-loss peak, of unit area."""
    p = plan.fit.parameters
    shape: Array = p.weights @ plan.fit.model.peaks(p.shape) / p.weights.sum()
    return shape
