"""What a method needs to know of an image, and what it says of each pixel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.data import Array, Status
from kapitza.settings import Method
from kapitza.spectra.windows import Windows

COLDEST, HOTTEST = 10.0, 5000.0
"""Temperatures outside this range (K) are called failures."""

_SIGNIFICANT_SIGNAL = 2.0


@dataclass(frozen=True)
class Pixels:
    """Result of n pixels: temperature and error (K), status, and (n, m) counts above the background at
    `Plan.pair_energy`, float32; None where they were not asked for."""

    temperature: Array
    error: Array
    status: Array
    loss: Array | None = None
    gain: Array | None = None


@dataclass(frozen=True)
class Plan(ABC):
    """What all pixels of an image share, and how their spectra become temperatures.

    axis : (k,), meV, registered, zero on a channel. windows, method : as resolved. electrons_per_count : number.
    """

    axis: Array
    windows: Windows
    method: Method
    electrons_per_count: float

    @property
    def pair_energy(self) -> Array:
        """(m,), meV: the energies |E| at which both sides of the axis have a channel."""
        reach = min(-self.axis[0], self.axis[-1])
        return self.axis[(self.axis > 1e-9) & (self.axis <= reach + 1e-9)]

    @property
    @abstractmethod
    def fitted(self) -> Array:
        """(k,), True in the channels that tell the background."""

    @property
    @abstractmethod
    def common_covariance(self) -> Array | None:
        """(R, R), K^2: of the errors that the pixels of each material share; None where that is not known."""

    @abstractmethod
    def background(self, counts: Array, material: Array) -> tuple[Array, Array]:
        """(n, m) counts of the background at `pair_energy`, of the loss and of the gain side of registered spectra."""

    def modelled(self, spectrum: Array, kelvin: float) -> Array | None:
        """(k,) counts that the method's model expects of a spectrum (k,) at a temperature (K); None where it has no
        model of the phonons."""
        return None

    @abstractmethod
    def analyse(self, counts: Array, status: Array, material: Array, spectra: bool = False) -> Pixels:
        """Temperatures of registered spectra.

        counts : (n, k), on `axis`. status : (n,), what is already known of the pixels. material : (n,), number of each
        pixel's material. spectra : whether loss and gain are wanted. Where the status is not OK, temperature and error
        are NaN.
        """


def sides(plan: Plan, counts: Array) -> tuple[Array, Array]:
    """(n, m) views of the loss and the gain side of counts (n, k), at `plan.pair_energy`."""
    zero, m = int(np.argmin(np.abs(plan.axis))), len(plan.pair_energy)
    return counts[:, zero + 1 : zero + 1 + m], counts[:, zero - m : zero][:, ::-1]


def judged(plan: Plan, status: Array, loss: Array, under: Array, kelvin: Array, error: Array) -> Pixels:
    """Temperatures with what is to be said of them.

    loss, under : (n,), counts on the loss side of the signal window above the background, and of the background.
    kelvin, error : (n,), K, as read.
    """
    status = status.copy()

    def mark(failed: Any, reason: Status) -> None:
        status[(status == Status.OK) & failed] = reason

    mark(~np.isfinite(under), Status.BACKGROUND_FAILED)
    noise = np.sqrt((np.maximum(loss, 0) + np.maximum(under, 0)) / plan.electrons_per_count)
    with np.errstate(invalid="ignore"):
        mark(~(loss > _SIGNIFICANT_SIGNAL * noise), Status.NO_SIGNAL)
        mark(~((kelvin > COLDEST) & (kelvin < HOTTEST) & np.isfinite(error)), Status.NO_TEMPERATURE)
    bad = status != Status.OK
    return Pixels(np.where(bad, np.nan, kelvin), np.where(bad, np.nan, error), status)
