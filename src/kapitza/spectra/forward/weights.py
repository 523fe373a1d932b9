"""Estimating functions: weights for the channels of a spectrum whose weighted sum vanishes at its temperature.

At a temperature T, every spectrum that the forward model allows is a sum of columns: the zero-loss peak, the phonon
hats at T, a constant, and small changes of position, breadth and scale. Weights w_T at right angles to all of them make
S(T) = sum_i w_T,i y_i, whose expectation is zero when T is the spectrum's temperature, whatever the amounts of the
columns. S is linear in the counts: nothing is divided, no logarithm taken, and empty or negative channels are data.
Among all such weights those are taken that turn most with temperature for the least noise (the efficient score of the
model with everything else unknown; Bickel et al. 1993, Efficient and Adaptive Estimation). The root of S is the
temperature.

S is kept as a Chebyshev series, so that one sum per coefficient over the channels is all that a pixel needs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from scipy.linalg import cho_factor, cho_solve

from kapitza.data import Array
from kapitza.settings import Window
from kapitza.spectra.forward.fit import Fit

REACH, CROWDING = float(np.log(4.0)), 3.0
"""Temperatures are sought up to REACH, in ln T, from the middle; the series run in u with ln T = middle + REACH
sinh(CROWDING u) / sinh(CROWDING), so that they are most exact near the middle (to 0.02 K)."""
SCORE, VARIANCE = 17, 6
"""Lengths of the Chebyshev series of S and of its variance."""

_RIDGE = 1e-10
_SCALE_STEP = 1e-3
_HIDDEN = 2.5
_PIXELS_AVERAGED = 30.0
"""Pattern noise counts as it does in an average of so many pixels: it is the same for all of them."""


@dataclass(frozen=True)
class Estimator:
    """Weights for every channel and material.

    middle : ln K. table : (R, k, SCORE + VARIANCE + 1): per material and channel, the Chebyshev coefficients of S,
    those of the variance of S per electron, and the weight whose sum is the number of zero-loss electrons.
    first, last : the channels that are used. peak : (k,), unit zero-loss peak per channel.
    """

    middle: float
    table: Array
    first: int
    last: int
    peak: Array


def estimator(fit: Fit, used: Array, signal: Window, pixels: Array, scale: bool = True) -> Estimator:
    """Weights from a fitted forward model.

    Parameters
    ----------
    used : (k,), True in one run of channels. signal : meV, energies of the phonons whose temperature is wanted; those
    below and above are allowed temperatures of their own. pixels : (R,), how many pixels the summed spectra hold.
    scale : whether the peak's width, tails included, may change from pixel to pixel; without the far tail of both sides
    that cannot be told from a temperature.
    """
    middle = float(fit.parameters.log_temperature[fit.model.phonons].mean())
    channels = np.flatnonzero(used)
    score = _at_nodes(SCORE)
    designs = _Designs(fit, used, signal, scale)
    weights = np.array([designs.weights(kelvin, pixels) for kelvin in np.exp(middle + log_ratio(score))])
    table = np.zeros((len(pixels), len(used), SCORE + VARIANCE + 1))
    table[..., :SCORE] = np.einsum("cq,qrk->rkc", _coefficients(SCORE), weights)
    squares = np.einsum("xc,rkc->xrk", chebyshev.chebvander(_at_nodes(VARIANCE), SCORE - 1), table[..., :SCORE]) ** 2
    table[..., SCORE:-1] = np.einsum("cq,qrk->rkc", _coefficients(VARIANCE), squares)
    table[..., -1] = designs.amounts()
    return Estimator(middle, table, int(channels[0]), int(channels[-1]) + 1, designs.peak)


def log_ratio(u: Array) -> Array:
    """ln of the temperature over the middle one where the series' variable is u."""
    ratio: Array = REACH * np.sinh(CROWDING * u) / np.sinh(CROWDING)
    return ratio


def _at_nodes(count: int) -> Array:
    return np.cos(np.pi * (np.arange(count) + 0.5) / count)


def _coefficients(count: int) -> Array:
    """(count, count): from values at the Chebyshev nodes to coefficients."""
    matrix: Array = np.linalg.inv(chebyshev.chebvander(_at_nodes(count), count - 1))
    return matrix


