"""Data, priors, start and bounds of the fit of a series."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array, InterfaceResult
from kapitza.errors import MethodError
from kapitza.interface.currents.global_model import Layout, State, temperatures
from kapitza.interface.currents.likelihood import Residuals
from kapitza.interface.drop import known
from kapitza.interface.resistance import check_conductivities, conductivity_given
from kapitza.settings import InterfaceSettings, WithError

EXPONENTS = (-3.0, 6.0)
"""Between these the exponent of a conductivity is looked for."""

_FEWEST_COLUMNS = 3
_LEAST_ERROR = 1e-3
_EXACT = 1e-5
_UNREACHABLE = 1e6
_NARROWEST = 0.1
_FARTHEST = 8.0
_STEEPEST = 20.0

Recorded = tuple[InterfaceResult, float | None]


@dataclass(frozen=True)
class Problem:
    """Least squares to be done: layout, residuals of the parameters, where to start, bounds, number of residuals."""

    layout: Layout
    residuals: Residuals
    start: Array
    bounds: tuple[Array, Array]
    number: int


def problem_of(recorded: Sequence[Recorded], settings: InterfaceSettings) -> Problem:
    """The fit of a series of images, as `kapitza.interface.currents.global_fit.fit_series` describes it."""
    check_conductivities(settings)
    if len(recorded) < 2:
        raise MethodError(
            f"At least two images are wanted for one fit of a series, got {len(recorded)}: record another current."
        )
    for result, _ in recorded:
        _check(result)
    columns = [_columns(result) for result, _ in recorded]
    x, kelvin, error = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    image = np.repeat(np.arange(len(columns)), [len(column[0]) for column in columns])
    means = np.array([0.5 * (known(r.temperature_left) + known(r.temperature_right)) for r, _ in recorded])
    given = conductivity_given(settings)
    layout = Layout(len(recorded), float(means.mean()), given, _flow(recorded, settings))
    pairs = _bias_rows(recorded)

    def residuals(values: Array) -> Array:
        state = layout.state(values)
        misfit = (temperatures(x, image, state, layout.reference) - kelvin) / error
        # Where no temperature carries the heat the step is refused.
        misfit = np.where(np.isfinite(misfit), misfit, _UNREACHABLE)
        rows = [misfit, pairs @ state.bias]
        return np.concatenate([*rows, _priors(state, settings, layout.reference)])

    start = _start(recorded, means, layout, settings)
    return Problem(layout, residuals, start, _bounds(recorded, layout, start), len(residuals(start)))


def _check(result: InterfaceResult) -> None:
    numbers = [result.drop.value, result.gradient_left.value, result.gradient_right.value]
    x = _columns(result)[0]
    if None in numbers or 0 in numbers or min((x < 0).sum(), (x > 0).sum()) < _FEWEST_COLUMNS:
        raise MethodError(
            f"At least {_FEWEST_COLUMNS} columns on either side, a drop and two gradients are wanted from every image "
            f"of a series, got {(x < 0).sum()} and {(x > 0).sum()} columns: leave out that image."
        )


def _columns(result: InterfaceResult) -> tuple[Array, Array, Array]:
    """Positions from the interface (nm), temperatures and errors (K) from one end of the bulk to the other."""
    points = result.profile
    good = np.isfinite(points.temperature) & (points.error > 0)
    good &= (points.position >= result.bulk_left[0] - 1e-9) & (points.position <= result.bulk_right[1] + 1e-9)
    return points.position[good] - (result.position.value or 0.0), points.temperature[good], points.error[good]


def _direction(result: InterfaceResult) -> float:
    """1 where heat flows from left to right, by the gradients."""
    return -float(np.sign(known(result.gradient_left) + known(result.gradient_right)))


def _flow(recorded: Sequence[Recorded], settings: InterfaceSettings) -> Array | None:
    if settings.flux == "free":
        return None
    currents = [current for _, current in recorded if current]
    if len(currents) < len(recorded):
        raise MethodError(
            "A current above 0 is wanted for every image where the flux follows the current squared, got "
            f'{len(recorded) - len(currents)} images without: give current (mA), or flux = "free" in [interface].'
        )
    squares = np.square(np.array(currents, dtype=float))
    return squares / squares.max() * np.array([_direction(result) for result, _ in recorded])


def _bias_rows(recorded: Sequence[Recorded]) -> Array:
    """Rows (r, m) whose product with the bias steps is to be 0 within 1.

    Forward and reverse at one current have the same but for what each one's pixels share; a direction alone has none
    but for that.
    """
    size = len(recorded)
    flows = [(current, _direction(result)) for result, current in recorded]
    rows = []
    for i, (current, direction) in enumerate(flows):
        other = [j for j, flow in enumerate(flows) if flow == (current, -direction)]
        if other and other[0] < i:
            continue
        row = np.eye(size)[i] - (np.eye(size)[other[0]] if other else 0.0)
        steps = [recorded[j][0].common_step for j in (i, *other[:1])]
        rows.append(row / max(math.hypot(*steps), _LEAST_ERROR))
    return np.array(rows)


def _priors(state: State, settings: InterfaceSettings, reference: float) -> list[float]:
    """What is known of the conductivities, over its error."""
    rows = []
    at = settings.conductivity_temperature or reference
    shared = state.shared
    for i, side in enumerate(("left", "right")):
        exponent: WithError | None = getattr(settings, f"exponent_{side}")
        if exponent is not None:
            rows.append((shared.exponent[i] - exponent[0]) / max(exponent[1], _EXACT))
        conductivity: WithError | None = getattr(settings, f"conductivity_{side}")
        if conductivity is not None:
            log = state.log_conductivity + shared.log_length[i] - shared.log_length[0]
            log -= shared.exponent[i] * np.log(at / reference)
            rows.append((log - np.log(conductivity[0])) / max(conductivity[1] / conductivity[0], _EXACT))
    return rows


def _start(recorded: Sequence[Recorded], means: Array, layout: Layout, settings: InterfaceSettings) -> Array:
    results = [result for result, _ in recorded]
    drops = np.array([known(r.drop) for r in results])
    gradients = 1e-3 * np.array([[known(r.gradient_left), known(r.gradient_right)] for r in results])
    length = np.maximum(np.median(np.abs(drops[:, None] / gradients), axis=0), 1e-3 * np.abs(drops).max())
    exponents = [e[0] for e in (settings.exponent_left, settings.exponent_right) if e is not None]
    p = float(np.mean(exponents)) if exponents else 1.0
    widths = [r.width_10_90.value for r in results if r.width_10_90.value]
    width = float(np.median(widths)) if widths else 2.0 * _pitch(results)
    values = [*np.log(length), 1.0, 1.0, p, 0.0, width]
    if layout.conductivity:
        left, right = settings.conductivity_left, settings.conductivity_right
        values.append(np.log(left[0]) if left else np.log(right[0] * length[0] / length[1]) if right else 0.0)
    by_gradients = -0.5 * (gradients @ length)
    if layout.flow is not None:
        values.append(float(np.log(np.abs(np.median(by_gradients / layout.flow)))))
    each = [means, np.zeros(len(results))] + ([by_gradients] if layout.flow is None else [])
    return np.concatenate([np.array(values), *each])


def _bounds(recorded: Sequence[Recorded], layout: Layout, start: Array) -> tuple[Array, Array]:
    """Far beyond what any sample does: the fit ends there only where the data say nothing of a number."""
    results = [result for result, _ in recorded]
    size = len(layout.names)
    low, high = np.full(size, -np.inf), np.full(size, np.inf)
    span = min(float(np.ptp(_columns(result)[0])) for result in results)
    low[:2], high[:2] = start[:2] - _FARTHEST, start[:2] + _FARTHEST
    low[2:4], high[2:4] = -_STEEPEST, _STEEPEST
    low[4], high[4] = EXPONENTS
    low[5], high[5] = -0.25 * span, 0.25 * span
    low[6], high[6] = _NARROWEST * _pitch(results), span
    return low, high


def _pitch(results: Sequence[InterfaceResult]) -> float:
    return min(float(np.min(np.diff(result.profile.position))) for result in results)
