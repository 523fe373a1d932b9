"""The response of a sample and the zero-loss peak, from spectra at a known temperature. Energies in meV.

In detailed balance a spectrum is h + h * (A (1 + n)) on the loss side and h + h * (A n) on the gain side, with h the
zero-loss peak and A(E) the sample's response at E > 0. Two things follow.

* When the temperature changes, both sides change alike, by h * (A dn), whatever h and A are.
* The difference of the two sides, y(E) - y(-E), is h * (A sign E): for a symmetric h it shows A without the tail of the
  peak, and without a temperature. With A and a temperature, the sum of the two sides gives h.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import nnls

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.registration import register, registered_axis, zero_loss_positions
from kapitza.theory.occupation import occupation

_NODES = 2.0
"""Distance, meV, of the corners of the piecewise straight response."""

_FIRST = 1.5
"""The first corner, in units of the peak's full width at half maximum: up to it the response is a straight line."""

_SHORTEST = 60.0
"""How far, meV, both sides of the peak must reach."""

_CORE = 20.0
"""Half-width, meV, of the part of the peak by which spectra are registered."""

_TRUSTED = 1e-3
"""Relative error of the registered spectra that is not counting noise: the peak's core has next to none of that."""

_LEANING = 2.5e-3
"""How far, in units of its width, the middles of the peak at half and at nine tenths of its height may differ."""

_ROUNDS = 4
"""Rounds in which peak and response are found from each other; each leaves about a hundredth of the error before."""


@dataclass(frozen=True)
class MeasuredResponse:
    """What the spectra say of the peak and the sample, shares of a spectrum's counts.

    energy : (k,), the image's axis. axis : (m,), registered, symmetric about zero. shift : (places, n), where zero loss
    stands. mean : (places, m), mean spectra. inner : (j,), energies above 0 of `response` (places, j). both : (m, j),
    the peak moved to +inner and to -inner, added.
    """

    energy: Array
    axis: Array
    shift: Array
    mean: Array
    inner: Array
    response: Array
    both: Array

    @classmethod
    def of(cls, energy: Array, places: Array, temperature: float) -> MeasuredResponse:
        """From spectra (places, n, energy) at about one temperature (K); those of one place share their composition.

        Raises
        ------
        MethodError
            if a side of the zero-loss peak ends before 60 meV, or the peak is not symmetric.
        """
        flat = np.nan_to_num(places.reshape(-1, energy.size).astype(float))
        shift = _shifts(energy, flat)
        whole = registered_axis(energy)
        dispersion = float(energy[-1] - energy[0]) / (energy.size - 1)
        reach = float(min(energy[-1] - shift.max(), shift.min() - energy[0])) - dispersion
        if reach < _SHORTEST:
            raise MethodError(
                f"Both sides of the zero-loss peak are wanted to {_SHORTEST:g} meV, this image has them to {reach:.4g} "
                "meV: take one that holds the gain side too."
            )
        inside = np.abs(whole) <= reach
        axis = whole[inside]
        moved = register(flat, energy, shift)[:, inside].reshape(*places.shape[:2], -1)
        counted = flat.reshape(places.shape).sum(axis=(1, 2))[:, np.newaxis]
        mean = np.divide(moved.sum(axis=1), counted, out=np.zeros((len(places), axis.size)), where=counted > 0.0)
        inner = dispersion * (np.arange(int(reach / dispersion)) + 0.5)
        share = (counted * mean).sum(axis=0) / counted.sum()
        _require_symmetric(axis, share)
        peak = _peak(axis, share, float(counted.sum()), inner, temperature)
        response = _Odd.of(axis, share, float(counted.sum()), inner, peak).responses(mean)
        return cls(energy, axis, shift.reshape(places.shape[:2]), mean, inner, response, _pair(axis, inner, peak, 1.0))

    def warmed(self, place: int, counted: Array, temperature: Array, rise: float) -> tuple[Array, Array]:
        """What is expected of the spectra of a place, and how it changes as they warm up; both (n, energy), counts.

        counted : (n,), counts in each spectrum. temperature : (n,), K. rise : K.
        """
        warm = temperature[:, np.newaxis]
        more = occupation(self.inner, warm + rise) - occupation(self.inner, warm)
        change = (self.response[place] * more) @ self.both.T
        curves = np.stack([np.broadcast_to(self.mean[place], change.shape), change])
        seen = [
            CubicSpline(self.axis, pair, axis=1, extrapolate=False)(self.energy - shift)
            for pair, shift in zip(curves.swapaxes(0, 1), self.shift[place], strict=True)
        ]
        expected, change = np.nan_to_num(seen).swapaxes(0, 1) * counted[:, np.newaxis]
        return np.maximum(expected, 0.0), change


