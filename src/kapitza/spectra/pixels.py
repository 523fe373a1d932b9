"""From registered spectra to temperatures, pixel by pixel: the block function that is mapped over an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.data import Array, Status
from kapitza.settings import Method
from kapitza.spectra.backgrounds import published, two_window
from kapitza.spectra.backgrounds.two_window import Tail
from kapitza.spectra.thermometers import errors_in_variables, log_ratio
from kapitza.spectra.windows import Windows, inside

COLDEST, HOTTEST = 10.0, 5000.0
"""Temperatures outside this range (K) are called failures."""

_SIGNIFICANT_SIGNAL = 2.0


@dataclass(frozen=True)
class Plan:
    """What all pixels of an image share.

    axis : (k,), meV, registered, zero on a channel. windows, method : as resolved.
    electrons_per_count : number. tail_loss, tail_gain : zero-loss tails of the image (None for method "published").
    signal_loss, signal_gain : (m,), electrons, the image's mean signal, from which variances are modelled.
    """

    axis: Array
    windows: Windows
    method: Method
    electrons_per_count: float
    tail_loss: Tail | None
    tail_gain: Tail | None
    signal_loss: Array | None = None
    signal_gain: Array | None = None

    @property
    def pair_energy(self) -> Array:
        """(m,), meV: the energies |E| at which both sides of the axis have a channel."""
        reach = min(-self.axis[0], self.axis[-1])
        return self.axis[(self.axis > 1e-9) & (self.axis <= reach + 1e-9)]


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


def sides(axis: Array, counts: Array) -> tuple[Array, Array, Array]:
    """The two sides of registered spectra: energies (m,) > 0 of the longer side, loss (n, m) and gain (n, m),
    NaN-padded."""
    zero = int(np.argmin(np.abs(axis)))
    length = max(zero, len(axis) - 1 - zero)
    loss, gain = np.full((2, len(counts), length), np.nan)
    loss[:, : len(axis) - 1 - zero] = counts[:, zero + 1 :]
    gain[:, :zero] = counts[:, :zero][:, ::-1]
    dispersion = (axis[-1] - axis[0]) / (len(axis) - 1)
    return np.arange(1, length + 1) * dispersion, loss, gain


def analyse(counts: Array, status: Array, plan: Plan) -> Pixels:
    """Temperatures of registered spectra.

    Parameters
    ----------
    counts : (n, k), counts on `plan.axis`. status : (n,), what is already known of the pixels.

    Returns
    -------
    `Pixels`; where the status is not OK, temperature and error are NaN.
    """
    electrons = counts * plan.electrons_per_count
    energy, loss, gain = sides(plan.axis, electrons)
    if plan.method.background == "published":
        back_loss, back_gain, height_errors = _published(energy, loss, gain, plan)
    else:
        back_loss, back_gain, height_errors = _two_window(energy, loss, gain, plan)
    m = len(plan.pair_energy)
    net = [side[:, :m] for side in (loss - back_loss, gain - back_gain)]
    back = [side[:, :m] for side in (back_loss, back_gain)]
    beta, beta_error = _thermometer(plan, net, back, height_errors)
    kelvin, error = log_ratio.temperature(beta, beta_error)
    status = _judged(status, plan, net, back, kelvin, error)
    bad = status != Status.OK
    kelvin, error = np.where(bad, np.nan, kelvin), np.where(bad, np.nan, error)
    scale = 1 / plan.electrons_per_count
    return Pixels(kelvin, error, status, net[0] * scale, net[1] * scale, back[0] * scale, back[1] * scale)


def _two_window(energy: Array, loss: Array, gain: Array, plan: Plan) -> tuple[Array, Array, tuple[Array, Array]]:
    assert plan.tail_loss is not None
    assert plan.tail_gain is not None
    windows = plan.windows
    back_loss, error_loss = two_window.background(
        energy, loss, inside(energy, windows.near, windows.far_loss), plan.tail_loss
    )
    back_gain, error_gain = two_window.background(
        energy, gain, inside(energy, windows.near, windows.far_gain), plan.tail_gain
    )
    return back_loss, back_gain, (error_loss, error_gain)


def _published(energy: Array, loss: Array, gain: Array, plan: Plan) -> tuple[Array, Array, tuple[Array, Array]]:
    windows = plan.windows
    height = np.fmax(np.nanmax(loss, axis=1, initial=0), np.nanmax(gain, axis=1, initial=0))
    height = np.where(height > 0, height, 1.0)
    fits: dict[str, Array] = {}
    # A side without a far window cannot fix four parameters: it takes width and exponent from the other side.
    order = ("loss", "gain") if windows.far_loss is not None else ("gain", "loss")
    sided = {"loss": (loss, windows.far_loss), "gain": (gain, windows.far_gain)}
    for side in order:
        counts, far = sided[side]
        shape = fits[order[0]][:, 1:3] if far is None and side == order[1] else None
        clean = np.where(np.isfinite(counts), counts, 0.0)
        parameters, converged = published.fit(energy, clean, inside(energy, windows.near, far), height, shape)
        parameters[~converged] = np.nan
        fits[side] = parameters
    none = np.zeros(len(loss))
    return published.curve(energy, fits["loss"]), published.curve(energy, fits["gain"]), (none, none)


def _thermometer(
    plan: Plan, net: list[Array], back: list[Array], height_errors: tuple[Array, Array]
) -> tuple[Array, Array]:
    chosen = inside(plan.pair_energy, plan.windows.signal)
    energy = plan.pair_energy[chosen]
    loss, gain, back_loss, back_gain = (side[:, chosen] for side in (*net, *back))
    if plan.method.thermometer == "log_ratio":
        return log_ratio.inverse_temperature(energy, loss, gain)
    assert plan.signal_loss is not None
    assert plan.signal_gain is not None
    # Smooth variances: the pixel's background, and the image's mean signal scaled to the electrons of this pixel.
    share = loss.sum(axis=1) / plan.signal_loss[chosen].sum()
    share = np.clip(np.nan_to_num(share), 0.05, None)[:, None]
    v_loss = np.maximum(back_loss + share * plan.signal_loss[chosen], 1e-9)
    v_gain = np.maximum(back_gain + share * plan.signal_gain[chosen], 1e-9)
    beta, error, answer_loss, answer_gain = errors_in_variables.inverse_temperature(energy, loss, gain, v_loss, v_gain)
    from_loss = (answer_loss * back_loss).sum(axis=1) * height_errors[0]
    from_gain = (answer_gain * back_gain).sum(axis=1) * height_errors[1]
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
