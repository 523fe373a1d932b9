"""How well a temperature or a step can be known: Fisher information and the Cramer-Rao bound of counted electrons.

Loss and gain at one energy are Poisson counts with means A + B_loss and A exp(-E/kT) + B_gain; the loss spectrum A is
free at every energy, so that only the ratio tells the temperature. Energies in meV, temperatures in K, intensities in
electrons. No unbiased estimator scatters less than these bounds. Source: Kay, Fundamentals of Statistical Signal
Processing: Estimation Theory (1993), chapter 3, for the bound; the formulas for spectra and steps are derived here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import block_diag
from scipy.optimize import brentq

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.theory.conduction import WIDTH_10_90, StepShape, step
from kapitza.theory.lineshapes import pearson7, pearson7_gradient
from kapitza.theory.occupation import reduced_energy, temperature_error
from kapitza.units import BOLTZMANN

_ELECTRONS_PER_PICOCOULOMB = 1e-12 / 1.602176634e-19
_BEST_ENERGY = {
    "loss": lambda x: (x - 2.0) * math.exp(x) - 2.0,
    "pair": lambda x: x * math.tanh(0.5 * x) - 2.0,
}
_WORST_CONDITION = 1e13


def cramer_rao(mean: Array, jacobian: Array, known: Array | None = None) -> Array:
    """Least covariance (p, p) that unbiased estimates of p parameters can have from Poisson counts.

    mean : (n,), expected counts. jacobian : (n, p), their derivatives by the parameters. known : (p, p), Fisher
    information on the parameters from elsewhere.

    Raises
    ------
    MethodError
        if the counts do not tell all parameters.
    """
    information = jacobian.T @ (jacobian / np.asarray(mean, dtype=float)[:, np.newaxis])
    return _inverse(information if known is None else information + known)


def line_temperature_error(
    energy: ArrayLike,
    temperature: ArrayLike,
    loss: ArrayLike,
    background_loss: ArrayLike = 0.0,
    background_gain: ArrayLike | None = None,
) -> Array:
    """Least standard error (K) of the temperature that one phonon line tells.

    energy : meV. temperature : K. loss : electrons in the line on the loss side. background_loss, background_gain :
    background under the line over the line, on either side; where the latter is None the background is as high on both
    sides. The background itself is known. The arguments broadcast.
    """
    ratio = np.exp(reduced_energy(energy, temperature))
    under_loss = np.asarray(background_loss, dtype=float)
    under_gain = under_loss * ratio if background_gain is None else np.asarray(background_gain, dtype=float)
    noise = (1.0 + under_loss) + ratio * (1.0 + under_gain)
    return temperature_error(energy, temperature, np.sqrt(noise / np.asarray(loss, dtype=float)))


@dataclass(frozen=True)
class Tail:
    """What is not known of one side's background, and what its windows tell of it; p parameters.

    slope : (m, p), electrons, derivatives of the background at the energies of the signal. information : (p, p),
    Fisher information from the background windows.
    """

    slope: Array
    information: Array


def tail_of_known_shape(background: Array, in_windows: float) -> Tail:
    """A background whose height alone is free, as preset `recommended` has it at each pixel.

    background : (m,), electrons, at the energies of the signal. in_windows : electrons in the background windows, which
    rise and fall with the height.
    """
    return Tail(np.asarray(background, dtype=float)[:, np.newaxis], np.array([[float(in_windows)]]))


def free_pearson_tail(energy: Array, windows: Array, height: float, fwhm: float, exponent: float) -> Tail:
    """A Pearson VII background centred at zero whose height and exponent are free.

    energy : (m,), meV, of the signal. windows : (k,), meV, channels of the background windows, which hold nothing else.
    height : electrons per channel at zero energy. fwhm : meV.
    """

    def slope(at: Array) -> Array:
        return pearson7_gradient(at, height, 0.0, fwhm, exponent)[:, [0, 3]]

    inside = slope(windows)
    counted = pearson7(windows, height, 0.0, fwhm, exponent)
    return Tail(slope(energy), inside.T @ (inside / counted[:, np.newaxis]))


def temperature_bound(
    energy: Array,
    temperature: float,
    loss: Array,
    gain: Array,
    background_loss: ArrayLike = 0.0,
    background_gain: ArrayLike = 0.0,
    tails: tuple[Tail, Tail] | None = None,
) -> float:
    """Least standard error (K) of the temperature of a spectrum whose phonon lines may have any shape.

    Parameters
    ----------
    energy : (m,), meV. temperature : K.
    loss, gain : (m,), electrons above the background. Detailed balance gives gain = loss exp(-E/kT); other ratios, as
        finite resolution leaves them, are taken as they are, with the same dependence on temperature.
    background_loss, background_gain : (m,), electrons, or one number.
    tails : what is not known of the background of the loss and of the gain side; both are known when None.

    Raises
    ------
    MethodError
        if nothing is counted on one side, or windows do not tell the background.
    """
    energy, loss, gain = (np.asarray(a, dtype=float) for a in (energy, loss, gain))
    used = (loss > 0.0) & (gain > 0.0)
    if not used.any():
        raise MethodError(
            "Phonon electrons on both sides of the zero-loss peak are wanted to tell a temperature, got none at any "
            "energy: give a spectrum with a gain side, or a window where there is signal."
        )
    counted_loss, counted_gain = (np.where(used, a, 1.0) for a in (loss + background_loss, gain + background_gain))
    # A, free, moves loss and gain together: what is left to tell the rest is the one combination it does not move.
    by_loss, by_gain = (np.where(used, a, 0.0) for a in (loss / np.sqrt(counted_loss), gain / np.sqrt(counted_gain)))
    length = np.where(used, np.hypot(by_loss, by_gain), 1.0)
    to_loss = -by_gain / length / np.sqrt(counted_loss)
    to_gain = by_loss / length / np.sqrt(counted_gain)
    columns = [(to_gain * -energy * gain)[:, np.newaxis]]
    blocks = [np.zeros((1, 1))]
    if tails is not None:
        columns += [to_loss[:, np.newaxis] * tails[0].slope, to_gain[:, np.newaxis] * tails[1].slope]
        blocks += [tail.information for tail in tails]
    known = block_diag(*blocks)
    design = np.concatenate(columns, axis=1)
    by_beta = _inverse(design.T @ design + known)[0, 0]
    return float(BOLTZMANN * temperature**2 * np.sqrt(by_beta))


def optimal_energy(temperature: ArrayLike, counted: Literal["loss", "pair"] = "loss") -> Array:
    """Phonon energy (meV) at which an electron tells most of the temperature (K), without background.

    counted : whether the electrons on the loss side or those on both sides are what is limited.
    """
    x = float(brentq(_BEST_ENERGY[counted], 1.0, 4.0, xtol=1e-12))
    return x * BOLTZMANN * np.asarray(temperature, dtype=float)


def counted_electrons(current: ArrayLike, dwell: ArrayLike, probability: ArrayLike = 1.0) -> Array:
    """Electrons counted in `dwell` (s) at a probe current (pA), each with `probability` (scattered and seen)."""
    return np.asarray(current, dtype=float) * np.asarray(dwell) * np.asarray(probability) * _ELECTRONS_PER_PICOCOULOMB


def dwell_time(
    error: ArrayLike,
    energy: ArrayLike,
    temperature: ArrayLike,
    current: ArrayLike,
    probability: ArrayLike,
    background_loss: ArrayLike = 0.0,
    background_gain: ArrayLike | None = None,
) -> Array:
    """Time (s), over all pixels that are averaged, after which one line tells the temperature to `error` (K).

    current : pA. probability : that an electron of the probe is counted in the line on the loss side. The rest as in
    `line_temperature_error`.
    """
    single = line_temperature_error(energy, temperature, 1.0, background_loss, background_gain)
    return (single / np.asarray(error, dtype=float)) ** 2 / counted_electrons(current, 1.0, probability)


class StepErrors(NamedTuple):
    """Least standard errors of a step in a profile: `drop` in K, `width_10_90` and `position` in nm."""

    drop: float
    width_10_90: float
    position: float


def isolated_step_errors(error: float, pitch: float, drop: float, width_10_90: float) -> tuple[float, float]:
    """Least standard errors (nm) of 10-90 width and position of an error-function step of which all else is known.

    error : K, of each column. pitch : nm, well below the width. drop : K. width_10_90 : nm.
    """
    sigma = width_10_90 / WIDTH_10_90["erf"]
    position = error * math.sqrt(2.0 * math.sqrt(math.pi) * sigma * pitch) / abs(drop)
    return WIDTH_10_90["erf"] * math.sqrt(2.0) * position, position


def step_errors(
    position: Array,
    error: ArrayLike,
    *,
    interface: float,
    drop: float,
    width_10_90: float,
    shape: StepShape = "erf",
    position_error: float = math.inf,
) -> StepErrors:
    """Least standard errors of drop, width and position of a step between two lines, all fitted together.

    Parameters
    ----------
    position : (n,), nm, of the columns. error : K, of each column or of all.
    interface : nm. drop : K, not 0. width_10_90 : nm, > 0.
    position_error : nm, how well the position is known from elsewhere.

    Raises
    ------
    MethodError
        if there is no step, or the columns do not tell all six parameters (two lines, width, position).
    """
    if not (drop != 0.0 and width_10_90 > 0.0):
        raise MethodError(
            f"A step with a drop and a width above 0 is wanted to say how well they can be known, got {drop:g} K and "
            f"{width_10_90:g} nm: give what you expect of the sample."
        )
    x = np.asarray(position, dtype=float) - interface
    sigma = np.broadcast_to(np.asarray(error, dtype=float), x.shape)[:, np.newaxis]
    s = step(x, width_10_90, shape)
    # The step as a function of x/width: its derivative by x gives those by position and by width.
    reach = 1e-4 * width_10_90
    rise = (step(x + reach, width_10_90, shape) - step(x - reach, width_10_90, shape)) / (2.0 * reach)
    by_width, by_position = 0.5 * drop * rise * x / width_10_90, 0.5 * drop * rise
    columns = [0.5 * (1 - s), 0.5 * (1 + s), 0.5 * (1 - s) * x, 0.5 * (1 + s) * x, by_width, by_position]
    design = np.stack(columns, axis=1) / sigma
    information = design.T @ design
    information[-1, -1] += 1.0 / position_error**2
    covariance = _inverse(information)
    of_drop = covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1]
    return StepErrors(*(float(np.sqrt(v)) for v in (of_drop, covariance[4, 4], covariance[5, 5])))


def _inverse(information: Array) -> Array:
    """The inverse of an information matrix, whose rows may differ by many powers of ten."""
    scale = np.sqrt(np.diag(information))
    if not (scale > 0.0).all() or not np.isfinite(scale).all():
        raise MethodError(
            "Counts that tell every parameter are wanted, got some that say nothing of one: add channels."
        )
    scaled = information / np.outer(scale, scale)
    if np.linalg.cond(scaled) > _WORST_CONDITION:
        raise MethodError(
            "Counts that tell every parameter apart are wanted, but two of them cannot be told from each other here: "
            "add channels or columns, or fix a parameter."
        )
    inverse: Array = np.linalg.inv(scaled) / np.outer(scale, scale)
    return inverse
