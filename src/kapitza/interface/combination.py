"""Forward and reverse heat flow combined: what changes sign is heat, what does not is bias."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kapitza.data import Array, InterfaceResult, Profile
from kapitza.errors import MethodError
from kapitza.interface.composition import composition_of
from kapitza.interface.drop import Notes, analyse_profile, known, with_common_error
from kapitza.interface.scan import Estimate, interval_quantity
from kapitza.quantity import Quantity

_MEAN_MISMATCH = 5.0
_ACCIDENT = 2.0


def combine(forward: InterfaceResult, reverse: InterfaceResult) -> InterfaceResult:
    """The interface from the half-difference of the forward and reverse profiles, aligned at their interfaces.

    T_odd = (T_forward - T_reverse)/2: biases that depend on the material but not on the heat flow cancel. The bulk
    lines, drop, width and lengths are those of T_odd, with the drop positive if the left side is hotter in `forward`;
    temperature_left, temperature_right and the profile are the mean of both directions plus the odd part. Position
    and composition are those of `forward`; the composition's width is the mean of both images, where both tell it by
    more than an upper end.

    Raises
    ------
    MethodError
        if the profiles share fewer than three columns in a bulk range.
    """
    notes: Notes = []
    origin, error = known(forward.position), _half(forward.position.error, reverse.position.error)
    ranges = (_common(forward, reverse, "bulk_left"), _common(forward, reverse, "bulk_right"))
    found = None
    if forward.composition_width_10_90.value is not None:
        width = _mean(forward.composition_width_10_90, reverse.composition_width_10_90)
        found = composition_of(forward, width)
    mean = _mean_temperature(forward, reverse, notes)
    # Each image has a zero-loss peak of its own, and an error of that.
    step = 0.5 * float(np.hypot(forward.common_step, reverse.common_step))
    result = analyse_profile(_odd_profile(forward, reverse), (origin, error), ranges, found, None, notes, step)
    result = replace(
        result,
        position=forward.position,
        temperature_left=_raised(result.temperature_left, mean, forward, reverse, 0),
        temperature_right=_raised(result.temperature_right, mean, forward, reverse, 1),
        profile=replace(result.profile, temperature=result.profile.temperature + mean),
    )
    common = [r.common_error for r in (forward, reverse) if r.common_error is not None]
    return with_common_error(result, float(np.mean(common)) if common else None)


def _odd_profile(forward: InterfaceResult, reverse: InterfaceResult) -> Profile:
    """Half-difference at the positions of `forward`; NaN where `reverse` has no temperature.

    The reverse profile is interpolated between its columns where it is moved by no whole number of them. Its errors are
    not lowered for that: the lines fitted to the result sum over many columns, in which interpolation changes no noise.
    """
    there, back = forward.profile, reverse.profile
    good = np.isfinite(back.temperature)
    x = there.position - _moved(forward, reverse)

    def at(values: Array) -> Array:
        return np.interp(x, back.position[good], values[good], left=np.nan, right=np.nan)

    error = 0.5 * np.sqrt(there.error**2 + at(back.error**2))
    return Profile(there.position, 0.5 * (there.temperature - at(back.temperature)), error)


def _moved(forward: InterfaceResult, reverse: InterfaceResult) -> float:
    """How far the interface lies from where it is in `reverse`, nm: whole columns where its errors allow for that.

    To interpolate between columns for the sake of an accident of the noise would widen the drop.
    """
    moved = known(forward.position) - known(reverse.position)
    pitch, other = (float(r.profile.position[1] - r.profile.position[0]) for r in (forward, reverse))
    whole = pitch * round(moved / pitch)
    allowed = _ACCIDENT * 2 * _half(forward.position.error, reverse.position.error)
    return whole if abs(pitch - other) < 1e-9 * pitch and abs(moved - whole) <= allowed else moved


def _common(forward: InterfaceResult, reverse: InterfaceResult, name: str) -> tuple[float, float]:
    """The bulk range that both directions share, in the coordinates of `forward`."""
    moved = _moved(forward, reverse)
    (a, b), (c, d) = getattr(forward, name), getattr(reverse, name)
    start, stop = max(a, c + moved), min(b, d + moved)
    if not start < stop:
        raise MethodError(
            f"A bulk range that forward and reverse share is wanted, but {name} is {a:.4g} to {b:.4g} nm forward and "
            f"{c + moved:.4g} to {d + moved:.4g} nm reverse (aligned at the interface): record the same area twice."
        )
    return start, stop


def _mean_temperature(forward: InterfaceResult, reverse: InterfaceResult, notes: Notes) -> float:
    """Temperature at the interface, mean over sides and directions, K; noted where the directions differ too much."""
    means = [0.5 * (known(r.temperature_left) + known(r.temperature_right)) for r in (forward, reverse)]
    if abs(means[0] - means[1]) > _MEAN_MISMATCH:
        notes.append(
            (
                "mean_temperature_mismatch",
                f"The interface is at {means[0]:.1f} K forward and {means[1]:.1f} K reverse: a bias that depends on "
                "the temperature cancels only if they agree within 5 K.",
            )
        )
    return 0.5 * (means[0] + means[1])


def _raised(odd: Quantity, by: float, forward: InterfaceResult, reverse: InterfaceResult, side: int) -> Quantity:
    """The odd part of a temperature beside the interface (side 0 left, 1 right) on top of the mean of everything.

    The mean shares its noise with the odd part, so that the sum leans three times as much on this side of `forward` as
    on any of the other three temperatures.
    """
    weights = np.array([[0.75, 0.25], [-0.25, 0.25]]) if side == 0 else np.array([[0.25, 0.75], [0.25, -0.25]])
    variance = _variance(forward, weights[0]) + _variance(reverse, weights[1])
    return replace(odd, value=known(odd) + by, error=float(np.sqrt(variance)))


def _variance(result: InterfaceResult, weights: Array) -> float:
    """Variance (K^2) of a weighted sum of both temperatures beside the interface, its position's error included."""
    lines = float(weights**2 @ np.diag(result.covariance)[[0, 2]])
    slopes = 1e-3 * np.array([known(result.gradient_left), known(result.gradient_right)])
    return lines + (float(weights @ slopes) * (result.position.error or 0.0)) ** 2


def _half(first: float | None, second: float | None) -> float:
    """Error of half the sum or difference of two numbers; an error that is not known counts as none."""
    return 0.5 * float(np.hypot(first or 0.0, second or 0.0))


def _mean(first: Quantity, second: Quantity) -> Quantity:
    """Mean of two independent lengths; the first where either is told by one end only, as such do not average."""
    if first.value is None or second.value is None:
        return Quantity(None, None, "nm")
    if first.error is None or second.error is None:
        return first
    value = 0.5 * (first.value + second.value)
    below, above = (
        0.5 * float(np.hypot(one, other)) for one, other in zip(_reaches(first), _reaches(second), strict=True)
    )
    return interval_quantity(Estimate(value, value - below, value + above))


def _reaches(quantity: Quantity) -> tuple[float, float]:
    """How far the interval reaches below and above the value."""
    value, error = known(quantity), quantity.error or 0.0
    low, high = quantity.interval or (None, None)
    return error if low is None else value - low, error if high is None else high - value