def _shifts(energy: Array, spectra: Array) -> Array:
    """Where zero loss stands in each of the spectra (n, energy), meV: the point about which their mean is even."""
    dispersion = float(energy[-1] - energy[0]) / (energy.size - 1)
    half = int(np.ceil(_CORE / dispersion))
    axis, template = registered_axis(energy), spectra.mean(axis=0)
    for _ in range(2):
        shift = np.nan_to_num(zero_loss_positions(spectra, template, half)) * dispersion
        mean = np.nan_to_num(np.nanmean(register(spectra, energy, shift), axis=0))
        template = np.interp(energy, axis, mean)
    both = np.abs(axis) <= min(axis[-1], -axis[0])
    # The mirror image stands as far on the other side of zero.
    centre = zero_loss_positions(mean[np.newaxis, both], mean[both][::-1], half)[0] * dispersion / 2.0
    return np.asarray(shift + centre)


def _require_symmetric(axis: Array, share: Array) -> None:
    ends = [CubicSpline(axis, share - level * share.max()).roots(extrapolate=False) for level in (0.5, 0.9)]
    leaning = 0.5 * (ends[0][0] + ends[0][-1] - ends[1][0] - ends[1][-1]) / (ends[0][-1] - ends[0][0])
    if abs(leaning) > _LEANING:
        raise MethodError(
            f"A symmetric zero-loss peak is wanted: the middle of this one moves by {100 * leaning:+.2g} % of its "
            "width between nine tenths and half of its height, which would pass for phonons. Align the spectrometer."
        )


def _peak(axis: Array, share: Array, counted: float, inner: Array, temperature: float) -> Array:
    """The zero-loss peak (m,), of unit sum and even, of a mean spectrum at a temperature."""
    even = 0.5 * (share + share[::-1])
    glow = 0.5 + occupation(inner, temperature)
    # The core alone to begin with: further out the phonons may outshine the peak.
    core = np.where(np.abs(axis) < 2.0 * _width(axis, even), even, 0.0)
    peak = core / core.sum()
    for _ in range(_ROUNDS):
        response = _Odd.of(axis, share, counted, inner, peak).responses(share[np.newaxis])[0]
        elastic = np.maximum(even - _pair(axis, inner, peak, 1.0) @ (response * glow), 0.0)
        peak = elastic / elastic.sum()
    return np.asarray(peak)


def _width(axis: Array, peak: Array) -> float:
    """Full width at half maximum of a peak, meV, to a channel."""
    return float(axis[1] - axis[0]) * int((peak > 0.5 * peak.max()).sum())


def _pair(axis: Array, inner: Array, peak: Array, sign: float) -> Array:
    """The peak moved to each of the inner energies plus `sign` times that moved to its negative, (m, j)."""
    curve = CubicSpline(axis, peak, extrapolate=False)
    at = axis[:, np.newaxis]
    return np.nan_to_num(curve(at - inner)) + sign * np.nan_to_num(curve(at + inner))


@dataclass(frozen=True)
class _Odd:
    """Least squares for responses from differences of loss and gain.

    hats : (j, nodes), the piecewise straight functions. noise : (e,), of a difference. basis, triangle : QR factors of
    the weighted model, which ends with both signs of the difference that a mis-centred peak makes.
    """

    hats: Array
    noise: Array
    basis: Array
    triangle: Array

    @classmethod
    def of(cls, axis: Array, share: Array, counted: float, inner: Array, peak: Array) -> _Odd:
        """For a mean spectrum (m,) of so many counts in all."""
        nodes = np.concatenate([[0.0], np.arange(_FIRST * _width(axis, peak), inner[-1], _NODES)])
        hats = np.stack([np.interp(inner, nodes, hat) for hat in np.eye(len(nodes))[1:]], axis=1)
        both = np.maximum(share + share[::-1], 1.0 / counted)[axis > 0.0]
        noise = np.hypot(np.sqrt(both / counted), _TRUSTED * (both + _TRUSTED * share.max()))
        slope = CubicSpline(axis, peak)(axis, 1)[:, np.newaxis]
        model = np.hstack([_pair(axis, inner, peak, -1.0) @ hats, slope, -slope])[axis > 0.0]
        basis, triangle = np.linalg.qr(model / noise[:, np.newaxis])
        return cls(hats, noise, basis, triangle)

    def responses(self, means: Array) -> Array:
        """Responses (p, j) of mean spectra (p, m)."""
        middle = means.shape[1] // 2
        odd = (means[:, middle + 1 :] - means[:, middle - 1 :: -1]) / self.noise
        fitted = [nnls(self.triangle, difference @ self.basis)[0] for difference in odd]
        return np.stack(fitted)[:, : self.hats.shape[1]] @ self.hats.T
