"""Modal temperatures along the heat flow: one temperature for each range of phonon energies, leakage solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from kapitza.data import Array, TemperatureMap
from kapitza.errors import MethodError
from kapitza.interface.modes.recipe import forward_recipe, zero_loss_curve
from kapitza.interface.modes.region_spectra import RegionSpectra
from kapitza.settings import Window
from kapitza.spectra.unmixing import Mode, leakage_matrix
from kapitza.spectra.unmixing.least_squares import solve
from kapitza.theory.occupation import temperature_error, temperature_from_ratio
from kapitza.units import BOLTZMANN

WINDOWS: Mapping[str, Window] = {
    "acoustic": (40.0, 72.0),
    "AlN TO": (79.0, 87.0),
    "SiC TO": (92.0, 104.0),
    "LO": (105.0, 125.0),
}
"""Ranges of phonon energies, meV, for AlN on SiC; each holds a band with its whole width."""

_PASSES = 2
_LEAST = 1.0
_LOWEST = 20.0
"""meV: phonons below are left to the zero-loss peak, which hides them."""
_VAGUEST = 0.5
"""Standard error of ln(loss/gain) above which no temperature is given."""


@dataclass(frozen=True)
class ModalTemperatures:
    """Temperatures of ranges of phonon energies along the heat flow.

    names : M of them. windows : meV. position : (n,), nm. temperature, error : (M, n), K; NaN where the range holds too
    little signal. The errors are those of counting; what the zero-loss peak, known inexactly, does to all positions of
    a range alike is not in them, and is largest for the acoustic one. covariance : (n, M, M), K^2, of the ranges at one
    position. energy : (M, n), meV, the mean energy of the phonons there. all_phonons : (n,), K, of the temperature map.
    misfit : (n,), reduced chi-squared.
    """

    names: tuple[str, ...]
    windows: tuple[Window, ...]
    position: Array
    temperature: Array
    error: Array
    covariance: Array
    energy: Array
    all_phonons: Array
    misfit: Array


def modal_temperatures(
    columns: RegionSpectra,
    tmap: TemperatureMap,
    windows: Mapping[str, Window] | None = None,
    *,
    fitted: Window = (30.0, 180.0),
) -> ModalTemperatures:
    """Temperature of the phonons in each range of energies, at every position along the heat flow.

    The phonon spectra that the forward model found for the materials, in the mixture that fits the position best, are
    cut at the edges of the ranges, and each piece is blurred by the zero-loss peak. Losses and gains of all ranges are
    fitted together, each with an amount of its own, and with them what lies between and beside the ranges, whose pieces
    share one temperature: what the peak leaks from one range into another is accounted for and in the errors.

    Parameters
    ----------
    columns : as `column_spectra` makes them of the map's image. tmap : of preset `recommended`.
    windows : meV, by name; for AlN on SiC when None. A range should hold a band with its whole width: cutting one that
        is narrower than the peak in two is possible, and tells nothing. fitted : meV, energies |E| of the spectra.

    Raises
    ------
    MethodError
        if a window is empty or overlaps another, or the map has no forward model.
    """
    windows = dict(WINDOWS if windows is None else windows)
    cut = _Cut.of(tmap, windows)
    axis = cut.on(columns.energy)
    used = (np.abs(columns.energy) >= fitted[0]) & (np.abs(columns.energy) <= fitted[1])
    found = [
        _fitted(cut, axis, used, spectrum, under, float(kelvin))
        for spectrum, under, kelvin in zip(columns.electrons, columns.background, columns.temperature, strict=True)
    ]
    temperature, covariance, energy, misfit = (np.stack(part) for part in zip(*found, strict=True))
    return ModalTemperatures(
        tuple(windows),
        tuple(windows.values()),
        columns.position,
        temperature.T,
        np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)).T,
        covariance,
        energy.T,
        columns.temperature,
        misfit,
    )


def window_leakage(tmap: TemperatureMap, windows: Mapping[str, Window] | None = None) -> Array:
    """What share of an even spectrum in one range of energies is recorded in another: (recorded, true).

    Parameters
    ----------
    tmap : whose zero-loss peak is taken. windows : meV, by name; for AlN on SiC when None.
    """
    plan, _, _ = forward_recipe(tmap)
    chosen = dict(WINDOWS if windows is None else windows)
    boxes = tuple(Mode(name, 0.5 * (low + high), high - low, "box") for name, (low, high) in chosen.items())
    return leakage_matrix(plan.axis, boxes, tuple(chosen.values()), zero_loss_curve(plan))


@dataclass(frozen=True)
class _Cut:
    """Phonon spectra (materials, hats) and which piece each hat belongs to (hats,): first the ranges, then the rest."""

    tmap: TemperatureMap
    reduced: Array
    piece: Array
    ranges: int

    @classmethod
    def of(cls, tmap: TemperatureMap, windows: Mapping[str, Window]) -> _Cut:
        """The cut of a map's phonon spectra at the edges of windows."""
        plan, _, _ = forward_recipe(tmap)
        knots = plan.fit.model.basis.knots
        piece = np.full(len(knots), -1)
        for number, (name, (low, high)) in enumerate(windows.items()):
            inside = (knots >= low) & (knots < high)
            if not inside.any() or (piece[inside] >= 0).any():
                raise MethodError(
                    f"Ranges of energies that do not overlap, each wider than {knots[1] - knots[0]:.3g} meV and below "
                    f"{knots[-1]:.4g} meV, are wanted, got {low:g} to {high:g} meV for {name!r}: correct it."
                )
            piece[inside] = number
        # Runs of hats that lie in no range are pieces of their own.
        outside = (piece < 0) & (knots >= _LOWEST)
        starts = outside & ~np.append(False, outside[:-1])
        piece[outside] = len(windows) - 1 + np.cumsum(starts)[outside]
        return cls(tmap, plan.fit.parameters.reduced, piece, len(windows))

    def on(self, energy: Array) -> slice:
        """The channels of the plan's axis that an axis of spectra (k,) covers."""
        plan, _, _ = forward_recipe(self.tmap)
        first = int(np.argmin(np.abs(plan.axis - energy[0])))
        return slice(first, first + len(energy))

    def mixed(self, spectrum: Array, under: Array, used: Array, axis: slice, kelvin: float) -> Array:
        """(hats,): the phonon spectra of the materials in the mixture that fits a spectrum best."""
        whole = np.stack([self.blurred(a[np.newaxis], kelvin, (1, 1))[0, axis] for a in self.reduced])
        noise = np.sqrt(np.maximum(spectrum, _LEAST))
        matrix = (np.vstack([whole * under.max(), under]) / noise)[:, used]
        scale = np.sqrt((matrix**2).sum(axis=1))
        amounts, _ = nnls((matrix / scale[:, np.newaxis]).T, (spectrum / noise)[used])
        mixture: Array = (amounts / scale)[: len(self.reduced)] @ self.reduced
        return mixture

    def blurred(self, reduced: Array, kelvin: float, sides: tuple[int, int]) -> Array:
        """Losses and gains (pieces, k), as far as `sides` counts them in, of phonon spectra (pieces, hats)."""
        plan, _, _ = forward_recipe(self.tmap)
        basis, p = plan.fit.model.basis, plan.fit.parameters
        bose, _ = basis.bose(kelvin)
        side = np.where(basis.source_energy > 0, sides[0], sides[1])
        peak = p.weights @ plan.fit.model.peaks(p.shape) / p.weights.sum()
        return basis.spectra(basis.transform((reduced @ basis.hats) * bose * side) * peak)


