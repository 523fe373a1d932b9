"""Symmetric background, for axes on which a far window does not exist on one side.

One Pearson VII tail b(E), the same on both sides, is fitted to the summed spectrum together with one inverse
temperature beta, so that what is left obeys detailed balance: g - b = exp(-beta E) (l - b). The phonon spectrum itself
drops out, so channels full of phonons can be used, from the near window to the end of the shorter side. At each pixel
the tail is scaled by the electrons in the core of its zero-loss peak. A tail that is not symmetric, or not a Pearson
VII, biases the result; `variants` starts the fit at higher energies to show by how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.sides import Background, Sides
from kapitza.spectra.windows import Windows, inside
from kapitza.spectra.zero_loss import CORE, ZeroLossCore
from kapitza.theory.lineshapes import pearson7
from kapitza.units import BOLTZMANN

_STARTS = [(temperature, exponent) for temperature in (320.0, 600.0) for exponent in (1.5, 2.5)]
_LOWEST = np.array([1 / (BOLTZMANN * 5000), -60.0, 0.6])
_HIGHEST = np.array([1 / (BOLTZMANN * 10), 10.0, 30.0])


@dataclass(frozen=True)
class Shape:
    """The tail of an image.

    fwhm : meV. exponent : Pearson exponent. height : at zero energy, over the electrons in the core (|E| < 0.8 fwhm).
    temperature : K, of the summed spectrum, found along with the tail. alternatives : the same from other first
        energies.
    """

    fwhm: float
    exponent: float
    height: float
    temperature: float
    alternatives: tuple[Shape, ...] = ()


def prepare(mean: Sides, windows: Windows, core: ZeroLossCore) -> Shape:
    """The tail of the summed spectrum (one spectrum, electrons), and what it is when the fit starts at higher energies.

    Raises
    ------
    MethodError
        if no tail and temperature describe both sides.
    """
    reach = float(mean.energy[np.isfinite(mean.loss[0]) & np.isfinite(mean.gain[0])].max())
    first, last = windows.near
    shapes = [_fit(mean, (start, reach), core) for start in (first, 0.5 * (first + last), last)]
    best = shapes[0]
    return Shape(best.fwhm, best.exponent, best.height, best.temperature, tuple(shapes[1:]))


def evaluate(spectra: Sides, windows: Windows, shape: Shape) -> Background:
    """Background of each spectrum: the image's tail scaled to the electrons in the core of its zero-loss peak."""
    core = _core_electrons(spectra, shape.fwhm)
    core = np.where(core > 0, core, np.nan)
    curve = pearson7(spectra.energy, shape.height, 0.0, shape.fwhm, shape.exponent)
    both, error = core[:, None] * curve, 1 / np.sqrt(core)
    return Background(both, both, error, error)


def variants(shape: Shape) -> list[Shape]:
    """The tails found when the fit starts at the middle and at the end of the near window."""
    return list(shape.alternatives)


def _fit(mean: Sides, window: tuple[float, float], core: ZeroLossCore) -> Shape:
    used = inside(mean.energy, window)
    energy, loss, gain = mean.energy[used], mean.loss[0][used], mean.gain[0][used]
    scale = float(_core_electrons(mean, core.fwhm)[0])

    def residuals(p: Array) -> Array:
        r = np.exp(-p[0] * energy)
        tail = pearson7(energy, scale * np.exp(p[1]), 0.0, core.fwhm, p[2])
        return (gain - r * loss - tail * (1 - r)) / np.sqrt(np.maximum(gain + r * r * loss, 1.0))

    fits = []
    for temperature, exponent in _STARTS:
        tail = pearson7(energy[:1], scale, 0.0, core.fwhm, exponent)[0]
        start = np.array([1 / (BOLTZMANN * temperature), np.log(max(0.5 * gain[0], 1.0) / tail), exponent])
        start = np.clip(start, _LOWEST + 1e-6, _HIGHEST - 1e-6)
        fits.append(least_squares(residuals, start, bounds=(_LOWEST, _HIGHEST), x_scale=np.abs(start)))
    best = min(fits, key=lambda fit: fit.cost)
    if not np.isfinite(best.cost):
        raise MethodError(
            f"A zero-loss tail that leaves loss and gain in detailed balance between {window[0]:.4g} and "
            f"{window[1]:.4g} meV is wanted, but none was found: check that loss is at positive energy."
        )
    beta, log_height, exponent = best.x
    return Shape(core.fwhm, float(exponent), float(np.exp(log_height)), float(1 / (BOLTZMANN * beta)))


def _core_electrons(spectra: Sides, fwhm: float) -> Array:
    core = inside(spectra.energy, (0.0, CORE * fwhm))
    return spectra.loss[:, core].sum(axis=1) + spectra.gain[:, core].sum(axis=1)
