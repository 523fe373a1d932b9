"""Shapes of a twin's zero-loss peak and of its phonon lines. Energies in meV."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from kapitza.data import Array
from kapitza.theory import lineshapes
from kapitza.twin.model import PEAK_KEYS, Mode, PeakShape, ZeroLoss


def zero_loss_peak(table: ZeroLoss, energy: Array, width: Array | float = 1.0) -> Array:
    """The zero-loss peak of unit area (1/meV) at energies; `width` widens it, and broadcasts.

    Where the table has an asymmetry, loss and gain half are stretched by 1 + asymmetry and 1 - asymmetry.
    """
    stretch = width * np.where(energy > 0.0, 1.0 + table.asymmetry, 1.0 - table.asymmetry)
    return np.asarray(_shape(table)(energy / stretch) / width)


def phonon_line(mode: Mode, energy: Array, centre: float) -> Array:
    """A phonon line of unit area (1/meV), moved to `centre`."""
    if mode.line == "gaussian":
        return lineshapes.gaussian(energy, centre, mode.fwhm)
    if mode.line == "lorentzian":
        return lineshapes.lorentzian(energy, centre, mode.fwhm)
    assert mode.lorentzian_share is not None
    return lineshapes.voigt(energy, centre, mode.fwhm, mode.lorentzian_share)


def _shape(table: ZeroLoss) -> Callable[[Array], Array]:
    given = {"fwhm": table.fwhm, **{key: getattr(table, key) for key in PEAK_KEYS[table.shape]}}
    return partial(_SHAPES[table.shape], centre=0.0, **given)


_SHAPES: dict[PeakShape, Callable[..., Array]] = {
    "pearson7": lineshapes.unit_pearson7,
    "gaussian": lineshapes.gaussian,
    "voigt": lineshapes.voigt,
    "gaussian_and_pearson": lineshapes.gaussian_and_pearson,
    "pearson4": lineshapes.pearson4,
}
