"""Temperature drop, gradients and characteristic lengths of an interface, from the map of one image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kapitza.data import Array, InterfaceResult, Profile, TemperatureMap
from kapitza.errors import MethodError
from kapitza.interface.composition import Composition, composition
from kapitza.interface.lines import quantities_of_lines
from kapitza.interface.profile import Averages, along, positions, profile
from kapitza.interface.width import fit_width
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings, Window
from kapitza.theory.conduction import Line, line_at

_ACOUSTIC_REACH = 10.0
"""nm: about three decay lengths of the non-equilibrium beside an interface, kept out of the
bulk."""

_BULK_SHARE = 0.6
_WIDTHS_OUT = 2.0
_FEWEST_COLUMNS = 3
_UNKNOWN_POSITION = 1.0

Notes = list[tuple[str, str]]


def interface_drop(tmap: TemperatureMap, settings: InterfaceSettings | None = None) -> InterfaceResult:
    """What the interface does to the temperature of one image.

    The interface is found from the composition unless its position is given. Straight lines are fitted to the bulk on
    both sides and extrapolated to it with their full covariance.

    Parameters
    ----------
    tmap : with a known pixel pitch, and with spectra kept unless the position is given.
    settings : axis, position and bulk ranges; found from the data where None.

    Raises
    ------
    MethodError
        if the pitch is unknown, the composition does not change, or a bulk range has fewer than three columns or lies
        across the interface.
    """
    settings = settings or InterfaceSettings()
    averages = profile(tmap, settings.axis)
    measured = averages.profile
    notes = _profile_notes(averages)
    found = _composition(tmap, settings, notes)
    if settings.position is not None:
        position, error = settings.position, 0.0
    else:
        assert found is not None
        position, error = known(found.position), found.position.error or 0.0
    x = measured.position
    if not x[0] < position < x[-1]:
        raise MethodError(
            f"An interface position inside the image, between {x[0]:.4g} and {x[-1]:.4g} nm, is wanted, got "
            f"{position:.4g} nm: correct position in [interface]."
        )
    width = 0.0 if found is None else known(found.width)
    ranges = bulk_ranges(x, position, width, settings)
    if ranges[0][1] > position or ranges[1][0] < position:
        raise MethodError(
            f"Bulk ranges on either side of the interface at {position:.4g} nm are wanted, got left "
            f"{ranges[0][0]:.4g} to {ranges[0][1]:.4g} nm and right {ranges[1][0]:.4g} to {ranges[1][1]:.4g} nm: "
            "correct bulk_left and bulk_right in [interface]."
        )
    step = _common_step(tmap, settings.axis, ranges)
    result = analyse_profile(measured, (position, error), ranges, found, averages.scatter, notes, step)
    return with_common_error(result, tmap.common_error)


def _common_step(tmap: TemperatureMap, axis: str, ranges: tuple[Window, Window]) -> float:
    """K: what the errors that the pixels of each material share do to the difference between both sides."""
    if tmap.common_covariance is None:
        return 0.0
    x = positions(tmap, axis)
    sides = []
    for start, stop in ranges:
        inside = along(tmap.material, axis)[:, (x >= start) & (x <= stop)]
        sides.append(np.bincount(inside.ravel(), minlength=len(tmap.common_covariance)) / inside.size)
    apart = sides[0] - sides[1]
    return float(np.sqrt(apart @ tmap.common_covariance @ apart))


def with_common_error(result: InterfaceResult, common: float | None) -> InterfaceResult:
    """The result with the error common to all pixels (K) in the errors of the temperatures beside the interface."""

    def widened(quantity: Quantity) -> Quantity:
        return replace(quantity, error=float(np.hypot(quantity.error or 0.0, common or 0.0)))

    left, right = widened(result.temperature_left), widened(result.temperature_right)
    return replace(result, temperature_left=left, temperature_right=right, common_error=common)


def bulk_ranges(x: Array, position: float, width: float, settings: InterfaceSettings) -> tuple[Window, Window]:
    """(start, stop) in nm of the bulk on both sides: as given, else what is far enough from the interface.

    Left out are the larger of 10 nm and twice the 10-90 `width` of the composition, but at most 40 % of a side unless
    the composition is wider.
    """

    def gap(side: float) -> float:
        return max(min(_ACOUSTIC_REACH, (1 - _BULK_SHARE) * side), _WIDTHS_OUT * width)

    left = settings.bulk_left or (float(x[0]), position - gap(position - x[0]))
    right = settings.bulk_right or (position + gap(x[-1] - position), float(x[-1]))
    return left, right


def analyse_profile(
    measured: Profile,
    position: tuple[float, float],
    ranges: tuple[Window, Window],
    found: Composition | None,
    ratio: float | None,
    notes: Notes,
    common_step: float,
    spread: Array | None = None,
) -> InterfaceResult:
    """All numbers of an interface from a profile, the position (value, error; nm), the bulk ranges (nm), and the error
    (K) of the drop that is common to all pixels. spread : (4, 4), covariance of temperature_left, gradient_left,
    temperature_right and gradient_right (K, K/nm) where the temperatures do not err independently."""
    left = bulk_line(measured, ranges[0], position[0], "left")
    right = bulk_line(measured, ranges[1], position[0], "right")
    lines = np.array([left.value, left.slope, right.value, right.slope])
    if spread is None:
        spread = np.zeros((4, 4))
        spread[:2, :2], spread[2:, 2:] = left.covariance, right.covariance
    slack = _UNKNOWN_POSITION if found is None else float(np.hypot(0.5 * known(found.width), position[1]))
    return InterfaceResult(
        **quantities_of_lines(lines, spread, position[1], common_step),
        position=_where(position, found),
        width_10_90=fit_width(measured, (ranges[0][0], ranges[1][1]), lines, spread, position[0], slack),
        composition_width_10_90=Quantity(None, None, "nm") if found is None else found.width,
        profile=measured,
        bulk_left=ranges[0],
        bulk_right=ranges[1],
        composition=None if found is None else found.share,
        composition_error=None if found is None else found.error,
        covariance=spread,
        scatter=ratio,
        warnings=tuple(notes),
        common_step=common_step,
    )


def known(quantity: Quantity) -> float:
    """The value of a quantity that has one."""
    assert quantity.value is not None
    return quantity.value


def _profile_notes(averages: Averages) -> Notes:
    notes: Notes = []
    if averages.outliers:
        notes.append(
            (
                "profile_outliers",
                f"{averages.outliers} pixels far from their column's median are left out of the profile.",
            )
        )
    if averages.neighbours:
        notes.append(
            (
                "correlated_pixels",
                f"Neighbouring pixels err together (correlation {averages.neighbours:.2f}), as after denoising: the "
                f"profile's errors are {averages.widening:.3g} times what independent pixels with the stated errors "
                "would have. Steps narrower than the reach of the correlation look wider than they are.",
            )
        )
    return notes


def _composition(tmap: TemperatureMap, settings: InterfaceSettings, notes: Notes) -> Composition | None:
    """The composition; where it cannot be had but the position is given, a note instead."""
    try:
        return composition(tmap, settings.axis)
    except MethodError as error:
        if settings.position is None:
            raise
        notes.append(("composition_unknown", f"The composition along {settings.axis} was not measured. {error}"))
        return None


def bulk_line(measured: Profile, window: Window, position: float, side: str) -> Line:
    """The line through a bulk range (nm), extrapolated to the position (nm)."""
    x = measured.position
    inside = (
        (x >= window[0] - 1e-9) & (x <= window[1] + 1e-9) & np.isfinite(measured.temperature) & (measured.error > 0)
    )
    if inside.sum() < _FEWEST_COLUMNS:
        raise MethodError(
            f"At least {_FEWEST_COLUMNS} columns with a temperature are wanted in the {side} bulk range, "
            f"{window[0]:.4g} to {window[1]:.4g} nm, got {inside.sum()}: give bulk_{side} in [interface], "
            "or record a wider image."
        )
    return line_at(x[inside], measured.temperature[inside], measured.error[inside], position)


def _where(position: tuple[float, float], found: Composition | None) -> Quantity:
    """The position as a quantity: with the interval of the composition's if it was found from it."""
    if found is not None and found.position.value == position[0]:
        return found.position
    return Quantity(position[0], None if found is None else position[1], "nm")
