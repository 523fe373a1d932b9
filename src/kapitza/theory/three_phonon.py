"""Processes of three phonons: net rates, and the temperature that one process gives to a mode.

Two phonons a and b become one, c, of the sum of their energies, or c becomes a and b. Energies in meV, temperatures in
K, rates in units of the `strength` W of a process, which holds its matrix element and phase space.

Source: J. M. Ziman, Electrons and Phonons (1960), for the rate; what follows for a mode between baths is derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kapitza.data import Array
from kapitza.theory.checks import check_not_negative, check_positive
from kapitza.theory.occupation import occupation, reduced_energy


def net_rate_of_occupations(n_a: ArrayLike, n_b: ArrayLike, n_c: ArrayLike, strength: ArrayLike = 1.0) -> Array:
    """Net rate of a + b -> c, W [n_a n_b (1+n_c) - (1+n_a)(1+n_b) n_c], for any occupations. The arguments broadcast.

    Raises
    ------
    MethodError
        if an occupation or the strength is negative.
    """
    check_not_negative(n_a=n_a, n_b=n_b, n_c=n_c, strength=strength)
    a, b, c, w = (np.asarray(value, dtype=float) for value in (n_a, n_b, n_c, strength))
    return w * (a * b * (1.0 + c) - (1.0 + a) * (1.0 + b) * c)


def net_rate(
    energy_a: ArrayLike,
    energy_b: ArrayLike,
    temperature_a: ArrayLike,
    temperature_b: ArrayLike,
    temperature_c: ArrayLike,
    strength: ArrayLike = 1.0,
) -> Array:
    """Net rate of a + b -> c where each phonon has a temperature of its own.

    W (1+n_a)(1+n_b) n_c (exp(X) - 1) with X = E_c/kT_c - E_a/kT_a - E_b/kT_b and E_c = E_a + E_b: the difference of two
    large rates without their cancellation. It is zero in equilibrium.

    energy_a, energy_b : meV. temperature_a, temperature_b, temperature_c : K. They broadcast.

    Raises
    ------
    MethodError
        if an energy or a temperature is not positive, or the strength is negative.
    """
    check_positive(energy_a=energy_a, energy_b=energy_b)
    check_positive(temperature_a=temperature_a, temperature_b=temperature_b, temperature_c=temperature_c)
    check_not_negative(strength=strength)
    energy_c = np.add(energy_a, energy_b)
    drive = reduced_energy(energy_c, temperature_c) - (
        reduced_energy(energy_a, temperature_a) + reduced_energy(energy_b, temperature_b)
    )
    up = (1.0 + occupation(energy_a, temperature_a)) * (1.0 + occupation(energy_b, temperature_b))
    return np.asarray(strength, dtype=float) * up * occupation(energy_c, temperature_c) * np.expm1(drive)


def linear_conductance(
    energy_a: ArrayLike, energy_b: ArrayLike, temperature: ArrayLike, strength: ArrayLike = 1.0
) -> Array:
    """Rate of a + b -> c near equilibrium over its drive X (`net_rate`): W (1+n_a)(1+n_b) n_c.

    To first order X = (E_a dT_a + E_b dT_b - E_c dT_c)/kT^2.

    energy_a, energy_b : meV. temperature : K, common. They broadcast.

    Raises
    ------
    MethodError
        if an energy or the temperature is not positive, or the strength is negative.
    """
    check_positive(energy_a=energy_a, energy_b=energy_b, temperature=temperature)
    check_not_negative(strength=strength)
    n_a, n_b = occupation(energy_a, temperature), occupation(energy_b, temperature)
    n_c = occupation(np.add(energy_a, energy_b), temperature)
    return np.asarray(strength, dtype=float) * (1.0 + n_a) * (1.0 + n_b) * n_c


def stationary_temperature(
    energy: ArrayLike, partner_energy: ArrayLike, partner_temperature: ArrayLike, companion_temperature: ArrayLike
) -> Array:
    """Temperature (K) of a mode that exchanges with one partner and the low-energy phonon that makes up the difference.

    E/T = E_p/T_p + (E - E_p)/T_a, whether the partner lies above the mode (mode + a <-> partner) or below
    (partner + a <-> mode). NaN where no temperature is stationary.

    energy : meV, of the mode. partner_energy, partner_temperature : meV and K. companion_temperature : K, of the
    low-energy phonon a, whose energy is the difference. They broadcast.

    Raises
    ------
    MethodError
        if a number is not positive.
    """
    check_positive(energy=energy, partner_energy=partner_energy)
    check_positive(partner_temperature=partner_temperature, companion_temperature=companion_temperature)
    e, p = np.asarray(energy, dtype=float), np.asarray(partner_energy, dtype=float)
    inverse = p / np.asarray(partner_temperature) + (e - p) / np.asarray(companion_temperature)
    return e / np.where(inverse > 0.0, inverse, np.nan)


def split_response(energy: ArrayLike, partner_energy: ArrayLike) -> Array:
    """By how much a mode's temperature rises per kelvin of a split: partner up by one, low-energy phonon down by one.

    (2 E_p - E)/E to first order: above 1 for a partner above the mode, below 1 for one below. energy, partner_energy :
    meV. They broadcast.

    Raises
    ------
    MethodError
        if an energy is not positive.
    """
    check_positive(energy=energy, partner_energy=partner_energy)
    e = np.asarray(energy, dtype=float)
    return (2.0 * np.asarray(partner_energy) - e) / e