def _fitted(
    cut: _Cut, axis: slice, used: Array, spectrum: Array, under: Array, kelvin: float
) -> tuple[Array, Array, Array, float]:
    """Temperatures (M,) of the ranges in one spectrum, their covariance (M, M), mean energies (M,) and the misfit."""
    mixture = cut.mixed(spectrum, under, used, axis, kelvin)
    pieces = np.stack([np.where(cut.piece == i, mixture, 0.0) for i in range(cut.piece.max() + 1)])
    some: Array = np.flatnonzero(np.any(pieces, axis=1))
    own, rest = pieces[some[some < cut.ranges]], pieces[some[some >= cut.ranges]]
    loss, gain = (cut.blurred(own, kelvin, side)[:, axis] for side in ((1, 0), (0, 1)))
    both = cut.blurred(rest, kelvin, (1, 1))[:, axis]
    warmer = cut.blurred(rest.sum(axis=0, keepdims=True), kelvin * 1.01, (1, 1))[:, axis]
    fixed = np.vstack([loss, gain, both, warmer[: len(rest)], under / under.max(), np.ones_like(under)])
    mean, modelled = np.maximum(spectrum, _LEAST), under
    for _ in range(_PASSES):
        columns = np.vstack([fixed, np.gradient(modelled)])
        found = solve(columns[:, used], spectrum[used], 1 / mean[used], mean[used], np.zeros_like(columns[:, used]))
        modelled = found.amounts @ columns
        mean = np.maximum(modelled, _LEAST)
    misfit = float((found.residual**2 / mean[used]).sum() / (used.sum() - len(columns)))
    return *_temperatures(cut, pieces, some[some < cut.ranges], (found.amounts, found.covariance), kelvin), misfit


def _temperatures(
    cut: _Cut, pieces: Array, some: Array, amounts: tuple[Array, Array], kelvin: float
) -> tuple[Array, Array, Array]:
    """See `_fitted`. At the right temperature the amounts of losses and gains of a range would be equal."""
    plan, _, _ = forward_recipe(cut.tmap)
    m, number = len(some), cut.ranges
    temperature, energy = np.full((2, number), np.nan)
    lever = np.zeros((number, len(amounts[0])))
    for place, i in enumerate(some):
        loss, gain = amounts[0][place], amounts[0][m + place]
        relative = np.array([-1 / loss, 1 / gain])
        both = [place, m + place]
        if loss > 0 and gain > 0 and _deviation(relative, amounts[1][np.ix_(both, both)]) < _VAGUEST:
            energy[i] = np.average(plan.fit.model.basis.knots, weights=pieces[i])
            ratio = loss / gain * np.exp(energy[i] / (BOLTZMANN * kelvin))
            temperature[i] = temperature_from_ratio(ratio, energy[i])
            lever[i, both] = relative * temperature_error(energy[i], temperature[i], 1.0)
    covariance = lever @ amounts[1] @ lever.T
    unknown = np.isnan(temperature)
    covariance[unknown] = covariance[:, unknown] = np.nan
    return temperature, covariance, energy


def _deviation(lever: Array, covariance: Array) -> float:
    return float(np.sqrt(lever @ covariance @ lever))
