"""What a thermometer reads from phonons that are not in equilibrium with one another.

Loss and gain are compared at every energy as if one temperature ruled. Here are its readings where modes in the window
have temperatures of their own, where phonons going one way are hotter than those coming back, and at an interface.
Energies in meV, temperatures in K, mean free paths in nm, gradients in K/nm. Neither background nor finite resolution
is in it. Derived here.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import expit

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.checks import check_not_negative, check_positive
from kapitza.theory.occupation import occupation, reduced_energy
from kapitza.theory.two_temperature import TwoTemperatures
from kapitza.units import BOLTZMANN

Weighting = Literal["information", "unweighted"]


def channel_temperatures(energy: Array, spectra: Array, temperatures: Array) -> Array:
    """Temperature (energies,), K, that loss over gain says at each energy, E/(k ln R) of the mixture.

    energy : (energies,), meV. spectra : (energies, populations), what each population would scatter per 1 + n, zero or
    more. temperatures : (populations,), K.

    Raises
    ------
    MethodError
        if shapes do not fit, an energy or a temperature is not positive, a spectrum is negative, or nothing is
        scattered at an energy.
    """
    e, _, logs = _log_ratios(energy, spectra, temperatures)
    return e / (BOLTZMANN * logs)


def measured_temperature(energy: Array, spectra: Array, temperatures: Array, weighting: Weighting) -> float:
    """Temperature (K) that a window returns from several populations, exactly.

    energy, spectra, temperatures : as in `channel_temperatures`. weighting : "information" is maximum likelihood of
    the counts, sum E [gain - (loss+gain)/(1+exp(E/kT))] = 0; "unweighted" is the straight line of ln(loss/gain) through
    the origin, every energy counting alike, which makes 1/T the mean of the channels' 1/T weighted by E^2.

    Raises
    ------
    MethodError
        as `channel_temperatures`, or if there is no such weighting.
    """
    e, counts, logs = _log_ratios(energy, spectra, temperatures)
    _check_weighting(weighting)
    if weighting == "unweighted":
        return float(1.0 / (BOLTZMANN * (e @ logs / (e @ e))))
    gain = counts * expit(-logs)
    each = logs / e
    low, high = 0.9 * each.min(), 1.1 * each.max()
    inverse = brentq(lambda beta: e @ (gain - counts * expit(-beta * e)), low, high, xtol=1e-15, rtol=1e-14)
    return float(1.0 / (BOLTZMANN * inverse))


def population_weights(energy: Array, spectra: Array, temperature: float, weighting: Weighting) -> Array:
    """By how much a window's temperature rises per kelvin of each population, (populations,), to first order; sum 1.

    Each channel has the mean of its populations, and the window the mean of its channels: weighted by E^2
    ("unweighted"), or by their information, (loss+gain) p(1-p) E^2 with p = 1/(exp(E/kT)+1).

    energy, spectra : as in `channel_temperatures`. temperature : K, common, about which the populations deviate.

    Raises
    ------
    MethodError
        as `channel_temperatures`, or if there is no such weighting.
    """
    amounts = np.asarray(spectra, dtype=float)
    common = np.full(amounts.shape[-1:], temperature, dtype=float)
    e, counts, logs = _log_ratios(energy, amounts, common)
    _check_weighting(weighting)
    channel = e**2 if weighting == "unweighted" else counts * expit(logs) * expit(-logs) * e**2
    weights: Array = channel @ (amounts / amounts.sum(axis=1, keepdims=True)) / channel.sum()
    return weights


def line_deviation(energy: Array, spectra: Array, temperatures: Array) -> float:
    """Root mean square by which ln(loss/gain) of several populations departs from the straight line through the origin.

    Below the noise of the data it shows that a good straight line is no sign of equilibrium.

    energy, spectra, temperatures : as in `channel_temperatures`, and the same errors.
    """
    e, _, logs = _log_ratios(energy, spectra, temperatures)
    return float(np.sqrt(np.mean((logs - e * (e @ logs / (e @ e))) ** 2)))


def directed_shift(path: ArrayLike, gradient: ArrayLike) -> Array:
    """How much hotter (K) than their place phonons are that come down a temperature gradient, -path * gradient.

    path : component along x of the mean free path, nm, negative for phonons that go the other way. gradient : dT/dx,
    K/nm. To first order in the relaxation-time approximation; they broadcast.
    """
    return -np.asarray(path, dtype=float) * np.asarray(gradient, dtype=float)


def symmetric_shift(energy: ArrayLike, temperature: ArrayLike, path: ArrayLike, gradient: ArrayLike) -> Array:
    """Error (K) that a bulk gradient leaves where phonons q and -q are counted alike: on axis, round aperture.

    What is odd in q cancels. In second order of the relaxation-time approximation, in a temperature that is linear in
    x, (path * gradient)^2 [x coth(x/2) - 2]/T is left, with x = E/kT; below (path * gradient)^2/T for x < 2.5.

    energy : meV. temperature : K. path : component along x of the mean free path, nm; its length over sqrt(3) for
    the mean over all directions. gradient : K/nm. They broadcast.

    Raises
    ------
    MethodError
        if the energy or the temperature is not positive.
    """
    check_positive(energy=energy, temperature=temperature)
    x = reduced_energy(energy, temperature)
    return np.square(directed_shift(path, gradient)) * (x / np.tanh(0.5 * x) - 2.0) / np.asarray(temperature)


def one_sided_shift(
    energy: ArrayLike, temperature: ArrayLike, path: ArrayLike, gradient: ArrayLike, sidedness: ArrayLike = 1.0
) -> Array:
    """Error (K) of the temperature in an aperture beside the axis, along the heat flow, to first order.

    Loss makes phonons q, gain takes phonons -q. With q hotter by d, and -q colder, ln[(1+n_q)/n_-q] reads T - (1+2n) d.
    It changes sign with the side of the aperture and with the direction of heat flow.

    energy : meV. temperature : K. path : component along x of the mean free path of the phonons that loss makes, nm.
    gradient : dT/dx, K/nm. sidedness : share of the signal from q less that from -q, from -1 to 1. They broadcast.

    Raises
    ------
    MethodError
        if the energy or the temperature is not positive, or the sidedness is not between -1 and 1.
    """
    check_positive(energy=energy, temperature=temperature)
    side = np.asarray(sidedness, dtype=float)
    if not (np.abs(side) <= 1.0).all():
        raise MethodError(
            f"A sidedness from -1 to 1 is wanted, got {np.max(np.abs(side)):g} in size: give the share of the signal "
            "from one side less that from the other."
        )
    return -(1.0 + 2.0 * occupation(energy, temperature)) * side * directed_shift(path, gradient)


def measured_step(solution: TwoTemperatures, optical_left: float = 1.0, optical_right: float = 1.0) -> float:
    """Step (K) right at the interface that windows see whose signal comes from optical phonons by the given weights.

    With weight 1 on both sides it is the drop of the optical phonons' own temperature; with the optical shares of the
    heat, the drop between the extrapolated bulk lines. The first is above the second where the interface lets through
    a smaller share of the heat as optical phonons than the bulk carries so.

    optical_left, optical_right : sum of `population_weights` of optical phonons, from 0 to 1.

    Raises
    ------
    MethodError
        if a weight is not between 0 and 1.
    """
    check_not_negative(optical_left=optical_left, optical_right=optical_right)
    if max(optical_left, optical_right) > 1.0:
        raise MethodError(f"Weights from 0 to 1 are wanted, got {max(optical_left, optical_right):g}: they are shares.")
    before = (optical_left - solution.left.share) * solution.split_left
    after = (optical_right - solution.right.share) * solution.split_right
    return solution.drop + before - after


def _log_ratios(energy: Array, spectra: Array, temperatures: Array) -> tuple[Array, Array, Array]:
    """Energies, loss + gain and ln(loss/gain) of each channel."""
    e, a, t = (np.asarray(values, dtype=float) for values in (energy, spectra, temperatures))
    if e.ndim != 1 or t.ndim != 1 or a.shape != (e.size, t.size):
        raise MethodError(
            f"Spectra of the shape (energies, populations) are wanted, got {a.shape} for energies {e.shape} and "
            f"temperatures {t.shape}: give one row for each energy and one column for each population."
        )
    check_positive(energy=e, temperature=t)
    check_not_negative(spectrum=a)
    if not (a.sum(axis=1) > 0.0).all():
        raise MethodError("A spectrum above zero at every energy is wanted, got none at some: narrow the window.")
    n = occupation(e[:, np.newaxis], t)
    gain = np.sum(a * n, axis=1)
    loss = np.sum(a * (1.0 + n), axis=1)
    return e, loss + gain, np.log(loss / gain)


def _check_weighting(weighting: str) -> None:
    if weighting not in ("information", "unweighted"):
        raise MethodError(f"The weighting information or unweighted is wanted, got {weighting!r}: choose one of them.")
