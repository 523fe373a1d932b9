"""What finite energy resolution, a mis-centred axis and leftover background do to a temperature.

Energies in meV, temperatures in K. A spectrum in detailed balance is P(E) = exp(E/2kT) g(E) with g even. Seen with a
Gaussian resolution h of standard deviation sigma it is O(E) = const exp(E/2kT) G(E+s), with G = h*g even and
s = sigma^2/2kT; everything here follows from this one line. `log_slope` is (ln G)', per meV, which the data show
themselves (`even_log_slope`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import BOLTZMANN


def mirror_shift(sigma: ArrayLike, temperature: ArrayLike) -> Array:
    """Shift s = sigma^2/2kT (meV) of the point about which a Gaussian-blurred spectrum keeps detailed balance.

    A spectrum in detailed balance, seen with a Gaussian peak of standard deviation `sigma` (meV), obeys
    ln[O(E-s)/O(-E-s)] = E/kT exactly.
    """
    return np.square(sigma) / (2.0 * BOLTZMANN * np.asarray(temperature, dtype=float))


def spectrum_log_ratio(energy: Array, spectrum: Array, at: ArrayLike, shift: float = 0.0) -> Array:
    """Log ratio of loss to gain of a spectrum, mirrored about -`shift` instead of zero: ln[O(E-s)/O(-E-s)].

    energy, spectrum : (n,), rising axis in meV and positive intensities on it. at : energies E (meV) wanted.

    Raises
    ------
    MethodError
        if the spectrum is not positive everywhere, or an energy wanted lies outside the axis.
    """
    logs = _log_spline(energy, spectrum)
    loss, gain = np.asarray(at) - shift, -np.asarray(at) - shift
    _check_inside(energy, loss)
    _check_inside(energy, gain)
    return logs(loss) - logs(gain)


def even_log_slope(energy: Array, spectrum: Array, at: ArrayLike) -> Array:
    """Logarithmic slope (ln G)' (per meV) of the even part of a spectrum: half d/dE of ln[O(E) O(-E)].

    energy, spectrum : (n,), rising axis in meV and positive intensities on it. at : energies E (meV) wanted.

    Raises
    ------
    MethodError
        if the spectrum is not positive everywhere, or an energy wanted lies outside the axis.
    """
    logs = _log_spline(energy, spectrum)
    wanted = np.asarray(at, dtype=float)
    _check_inside(energy, wanted)
    _check_inside(energy, -wanted)
    return 0.5 * (logs(wanted, 1) - logs(-wanted, 1))


def resolution_bias(energy: ArrayLike, temperature: ArrayLike, sigma: ArrayLike, log_slope: ArrayLike) -> Array:
    """Error (K) that a Gaussian resolution `sigma` (meV) puts into the temperature read at one energy.

    The falling edge of a line reads hot, the rising edge cold, the top is right.
    """
    return -np.asarray(temperature) * np.square(sigma) * np.asarray(log_slope) / np.asarray(energy, dtype=float)


def centring_bias(energy: ArrayLike, temperature: ArrayLike, offset: ArrayLike, log_slope: ArrayLike) -> Array:
    """Error (K) of the temperature read at one energy when the axis reads `offset` (meV) too high."""
    t = np.asarray(temperature, dtype=float)
    return 2.0 * BOLTZMANN * t**2 * np.asarray(log_slope) * np.asarray(offset) / np.asarray(energy)


def background_bias(energy: ArrayLike, temperature: ArrayLike, loss_share: ArrayLike, gain_share: ArrayLike) -> Array:
    """Error (K) that leftover background puts into the temperature read at one energy.

    loss_share, gain_share : background left on either side, over the signal of that side. A background that is equal on
    both sides has gain_share = loss_share exp(E/kT).
    """
    t = np.asarray(temperature, dtype=float)
    return BOLTZMANN * t**2 / np.asarray(energy) * (np.asarray(gain_share) - np.asarray(loss_share))


def _log_spline(energy: Array, spectrum: Array) -> CubicSpline:
    if not np.all(np.asarray(spectrum) > 0.0):
        raise MethodError(
            "A spectrum that is positive in every channel is wanted to take its logarithm, got zero or negative "
            "channels: fit the counts instead, or cut the spectrum to where it is positive."
        )
    return CubicSpline(energy, np.log(spectrum))


def _check_inside(energy: Array, wanted: Array) -> None:
    if np.min(wanted) < energy[0] or np.max(wanted) > energy[-1]:
        raise MethodError(
            f"Energies between {energy[0]:g} and {energy[-1]:g} meV are wanted, got {np.min(wanted):g} to "
            f"{np.max(wanted):g} meV: ask for energies that the axis covers on both sides."
        )
