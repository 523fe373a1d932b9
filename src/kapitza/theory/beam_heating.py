"""How much the electron beam warms the sample it measures.

Beam currents in pA, stopping in eV/nm, conductivities in W/(m K), lengths in nm, temperatures in K. The rise goes with
the power that stays in the sample per length of the beam's path, I (dE/dx)/e.

The rise in a foil follows from the heat equation in the plane; R. F. Egerton, P. Li, M. Malac, Micron 35, 399 (2004)
have it for a Gaussian beam. Bethe's formula is as in M. J. Berger, S. M. Seltzer, NBSIR 82-2550 (1982).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.checks import check_not_negative, check_positive

_REST_ENERGY = 510.99895
_BETHE = 0.153537
"""2 pi N_A r_e^2 m c^2, MeV cm^2/g."""


def power_per_length(current: ArrayLike, stopping: ArrayLike) -> Array:
    """Power (W/m) that a beam leaves in each length of the sample: I (dE/dx)/e.

    current : pA. stopping : energy that an electron leaves in the sample, eV/nm. They broadcast.

    Raises
    ------
    MethodError
        if the current is negative or the stopping is not positive.
    """
    check_not_negative(current=current)
    check_positive(stopping=stopping)
    return 1e-3 * np.asarray(current, dtype=float) * np.asarray(stopping, dtype=float)


def plane_temperature_rise(current: ArrayLike, stopping: ArrayLike, conductivity: ArrayLike) -> Array:
    """Temperature rise (K) by the rule of thumb (I/e)(dE/dx)/kappa, an order of magnitude without geometry.

    It equals the rise in a foil, `foil_temperature_rise`, whose ln(R/r) + 1/2 is 2 pi.

    current : pA. stopping : eV/nm. conductivity : W/(m K). They broadcast.

    Raises
    ------
    MethodError
        if the current is negative, or another number is not positive.
    """
    check_positive(conductivity=conductivity)
    return power_per_length(current, stopping) / np.asarray(conductivity, dtype=float)


def foil_temperature_rise(
    current: ArrayLike,
    stopping: ArrayLike,
    conductivity: ArrayLike,
    *,
    beam_radius: ArrayLike,
    foil_radius: ArrayLike,
    distance: ArrayLike = 0.0,
) -> Array:
    """Steady temperature rise (K) in a thin foil whose rim is held, at a distance from the beam.

    The beam heats a disc evenly through the foil and the heat flows out in the plane. With p the power per length, the
    rise is p/(2 pi kappa) times ln(R/r) + (1 - d^2/r^2)/2 inside the disc and times ln(R/d) outside; the thickness of
    the foil cancels, because a thicker one takes up more and conducts more. At the centre of a Gaussian beam, in
    proportion to exp(-d^2/r^2), 0.29 stands for 1/2.

    current : pA. stopping : eV/nm. conductivity : W/(m K), of the foil. beam_radius, foil_radius, distance : nm. They
    broadcast.

    Raises
    ------
    MethodError
        if the current or the distance is negative, another number is not positive, or the beam is wider than the foil.
    """
    power = power_per_length(current, stopping)
    check_positive(conductivity=conductivity, beam_radius=beam_radius, foil_radius=foil_radius)
    check_not_negative(distance=distance)
    beam, foil, away = (np.asarray(a, dtype=float) for a in (beam_radius, foil_radius, distance))
    if np.any(beam > foil) or np.any(away > foil):
        raise MethodError(
            f"A foil that reaches beyond the beam and the point looked at is wanted, got a foil radius of "
            f"{np.min(foil):g} nm, a beam radius of {np.max(beam):g} nm and a distance of {np.max(away):g} nm: give "
            "the distance from the beam to where the foil's temperature is held."
        )
    inside = 0.5 * (1.0 - np.square(np.minimum(away / beam, 1.0)))
    shape = np.log(foil / np.maximum(away, beam)) + inside
    return power / (2.0 * np.pi * np.asarray(conductivity, dtype=float)) * shape


def bethe_stopping(
    beam_energy: ArrayLike, density: ArrayLike, mean_excitation: ArrayLike, charge_to_mass: ArrayLike = 0.5
) -> Array:
    """Energy (eV/nm) that a beam electron loses to the electrons of the sample, by Bethe's formula for electrons.

    More than what warms a thin foil, since fast secondary electrons leave it.

    beam_energy : keV. density : g/cm3. mean_excitation : mean excitation energy, eV. charge_to_mass : electrons per
    unit of atomic mass, Z/A. They broadcast.

    Raises
    ------
    MethodError
        if a number is not positive.
    """
    check_positive(
        beam_energy=beam_energy, density=density, mean_excitation=mean_excitation, charge_to_mass=charge_to_mass
    )
    tau = np.asarray(beam_energy, dtype=float) / _REST_ENERGY
    excitation = np.asarray(mean_excitation, dtype=float) * 1e-3 / _REST_ENERGY
    speed_squared = tau * (tau + 2.0) / (tau + 1.0) ** 2
    slow = 1.0 - speed_squared + (tau**2 / 8.0 - (2.0 * tau + 1.0) * np.log(2.0)) / (tau + 1.0) ** 2
    number = np.log(tau**2 * (tau + 2.0) / (2.0 * excitation**2)) + slow
    # 1 MeV/cm is 0.1 eV/nm.
    return 0.1 * _BETHE * np.asarray(charge_to_mass) * np.asarray(density) / speed_squared * number
