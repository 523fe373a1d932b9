"""Pictures of what an interface adds to the bulk: residuals of losses and gains as published, and factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.quantity import Quantity
from kapitza.settings import FactorisationSettings, ResidualSettings, Window
from kapitza.spectra.unmixing import Mode, Residual, factorise, interface_residual

_PER_FWHM = 0.75
"""Half of the window that a mode's residual is summed over, in full widths of the mode."""


@dataclass(frozen=True)
class InterfaceResiduals:
    """What of an interface's losses and of its gains is no sum of the bulk's, each fitted apart from the other.

    loss, gain : against |E|, electrons.
    """

    loss: Residual
    gain: Residual

    def summed(self, mode: Mode) -> tuple[Quantity, Quantity]:
        """Losses and gains within three quarters of a full width to either side of a mode's line."""
        reach = _PER_FWHM * mode.fwhm
        loss, gain = (part.window(mode.energy - reach, mode.energy + reach) for part in (self.loss, self.gain))
        return Quantity(*loss, "electrons"), Quantity(*gain, "electrons")


@dataclass(frozen=True)
class InterfaceFactors:
    """Non-negative spectra, and what share of them there is along the heat flow, from left to right.

    energy : (m,), |E| in meV. loss, gain : (f, m), electrons per pixel. position : (n,), nm. shares : (n, f).
    misfit : share of the counts' weighted sum of squares that is left.
    """

    energy: Array
    loss: Array
    gain: Array
    position: Array
    shares: Array
    misfit: float


def interface_residuals(spectra: RegionSpectra, settings: ResidualSettings | None = None) -> InterfaceResiduals:
    """The published residual of losses and of gains at an interface.

    Parameters
    ----------
    spectra : as `interface_spectra` makes them. settings : the published ones when None.

    Raises
    ------
    MethodError
        if the window holds too few channels, or options exclude each other.
    """
    settings = settings or ResidualSettings()
    energy, nets, variances = spectra.sides()
    chosen = _chosen(energy, settings.window)
    loss, gain = (
        interface_residual(
            energy[chosen],
            net[0, chosen],
            net[1:, chosen],
            variance[0, chosen],
            variance[1:, chosen],
            weighted=settings.weighted,
            non_negative=settings.non_negative,
            non_negative_residual=settings.non_negative_residual,
            shift=settings.shift,
            broadening=settings.broadening,
        )
        for net, variance in zip(nets, variances, strict=True)
    )
    return InterfaceResiduals(loss, gain)


def interface_factors(columns: RegionSpectra, settings: FactorisationSettings | None = None) -> InterfaceFactors:
    """Non-negative factors of the spectra along the heat flow, losses and gains at once; no bulk is given.

    Parameters
    ----------
    columns : as `column_spectra` makes them. settings : three factors from 55 to 130 meV when None.

    Raises
    ------
    MethodError
        if there are fewer columns than factors, or too few channels.
    """
    settings = settings or FactorisationSettings()
    energy, nets, variances = columns.sides()
    chosen = _chosen(energy, settings.window)
    pixels = columns.pixels[:, np.newaxis]
    counts = np.hstack([np.maximum(net[:, chosen], 0.0) / pixels for net in nets])
    variance = np.hstack([noise[:, chosen] / pixels**2 for noise in variances]).mean(axis=0)
    found = factorise(counts, settings.factors, variance=variance, closure=settings.closure)
    centre = columns.position @ found.shares / np.maximum(found.shares.sum(axis=0), 1e-300)
    order = np.argsort(centre)
    loss, gain = np.split(found.spectra[order], 2, axis=1)
    return InterfaceFactors(energy[chosen], loss, gain, columns.position, found.shares[:, order], found.misfit)


def _chosen(energy: Array, window: Window) -> Array:
    chosen: Array = (energy >= window[0]) & (energy <= window[1])
    if chosen.sum() < 5:
        raise MethodError(
            f"At least five channels between {window[0]:g} and {window[1]:g} meV are wanted on both sides of the "
            f"zero-loss peak, got {chosen.sum()}: widen the window."
        )
    return chosen
