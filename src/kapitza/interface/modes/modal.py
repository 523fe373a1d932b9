"""Modal temperatures along the heat flow: one temperature for each range of phonon energies, leakage solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array, TemperatureMap
from kapitza.interface.modes.bulk_fit import bulk_fit
from kapitza.interface.modes.ranges import Ranges
from kapitza.interface.modes.recipe import forward_recipe, zero_loss_curve
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.interface.modes.shared_errors import shared_covariance
from kapitza.settings import Window
from kapitza.spectra.unmixing import Mode, leakage_matrix

WINDOWS: Mapping[str, Window] = {
    "acoustic": (40.0, 72.0),
    "AlN TO": (78.0, 88.0),
    "SiC TO": (92.0, 104.0),
    "LO": (105.0, 125.0),
}
"""Ranges of phonon energies, meV, for AlN on SiC; each holds a band with its whole width."""


@dataclass(frozen=True)
class ModalTemperatures:
    """Temperatures of ranges of phonon energies along the heat flow.

    names : M of them. windows : meV. position : (n,), nm. temperature, error : (M, n), K; NaN where the range holds too
    little signal. The errors are those of counting. covariance : (n, M, M), K^2, of the ranges at one position.
    energy : (M, n), meV, the mean energy of the phonons there. all_phonons : (n,), K, of the temperature map.
    misfit : (n,), reduced chi-squared. common_covariance : (M, M), K^2, of what all positions of a range share, not in
    the errors: what the zero-loss peak, known inexactly, and the detector's gain do. 0 for a range without temperature.
    """

    names: tuple[str, ...]
    windows: tuple[Window, ...]
    position: Array
    temperature: Array
    error: Array
    covariance: Array
    energy: Array
    all_phonons: Array
    misfit: Array
    common_covariance: Array

    @property
    def common_error(self) -> Array:
        """(M,), K, the part of the error of each range's mean temperature that all its positions share."""
        return np.sqrt(np.diag(self.common_covariance))


def modal_temperatures(
    columns: RegionSpectra,
    tmap: TemperatureMap,
    windows: Mapping[str, Window] | None = None,
    *,
    fitted: Window = (30.0, 180.0),
    bulk: tuple[Window, Window] | None = None,
) -> ModalTemperatures:
    """Temperature of the phonons in each range of energies, at every position along the heat flow.

    The phonon spectra that the forward model found for the materials, in the mixture that fits the position best, are
    cut at the edges of the ranges, and each piece is blurred by the zero-loss peak. Losses and gains of all ranges are
    fitted together, each with an amount of its own, and with them what lies between and beside the ranges, whose pieces
    share one temperature: what the peak leaks from one range into another is accounted for and in the errors.

    Parameters
    ----------
    columns : as `column_spectra` makes them of the map's image. tmap : of preset `recommended`.
    windows : meV, by name; for AlN on SiC when None. A range should hold a band with its whole width: cutting one that
        is narrower than the peak in two is possible, and tells nothing. fitted : meV, energies |E| of the spectra.
    bulk : nm, where the bulk is left and right, of which peak and phonon spectra are then taken; else those of the map,
        from all pixels. A band that deviates near the interface spoils those.

    Raises
    ------
    MethodError
        if a window is too narrow or overlaps another, a bulk range holds no column, or the map has no forward model.
    """
    windows = dict(WINDOWS if windows is None else windows)
    plan, _, _ = forward_recipe(tmap)
    if bulk is not None:
        plan, columns = bulk_fit(plan, columns, bulk)
    ranges = Ranges.of(columns, plan, windows, fitted)
    found = [
        ranges.read(spectrum, under, float(kelvin))
        for spectrum, under, kelvin in zip(columns.electrons, columns.background, columns.temperature, strict=True)
    ]
    covariance = np.stack([one.covariance for one in found])
    return ModalTemperatures(
        tuple(windows),
        tuple(windows.values()),
        columns.position,
        np.stack([one.temperature for one in found], axis=1),
        np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)).T,
        covariance,
        np.stack([one.energy for one in found], axis=1),
        columns.temperature,
        np.array([one.misfit for one in found]),
        shared_covariance(ranges, columns, found),
    )


def window_leakage(tmap: TemperatureMap, windows: Mapping[str, Window] | None = None) -> Array:
    """What share of an even spectrum in one range of energies is recorded in another: (recorded, true).

    Parameters
    ----------
    tmap : whose zero-loss peak is taken. windows : meV, by name; for AlN on SiC when None.
    """
    plan, _, _ = forward_recipe(tmap)
    chosen = dict(WINDOWS if windows is None else windows)
    boxes = tuple(Mode(name, 0.5 * (low + high), high - low, "box") for name, (low, high) in chosen.items())
    return leakage_matrix(plan.axis, boxes, tuple(chosen.values()), zero_loss_curve(plan))
