"""Forward and reverse heat flow combined: what changes sign is heat, what does not is bias."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kapitza.data import Array, InterfaceResult, Profile
from kapitza.errors import MethodError
from kapitza.interface.composition import Composition
from kapitza.interface.drop import Notes, analyse_profile, with_common_error
from kapitza.quantity import Quantity

_MEAN_MISMATCH = 5.0


def combine(forward: InterfaceResult, reverse: InterfaceResult) -> InterfaceResult:
    """The interface from the half-difference of the forward and reverse profiles, aligned at their interfaces.

    T_odd = (T_forward - T_reverse)/2: biases that depend on the material but not on the heat flow cancel. The bulk
    lines, drop, width and lengths are those of T_odd, with the drop positive if the left side is hotter in `forward`;
    temperature_left, temperature_right and the profile are the mean of both directions plus the odd part. Position
    and composition are those of `forward`; their errors and the composition's width are the mean of both images.

    Raises
    ------
    MethodError
        if the profiles share fewer than three columns in a bulk range.
    """
    notes: Notes = []
    _, error = _mean(forward.position, reverse.position)
    origin = _known(forward.position)
    odd = _odd_profile(forward, reverse)
    ranges = (_common(forward, reverse, "bulk_left"), _common(forward, reverse, "bulk_right"))
    width, width_error = _mean(forward.composition_width_10_90, reverse.composition_width_10_90)
    found = None
    if width is not None and forward.composition is not None:
        found = Composition(forward.composition, origin, error or 0.0, width, width_error or 0.0)
    mean = _mean_temperature(forward, reverse, notes)
    result = analyse_profile(odd, (origin, error or 0.0), ranges, found, None, notes)
    result = replace(
        result,
        temperature_left=_raised(result.temperature_left, mean),
        temperature_right=_raised(result.temperature_right, mean),
        profile=replace(result.profile, temperature=result.profile.temperature + mean),
    )
    common = [r.common_error for r in (forward, reverse) if r.common_error is not None]
    return with_common_error(result, float(np.mean(common)) if common else None)


def _odd_profile(forward: InterfaceResult, reverse: InterfaceResult) -> Profile:
    """Half-difference at the positions of `forward`; NaN where `reverse` has no temperature.

    The reverse profile is interpolated between its columns. Its errors are not lowered for that: the lines fitted to
    the result sum over many columns, in which interpolation changes no noise.
    """
    there, back = forward.profile, reverse.profile
    good = np.isfinite(back.temperature)
    x = there.position - _known(forward.position) + _known(reverse.position)

    def at(values: Array) -> Array:
        return np.interp(x, back.position[good], values[good], left=np.nan, right=np.nan)

    error = 0.5 * np.sqrt(there.error**2 + at(back.error**2))
    return Profile(there.position, 0.5 * (there.temperature - at(back.temperature)), error)


def _common(forward: InterfaceResult, reverse: InterfaceResult, name: str) -> tuple[float, float]:
    """The bulk range that both directions share, in the coordinates of `forward`."""
    moved = _known(forward.position) - _known(reverse.position)
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
    means = [0.5 * (_known(r.temperature_left) + _known(r.temperature_right)) for r in (forward, reverse)]
    if abs(means[0] - means[1]) > _MEAN_MISMATCH:
        notes.append(
            (
                "mean_temperature_mismatch",
                f"The interface is at {means[0]:.1f} K forward and {means[1]:.1f} K reverse: a bias that depends on "
                "the temperature cancels only if they agree within 5 K.",
            )
        )
    return 0.5 * (means[0] + means[1])


def _raised(quantity: Quantity, by: float) -> Quantity:
    return replace(quantity, value=_known(quantity) + by)


def _mean(first: Quantity, second: Quantity) -> tuple[float | None, float | None]:
    if first.value is None or second.value is None:
        return None, None
    error = None if first.error is None or second.error is None else 0.5 * float(np.hypot(first.error, second.error))
    return 0.5 * (first.value + second.value), error


def _known(quantity: Quantity) -> float:
    assert quantity.value is not None
    return quantity.value
