"""Bose-Einstein occupation and detailed balance: what the ratio of loss to gain says about temperature.

Energies in meV, temperatures in K. All functions broadcast over their array arguments and return NaN where an argument
has no physical meaning (energy, temperature <= 0; loss not above gain), so that bad pixels stay visible in a map.
Source: Van Hove, Phys. Rev. 95, 249 (1954); Idrobo et al., Phys. Rev. Lett. 120, 095901 (2018).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kapitza.data import Array
from kapitza.units import BOLTZMANN


def occupation(energy: ArrayLike, temperature: ArrayLike) -> Array:
    """Bose-Einstein occupation n = 1/(exp(E/kT) - 1) of a phonon of `energy` (meV) at `temperature` (K)."""
    x = reduced_energy(energy, temperature)
    return np.exp(-x) / -np.expm1(-x)


def log_ratio(energy: ArrayLike, temperature: ArrayLike) -> Array:
    """Natural logarithm of loss over gain in detailed balance, E/kT: the line that the thermometer fits."""
    return reduced_energy(energy, temperature)


def temperature_from_ratio(ratio: ArrayLike, energy: ArrayLike) -> Array:
    """Temperature (K) at which loss over gain is `ratio` at `energy` (meV): T = E/(k ln R).

    NaN where the ratio is not above 1: no temperature makes the gain as strong as the loss.
    """
    return _positive(energy) / (BOLTZMANN * np.log(_above_one(ratio)))


def occupation_from_ratio(ratio: ArrayLike) -> Array:
    """Occupation n = 1/(R - 1) of a mode whose loss over gain is `ratio`; NaN where the ratio is not above 1."""
    return 1.0 / (_above_one(ratio) - 1.0)


def log_ratio_error(loss: ArrayLike, gain: ArrayLike, loss_error: ArrayLike, gain_error: ArrayLike) -> Array:
    """Standard error of ln(loss/gain), to first order, from independent standard errors of loss and gain."""
    return np.hypot(np.asarray(loss_error) / np.asarray(loss), np.asarray(gain_error) / np.asarray(gain))


def temperature_error(energy: ArrayLike, temperature: ArrayLike, log_ratio_error: ArrayLike) -> Array:
    """Standard error (K) of a temperature whose log ratio is known to `log_ratio_error`: kT^2/E times it."""
    return np.asarray(log_ratio_error) / -log_ratio_slope(energy, temperature)


def occupation_error(occupation: ArrayLike, log_ratio_error: ArrayLike) -> Array:
    """Standard error of an occupation whose log ratio is known to `log_ratio_error`: n(1+n) times it."""
    n = np.asarray(occupation, dtype=float)
    return n * (1.0 + n) * np.asarray(log_ratio_error)


def occupation_slope(energy: ArrayLike, temperature: ArrayLike) -> Array:
    """How the occupation rises with temperature, dn/dT = n(1+n) x/T, per K, with x = E/kT."""
    n = occupation(energy, temperature)
    return n * (1.0 + n) * reduced_energy(energy, temperature) / np.asarray(temperature, dtype=float)


def log_ratio_slope(energy: ArrayLike, temperature: ArrayLike) -> Array:
    """How the log ratio falls with temperature, d ln R/dT = -x/T, per K."""
    return -reduced_energy(energy, temperature) / np.asarray(temperature, dtype=float)


def log_loss_slope(energy: ArrayLike, temperature: ArrayLike) -> Array:
    """Relative change of the loss signal with temperature, d ln(1+n)/dT = n x/T, per K."""
    return occupation(energy, temperature) * reduced_energy(energy, temperature) / np.asarray(temperature, dtype=float)


def log_gain_slope(energy: ArrayLike, temperature: ArrayLike) -> Array:
    """Relative change of the gain signal with temperature, d ln n/dT = (1+n) x/T, per K."""
    return (
        (1.0 + occupation(energy, temperature))
        * reduced_energy(energy, temperature)
        / np.asarray(temperature, dtype=float)
    )


def reduced_energy(energy: ArrayLike, temperature: ArrayLike) -> Array:
    """Energy in units of the thermal energy, x = E/kT; NaN where either is not positive."""
    return _positive(energy) / (BOLTZMANN * _positive(temperature))


def _positive(number: ArrayLike) -> Array:
    values = np.asarray(number, dtype=float)
    return np.where(values > 0.0, values, np.nan)


def _above_one(ratio: ArrayLike) -> Array:
    values = np.asarray(ratio, dtype=float)
    return np.where(values > 1.0, values, np.nan)
