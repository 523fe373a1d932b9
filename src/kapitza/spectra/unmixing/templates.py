"""Mode templates: what a line of the sample looks like once the zero-loss peak has blurred it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.interpolate import CubicSpline

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.lineshapes import gaussian, lorentzian
from kapitza.theory.occupation import occupation

_POINTS = 61
_REACH = {"gaussian": 2.0, "lorentzian": 12.0, "box": 0.5}
_BLOCK = 64


@dataclass(frozen=True)
class Mode:
    """A line of the sample.

    energy : meV, of its middle. fwhm : meV, full width. line : "gaussian", "lorentzian", or "box" for a window of
    energies with sharp edges.
    """

    name: str
    energy: float
    fwhm: float
    line: Literal["gaussian", "lorentzian", "box"] = "gaussian"

    def __post_init__(self) -> None:
        if self.line not in _REACH:
            raise MethodError(f"A line of {', '.join(_REACH)} is wanted for mode {self.name!r}, got {self.line!r}.")
        if not (self.fwhm > 0 and self.energy > _REACH["box"] * self.fwhm):
            raise MethodError(
                f"A line above zero energy is wanted for mode {self.name!r}, got {self.energy:g} meV with a width of "
                f"{self.fwhm:g} meV: give energies and widths in meV, above 0."
            )

    def sampled(self) -> tuple[Array, Array]:
        """Energies (p,), meV, above 0, and what part of the line lies there, (p,) with a sum of 1."""
        reach = _REACH[self.line] * self.fwhm
        edges = np.linspace(max(self.energy - reach, 0.0), self.energy + reach, _POINTS + 1)
        at = 0.5 * (edges[1:] + edges[:-1])
        if self.line == "box":
            return at, np.full(_POINTS, 1 / _POINTS)
        # A line and its mirror image below zero, as that of a damped oscillator: nothing at zero energy.
        shape = gaussian if self.line == "gaussian" else lorentzian
        height = shape(at, self.energy, self.fwhm) - shape(at, -self.energy, self.fwhm)
        return at, height / height.sum()


@dataclass(frozen=True)
class Peak:
    """The zero-loss peak as a curve.

    lags : (n,), meV, uniform and rising. height : (n,), 1/meV, of unit area.
    """

    lags: Array
    height: Array

    def at(self, lags: Array) -> Array:
        """1/meV at lags of any shape, meV; 0 where the curve has ended."""
        return np.nan_to_num(CubicSpline(self.lags, self.height, extrapolate=False)(lags))

    @classmethod
    def of_kernel(cls, kernel: Array, dispersion: float) -> Peak:
        """The peak from a kernel (k,), k odd, of any unit, zero energy in its middle channel (`zero_loss_kernel`)."""
        kernel = np.asarray(kernel, float)
        if kernel.ndim != 1 or len(kernel) % 2 == 0 or not kernel.sum() > 0:
            raise MethodError(
                "A zero-loss peak with zero energy in its middle channel has one row of an odd number of channels, got "
                f"the shape {kernel.shape}: zero_loss_kernel makes one from a spectrum."
            )
        lags = (np.arange(len(kernel)) - len(kernel) // 2) * dispersion
        return cls(lags, kernel / (kernel.sum() * dispersion))


def blurred(energy: Array, at: Array, parts: Array, peak: Peak) -> Array:
    """(k,), counts per channel of `parts` (p,) electrons scattered at energies `at` (p,), meV, on an axis (k,), meV."""
    dispersion = float(energy[-1] - energy[0]) / (len(energy) - 1)
    total = np.zeros(len(energy))
    for first in range(0, len(at), _BLOCK):
        some = slice(first, first + _BLOCK)
        total += peak.at(energy[:, np.newaxis] - at[some]) @ parts[some]
    return total * dispersion


def mode_templates(energy: Array, mode: Mode, peak: Peak, temperature: float) -> tuple[Array, Array]:
    """Loss and gain of a mode as the spectrometer sees them, (k,) each, in units of 1 + n and of n at its energy.

    Within its width a line's gain is stronger towards low energies. `temperature` (K) says how much, and need not be
    exact: 100 K change the ratio of both amounts by 0.1 % for a line 6 meV wide.
    """
    at, part = mode.sampled()
    n, middle = occupation(at, temperature), float(occupation(mode.energy, temperature))
    loss = blurred(energy, at, part * (1 + n) / (1 + middle), peak)
    return loss, blurred(energy, -at, part * n / middle, peak)


def leakage_matrix(
    energy: Array, modes: tuple[Mode, ...], windows: tuple[tuple[float, float], ...], peak: Peak
) -> Array:
    """What share of each mode's losses a window of energies holds: (windows, modes).

    1 on the diagonal and 0 beside it would be windows that keep their modes apart. With a peak of 12 meV neighbouring
    modes leak into each other by some ten per cent, and temperatures read from windows mix.

    Parameters
    ----------
    energy : (k,), meV. windows : (low, high), meV. peak : the zero-loss peak.
    """
    seen = np.stack([blurred(energy, *mode.sampled(), peak) for mode in modes])
    inside = np.stack([(energy >= low) & (energy <= high) for low, high in windows])
    shares: Array = inside.astype(float) @ seen.T
    return shares
