"""From registered spectra to temperatures: the zero-loss tail and the temperature together, or one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from synthetic import COLUMNS, Spectra, spectra

import kapitza
from kapitza.data import Array, Status
from kapitza.spectra.pixels import Plan
from kapitza.spectra.windows import inside
from peers import SIGNAL, Step, Tool
from peers.temperature import Net, kapitza_temperature, lmfit_temperature, net, scipy_temperature, temperature_error
from peers.zero_loss import (
    hyperspy_background,
    kapitza_background,
    lmfit_background,
    scipy_background,
    sides,
)

_LEARNED_ROWS = 16


@dataclass(frozen=True)
class Registered:
    """Spectra without drift, what preset `recommended` has learned from an image of such spectra, and the number of the
    material (n,) that it found for each."""

    spectra: Spectra
    plan: Plan
    material: Array


@cache
def _learned() -> tuple[Plan, Array]:
    planned, _ = kapitza.temperature_map(spectra(_LEARNED_ROWS, drift=False).image(), keep_spectra=False).recipe
    return planned.plan, planned.material[0]


def registered(given: Spectra) -> Registered:
    """What all pixels of an image share is learned once; that time is part of the whole chain."""
    plan, material = _learned()
    return Registered(given, plan, material[given.which % COLUMNS])


def kapitza_recommended(given: Registered) -> Array:
    """(n,), K, by the estimating functions of the forward model."""
    status = np.full(len(given.material), Status.OK)
    return given.plan.analyse(given.spectra.counts, status, given.material).temperature


def one_after_the_other(
    background: Callable[[Spectra], Array], temperature: Callable[[Net], Array], given: Registered
) -> Array:
    """(n,), K: a background (2, n, k) in the signal window, and a thermometer of what is above it."""
    under = background(given.spectra)
    energy, (loss, gain) = sides(given.spectra.energy, given.spectra.counts)
    chosen = inside(energy, SIGNAL)
    above = replace(net(given.spectra), loss=loss[:, chosen] - under[0], gain=gain[:, chosen] - under[1])
    return temperature(above)


BOTH = Step(
    "zero loss and temperature",
    False,
    registered,
    temperature_error,
    (
        Tool("kapitza, preset recommended", kapitza_recommended, ours=True),
        Tool("kapitza, preset paper", partial(one_after_the_other, kapitza_background, kapitza_temperature), ours=True),
        Tool(
            "HyperSpy multifit, SciPy curve_fit",
            partial(one_after_the_other, hyperspy_background, scipy_temperature),
            ("hyperspy",),
        ),
        Tool("SciPy curve_fit, both", partial(one_after_the_other, scipy_background, scipy_temperature)),
        Tool("lmfit, both", partial(one_after_the_other, lmfit_background, lmfit_temperature), ("lmfit",)),
    ),
)
