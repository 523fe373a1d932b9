"""Whether the gain of a mode falls across an interface before its loss does."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares
from scipy.special import ndtr

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.quantity import Quantity
from kapitza.settings import Window
from kapitza.theory.conduction import WIDTH_10_90
from kapitza.theory.lineshapes import gaussian
from kapitza.units import BOLTZMANN, SIGMA_PER_FWHM

_PM_PER_NM = 1e3
_FEWEST = 5


@dataclass(frozen=True)
class ModeProfile:
    """Loss and gain of a window of energies along the heat flow, each 1 in the left bulk and 0 in the right.

    position : (n,), nm. loss, gain : (n,). loss_error, gain_error : (n,), standard errors. window : meV.
    bulk : nm, the ranges of the left and of the right plateau. pedestal : the right plateau of the losses over the
    difference of both.
    """

    position: Array
    loss: Array
    gain: Array
    loss_error: Array
    gain_error: Array
    window: Window
    bulk: tuple[Window, Window]
    pedestal: float


@dataclass(frozen=True)
class LeadLag:
    """How far the gain's profile lies beyond the loss's along the heat-flow axis, in pm.

    shift : below 0 where the gain falls earlier, coming from the left. half_height : the same from where both cross a
    half, without error; not known where one does not cross. position, width_10_90 : nm, of the loss's step.
    """

    shift: Quantity
    half_height: Quantity
    position: float
    width_10_90: float


def mode_profile(columns: RegionSpectra, window: Window, bulk_left: Window, bulk_right: Window) -> ModeProfile:
    """Loss and gain above the background in a window of energies, along the heat flow, between the bulk's plateaus.

    Standard errors are those of counted electrons, the background's among them, and of both plateaus; the part that
    comes from the plateaus is common to all positions.

    Parameters
    ----------
    columns : as `column_spectra` makes them. window : meV. bulk_left, bulk_right : nm, where the plateaus are.

    Raises
    ------
    MethodError
        if the window has no channel, a plateau no column, or both plateaus are equally high.
    """
    energy, nets, variances = columns.sides()
    chosen = (energy >= window[0]) & (energy <= window[1])
    x = columns.position
    ends = _inside(x, (bulk_left, bulk_right))
    if not chosen.any() or not all(end.any() for end in ends):
        raise MethodError(
            f"Channels from {window[0]:g} to {window[1]:g} meV and columns in both bulk ranges, {bulk_left} and "
            f"{bulk_right} nm, are wanted, got {chosen.sum()}, {ends[0].sum()} and {ends[1].sum()}: correct them."
        )
    signals, noises = ([part[:, chosen].sum(axis=1) / columns.pixels for part in both] for both in (nets, variances))
    (loss, loss_error), (gain, gain_error) = (
        _normalised(signal, noise / columns.pixels, ends) for signal, noise in zip(signals, noises, strict=True)
    )
    high, low = (float(signals[0][end].mean()) for end in ends)
    return ModeProfile(x, loss, gain, loss_error, gain_error, window, (bulk_left, bulk_right), low / (high - low))


def _inside(x: Array, ranges: tuple[Window, Window]) -> list[Array]:
    return [(x >= low) & (x <= high) for low, high in ranges]


def _normalised(signal: Array, variance: Array, ends: list[Array]) -> tuple[Array, Array]:
    """Profile between the plateaus and its standard error, to first order."""
    (left, right), counts = (signal[end].mean() for end in ends), [int(end.sum()) for end in ends]
    of_left, of_right = (variance[end].sum() / n**2 for end, n in zip(ends, counts, strict=True))
    contrast = left - right
    if not abs(contrast) > 3 * np.sqrt(of_left + of_right):
        raise MethodError(
            "A window of energies in which the two materials differ is wanted for a profile across their interface, "
            f"got {left:.4g} and {right:.4g} electrons per pixel in the bulk: choose another window."
        )
    share = (signal - right) / contrast
    error = np.sqrt(variance + share**2 * of_left + (1 - share) ** 2 * of_right) / abs(contrast)
    return share, error


def lead_lag(profile: ModeProfile) -> LeadLag:
    """Shift of the gain's profile against the loss's, by which they match best.

    An error-function step is fitted to the loss; the difference of the profiles is then projected on its slope,

        shift = - sum p' (p_gain - p_loss) / sum p'^2

    which is exact for shifts that are small against the width, and far more precise than where the profiles cross a
    half. Not only populations shift it: the temperature field does (`expected_shift`), and interface modes within the
    window do where their loss over gain is not that of the bulk, so compare forward with reverse, or with an image
    without heat flow.

    Raises
    ------
    MethodError
        if there are fewer than five positions, or no step is found between them.

    Notes
    -----
    For positions a pitch h apart and a Gaussian slope of width s, a noise sigma of the difference of the profiles makes
    an error of sigma sqrt(2 sqrt(pi) s h).
    """
    x, difference = profile.position, profile.gain - profile.loss
    middle, sigma = _step(profile)
    slope = -gaussian(x, middle, sigma / SIGMA_PER_FWHM)
    weights = -slope / (slope @ slope)
    variance = float(weights**2 @ (profile.loss_error**2 + profile.gain_error**2))
    of_loss, of_gain = (_half(x, p, middle) for p in (profile.loss, profile.gain))
    half = None if of_loss is None or of_gain is None else _PM_PER_NM * (of_gain - of_loss)
    shift = Quantity(_PM_PER_NM * float(weights @ difference), _PM_PER_NM * float(np.sqrt(variance)), "pm")
    return LeadLag(shift, Quantity(half, None, "pm"), middle, WIDTH_10_90["erf"] * sigma)


def expected_shift(profile: ModeProfile, temperature: Array, energy: float) -> float:
    """Shift (pm) that a temperature field makes, if gain is loss times exp(-E/kT) everywhere.

    The exact relation, pedestal of the right bulk and gradients of both plateaus included; what remains of the measured
    shift is the mode's own.

    Parameters
    ----------
    profile : whose losses are taken. temperature : (n,), K, at its positions. energy : meV, of the mode.
    """
    loss = profile.loss + profile.pedestal
    gain = loss * np.exp(-energy / (BOLTZMANN * np.asarray(temperature, float)))
    left, right = (gain[end].mean() for end in _inside(profile.position, profile.bulk))
    made = replace(profile, gain=(gain - right) / (left - right))
    return float(lead_lag(made).shift.value or 0.0)


def _step(profile: ModeProfile) -> tuple[float, float]:
    """Middle and standard deviation (nm) of the error-function step of the loss."""
    x, y = profile.position, profile.loss
    if len(x) < _FEWEST:
        raise MethodError(f"At least {_FEWEST} positions are wanted for a shift, got {len(x)}: record more columns.")
    pitch = float(x[1] - x[0])
    # Where half of the area lies left: a step's own middle, whatever its noise.
    middle = float(x[0] - pitch / 2 + pitch * np.clip(y, 0, 1).sum())
    fit = least_squares(
        lambda p: ndtr((p[0] - x) / np.exp(p[1])) - y, [middle, np.log(3 * pitch)], x_scale=[pitch, 1.0]
    )
    middle, sigma = float(fit.x[0]), float(np.exp(fit.x[1]))
    if not x[0] < middle < x[-1] or sigma > 0.5 * (x[-1] - x[0]):
        raise MethodError(
            "A step of the loss from the left bulk to the right is wanted, got none between "
            f"{x[0]:.4g} and {x[-1]:.4g} nm: choose another window of energies, or other bulk ranges."
        )
    return middle, max(sigma, pitch / 2)


def _half(x: Array, y: Array, near: float) -> float | None:
    """Where a profile falls through one half, closest to a place; None if nowhere."""
    falls = np.flatnonzero((y[:-1] >= 0.5) & (y[1:] < 0.5))
    if not len(falls):
        return None
    places = x[falls] + (y[falls] - 0.5) / (y[falls] - y[falls + 1]) * (x[falls + 1] - x[falls])
    return float(places[int(np.argmin(np.abs(places - near)))])