class _Designs:
    """The columns of the model at any temperature, and weights at right angles to them."""

    def __init__(self, fit: Fit, used: Array, signal: Window, scale: bool) -> None:
        self._fit, self._used = fit, used
        basis, p = fit.model.basis, fit.parameters
        total = p.weights.sum()
        self._transform = p.weights @ fit.model.peaks(p.shape) / total
        self.peak: Array = basis.spectra(basis.elastic * self._transform)
        # By differences between channels, a shift by 0.1 meV would pass for 0.4 K.
        self._changed = [self._transform * basis.derivative, self._transform * basis.derivative**2]
        if scale:
            wider = fit.model.family.components(basis.lags / (1 + _SCALE_STEP), p.shape) / (1 + _SCALE_STEP)
            scaled = p.weights @ basis.peak_transform(wider) / total
            self._changed.append((scaled - self._transform) / _SCALE_STEP)
        self._mean = np.maximum(fit.expected, 1e-9 * fit.expected.max(axis=1, keepdims=True))
        inside = (basis.knots >= signal[0]) & (basis.knots <= signal[1])
        self._signal = p.reduced * inside
        # Phonons that hide in the peak are taken to be as warm as the signal; others have a temperature of their own.
        below = (basis.knots < signal[0]) & (basis.knots > _HIDDEN * basis.fwhm)
        self._others = [p.reduced * part for part in (below, basis.knots > signal[1]) if part.any()]

    def weights(self, temperature: float, pixels: Array) -> Array:
        """(R, k): weights of S at a temperature (K), scaled to unit variance in an average pixel."""
        found = self._answering(temperature, pixels)
        noise = np.sqrt((found**2 * self._mean).sum(axis=1) / pixels)
        return found / noise[:, np.newaxis]

    def _answering(self, temperature: float, pixels: Array) -> Array:
        """(R, k): weights that a spectrum of one zero-loss electron answers with 1 to a unit of ln T."""
        columns, (direction, *others) = self._columns(temperature)
        found = np.zeros((len(pixels), len(self._used)))
        for r in range(len(pixels)):
            changes = self._changes(r, temperature)
            free = np.concatenate([changes, columns, *(other[r : r + 1] for other in others)])
            found[r] = self._aside(direction[r], free, r, pixels[r])
        return found

    def amounts(self) -> Array:
        """(R, k): weights whose sum is the number of zero-loss electrons: those of the core, as many as the material's
        summed spectrum has there."""
        core = self._used & (np.abs(self._fit.model.basis.axis) < self._fit.model.basis.fwhm)
        p = self._fit.parameters
        elastic = p.weights.sum() * np.exp(p.log_amount)
        return np.stack([core * (n / mean[core].sum()) for n, mean in zip(elastic, self._mean, strict=True)])

    def _changes(self, r: int, temperature: float) -> Array:
        """(c, k) columns of the peak, a constant, and small changes of position, breadth and scale of material r at a
        temperature."""
        basis = self._fit.model.basis
        bose, _ = basis.bose(temperature)
        source = basis.elastic + basis.transform((self._fit.parameters.reduced[r] @ basis.hats) * bose)
        moved = [basis.spectra(source * changed) for changed in self._changed]
        return np.stack([self.peak, np.ones_like(self.peak), *moved])

    def _columns(self, temperature: float) -> tuple[Array, list[Array]]:
        """(K, k) columns of the phonons at a temperature, and (R, k) what a unit of ln T adds for each material: of the
        signal's phonons, and of those below and above."""
        basis = self._fit.model.basis
        bose, slope = basis.bose(temperature)
        columns = basis.spectra(basis.transform(basis.hats * bose) * self._transform)
        turned = [basis.transform((part @ basis.hats) * slope) for part in (self._signal, *self._others)]
        return columns, [basis.spectra(part * self._transform) for part in turned]

    def _aside(self, direction: Array, columns: Array, r: int, pixels: float) -> Array:
        """(k,): weights of unit answer to `direction` and none to the columns, of least noise."""
        mean = self._mean[r]
        variance = mean / pixels + _PIXELS_AVERAGED * (self._fit.pattern * mean / pixels) ** 2
        root = np.where(self._used, 1 / np.sqrt(variance), 0.0)
        whitened = columns * root
        length = np.linalg.norm(whitened, axis=1)
        whitened = whitened[length > 0] / length[length > 0, np.newaxis]
        factor = cho_factor(whitened @ whitened.T + _RIDGE * np.eye(len(whitened)))
        rest = direction * root
        for _ in range(2):
            rest = rest - whitened.T @ cho_solve(factor, whitened @ rest)
        weights: Array = rest * root
        return weights / float(weights @ direction)
