"""Log-ratio thermometer of preset `paper`: unweighted line through the origin of ln(loss/gain) against energy.

MATLAB's fitlm without intercept, as published: channels where either side is not positive are left out. Biased and
noisy at low counts (docs/physics.md); kept so that the published recipe can be reproduced.
"""

from __future__ import annotations

import numpy as np

from kapitza.data import Array
from kapitza.units import BOLTZMANN


def inverse_temperature(energy: Array, loss: Array, gain: Array) -> tuple[Array, Array]:
    """Slope of ln(loss/gain) against energy, through the origin, and its standard error from the residuals.

    Parameters
    ----------
    energy : (m,), meV. loss, gain : (n, m), counts above the background.

    Returns
    -------
    (n,) 1/kT and (n,) its standard error, 1/meV; NaN where fewer than three channels are positive on both sides.
    """
    usable = (loss > 0) & (gain > 0)
    y = np.log(np.where(usable, loss, 1) / np.where(usable, gain, 1))
    x = np.where(usable, energy, 0.0)
    number, norm = usable.sum(axis=1), (x**2).sum(axis=1)
    enough = number >= 3
    norm = np.where(enough, norm, np.nan)
    slope = (x * y).sum(axis=1) / norm
    misfit = (usable * (y - slope[:, None] * x) ** 2).sum(axis=1) / np.maximum(number - 1, 1)
    return slope, np.sqrt(misfit / norm)


def temperature(beta: Array, beta_error: Array) -> tuple[Array, Array]:
    """Temperature and standard error in K from 1/kT and its standard error in 1/meV."""
    with np.errstate(divide="ignore", invalid="ignore"):
        kelvin = 1 / (BOLTZMANN * beta)
        return kelvin, np.abs(kelvin * beta_error / beta)
