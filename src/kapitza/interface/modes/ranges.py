"""Temperatures of ranges of phonon energies in one spectrum: the phonon spectrum cut at their edges, and fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.settings import Window
from kapitza.spectra.forward.plan import ForwardPlan
from kapitza.spectra.unmixing.least_squares import Solution, solve
from kapitza.theory.occupation import temperature_error, temperature_from_ratio
from kapitza.units import BOLTZMANN

_PASSES = 2
_LEAST = 1.0
_LOWEST = 20.0
"""meV: phonons below are left to the zero-loss peak, which hides them."""
_VAGUEST = 0.5
"""Standard error of ln(loss/gain) above which no temperature is given."""


@dataclass(frozen=True)
class Reading:
    """What one spectrum tells of M ranges; NaN where a range holds too little signal.

    temperature : (M,), K. lever : (M, k), K per electron, how the temperatures answer to the spectrum; 0 where NaN.
    covariance : (M, M), K^2, of counting. energy : (M,), meV, mean energy of the phonons. material : number of the one
    that most of the phonons belong to. misfit : reduced chi-squared.
    """

    temperature: Array
    lever: Array
    covariance: Array
    energy: Array
    material: int
    misfit: float


@dataclass(frozen=True)
class Ranges:
    """Phonon spectra of R materials, cut at the edges of M ranges.

    plan : of the map. axis : the channels of the plan's axis that the spectra cover. used : (k,), True where they are
    fitted. pieces : (pieces, g), what part of each channel lies in a range, and in what is between and beside them.
    """

    plan: ForwardPlan
    axis: slice
    used: Array
    ranges: int
    pieces: Array

    @classmethod
    def of(cls, columns: RegionSpectra, plan: ForwardPlan, windows: Mapping[str, Window], fitted: Window) -> Ranges:
        """The cut of a plan's phonon spectra for spectra on the axis of `columns`, fitted where |E| is in a window."""
        basis = plan.fit.model.basis
        knots, last = basis.knots, _LOWEST
        between = []
        for name, (low, high) in sorted(windows.items(), key=lambda item: item[1]):
            if low < last or high - low < knots[1] - knots[0] or high > knots[-1]:
                raise MethodError(
                    f"Ranges of energies that do not overlap, each wider than {knots[1] - knots[0]:.3g} meV and "
                    f"between {_LOWEST:g} and {knots[-1]:.4g} meV, are wanted, got {low:g} to {high:g} meV for "
                    f"{name!r}: correct it."
                )
            between.append((last, low))
            last = high
        between.append((last, np.inf))
        edges = np.array([*windows.values(), *(gap for gap in between if gap[0] < gap[1])])
        at, half = np.abs(basis.source_energy), basis.dispersion / 2
        inside = np.minimum(at + half, edges[:, 1:]) - np.maximum(at - half, edges[:, :1])
        first = int(np.argmin(np.abs(plan.axis - columns.energy[0])))
        away = np.abs(columns.energy)
        return cls(
            plan,
            slice(first, first + len(away)),
            (away >= fitted[0]) & (away <= fitted[1]),
            len(windows),
            np.clip(inside / basis.dispersion, 0.0, 1.0),
        )

    def read(self, spectrum: Array, under: Array, kelvin: float) -> Reading:
        """Fit the ranges to a spectrum (k,) with a zero-loss peak and constant `under` (k,), at about a temperature."""
        amounts, mixture = self._mixture(spectrum, under, kelvin)
        cut = self.pieces * mixture
        some: Array = np.flatnonzero(np.any(cut, axis=1))
        own, rest = cut[some[some < self.ranges]], cut[some[some >= self.ranges]]
        loss, gain = (self._blurred(own, kelvin, side) for side in ((1, 0), (0, 1)))
        both = self._blurred(rest, kelvin, (1, 1))
        warmer = self._blurred(rest.sum(axis=0, keepdims=True), kelvin * 1.01, (1, 1))
        fixed = np.vstack([loss, gain, both, warmer[: len(rest)], under / under.max(), np.ones_like(under)])
        mean, modelled, used = np.maximum(spectrum, _LEAST), under, self.used
        for _ in range(_PASSES):
            columns = np.vstack([fixed, np.gradient(modelled)])
            found = solve(columns[:, used], spectrum[used], 1 / mean[used], mean[used], np.zeros_like(columns[:, used]))
            modelled = found.amounts @ columns
            mean = np.maximum(modelled, _LEAST)
        misfit = float((found.residual**2 / mean[used]).sum() / (used.sum() - len(columns)))
        temperature, energy, by_amounts = self._temperatures(cut, some[some < self.ranges], found, kelvin)
        lever = np.zeros((self.ranges, len(spectrum)))
        lever[:, used] = by_amounts @ found.gain
        covariance = by_amounts @ found.covariance @ by_amounts.T
        unknown = np.isnan(temperature)
        covariance[unknown] = covariance[:, unknown] = np.nan
        return Reading(temperature, lever, covariance, energy, int(amounts.argmax()), misfit)

    def _mixture(self, spectrum: Array, under: Array, kelvin: float) -> tuple[Array, Array]:
        """(R,) amounts of the materials that fit a spectrum best, and (g,) their phonon spectra in that mixture."""
        phonons = self.plan.fit.parameters.reduced @ self.plan.fit.model.basis.hats
        whole = self._blurred(phonons, kelvin, (1, 1))
        noise = np.sqrt(np.maximum(spectrum, _LEAST))
        matrix = (np.vstack([whole * under.max(), under]) / noise)[:, self.used]
        scale = np.sqrt((matrix**2).sum(axis=1))
        found, _ = nnls((matrix / scale[:, np.newaxis]).T, (spectrum / noise)[self.used])
        amounts = (found / scale)[: len(phonons)]
        return amounts, amounts @ phonons

    def _blurred(self, phonons: Array, kelvin: float, sides: tuple[int, int]) -> Array:
        """Losses and gains (pieces, k), as far as `sides` counts them in, of phonon spectra (pieces, g)."""
        basis, p = self.plan.fit.model.basis, self.plan.fit.parameters
        bose, _ = basis.bose(kelvin)
        side = np.where(basis.source_energy > 0, sides[0], sides[1])
        peak = p.weights @ self.plan.fit.model.peaks(p.shape) / p.weights.sum()
        return basis.spectra(basis.transform(phonons * bose * side) * peak)[:, self.axis]

    def _temperatures(self, cut: Array, some: Array, found: Solution, kelvin: float) -> tuple[Array, Array, Array]:
        """Temperatures (M,), mean energies (M,), and how the temperatures answer to all amounts (M, C).

        At the right temperature the amounts of losses and gains of a range would be equal.
        """
        m, temperature, energy = len(some), *np.full((2, self.ranges), np.nan)
        lever, at = np.zeros((self.ranges, len(found.amounts))), np.abs(self.plan.fit.model.basis.source_energy)
        for place, i in enumerate(some):
            loss, gain = found.amounts[place], found.amounts[m + place]
            relative, both = np.array([-1 / loss, 1 / gain]), [place, m + place]
            vague = float(np.sqrt(relative @ found.covariance[np.ix_(both, both)] @ relative))
            if loss > 0 and gain > 0 and vague < _VAGUEST:
                energy[i] = np.average(at, weights=cut[i])
                ratio = loss / gain * np.exp(energy[i] / (BOLTZMANN * kelvin))
                temperature[i] = temperature_from_ratio(ratio, energy[i])
                lever[i, both] = relative * temperature_error(energy[i], temperature[i], 1.0)
        return temperature, energy, lever
