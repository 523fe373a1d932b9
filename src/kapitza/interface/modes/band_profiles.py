"""Lead and lag of gain against loss for named bands, beside what the temperature field alone makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.interface.drop import known
from kapitza.interface.modes.lead_lag import LeadLag, ModeProfile, expected_shift, lead_lag, mode_profile
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.quantity import Quantity
from kapitza.settings import Window
from kapitza.theory.conduction import temperature_profile

_PLATEAU = 4.0
"""nm from the interface at which the plateaus of a profile begin."""
_LINES = ("temperature_left", "gradient_left", "temperature_right", "gradient_right")
_PER_NM = np.array([1.0, 1e-3, 1.0, 1e-3, 1.0])
_SMALL = 1e-3


@dataclass(frozen=True)
class Band:
    """A range of phonon energies.

    window : meV, with the band in its whole width. profile : meV, where loss and gain are compared across an interface;
    None where they are not. free : the bulk whose band may have a temperature of its own at the interface, which the
    modes' populations then allow for.
    """

    name: str
    window: Window
    profile: Window | None = None
    free: Literal["left", "right"] | None = None


@dataclass(frozen=True)
class BandProfile:
    """Loss and gain of a band across an interface.

    profile : both, between the bulk's plateaus. measured : their shift. expected : pm, the shift that the temperature
    field makes where the band is as warm as everything else.
    """

    name: str
    profile: ModeProfile
    measured: LeadLag
    expected: Quantity

    @property
    def own(self) -> Quantity:
        """pm, what the temperature field does not explain."""
        return _difference(self.measured.shift, self.expected)


@dataclass(frozen=True)
class BandShift:
    """Half the difference of a band's shifts, forward less reverse, in pm, in which what does not turn with the heat
    cancels: measured, expected from the temperature field, and the band's own."""

    name: str
    measured: Quantity
    expected: Quantity
    own: Quantity


def band_profile(columns: RegionSpectra, interface: InterfaceResult, name: str, window: Window) -> BandProfile:
    """The profiles of a band's loss and gain across an interface, and their shift.

    Parameters
    ----------
    columns : as `column_spectra` makes them. interface : of the same image, with a position; its temperature
        field is, its bulk lines joined by an error function. window : meV.

    Raises
    ------
    MethodError
        as `mode_profile` and `lead_lag`.
    """
    x, position = columns.position, known(interface.position)
    plateaus = (float(x[0]), position - _PLATEAU), (position + _PLATEAU, float(x[-1]))
    profile = mode_profile(columns, window, *plateaus)
    energy = 0.5 * (window[0] + window[1])
    return BandProfile(name, profile, lead_lag(profile), _expected(profile, interface, energy))


def band_shift(forward: BandProfile, reverse: BandProfile) -> BandShift:
    """How far a band's gain stands from its loss because of the heat."""
    both = [_half(getattr(forward, name), getattr(reverse, name)) for name in ("expected", "own")]
    return BandShift(forward.name, _half(forward.measured.shift, reverse.measured.shift), *both)


def _expected(profile: ModeProfile, interface: InterfaceResult, energy: float) -> Quantity:
    """The shift by the temperature field, with the errors of its bulk lines and its width to first order."""
    lines = [getattr(interface, name).value for name in _LINES]
    width = interface.width_10_90 if interface.width_10_90.value is not None else interface.composition_width_10_90
    if None in lines or width.value is None:
        return Quantity(None, None, "pm")
    numbers = np.array([*lines, width.value]) * _PER_NM
    covariance = np.zeros((5, 5))
    covariance[:4, :4], covariance[4, 4] = interface.covariance, (width.error or 0.0) ** 2

    def shift(of: Array) -> float:
        left, slope_left, right, slope_right, wide = of
        field = temperature_profile(
            profile.position,
            interface=known(interface.position),
            mean=0.5 * (left + right),
            drop=left - right,
            gradient_left=slope_left,
            gradient_right=slope_right,
            width_10_90=max(wide, 0.0),
        )
        return expected_shift(profile, field, energy)

    steps = np.where(numbers == 0.0, _SMALL, _SMALL * np.abs(numbers))
    slope = np.array([(shift(numbers + s) - shift(numbers - s)) / 2 for s in np.diag(steps)]) / steps
    return Quantity(shift(numbers), float(np.sqrt(slope @ covariance @ slope)), "pm")


def _difference(one: Quantity, other: Quantity) -> Quantity:
    if one.value is None or other.value is None:
        return Quantity(None, None, one.unit)
    return Quantity(one.value - other.value, float(np.hypot(one.error or 0.0, other.error or 0.0)), one.unit)


def _half(one: Quantity, other: Quantity) -> Quantity:
    found = _difference(one, other)
    if found.value is None or found.error is None:
        return found
    return Quantity(0.5 * found.value, 0.5 * found.error, found.unit)
