"""Populations of interface modes, and how they differ between forward and reverse heat flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.interface.modes.region_spectra import REGIONS, RegionSpectra
from kapitza.quantity import Quantity
from kapitza.spectra.unmixing import JointFit, Mode, joint_fit
from kapitza.theory.occupation import (
    occupation_error,
    occupation_from_ratio,
    temperature_error,
    temperature_from_ratio,
)

_COVERAGE = 0.68
_MOST_LOST = 0.16


@dataclass(frozen=True)
class Population:
    """One mode: what it scattered, how often it is occupied, and the temperature at which equilibrium has that.

    loss, gain : electrons. log_ratio : ln(loss/gain). occupation : n. temperature : K. The last three are not known
    where the gain is not above zero, or not below the loss.
    """

    mode: Mode
    loss: Quantity
    gain: Quantity
    log_ratio: Quantity
    occupation: Quantity
    temperature: Quantity


@dataclass(frozen=True)
class Populations:
    """The modes of one image. fit : the joint fit that they come from. bulk_temperature : K, of the map there.

    free : K, how much warmer every free band is at the interface than the rest of its bulk there.
    """

    name: str
    modes: tuple[Population, ...]
    fit: JointFit
    bulk_temperature: float
    free: tuple[Quantity, ...] = ()

    def number(self, name: str) -> int:
        """Place of the mode called `name`.

        Raises
        ------
        MethodError
            if there is none.
        """
        names = [population.mode.name for population in self.modes]
        if name not in names:
            raise MethodError(f"A mode of {', '.join(names)} is wanted, got {name!r}.")
        return names.index(name)


@dataclass(frozen=True)
class Asymmetry:
    """How the populations of two modes differ between forward and reverse heat flow, each with a 68 % interval.

    gain : ln of the first mode's gain over the second's, forward less reverse; 0 if the heat changes nothing.
    loss : the same of the losses, which hold 1 + n. strength : the same of losses less gains, which do not depend on
        any population: 0, to be tested. gain_over_loss : gain less loss, free of every cross-section; it is what E/kT
        of the modes says.
    occupation_ratio : n of the first over n of the second, forward over reverse; 1 if the heat changes nothing.
    contrast : of either mode, (n forward - n reverse) over their sum. temperature_change : K, forward less reverse.
    temperatures : K, of either mode, forward and then reverse: what the ratios imply.
    """

    modes: tuple[str, str]
    gain: Quantity
    loss: Quantity
    strength: Quantity
    gain_over_loss: Quantity
    occupation_ratio: Quantity
    contrast: tuple[Quantity, Quantity]
    temperature_change: tuple[Quantity, Quantity]
    temperatures: tuple[tuple[Quantity, Quantity], tuple[Quantity, Quantity]]


def mode_populations(
    spectra: RegionSpectra,
    modes: tuple[Mode, ...],
    *,
    shift: bool = True,
    broadening: bool = False,
    window: tuple[float, float] = (30.0, 180.0),
) -> Populations:
    """Occupation and temperature of each mode of an interface, from its losses and gains.

    Loss over gain of a mode is (1 + n)/n whatever its cross-section. Losses and gains come from a joint fit with the
    bulk spectra, whose temperatures are free, so that neither the drop nor a deviation of the bulk as a whole passes
    for a population. That of a single band does, unless `interface_spectra` was told to leave it free. Lines whose
    energy or width is wrong, or a line that is missing, are not in the errors.

    Parameters
    ----------
    spectra : of one image. modes : lines of the interface. shift, broadening, window : as for `joint_fit`.

    Raises
    ------
    MethodError
        as `joint_fit`.
    """
    fit = joint_fit(
        spectra.energy,
        spectra.electrons[0],
        spectra.electrons[1:],
        modes,
        spectra.peak,
        temperature=float(spectra.temperature[0]),
        rises=spectra.rises[1:],
        changes=spectra.free_rises if spectra.free else None,
        shift=shift,
        broadening=broadening,
        window=window,
    )
    found = tuple(_population(fit, i) for i in range(len(modes)))
    amounts = [fit.amounts[REGIONS.index(side) - 1] for _, side in spectra.free]
    numbers = zip(fit.changes, fit.changes_error, amounts, strict=True)
    free = tuple(Quantity(float(by / a), float(error / abs(a)), "K") for by, error, a in numbers)
    return Populations(spectra.name, found, fit, float(spectra.temperature[0]), free)


def asymmetry(
    forward: Populations, reverse: Populations, first: str, second: str, *, draws: int = 4000, seed: int = 0
) -> Asymmetry:
    """Indices of what the direction of the heat does to two modes, by parametric bootstrap of losses and gains.

    New losses and gains are drawn around those found, with the covariance of their fits. Values are those of the fits;
    an interval holds the middle 68 % of the draws. It has no end where the gain is so weak that every sixth draw gives
    no population. A gain ratio says nothing without the temperatures
    it implies: look at `temperatures` first.

    Parameters
    ----------
    forward, reverse : of two images of the same interface. first, second : names of modes. draws, seed : of the
        bootstrap.

    Raises
    ------
    MethodError
        if a mode does not exist, or there are fewer than 100 draws.
    """
    if draws < 100:
        raise MethodError(f"At least 100 draws are wanted for intervals, got {draws}.")
    rng = np.random.default_rng(seed)
    sides = [_Drawn.of(populations, (first, second), draws, rng) for populations in (forward, reverse)]
    there, back = sides

    def indexed(index: Callable[[_Drawn, _Drawn], Array], unit: str = "") -> Quantity:
        return _quantity(index(there, back), unit)

    def either(index: Callable[[_Drawn, _Drawn], Array], unit: str = "") -> tuple[Quantity, Quantity]:
        one, other = (_quantity(number, unit) for number in index(there, back))
        return one, other

    hot, cold = (tuple(_quantity(number, "K") for number in side.temperature) for side in sides)
    return Asymmetry(
        modes=(first, second),
        gain=indexed(lambda f, r: f.log_gain - r.log_gain),
        loss=indexed(lambda f, r: f.log_loss - r.log_loss),
        strength=indexed(lambda f, r: f.log_strength - r.log_strength),
        gain_over_loss=indexed(lambda f, r: f.log_gain - r.log_gain - f.log_loss + r.log_loss),
        occupation_ratio=indexed(lambda f, r: f.n[0] / f.n[1] / (r.n[0] / r.n[1])),
        contrast=either(lambda f, r: (f.n - r.n) / (f.n + r.n)),
        temperature_change=either(lambda f, r: f.temperature - r.temperature, "K"),
        temperatures=((hot[0], hot[1]), (cold[0], cold[1])),
    )


@dataclass(frozen=True)
class _Drawn:
    """Two modes of one image, found (column 0) and drawn. n, temperature : (2, 1 + draws); NaN where there is none.
    log_gain, log_loss, log_strength : (1 + draws,), ln of the first over the second."""

    n: Array
    temperature: Array
    log_gain: Array
    log_loss: Array
    log_strength: Array

    @classmethod
    def of(cls, populations: Populations, names: tuple[str, str], draws: int, rng: np.random.Generator) -> _Drawn:
        """The modes of these names, found and then drawn."""
        fit, m = populations.fit, len(populations.modes)
        chosen = [populations.number(name) for name in names]
        both = [*chosen, *(m + i for i in chosen)]
        mean, covariance = np.concatenate([fit.loss, fit.gain])[both], fit.covariance[np.ix_(both, both)]
        drawn = np.vstack([mean, rng.multivariate_normal(mean, covariance, draws)]).T
        drawn = np.where(drawn > 0, drawn, np.nan)
        loss, gain = drawn[:2], drawn[2:]
        strength = np.where(loss > gain, loss - gain, np.nan)
        energy = np.array([[populations.modes[i].mode.energy] for i in chosen])
        return cls(
            occupation_from_ratio(loss / gain),
            temperature_from_ratio(loss / gain, energy),
            np.log(gain[0] / gain[1]),
            np.log(loss[0] / loss[1]),
            np.log(strength[0] / strength[1]),
        )


def _quantity(numbers: Array, unit: str) -> Quantity:
    """The first of the numbers, with the interval and half its width from the others."""
    value, drawn = float(numbers[0]), numbers[1:]
    # A draw without a population may lie beyond either end.
    lost = float(np.isnan(drawn).mean())
    if not np.isfinite(value) or lost > _MOST_LOST:
        return Quantity(value if np.isfinite(value) else None, None, unit, (None, None))
    low, high = np.nanquantile(drawn, [0.5 - _COVERAGE / 2, 0.5 + _COVERAGE / 2])
    return Quantity(value, float(high - low) / 2, unit, (float(low), float(high)))


def _population(fit: JointFit, i: int) -> Population:
    mode, m = fit.modes[i], len(fit.modes)
    loss, gain = float(fit.loss[i]), float(fit.gain[i])
    error = np.sqrt(np.diag(fit.covariance))
    counted = Quantity(loss, float(error[i]), "electrons"), Quantity(gain, float(error[m + i]), "electrons")
    if not loss > gain > 0:
        return Population(mode, *counted, *(Quantity(None, None, unit) for unit in ("", "", "K")))
    relative = np.array([1 / loss, -1 / gain])
    deviation = float(np.sqrt(relative @ fit.covariance[np.ix_([i, m + i], [i, m + i])] @ relative))
    n, kelvin = occupation_from_ratio(loss / gain), temperature_from_ratio(loss / gain, mode.energy)
    return Population(
        mode,
        *counted,
        Quantity(float(np.log(loss / gain)), deviation, ""),
        Quantity(float(n), float(occupation_error(n, deviation)), ""),
        Quantity(float(kelvin), float(temperature_error(mode.energy, kelvin, deviation)), "K"),
    )
