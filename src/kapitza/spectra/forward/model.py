"""The model of summed spectra: what they are expected to hold, and how that answers to every parameter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kapitza.data import Array
from kapitza.spectra.forward.basis import Basis
from kapitza.spectra.forward.peaks import Family

_STEP = 1e-5


@dataclass(frozen=True)
class Parameters:
    """Parameters of R summed spectra.

    weights : (J,), electrons, of the peak's components in the first spectrum. reduced : (R, K), phonon spectrum A at
    the hats' tops, 1/meV, relative to the zero-loss peak. constant : (R,), electrons per channel. shape : (p,), free
    parameters of the peak. log_temperature : (R,), ln K. log_amount : (R,), ln of the zero-loss electrons over those of
    the first spectrum; the first is 0.
    """

    weights: Array
    reduced: Array
    constant: Array
    shape: Array
    log_temperature: Array
    log_amount: Array

    def pack(self) -> Array:
        """All of them in one vector: first those that cannot be negative, `bounded` in number."""
        return np.concatenate(
            [self.weights, self.reduced.ravel(), self.constant, self.shape, self.log_temperature, self.log_amount[1:]]
        )

    def unpack(self, packed: Array) -> Parameters:
        """The same kind of parameters from a vector made by `pack`."""
        sizes = (self.weights.size, self.reduced.size, self.constant.size, self.shape.size, self.log_temperature.size)
        weights, reduced, constant, shape, kelvin, amount = np.split(packed, np.cumsum(sizes))
        return replace(
            self,
            weights=weights,
            reduced=reduced.reshape(self.reduced.shape),
            constant=constant,
            shape=shape,
            log_temperature=kelvin,
            log_amount=np.concatenate([[0.0], amount]),
        )

    @property
    def bounded(self) -> int:
        """How many leading entries of the packed vector cannot be negative."""
        return self.weights.size + self.reduced.size + self.constant.size

    def of_the_peak(self) -> Array:
        """(P,), True for the entries of the packed vector that say what the peak looks like: weights and shape."""
        number = np.arange(self.pack().size)
        marked: Array = (number < self.weights.size) | (
            (number >= self.bounded) & (number < self.bounded + self.shape.size)
        )
        return marked


@dataclass(frozen=True)
class Model:
    """What summed spectra hold. phonons : (R,), False for spectra in vacuum, which have none."""

    basis: Basis
    family: Family
    phonons: Array

    def peaks(self, shape: Array) -> Array:
        """(J, n_f): transforms of the peak's components."""
        return self.basis.peak_transform(self.family.components(self.basis.lags, shape))

    def source(self, p: Parameters, r: int) -> Array:
        """(n_f,): transform of the unit zero-loss line with the phonons of spectrum r."""
        bose, _ = self.basis.bose(float(np.exp(p.log_temperature[r])))
        phonons: Array = self.basis.transform((p.reduced[r] @ self.basis.hats) * bose)
        return self.basis.elastic + phonons

    def expected(self, p: Parameters) -> Array:
        """(R, k): expected electrons."""
        peak = p.weights @ self.peaks(p.shape)
        sources = np.stack([self.source(p, r) for r in range(len(p.reduced))])
        counts: Array = self.basis.spectra(sources * peak) * np.exp(p.log_amount)[:, np.newaxis]
        return counts + p.constant[:, np.newaxis]

    def jacobian(self, p: Parameters) -> Array:
        """(R, k, P): derivatives of `expected` by the packed parameters."""
        peaks = self.peaks(p.shape)
        regions, hats = p.reduced.shape
        jacobian = np.zeros((regions, len(self.basis.axis), p.pack().size))
        by_shape = self._by_shape(p)
        first = np.cumsum([p.weights.size, p.reduced.size, regions, p.shape.size, regions])
        for r in range(regions):
            rows, amount, source = jacobian[r].T, np.exp(p.log_amount[r]), self.source(p, r)
            rows[: p.weights.size] = amount * self.basis.spectra(source * peaks)
            rows[first[1] + r] = 1.0
            rows[first[2] : first[3]] = amount * self.basis.spectra(source * by_shape)
            if self.phonons[r]:
                lines, kelvin = self._by_phonons(p, r, p.weights @ peaks)
                rows[first[0] + r * hats : first[0] + (r + 1) * hats] = amount * lines
                rows[first[3] + r] = amount * kelvin
            if r:
                rows[first[4] + r - 1] = amount * self.basis.spectra(source * (p.weights @ peaks))
        return jacobian

    def _by_shape(self, p: Parameters) -> Array:
        """(p, n_f): derivatives of the peak's transform by its free parameters."""
        steps = _STEP * np.eye(p.shape.size)
        above, below = ([p.weights @ self.peaks(p.shape + sign * step) for step in steps] for sign in (1, -1))
        return (np.stack(above) - np.stack(below)) / (2 * _STEP)

    def _by_phonons(self, p: Parameters, r: int, peak: Any) -> tuple[Array, Array]:
        """(K, k) spectra of the hats at the temperature of spectrum r, and (k,) the derivative by its logarithm."""
        bose, slope = self.basis.bose(float(np.exp(p.log_temperature[r])))
        lines = self.basis.spectra(self.basis.transform(self.basis.hats * bose) * peak)
        kelvin = self.basis.spectra(self.basis.transform((p.reduced[r] @ self.basis.hats) * slope) * peak)
        return lines, kelvin
