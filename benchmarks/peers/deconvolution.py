"""Richardson-Lucy: five iterations on spectra as counted, with the expected zero-loss peak, the same for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from synthetic import Spectra

from kapitza.data import Array
from kapitza.spectra.deconvolution import richardson_lucy
from peers import Step, Tool

_ITERATIONS = 5
_INNER = 100.0
_COMPARED = 64


@dataclass(frozen=True)
class Blurred:
    """n spectra (n, energy), counts, on `energy`, meV, and their peak, (energy,), of unit area, highest at zero."""

    energy: Array
    counts: Array
    peak: Array


def blurred(spectra: Spectra) -> Blurred:
    """The spectra with one peak; its channel without a counterpart beyond zero is empty."""
    peak = spectra.peaks.mean(axis=0)
    reach = min(zero := int(np.argmin(np.abs(spectra.energy))), len(peak) - 1 - zero)
    peak[: zero - reach] = peak[zero + reach + 1 :] = 0.0
    return Blurred(spectra.energy, spectra.counts.astype(float), peak / peak.sum())


def kapitza_sharpened(given: Blurred) -> Array:
    """(n, energy), with the ends continued."""
    zero = int(np.argmin(np.abs(given.energy)))
    reach = min(zero, len(given.peak) - 1 - zero)
    peak = given.peak[zero - reach : zero + reach + 1]
    return richardson_lucy(given.counts, given.energy, peak, iterations=_ITERATIONS)


def exspy_sharpened(given: Blurred) -> Array:
    """(n, energy), by richardson_lucy_deconvolution."""
    import hyperspy.api as hs

    signals = [hs.signals.Signal1D(values) for values in (given.counts, given.peak)]
    for signal in signals:
        signal.set_signal_type("EELS")
    spectra, peak = signals
    found: Any = spectra.richardson_lucy_deconvolution(peak, _ITERATIONS, show_progressbar=False)
    return found.data


def formula_error(found: Array, spectra: Spectra) -> str:
    """How far the first spectra are from the formula written down, in the middle, which no treatment of the ends
    reaches much."""
    given = blurred(spectra.first(_COMPARED))
    middle = np.abs(given.energy) < _INNER
    off = [np.abs(one / plain(y, given.peak) - 1)[middle] for one, y in zip(found, given.counts, strict=False)]
    return f"within {100 * np.max(off):.2g} % of the formula at |E| < {_INNER:g} meV"


def plain(y: Array, peak: Array) -> Array:
    """Equation (1) of `kapitza.spectra.deconvolution`, with nothing beyond the ends, nor 1/(h^T * 1)."""
    x, zero = y.copy(), int(np.argmax(peak))

    def through(values: Array, kernel: Array, middle: int) -> Array:
        return np.convolve(kernel, values)[middle : middle + len(values)]

    for _ in range(_ITERATIONS):
        x *= through(y / through(x, peak, zero), peak[::-1], len(peak) - 1 - zero)
    return x


DECONVOLVE = Step(
    "Richardson-Lucy, 5 iterations",
    False,
    blurred,
    formula_error,
    (
        Tool("kapitza", kapitza_sharpened, ours=True),
        Tool("exSpy richardson_lucy_deconvolution", exspy_sharpened, ("exspy",)),
    ),
)
