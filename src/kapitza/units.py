"""Constants and unit factors. Inside kapitza: energies in meV, lengths in nm, temperatures in K."""

from __future__ import annotations

from kapitza.errors import AxisError

BOLTZMANN = 0.08617333262
"""Boltzmann constant, meV/K (CODATA 2018)."""

MEV_PER_THZ = 4.135667696923859
"""Energy of a phonon of 1 THz, meV: Planck's constant (SI 2019)."""

MEV_PER_CM = 0.12398419843320026
"""Energy of a wave number of 1 cm^-1, meV (SI 2019)."""

GPA_PER_EV_A3 = 160.2176634
"""1 eV/A^3 in GPa (SI 2019)."""

COULOMB = 14.3996454785
"""e^2/(4 pi eps0), eV A: the energy of two elementary charges 1 A apart (CODATA 2018)."""

EV_PER_U_A2_FS2 = 103.64269652680504
"""1 u A^2/fs^2, as masses and velocities of molecular dynamics give energies, in eV (CODATA 2018)."""

SIGMA_PER_FWHM = 0.42466090014400953
"""Standard deviation of a Gaussian over its full width at half maximum, 1/(2 sqrt(2 ln 2))."""

_MEV_PER = {"eV": 1e3, "meV": 1.0, "keV": 1e6}
_NM_PER = {
    "m": 1e9,
    "mm": 1e6,
    "um": 1e3,
    "µm": 1e3,
    "μm": 1e3,
    "micron": 1e3,
    "nm": 1.0,
    "Å": 0.1,
    "A": 0.1,
    "pm": 1e-3,
}


def is_energy_unit(unit: str | None) -> bool:
    """Whether `unit` is one of eV, meV and keV."""
    return _clean(unit) in _MEV_PER


def is_length_unit(unit: str | None) -> bool:
    """Whether `unit` is a length that kapitza knows."""
    return _clean(unit) in _NM_PER


def energy_factor(unit: str | None) -> float:
    """Factor that turns an energy in `unit` into meV.

    Raises
    ------
    AxisError
        if `unit` is not eV, meV or keV.
    """
    if not is_energy_unit(unit):
        raise AxisError(
            f"An energy in eV, meV or keV is wanted, got the unit {unit!r}: calibrate the axis and save again."
        )
    return _MEV_PER[_clean(unit)]


def length_factor(unit: str | None) -> float:
    """Factor that turns a length in `unit` into nm.

    Raises
    ------
    AxisError
        if `unit` is not a length that kapitza knows.
    """
    if not is_length_unit(unit):
        raise AxisError(
            f"A length in nm, Å, pm, µm, mm or m is wanted, got the unit {unit!r}: calibrate the axis and save again."
        )
    return _NM_PER[_clean(unit)]


def _clean(unit: str | None) -> str:
    return str(unit or "").strip()
