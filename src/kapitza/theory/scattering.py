"""What a spectrum of phonons looks like at a temperature, and after more than one scattering event.

Energies in meV, temperatures in K. Source: Egerton, Electron Energy-Loss Spectroscopy (2011).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import BOLTZMANN


def bose_factor(energy: ArrayLike, temperature: ArrayLike) -> Array:
    """Factor 1 + n(E,T) that turns an odd response into a spectrum: 1+n for loss (E > 0), -n for gain (E < 0).

    energy : meV, not zero. temperature : K, > 0. The response of a phonon is odd in energy, so that the product is
    positive on both sides and finite where both meet.
    """
    x = np.asarray(energy, dtype=float) / (BOLTZMANN * np.asarray(temperature, dtype=float))
    # exp of a negative number on either side: neither overflows however cold the sample.
    decay = np.exp(-np.abs(x))
    return np.where(x > 0.0, 1.0, -decay) / -np.expm1(-np.abs(x))


def plural_scattering(single: Array, dispersion: float, thickness: float, orders: int = 8) -> Array:
    """Inelastic spectrum (per meV) after any number of scattering events, from the spectrum of one event.

    The Poisson series exp(-t) sum t^n/n! s*...*s (n-fold convolution) without its zero-loss term exp(-t) delta(E). It
    keeps detailed balance where `single` has it.

    single : (2n+1,), one event, per meV, on an axis that is symmetric about its central channel E = 0. dispersion :
    meV per channel. thickness : mean number of events, t/lambda. orders : where the series is cut.

    Raises
    ------
    MethodError
        if the axis has no central channel (an even number of channels).
    """
    if single.size % 2 == 0:
        raise MethodError(
            f"An axis symmetric about zero energy has an odd number of channels, got {single.size}: "
            "cut the spectrum to equal lengths on both sides of zero."
        )
    half = single.size // 2
    total, term = np.zeros(single.size), np.array([np.exp(-thickness)])
    for order in range(1, orders + 1):
        # Direct sums, not FFTs: the gain side is many decades below the loss side and must keep its relative precision.
        term = np.convolve(term, single) * (thickness / order * (dispersion if order > 1 else 1.0))
        centre = term.size // 2
        total += term[centre - half : centre + half + 1]
    return total
