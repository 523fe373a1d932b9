"""Temperature maps and interface results with known numbers, made without any spectra being analysed."""

import numpy as np

from kapitza.data import Status, TemperatureMap
from kapitza.quantity import Quantity
from kapitza.theory.conduction import step, temperature_profile

ENERGY = np.arange(1.0, 201.0)
WINDOWS = {"near": (15.0, 30.0), "far": (130.0, 200.0), "signal": (55.0, 125.0)}


def temperature_map(kelvin, error=1.0, pitch=(1.0, 1.0), loss=None, status=None, scatter=None):
    """A map with the given temperatures (y, x), K; pixels without one are masked."""
    kelvin = np.array(kelvin, float)
    error = np.broadcast_to(np.asarray(error, float), kelvin.shape).copy()
    if status is None:
        status = np.where(np.isfinite(kelvin), Status.OK, Status.MASKED)
    return TemperatureMap(
        name="made up",
        temperature=kelvin,
        error=error,
        status=np.asarray(status),
        shift=np.zeros(kelvin.shape),
        spikes=np.zeros(kelvin.shape, int),
        energy=ENERGY,
        loss=loss,
        gain=loss,
        step=pitch,
        temperature_mean=Quantity(float(np.nanmean(kelvin)), 1.0, "K"),
        zero_loss={},
        scatter=scatter,
        settings={"energy": WINDOWS},
    )


def lines(x, position=29.3, drop=15.0, gradients=(-170.0, -190.0), width=2.0, mean=600.0):
    """Two lines (gradients in K/um) joined by a smooth drop (K), at positions x, nm."""
    return temperature_profile(
        x,
        interface=position,
        mean=mean,
        drop=drop,
        gradient_left=gradients[0] * 1e-3,
        gradient_right=gradients[1] * 1e-3,
        width_10_90=width,
    )


def noisy_map(rng, rows=20, columns=60, sigma=5.0, pitch=1.0, bias=0.0, **truth):
    """A map of `lines` with Gaussian noise of sigma (K) in every pixel; `bias` (K) is added right of the position."""
    x = np.arange(columns) * pitch
    kelvin = lines(x, **truth) + bias * (x > truth.get("position", 29.3))
    return temperature_map(kelvin + sigma * rng.standard_normal((rows, columns)), sigma, (pitch, pitch))


def two_materials(rng, rows=10, columns=60, pitch=1.0, position=29.3, width=2.0, counts=400.0, thickness=0.0):
    """A map of 600 K with loss spectra (Poisson) of two materials that meet at `position` over `width`, nm.

    thickness : how much more signal the right end gives than the left, as a share.
    """
    x = np.arange(columns) * pitch
    share = 0.5 * (1 - step(x - position, width))
    bands = [np.exp(-0.5 * ((ENERGY - centre) / 6.0) ** 2) for centre in (82.0, 97.0)]
    common = 0.5 * np.exp(-0.5 * ((ENERGY - 60.0) / 10.0) ** 2)
    mean = share[:, None] * bands[0] + (1 - share)[:, None] * bands[1] + common
    mean = counts * mean * (1 + thickness * np.linspace(0, 1, columns))[:, None] + 5.0
    loss = rng.poisson(np.repeat(mean[None], rows, axis=0)) - 5.0
    return temperature_map(np.full((rows, columns), 600.0), 3.0, (pitch, pitch), loss)


def inside(quantity, truth):
    """Whether the quantity's 68 % interval holds the truth."""
    if quantity.interval is None:
        return abs(quantity.value - truth) <= quantity.error
    low, high = quantity.interval
    return (low is None or low <= truth) and (high is None or truth <= high)


def result_of(kelvin, error, position=29.3, pitch=1.0, **settings):
    """The interface result of a profile (n,) in K with its errors, every row of the map alike."""
    from kapitza.interface import interface_drop
    from kapitza.settings import InterfaceSettings

    tmap = temperature_map(np.asarray(kelvin, float)[None], error, (pitch, pitch))
    return interface_drop(tmap, InterfaceSettings(position=position, **settings))
