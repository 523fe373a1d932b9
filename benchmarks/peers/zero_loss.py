"""The zero-loss tail under the phonons: a Pearson VII in two windows on each side, as published."""

from __future__ import annotations

from typing import Any

import numpy as np
from synthetic import DISPERSION, Spectra

from kapitza.data import Array
from kapitza.spectra.published import background
from kapitza.spectra.windows import inside
from peers import FAR, NEAR, SIGNAL, Step, Tool
from peers.registration import as_they_are

_START = (10.0, 1.5, 0.01)
"""Full width (meV), exponent and centre (meV) that every fit starts from."""

_POWER = 0.4
"""Residuals weigh as |E| to this power."""


def pearson(energy: Array, height: float, width: float, exponent: float, centre: float) -> Array:
    """A Pearson VII as a user would write it."""
    return height / (1 + 4 * (2 ** (1 / exponent) - 1) * ((energy - centre) / width) ** 2) ** exponent


def sides(axis: Array, counts: Array) -> tuple[Array, Array]:
    """(m,), meV, > 0, and (2, n, m), loss and gain there of spectra (n, energy) on an axis (energy,)."""
    zero = int(np.argmin(np.abs(axis)))
    reach = min(zero, len(axis) - 1 - zero)
    loss, gain = counts[:, zero + 1 : zero + 1 + reach], counts[:, zero - reach : zero][:, ::-1]
    return DISPERSION * np.arange(1, reach + 1), np.stack([loss, gain]).astype(float)


def kapitza_background(spectra: Spectra) -> Array:
    """(2, n, k), counts, in the signal window."""
    energy, counts = sides(spectra.energy, spectra.counts)
    used, wanted = inside(energy, NEAR, FAR), energy[inside(energy, SIGNAL)]
    height = spectra.counts.max(axis=1)
    return np.array([background.curve(wanted, background.fit(energy, side, used, height)) for side in counts])


def _each(spectra: Spectra, fit: Any) -> Array:
    """(2, n, k), counts in the signal window, of `fit(energy, counts, height)` -> parameters, called for each side."""
    energy, counts = sides(spectra.energy, spectra.counts)
    used, wanted = inside(energy, NEAR, FAR), energy[inside(energy, SIGNAL)]
    height = spectra.counts.max(axis=1)
    found = [[fit(energy[used], one[used], height[i]) for i, one in enumerate(side)] for side in counts]
    return np.array([[pearson(wanted, *parameters) for parameters in side] for side in found])


def scipy_background(spectra: Spectra) -> Array:
    """By curve_fit, Levenberg-Marquardt."""
    from scipy.optimize import curve_fit

    def fit(energy: Array, counts: Array, height: float) -> Array:
        start = (height, *_START)
        try:
            return curve_fit(pearson, energy, counts, start, sigma=energy**-_POWER)[0]
        except RuntimeError:
            return np.full(4, np.nan)

    return _each(spectra, fit)


def lmfit_background(spectra: Spectra) -> Array:
    """By a Model, least squares."""
    import lmfit

    model = lmfit.Model(pearson)

    def fit(energy: Array, counts: Array, height: float) -> list[float]:
        width, exponent, centre = _START
        start = model.make_params(
            height=height,
            width={"value": width, "min": 2, "max": 50},
            exponent={"value": exponent, "min": 0.1, "max": 5},
            centre={"value": centre, "min": -1, "max": 1},
        )
        return list(model.fit(counts, start, energy=energy, weights=energy**_POWER).best_values.values())

    return _each(spectra, fit)


def hyperspy_background(spectra: Spectra) -> Array:
    """By multifit, which starts each spectrum where its neighbour ended and weighs all channels alike."""
    import hyperspy.api as hs

    energy, counts = sides(spectra.energy, spectra.counts)
    used, wanted = inside(energy, NEAR, FAR), inside(energy, SIGNAL)
    found = []
    for side in counts:
        signal = hs.signals.Signal1D(side)
        signal.axes_manager[-1].offset, signal.axes_manager[-1].scale = energy[0], DISPERSION
        model = signal.create_model()
        line = hs.model.components1D.Expression(
            "h / (1 + 4 * (2**(1 / m) - 1) * ((x - c) / w)**2)**m",
            "Pearson",
            h=float(side.max()),
            w=_START[0],
            m=_START[1],
            c=_START[2],
        )
        model.append(line)
        model.set_signal_range_from_mask(used)
        model.multifit(show_progressbar=False, iterpath="serpentine")
        values = [getattr(line, name).map["values"][:, None] for name in ("h", "w", "m", "c")]
        found.append(pearson(energy[wanted], *values))
    return np.array(found)


def background_error(found: Array, spectra: Spectra) -> str:
    """Background in the signal window against the truth: mean and scatter of loss and gain, percent."""
    energy, alone = sides(spectra.energy, spectra.zero_loss)
    off = 100 * (found.sum(axis=2) / alone[:, :, inside(energy, SIGNAL)].sum(axis=2) - 1)
    failed = int(np.isnan(off).sum())
    low, middle, high = np.nanpercentile(off, (16, 50, 84))
    text = f"median {middle:+.1f} %, half of 16-84 % {(high - low) / 2:.1f} %"
    return text + (f", {failed} of {off.size} failed" if failed else "")


ZERO_LOSS = Step(
    "zero-loss fit, both sides",
    False,
    as_they_are,
    background_error,
    (
        Tool("kapitza, preset paper", kapitza_background, ours=True),
        Tool("HyperSpy multifit, unweighted", hyperspy_background, ("hyperspy",)),
        Tool("SciPy curve_fit", scipy_background),
        Tool("lmfit", lmfit_background, ("lmfit",)),
    ),
)
