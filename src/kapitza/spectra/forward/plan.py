"""The forward model as a plan: fitted to the summed spectra of an image's materials, then read at every pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import nnls

from kapitza.data import Array
from kapitza.settings import Method
from kapitza.spectra.forward.basis import Basis
from kapitza.spectra.forward.fit import Fit, fit_summed
from kapitza.spectra.forward.reading import read
from kapitza.spectra.forward.weights import Estimator, estimator
from kapitza.spectra.pixels import Pixels, Plan, judged, sides
from kapitza.spectra.windows import Windows

_FIRST_GUESS = 500.0


@dataclass(frozen=True)
class ForwardPlan(Plan):
    """What the pixels of an image share: the fit, and the estimating functions made of it.

    constant : (R,), counts per channel of a pixel (dark counts), of each material.
    """

    fit: Fit
    estimator: Estimator
    constant: Array

    @property
    def fitted(self) -> Array:
        """(k,), True in every channel that is used."""
        channels = np.arange(len(self.axis))
        return (channels >= self.estimator.first) & (channels < self.estimator.last)

    @property
    def common_covariance(self) -> Array:
        """(R, R), K^2: what a peak that is not known exactly, and the detector's gain pattern, do to all temperatures
        of each material."""
        kelvin = self.fit.temperature
        common: Array = kelvin[:, np.newaxis] * self.fit.common * kelvin
        return common

    def background(self, counts: Array, material: Array) -> tuple[Array, Array]:
        """(n, m) counts of each spectrum's zero-loss peak and constant; see `Plan.background`."""
        return self._under(read(counts, material, self.estimator, self.electrons_per_count)[2], material)

    def analyse(self, counts: Array, status: Array, material: Array, spectra: bool = False) -> Pixels:
        """Temperatures of registered spectra; see `Plan.analyse`."""
        kelvin, error, amount = read(counts, material, self.estimator, self.electrons_per_count)
        (loss, gain), (peak, _) = sides(self, counts), sides(self, self.estimator.peak[np.newaxis])
        window = slice(*np.searchsorted(self.pair_energy, self.windows.signal))
        under = amount * peak[0, window].sum() + self.constant[material] * (window.stop - window.start)
        found = judged(self, status, loss[:, window].sum(axis=1) - under, under, kelvin, error)
        if not spectra:
            return found
        backs = self._under(amount.astype(np.float32), material)
        net = (side - back for side, back in zip((loss, gain), backs, strict=True))
        return replace(found, **dict(zip(("loss", "gain"), net, strict=True)))

    def modelled(self, spectrum: Array, kelvin: float) -> Array:
        """(k,) counts of peak, constant and the phonons of all materials, in the amounts that fit the spectrum best."""
        basis, p = self.fit.model.basis, self.fit.parameters
        bose, _ = basis.bose(kelvin)
        peak = p.weights @ self.fit.model.peaks(p.shape) / p.weights.sum()
        phonons = basis.spectra(basis.transform((p.reduced @ basis.hats) * bose) * peak)
        columns = np.vstack([self.estimator.peak, phonons, np.ones_like(self.axis)])
        noise = np.sqrt(np.maximum(spectrum, spectrum[self.fitted].max() * 1e-9))
        weighted = (columns / noise)[:, self.fitted]
        amounts, _ = nnls(weighted.T, (spectrum / noise)[self.fitted])
        found: Array = amounts @ columns
        return found

    def _under(self, amount: Array, material: Array) -> tuple[Array, Array]:
        """(n, m) counts of zero-loss peaks with so many counts (n,) in them, and of the constant, of their type."""
        loss, gain = sides(self, self.estimator.peak[np.newaxis].astype(amount.dtype))
        constant = self.constant.astype(amount.dtype)[material, np.newaxis]
        return amount[:, np.newaxis] * loss + constant, amount[:, np.newaxis] * gain + constant


@dataclass(frozen=True)
class Summed:
    """Summed spectra of an image's R materials.

    electrons : (R, k). pixels : (R,), how many are summed. reach : meV, how far the spectra are to be used on the gain
    and on the loss side. vacuum : (k,), electrons, a spectrum of the zero-loss peak alone, no longer than reach.
    """

    electrons: Array
    pixels: Array
    reach: tuple[float, float]
    vacuum: Array | None = None


def make_plan(
    axis: Array, windows: Windows, method: Method, electrons_per_count: float, summed: Summed, fwhm: float
) -> ForwardPlan:
    """Fit the forward model to the summed spectra of an image, and make its estimating functions.

    Parameters
    ----------
    axis : (k,), meV. summed : of the materials. fwhm : meV, of the zero-loss peak.

    Raises
    ------
    MethodError
        if there is no zero-loss peak to fit.
    """
    used = (axis >= -summed.reach[0]) & (axis <= summed.reach[1])
    basis = Basis(axis, fwhm, max(summed.reach))
    electrons = summed.electrons if summed.vacuum is None else np.vstack([summed.electrons, summed.vacuum])
    phonons = np.arange(len(electrons)) < len(summed.electrons)
    fit = fit_summed(np.where(used, electrons, 0.0), used, basis, method.zero_loss, phonons, _FIRST_GUESS)
    both_tails = windows.far_loss is not None and windows.far_gain is not None
    estimating = estimator(fit, used, windows.signal, summed.pixels, scale=both_tails)
    constant = fit.parameters.constant / (summed.pixels * electrons_per_count)
    return ForwardPlan(axis, windows, method, electrons_per_count, fit, estimating, constant)
