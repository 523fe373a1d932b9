"""From bath energies and temperature profile to flux, drop, resistance and conductivities, each with its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.atoms.nemd.averages import block_average, blocked, drift, joint_average, mean_covariance, steady_from
from kapitza.atoms.nemd.bins import FEWEST_BINS, fit_ranges
from kapitza.atoms.nemd.settings import AnalysisEntry, Case
from kapitza.atoms.nemd.trace import Trace
from kapitza.data import Array, InterfaceResult, Profile
from kapitza.errors import MethodError
from kapitza.interface.drop import analyse_profile, bulk_line
from kapitza.interface.resistance import UNIT
from kapitza.quantity import Quantity
from kapitza.settings import Window
from kapitza.theory.conduction import interfacial_conductance, interfacial_resistance

FLUX = 1.602176634e7
"""eV/(fs A^2) in GW/m^2."""

_STEADY = 4.0
_BALANCED = 3.0
_LINEAR_FIT = 6 / 5
"""Variance of the slope of a random walk by least squares over that of its two ends."""

_ENERGY_DRIFT = 0.05
Notes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HeatFlow:
    """What a steady heat flow says. left and right are smaller and larger z.

    case : which run. steady_from : fs, what was left out before. flux : GW/m^2, towards larger z. hot_power, cold_power
    : eV/ps, that each bath gives to the atoms. imbalance : eV/ps, their sum, 0 when steady. profile : of the
    temperature, nm and K. interface : drop, temperatures and gradients; None without an interface. resistance,
    conductance : of it, m2K/GW and MW/(m2 K). conductivity_left, conductivity_right : W/(m K); left alone without an
    interface. energy_drift : eV/ps, of what exact dynamics conserve. correlation_time : fs, of the flux.
    """

    case: Case
    steady_from: float
    flux: Quantity
    hot_power: Quantity
    cold_power: Quantity
    imbalance: Quantity
    profile: Profile
    interface: InterfaceResult | None
    resistance: Quantity | None
    conductance: Quantity | None
    conductivity_left: Quantity
    conductivity_right: Quantity | None
    energy_drift: Quantity
    correlation_time: float
    warnings: Notes = ()


def analyse(trace: Trace, settings: AnalysisEntry | None = None) -> HeatFlow:
    """Flux, drop, resistance and conductivities of one run, from where it is steady.

    Power is the slope of a bath's energy. Lines are fitted to the profile of either side and extrapolated to the
    interface; the errors of lines and flux, and what these have in common, come from the lines of each block of time,
    for neighbouring bins warm up and cool down together.

    Parameters
    ----------
    trace
        of the run.
    settings
        where lines are fitted.

    Raises
    ------
    MethodError
        if heat does not flow steadily, the run is too short for errors, or a side has fewer than three bins.
    """
    ranges = fit_ranges(trace.bins, settings or AnalysisEntry())
    first = steady_start(trace, ranges)
    power = np.diff(np.column_stack([trace.hot, trace.cold]), axis=0, prepend=0.0)[first:] / trace.block
    sign = 1 if trace.hot_is_left else -1
    factor = sign * FLUX / trace.area
    flux_series = factor * (power[:, 0] - power[:, 1]) / 2
    alike = np.ones(len(trace.centres))
    _, block = joint_average(_rows(trace, ranges, first, alike, flux_series), "lines and flux")
    profile = _profile(trace, first, block)
    spread, _ = joint_average(_rows(trace, ranges, first, profile.error, flux_series), "lines and flux")
    flux = factor * (_slope(trace, trace.hot, first) - _slope(trace, trace.cold, first)) / 2
    spread[-1, -1] *= _LINEAR_FIT
    imbalance = _power(trace, trace.hot + trace.cold, first, "the balance of the baths")
    notes = _balance_notes(imbalance, abs(flux / factor) * 1e3)
    if notes:
        assert imbalance.value is not None
        spread[-1, -1] += (factor * imbalance.value * 1e-3 / 2) ** 2
    energy_drift, more = _energy_drift(trace, first, abs(flux / factor) * 1e3)
    found = _quantities(trace, profile, ranges, flux, spread)
    return HeatFlow(
        case=trace.case,
        steady_from=first * trace.block,
        hot_power=_power(trace, trace.hot, first, "the power of the hot bath"),
        cold_power=_power(trace, trace.cold, first, "the power of the cold bath"),
        imbalance=imbalance,
        profile=profile,
        energy_drift=energy_drift,
        correlation_time=block_average(flux_series, "the flux").correlation_time * trace.block,
        warnings=notes + more,
        **found,
    )


def steady_start(trace: Trace, ranges: tuple[Window, ...]) -> int:
    """The first row (of `trace.time`) from which heat flows steadily.

    What is left out at the beginning makes the errors of the flux, of the balance of both baths and of the mean
    temperatures of the sides least, but is at most half; what is left must not drift by more than four standard
    errors.

    Raises
    ------
    MethodError
        if something drifts; the sentence says what.
    """
    power = np.diff(np.column_stack([trace.hot, trace.cold]), axis=0, prepend=0.0) / trace.block
    watched = {"the flux": power[:, 0] - power[:, 1], "the balance of the baths": power.sum(axis=1)}
    for window, side in zip(ranges, ("left", "right"), strict=False):
        inside = (trace.centres >= 10 * window[0] - 1e-6) & (trace.centres <= 10 * window[1] + 1e-6)
        watched[f"the temperature on the {side}"] = np.nanmean(trace.temperature[:, inside], axis=1)
    first = max(steady_from(series) for series in watched.values())
    for what, series in watched.items():
        change, error = drift(series[first:], what)
        if abs(change) > _STEADY * error:
            raise MethodError(
                f"A steady heat flow is wanted, {what} still drifts after {first * trace.block / 1000:.4g} ps, by "
                f"{abs(change) / error:.1f} standard errors: make production longer."
            )
    return first


def _profile(trace: Trace, first: int, block: int) -> Profile:
    """Mean temperature of every bin that always has atoms; errors from blocks of `block` rows."""
    kelvin = trace.temperature[first:]
    mean, error = np.full((2, kelvin.shape[1]), np.nan)
    for index in np.flatnonzero(np.isfinite(kelvin).all(axis=0)):
        mean[index] = kelvin[:, index].mean()
        error[index] = np.sqrt(mean_covariance(blocked(kelvin[:, [index]], block))[0, 0])
    return Profile(trace.centres / 10, mean, error)


def _rows(trace: Trace, ranges: tuple[Window, ...], first: int, error: Array, flux: Array) -> Array:
    """(t, 2 s + 1): value at the interface (K) and slope (K/nm) of the line of each side, and the flux, in each block.

    error : (b,), K, of the bins, by which lines are weighted.
    """
    at, x, kelvin = _at(trace), trace.centres / 10, trace.temperature[first:]
    series = []
    for start, stop in ranges:
        inside = (x >= start - 1e-9) & (x <= stop + 1e-9) & np.isfinite(kelvin).all(axis=0)
        if inside.sum() < FEWEST_BINS:
            raise MethodError(
                f"At least {FEWEST_BINS} bins that always hold atoms are wanted from {start:.4g} to {stop:.4g} nm, "
                f"got {inside.sum()}: make bin_width larger."
            )
        sigma = error[inside]
        design = np.stack([1 / sigma, (x[inside] - at) / sigma], axis=1)
        series.append(kelvin[:, inside] / sigma @ np.linalg.pinv(design).T)
    return np.column_stack([*series, flux])


def _at(trace: Trace) -> float:
    """Where lines are taken, nm: at the interface, or half-way between the baths."""
    return (sum(trace.bulk) / 2 if trace.interface is None else trace.interface) / 10


def _slope(trace: Trace, energy: Array, first: int) -> float:
    """Slope of an energy (t,), eV, over time, from the row `first` on; eV/fs."""
    time, given = np.append(0.0, trace.time), np.append(0.0, energy)
    return float(np.polyfit(time[first:] - time[first], given[first:] - given[first], 1)[0])


def _power(trace: Trace, energy: Array, first: int, what: str) -> Quantity:
    steps = np.diff(energy, prepend=0.0)[first:] / trace.block
    error = block_average(steps, what).error * np.sqrt(_LINEAR_FIT)
    return Quantity(1e3 * _slope(trace, energy, first), float(1e3 * error), "eV/ps")


def _balance_notes(imbalance: Quantity, power: float) -> Notes:
    assert imbalance.value is not None
    assert imbalance.error is not None
    if abs(imbalance.value) <= _BALANCED * imbalance.error:
        return ()
    return (
        (
            "unbalanced",
            f"The baths do not balance: hot and cold power differ by {imbalance}, {abs(imbalance.value) / power:.1%} "
            "of the mean. Half of that is in the error of the flux. Energy is lost or gained by the dynamics, or the "
            "flow is not steady: take a shorter timestep or a longer production.",
        ),
    )


def _energy_drift(trace: Trace, first: int, power: float) -> tuple[Quantity, Notes]:
    conserved = trace.conserved
    if conserved is None:
        return Quantity(None, None, "eV/ps"), ()
    time = trace.time[first:]
    slope = float(np.polyfit(time - time[0], conserved[first:] - conserved[first], 1)[0]) * 1e3
    if abs(slope) <= _ENERGY_DRIFT * power:
        return Quantity(slope, None, "eV/ps"), ()
    note = (
        f"The conserved energy drifts by {slope:.3g} eV/ps, {abs(slope) / power:.0%} of the power of the baths: take a "
        "shorter timestep, or a potential that is smooth at its cutoff."
    )
    return Quantity(slope, None, "eV/ps"), (("energy_drift", note),)


def _quantities(
    trace: Trace, profile: Profile, ranges: tuple[Window, ...], flux: float, spread: Array
) -> dict[str, Any]:
    """Flux, and what lines and flux make, with their joint covariance."""
    at = _at(trace)
    error = float(np.sqrt(spread[-1, -1]))
    found: dict[str, Any] = {"flux": Quantity(flux, error, "GW/m2"), "interface": None, "resistance": None}
    left = bulk_line(profile, ranges[0], at, "left")
    found |= {
        "conductance": None,
        "conductivity_left": _conductivity(flux, left.slope, spread, 1),
        "conductivity_right": None,
    }
    if trace.interface is None:
        return found
    right = bulk_line(profile, ranges[1], at, "right")
    drop = left.value - right.value
    slopes = np.array([1 / flux, 0, -1 / flux, 0, -drop / flux**2])
    resistance, error = float(interfacial_resistance(drop, flux)), float(np.sqrt(slopes @ spread @ slopes))
    conductance = float(interfacial_conductance(resistance))
    both = (ranges[0], ranges[1])
    return found | {
        "interface": analyse_profile(profile, (at, 0.0), both, None, None, [], 0.0, spread[:4, :4]),
        "resistance": Quantity(resistance, error, UNIT),
        "conductance": Quantity(conductance, abs(conductance / resistance) * error, "MW/(m2 K)"),
        "conductivity_right": _conductivity(flux, right.slope, spread, 3),
    }


def _conductivity(flux: float, gradient: float, spread: Array, index: int) -> Quantity:
    """Fourier's law: flux (GW/m^2) over gradient (K/nm), which stands at `index` of the covariance, the flux last."""
    slopes = np.zeros(len(spread))
    slopes[index], slopes[-1] = flux / gradient**2, -1 / gradient
    return Quantity(-flux / gradient, float(np.sqrt(slopes @ spread @ slopes)), "W/(m K)")
