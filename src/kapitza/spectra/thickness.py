"""Thickness of the sample from on-axis low-loss spectra, t/lambda = ln(I_total/I_zero-loss).

Source: R. F. Egerton, Electron Energy-Loss Spectroscopy in the Electron Microscope (2011), section 5.1. It holds for an
aperture centred on the unscattered beam: a displaced one collects other shares of elastic and inelastic electrons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numba
import numpy as np

from kapitza.data import Array, Status
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.spectra.stacks import checked_stack
from kapitza.spectra.zero_loss import ZeroLossCore, fit_core
from kapitza.theory.lineshapes import pearson7, pearson7_area

SHORTEST_RANGE = 50e3
"""meV: how far beyond the zero-loss peak the spectra must go."""

WINDOW = 3.0
"""Half-width of the window that counts the zero-loss peak, in units of its full width at half maximum."""

_TAIL_SHARE = 0.1


@dataclass(frozen=True)
class Thickness:
    """Thickness at every pixel, t/lambda or, after `in_nanometres`, t.

    value, error : (n,), statistical standard error; NaN where status is not 0. status : (n,), integers of `Status`.
    unit : "" or "nm".
    common_error : relative error that all pixels share through the mean free path; zero for t/lambda.
    missing : share of all electrons expected beyond the end of the axis, by which t/lambda is too small.
    window : (low, high), meV, where the zero-loss peak was counted. beyond : share of the peak outside it, corrected.
    """

    value: Array
    error: Array
    status: Array
    unit: str
    common_error: float
    missing: float
    window: tuple[float, float]
    beyond: float


def relative_thickness(
    counts: Array,
    energy: Array,
    *,
    zero_loss: Literal["window", "fit"] = "window",
    half_width: float | None = None,
    electrons_per_count: float = 1.0,
) -> Thickness:
    """Thickness over the inelastic mean free path at every pixel, with standard error and status.

    The zero-loss peak is counted in a window about the core of the summed spectrum's peak. What of the peak lies
    outside, a share that all pixels have in common, is found from the summed spectrum: "window" counts it on the gain
    side, where nothing but the peak is, and takes as much again for the loss side; "fit" takes it from a Pearson VII
    fitted to the core, which a measured tail need not follow. Losses smaller than the window, phonons among them, count
    as zero loss.

    With N_0 electrons in the window and N_1 elsewhere the variance of the logarithm is N_1/(N_0 (N_0 + N_1)).

    Parameters
    ----------
    counts : (n, energy), counts, aligned to within the window. energy : (energy,), meV, uniform.
    half_width : meV, of the window; None for three full widths of the peak.
    electrons_per_count : for the error.

    Raises
    ------
    MethodError
        if the axis does not reach 50 eV beyond the peak and the window on the gain side, or there is no peak.
    """
    counts, energy = checked_stack(counts, energy)
    check_range(energy)
    summed, total = _summed(counts)
    if not summed.any():
        raise MethodError(
            "At least one spectrum without missing channels, and with counts, is wanted, got none: export again."
        )
    core = fit_core(energy, summed)
    low, high = _window(energy, core, WINDOW * core.fwhm if half_width is None else half_width)
    if zero_loss not in ("window", "fit"):
        raise MethodError(f"zero_loss = 'window' or 'fit' is wanted, got {zero_loss!r}.")
    beyond = _on_the_gain_side(summed, low, high) if zero_loss == "window" else _outside_of(core, energy[[low, high]])
    inside = counts[:, low : high + 1].sum(axis=1, dtype=float)
    status = np.where(np.isfinite(total), np.where(total > 0, Status.OK, Status.NO_COUNTS), Status.NOT_FINITE)
    status[(status == Status.OK) & ~(inside > 0)] = Status.NO_ZERO_LOSS
    ok = status == Status.OK
    value, error = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    value[ok] = np.log(total[ok] / inside[ok]) + np.log1p(-beyond)
    losses = np.maximum(total[ok] - inside[ok], 0.0)
    error[ok] = np.sqrt(losses / (inside[ok] * total[ok] * electrons_per_count))
    ends = float(energy[low]), float(energy[high])
    return Thickness(value, error, status, "", 0.0, _missing(summed, energy - core.centre), ends, beyond)


def in_nanometres(thickness: Thickness, mean_free_path: Quantity) -> Thickness:
    """The thickness in nm, from t/lambda and the mean free path with its error (`kapitza.theory.mean_free_path`).

    Raises
    ------
    MethodError
        if the thickness is in nm already, or the mean free path is not known in nm.
    """
    if thickness.unit or mean_free_path.unit != "nm" or mean_free_path.value is None:
        raise MethodError(
            "A relative thickness and a mean free path in nm are wanted, got a thickness in "
            f"{thickness.unit or 'mean free paths'} and {mean_free_path}."
        )
    length = mean_free_path.value
    common = (mean_free_path.error or 0.0) / length
    return replace(
        thickness, value=thickness.value * length, error=thickness.error * length, unit="nm", common_error=common
    )


def check_range(energy: Array) -> None:
    """Refuse an axis (meV) whose first and last energy do not hold the zero-loss peak and the plasmons.

    Raises
    ------
    MethodError
        if it begins above zero or ends below 50 eV.
    """
    if energy[0] < 0 and energy[-1] >= SHORTEST_RANGE:
        return
    raise MethodError(
        f"Low-loss spectra from below zero to at least {SHORTEST_RANGE * 1e-3:g} eV are wanted to measure thickness, "
        f"got {energy[0] * 1e-3:.4g} to {energy[-1] * 1e-3:.4g} eV: electrons that lost energy to plasmons are not on "
        "this axis. Acquire a low-loss map of the same area on axis."
    )


def _window(energy: Array, core: ZeroLossCore, half_width: float) -> tuple[int, int]:
    """First and last channel of the window."""
    if core.centre - 2 * half_width < energy[0]:
        raise MethodError(
            f"An axis that starts at least {2e-3 * half_width:.3g} eV below the zero-loss peak is wanted, to see its "
            f"tail, got {(core.centre - energy[0]) * 1e-3:.3g} eV: record more of the gain side, or give a narrower "
            "half_width."
        )
    inside = np.flatnonzero(np.abs(energy - core.centre) <= half_width)
    return int(inside[0]), int(inside[-1])


def _on_the_gain_side(summed: Array, low: int, high: int) -> float:
    """Share of the peak outside the window, from the gain side counted twice."""
    tail = 2.0 * max(float(summed[:low].sum()), 0.0)
    return tail / (tail + float(summed[low : high + 1].sum()))


def _outside_of(core: ZeroLossCore, ends: Array) -> float:
    """Share of the fitted peak outside the window."""
    axis = np.linspace(ends[0], ends[1], 4001)
    widths = core.fwhm * np.where(axis > core.centre, 1 + core.asymmetry, 1 - core.asymmetry)
    inside = np.trapezoid(pearson7(axis, 1.0, core.centre, widths, core.exponent), axis)
    return float(max(0.0, 1.0 - inside / pearson7_area(1.0, core.fwhm, core.exponent)))


def _missing(summed: Array, loss: Array) -> float:
    """Share of the electrons beyond the end, if single scattering goes on as E^-3 from the last tenth of the axis."""
    last = loss > (1 - _TAIL_SHARE) * loss[-1]
    # A e^-3 through the last tenth, integrated from the end on.
    height = float(summed[last].sum() / (loss[last] ** -3).sum())
    beyond = 0.5 * height * loss[-1] ** -2 / (loss[1] - loss[0])
    return max(0.0, beyond / (beyond + float(summed.sum())))


@numba.njit(cache=True, nogil=True, fastmath={"reassoc"})
def _summed(counts):  # type: ignore[no-untyped-def]
    """Sum of the complete spectra, (energy,), and of the channels of every spectrum, (n,)."""
    n, channels = counts.shape
    summed, total = np.zeros(channels), np.empty(n)
    for i in range(n):
        row = 0.0
        for j in range(channels):
            row += counts[i, j]
        total[i] = row
        if np.isfinite(row):
            for j in range(channels):
                summed[j] += counts[i, j]
    return summed, total
