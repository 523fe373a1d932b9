"""From registered spectra to temperatures, pixel by pixel: the block function that is mapped over an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.data import Array, Status
from kapitza.settings import Method
from kapitza.spectra import backgrounds
from kapitza.spectra.resolution import Correction
from kapitza.spectra.sides import Background, Sides, split
from kapitza.spectra.thermometers import errors_in_variables, log_ratio
from kapitza.spectra.windows import Windows, inside

COLDEST, HOTTEST = 10.0, 5000.0
"""Temperatures outside this range (K) are called failures."""

_SIGNIFICANT_SIGNAL = 2.0


@dataclass(frozen=True)
class Plan:
    """What all pixels of an image share.

    axis : (k,), meV, registered, zero on a channel. windows, method : as resolved; `method.background` names the module
    in `kapitza.spectra.backgrounds` that `shape` belongs to. electrons_per_count : number.
    signal : (m,), electrons per pixel, the image's mean loss above the background, from which variances are modelled.
    correction : for finite resolution; None where there is none.
    """

    axis: Array
    windows: Windows
    method: Method
    electrons_per_count: float
    shape: Any
    signal: Array
    correction: Correction | None = None

    @property
    def pair_energy(self) -> Array:
        """(m,), meV: the energies |E| at which both sides of the axis have a channel."""
        return pair_energy(self.axis)


@dataclass(frozen=True)
class Pixels:
    """Result of a block of n pixels: temperature and error (K), status, and (n, m) counts at `Plan.pair_energy`."""

    temperature: Array
    error: Array
    status: Array
    loss: Array
    gain: Array
    background_loss: Array
    background_gain: Array


def pair_energy(axis: Array) -> Array:
    """(m,), meV: the energies |E| at which both sides of a registered axis (k,) have a channel."""
    reach = min(-axis[0], axis[-1])
    return axis[(axis > 1e-9) & (axis <= reach + 1e-9)]


def background_of(plan: Plan, spectra: Sides) -> Background:
    """The background that the plan's method gives to spectra."""
    assert plan.method.background is not None
    background: Background = backgrounds.METHODS[plan.method.background].evaluate(spectra, plan.windows, plan.shape)
    return background


def analyse(counts: Array, status: Array, plan: Plan, kept: Array | None = None) -> Pixels:
    """Temperatures of registered spectra.

    Parameters
    ----------
    counts : (n, k), counts on `plan.axis`. status : (n,), what is already known of the pixels.
    kept : (n,), share of a channel's variance that registration has left; all of it when None.

    Returns
    -------
    `Pixels`; where the status is not OK, temperature and error are NaN.
    """
    spectra = split(plan.axis, counts * plan.electrons_per_count)
    under = background_of(plan, spectra)
    m = len(plan.pair_energy)
    back = [side[:, :m] for side in (under.loss, under.gain)]
    net = [side[:, :m] - back[i] for i, side in enumerate((spectra.loss, spectra.gain))]
    beta, beta_error = _thermometer(plan, net, back, under, np.ones(len(counts)) if kept is None else kept)
    kelvin, error = log_ratio.temperature(beta, beta_error)
    if plan.correction is not None:
        kelvin, error = plan.correction.apply(kelvin, error)
    status = _judged(status, plan, net, back, kelvin, error)
    bad = status != Status.OK
    kelvin, error = np.where(bad, np.nan, kelvin), np.where(bad, np.nan, error)
    scale = 1 / plan.electrons_per_count
    return Pixels(kelvin, error, status, net[0] * scale, net[1] * scale, back[0] * scale, back[1] * scale)


def read_without_noise(plan: Plan, loss: Array, gain: Array, under: Background) -> Array:
    """(n,), K: what the plan's thermometer reads from loss and gain (n, m) in electrons that carry no noise."""
    n, m = loss.shape
    back = [np.broadcast_to(side[:1, :m], (n, m)) for side in (under.loss, under.gain)]
    none = np.zeros(n)
    beta, _ = _thermometer(plan, [loss, gain], back, Background(back[0], back[1], none, none), none)
    return log_ratio.temperature(beta, none)[0]


def _thermometer(
    plan: Plan, net: list[Array], back: list[Array], under: Background, kept: Array
) -> tuple[Array, Array]:
    chosen = inside(plan.pair_energy, plan.windows.signal)
    energy = plan.pair_energy[chosen]
    loss, gain, back_loss, back_gain = (side[:, chosen] for side in (*net, *back))
    if plan.method.thermometer == "log_ratio":
        return log_ratio.inverse_temperature(energy, loss, gain)
    # A smooth model of the signal: the image's mean, scaled to the electrons of this pixel.
    share = np.clip(np.nan_to_num(loss.sum(axis=1) / plan.signal[chosen].sum()), 0.05, None)[:, None]
    beta, error, answer_loss, answer_gain = errors_in_variables.inverse_temperature(
        energy, loss, gain, loss + back_loss, gain + back_gain, share * plan.signal[chosen], kept
    )
    from_loss = (answer_loss * back_loss).sum(axis=1) * under.loss_error
    from_gain = (answer_gain * back_gain).sum(axis=1) * under.gain_error
    return beta, np.sqrt(error**2 + from_loss**2 + from_gain**2)


def _judged(status: Array, plan: Plan, net: list[Array], back: list[Array], kelvin: Array, error: Array) -> Array:
    chosen = inside(plan.pair_energy, plan.windows.signal)
    status = status.copy()

    def mark(failed: Any, reason: Status) -> None:
        status[(status == Status.OK) & failed] = reason

    mark(
        ~np.isfinite(back[0][:, chosen]).all(axis=1) | ~np.isfinite(back[1][:, chosen]).all(axis=1),
        Status.BACKGROUND_FAILED,
    )
    signal = net[0][:, chosen].sum(axis=1)
    noise = np.sqrt(np.maximum(signal, 0) + np.nan_to_num(back[0][:, chosen]).sum(axis=1))
    with np.errstate(invalid="ignore"):
        mark(~(signal > _SIGNIFICANT_SIGNAL * noise), Status.NO_SIGNAL)
        mark(~((kelvin > COLDEST) & (kelvin < HOTTEST) & np.isfinite(error)), Status.NO_TEMPERATURE)
    return status
