"""Heat flow through a foil of varying thickness: the same heat through less of it makes a steeper gradient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kapitza.data import Array, InterfaceResult, Profile
from kapitza.errors import MethodError
from kapitza.interface.composition import composition_of
from kapitza.interface.drop import analyse_profile, bulk_line, known
from kapitza.interface.lines import quantities_of_lines
from kapitza.settings import Window

_PERTURBED = 1e-3


def corrected_for_thickness(
    result: InterfaceResult, thickness: Array, covariance: Array | None = None
) -> InterfaceResult:
    """The interface as it would look in a foil that is everywhere as thick as it is at the interface.

    Heat that flows along x through a foil of thickness t(x) keeps q t, so that T is straight not in x but in the
    integral of t(x0)/t(x) dx, which the lines are fitted against. t runs straight between its points, and a factor
    common to all of it drops out.

    Parameters
    ----------
    result
        of one image, or of forward and reverse combined.
    thickness
        (n,), at the positions of `result.profile`, in any one unit. Thickness over the mean free path will do where
        both materials have the same.
    covariance
        (n, n), of the thickness in that unit squared, or (n,) standard errors of points that err independently; None
        where it is taken as exact. It enters all errors but those of the widths.

    Returns
    -------
    InterfaceResult
        gradients, lengths and bulk ranges in nm of foil as thick as at the interface; the profile at its new positions.

    Raises
    ------
    MethodError
        if the thickness has another shape than the profile, or is not positive everywhere.
    """
    x, t = result.profile.position, np.asarray(thickness, dtype=float)
    if t.shape != x.shape or not (np.isfinite(t) & (t > 0)).all():
        raise MethodError(
            f"A positive thickness at each of the {len(x)} positions of the profile is wanted, got {t.size} numbers, "
            f"{int((np.isfinite(t) & (t > 0)).sum())} of them positive: interpolate it to the profile."
        )
    position = known(result.position)
    spread = _covariance(covariance, len(x))
    measured, ranges = _straightened(result, t)
    where = position, result.position.error or 0.0
    notes = list(result.warnings)
    width = result.composition_width_10_90
    found = None if width.value is None else composition_of(result, width)
    straight = analyse_profile(measured, where, ranges, found, result.scatter, notes, result.common_step)
    straight = replace(straight, position=result.position, common_error=result.common_error)
    return _widened(straight, result, t, spread)


def _covariance(covariance: Array | None, n: int) -> Array:
    if covariance is None:
        return np.zeros((n, n))
    given = np.asarray(covariance, dtype=float)
    if given.shape not in ((n,), (n, n)):
        raise MethodError(
            f"Standard errors of the thickness ({n},) or their covariance ({n}, {n}) are wanted, got the shape "
            f"{given.shape}: give one number for each position of the profile."
        )
    return np.diag(given**2) if given.ndim == 1 else given


def _straightened(result: InterfaceResult, t: Array) -> tuple[Profile, tuple[Window, Window]]:
    """The profile and the bulk ranges against the integral of t(x0)/t dx, which is x0 at the interface."""
    x, position = result.profile.position, known(result.position)
    steps = np.diff(x) / _logarithmic_mean(t[:-1], t[1:])
    to_point = np.concatenate([[0.0], np.cumsum(steps)])

    def integral(at: Array) -> Array:
        i = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
        here = np.interp(at, x, t)
        return to_point[i] + (at - x[i]) / _logarithmic_mean(t[i], here)

    at_interface = float(np.interp(position, x, t))
    origin = float(integral(np.array([position]))[0])
    ends = np.array([*result.bulk_left, *result.bulk_right])
    new, limits = (position + at_interface * (integral(values) - origin) for values in (x, ends))
    ranges = (float(limits[0]), float(limits[1])), (float(limits[2]), float(limits[3]))
    return replace(result.profile, position=new), ranges


def _logarithmic_mean(one: Array, other: Array) -> Array:
    """Whose inverse is the mean of 1/t where t runs straight from one to the other."""
    ratio = np.log(other / one)
    even = np.abs(ratio) < 1e-6
    return np.where(even, 0.5 * (one + other), (other - one) / np.where(even, 1.0, ratio))


def _lines(result: InterfaceResult, t: Array) -> Array:
    """(4,), the bulk lines at the interface for a thickness."""
    measured, ranges = _straightened(result, t)
    sides = zip(ranges, ("left", "right"), strict=True)
    lines = [bulk_line(measured, window, known(result.position), side) for window, side in sides]
    return np.array([number for line in lines for number in (line.value, line.slope)])


def _widened(straight: InterfaceResult, result: InterfaceResult, t: Array, covariance: Array) -> InterfaceResult:
    """The result with what the error of the thickness does to its lines."""
    slopes = np.zeros((4, len(t)))
    for i in np.flatnonzero(np.diag(covariance) > 0):
        moved = np.zeros(len(t))
        moved[i] = _PERTURBED * t[i]
        slopes[:, i] = (_lines(result, t + moved) - _lines(result, t - moved)) / (2 * moved[i])
    spread = straight.covariance + slopes @ covariance @ slopes.T
    found = quantities_of_lines(_lines(result, t), spread, result.position.error or 0.0, result.common_step)
    for name, k in (("temperature_left", 0), ("temperature_right", 2)):
        # The error of the result holds more than its line's: the mean of both directions, and what all pixels share.
        more = spread[k, k] - result.covariance[k, k]
        variance = (getattr(result, name).error or 0.0) ** 2 + more
        found[name] = replace(found[name], error=float(np.sqrt(max(variance, spread[k, k]))))
    return replace(straight, covariance=spread, **found)
