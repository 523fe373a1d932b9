"""How far an electron travels between two inelastic scatterings, for thickness from the log-ratio of low-loss spectra.

Beam energies in keV, semi-angles in mrad, mean free paths in nm. Both formulas are fits to measurements and assume
that the aperture is centred on the unscattered beam.

Sources: T. Malis, S. C. Cheng, R. F. Egerton, J. Electron Microsc. Tech. 8, 193 (1988); K. Iakoubovskii, K. Mitsuishi,
Y. Nakayama, K. Furuya, Microsc. Res. Tech. 71, 626 (2008).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.theory.checks import check_positive

MALIS_ACCURACY = 0.2
"""Relative error of the mean free path after Malis et al., as they state it for most inorganic specimens."""

IAKOUBOVSKII_ACCURACY = 0.1
"""Relative error taken for the mean free path after Iakoubovskii et al."""

_REST_ENERGY = 511.0
_CUT_OFF_ANGLE = 20.0


def effective_atomic_number(composition: Mapping[int, float]) -> float:
    """Atomic number of the element that scatters like the compound, after Malis et al.

    composition : atomic number to atomic share, in any common unit: {13: 1, 7: 1} is AlN.

    Raises
    ------
    MethodError
        if it is empty, or a number or a share is not positive.
    """
    if not composition or min(composition) < 1 or not min(composition.values()) > 0:
        raise MethodError(
            "A composition of atomic numbers with positive shares is wanted, like {13: 1, 7: 1}, got "
            f"{dict(composition)}."
        )
    return sum(f * z**1.3 for z, f in composition.items()) / sum(f * z**0.3 for z, f in composition.items())


def mean_energy_loss(atomic_number: float) -> float:
    """Mean energy (eV) of one inelastic scattering, 7.6 Z^0.36, after Malis et al."""
    return 7.6 * atomic_number**0.36


def dipole_limit(beam_energy: float, atomic_number: float) -> float:
    """Collection semi-angle (mrad) up to which the formula of Malis et al. reaches, sqrt(E_m/E_0).

    Beyond the Bethe ridge next to no more losses are collected, while the formula lets them grow, and gives too short a
    mean free path.
    """
    check_positive(beam_energy=beam_energy, atomic_number=atomic_number)
    return 1e3 * math.sqrt(mean_energy_loss(atomic_number) * 1e-3 / beam_energy)


def malis_mean_free_path(beam_energy: float, collection: float, atomic_number: float) -> Quantity:
    """Inelastic mean free path (nm) after Malis, Cheng and Egerton, with their 20 %.

    It reaches up to the collection semi-angle `dipole_limit`; the convergence of the beam is not in it.

    beam_energy : keV. collection : mrad, semi-angle. atomic_number : of the element, or `effective_atomic_number`.

    Raises
    ------
    MethodError
        if an argument is not positive, or the angle is too small for the formula.
    """
    check_positive(beam_energy=beam_energy, collection=collection, atomic_number=atomic_number)
    loss = mean_energy_loss(atomic_number)
    argument = 2.0 * collection * beam_energy / loss
    if argument <= 1.0:
        raise MethodError(
            f"A collection semi-angle above {0.5 * loss / beam_energy:.3g} mrad is wanted for {beam_energy:g} keV, got "
            f"{collection:g} mrad: no mean free path follows from the formula of Malis et al. there."
        )
    value = 106.0 * _relativistic(beam_energy) * beam_energy / (loss * math.log(argument))
    return Quantity(value, MALIS_ACCURACY * value, "nm")


def iakoubovskii_mean_free_path(beam_energy: float, convergence: float, collection: float, density: float) -> Quantity:
    """Inelastic mean free path (nm) after Iakoubovskii et al., with 10 %.

    Fitted at 200 keV; it levels off where either semi-angle goes far beyond 20 mrad, and so is the one for large
    apertures. Of the two published variants of the characteristic angle this is 5.5 rho^0.3/(F E_0), without a further
    Lorentz factor, which would give a mean free path shorter by 2 % at 60 keV.

    beam_energy : keV. convergence, collection : mrad, semi-angles. density : g/cm3.

    Raises
    ------
    MethodError
        if an argument is not positive (the convergence may be zero).
    """
    check_positive(beam_energy=beam_energy, collection=collection, density=density)
    if convergence < 0:
        raise MethodError(f"A convergence of zero or more mrad is wanted, got {convergence:g}.")
    energy = _relativistic(beam_energy) * beam_energy
    characteristic = 5.5 * density**0.3 / energy
    both = convergence**2 + collection**2 + abs(convergence**2 - collection**2)
    share = (both + 2 * characteristic**2) / (both + 2 * _CUT_OFF_ANGLE**2)
    value = 200.0 * energy / (11.0 * density**0.3 * math.log(share * (_CUT_OFF_ANGLE / characteristic) ** 2))
    return Quantity(value, IAKOUBOVSKII_ACCURACY * value, "nm")


def _relativistic(beam_energy: float) -> float:
    """F = (1 + E0/2mc^2)/(1 + E0/mc^2)^2."""
    return (1.0 + beam_energy / (2 * _REST_ENERGY)) / (1.0 + beam_energy / _REST_ENERGY) ** 2
