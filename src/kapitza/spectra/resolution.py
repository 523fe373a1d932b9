"""What finite energy resolution does to the temperature, and its correction.

Lines broadened by the zero-loss shape mix energies, so that the ratio of loss to gain at one energy is no longer
exp(E/kT) (docs/physics.md): rising edges read cold, falling edges hot, and what is left over a window depends on the
spectrum. The image's own lines, broadened again at a range of temperatures and read by the same thermometer, say by how
much; the temperatures of all pixels are corrected by that. The lines are those of the whole image: what a material's
own spectrum does beyond them stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.spectra.backgrounds.two_window import Shape
from kapitza.theory.lineshapes import pearson7
from kapitza.theory.occupation import occupation

_RANGE = np.linspace(0.6, 1.6, 41)
_ROUNDS = 3


@dataclass(frozen=True)
class Correction:
    """Temperatures read (K, rising) and the true temperatures (K) that they stand for."""

    read: Array
    true: Array

    @property
    def shift(self) -> Array:
        """What is added to the temperatures read, K."""
        return self.true - self.read

    def apply(self, kelvin: Array, error: Array) -> tuple[Array, Array]:
        """True temperatures and their standard errors, K, from those read; shifted alike beyond the ends."""
        slope = np.gradient(self.true, self.read)
        corrected = kelvin + np.interp(kelvin, self.read, self.shift)
        return corrected, error * np.interp(kelvin, self.read, slope)


def broadened(energy: Array, shape: Shape, temperature: Array, reference: float) -> tuple[Array, Array]:
    """Loss and gain above the zero-loss tail at energies (m,), meV, for temperatures (n,), K, from the loss side's
    lines.

    The lines' heights are those of the loss side at `reference`, K; occupation scales them to other temperatures and to
    the gain side. Every line has the shape of the zero-loss peak, with its two halves, and reaches across zero.

    Returns
    -------
    (n, m) loss and (n, m) gain, in the unit of the lines' heights.
    """
    present = shape.loss.amounts > 0
    lines, amounts = shape.loss.lines[present], shape.loss.amounts[present]
    reduced = amounts / (1 + occupation(lines, reference))
    n = occupation(lines[None], np.asarray(temperature, float)[:, None])
    loss, gain = reduced * (1 + n), reduced * n

    def seen(at: Array, centres: Array) -> Array:
        offset = at[None] - centres[:, None]
        above = pearson7(offset, 1.0, 0.0, shape.loss.fwhm, shape.loss.exponent)
        below = pearson7(offset, 1.0, 0.0, shape.gain.fwhm, shape.gain.exponent)
        return np.where(offset > 0, above, below)

    return (
        loss @ seen(energy, lines) + gain @ seen(energy, -lines),
        gain @ seen(-energy, -lines) + loss @ seen(-energy, lines),
    )


def correction(
    energy: Array, shape: Shape, read: float, thermometer: Callable[[Array, Array], Array]
) -> Correction | None:
    """The correction of an image whose mean spectrum reads `read` K.

    Parameters
    ----------
    energy : (m,), meV. shape : tails and lines of both sides. thermometer : temperatures (n,), K, from (n, m) loss
        and gain without noise.

    Returns
    -------
    None where there are no lines, or where what is read does not rise with the true temperature.
    """
    if not (shape.loss.amounts > 0).any() or not np.isfinite(read):
        return None
    true = read
    for _ in range(_ROUNDS):
        grid = true * _RANGE
        kelvin = thermometer(*broadened(energy, shape, grid, true))
        if not (np.isfinite(kelvin).all() and (np.diff(kelvin) > 0).all()):
            return None
        true = float(np.interp(read, kelvin, grid))
    return Correction(kelvin, grid)
