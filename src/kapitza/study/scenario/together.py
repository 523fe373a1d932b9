"""All modes of a scenario at once: is what the heat does to them the scenario's doing, or nothing?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from kapitza.data import Array
from kapitza.study.scenario.comparison import Word, verdict


@dataclass(frozen=True)
class Together:
    """What the direction of the heat does to ln(loss/gain) of every mode, with the covariance of all.

    modes : names; as many as there are degrees of freedom. chi_squared : of what the scenario gives. null_chi_squared :
    if the heat did nothing.
    """

    modes: tuple[str, ...]
    chi_squared: float
    null_chi_squared: float

    @property
    def chance(self) -> float:
        """How often chance alone is farther from the scenario, if the scenario holds."""
        return float(chi2.sf(self.chi_squared, len(self.modes)))

    @property
    def null_chance(self) -> float:
        """How often chance alone is farther from nothing, if the heat does nothing."""
        return float(chi2.sf(self.null_chi_squared, len(self.modes)))

    @property
    def word(self) -> Word:
        """The verdict in a word or two."""
        return verdict(_deviations(self.chance), _deviations(self.null_chance))

    def sentence(self) -> str:
        """The verdict in a sentence."""
        said = {
            "agrees": "the measurement agrees with the scenario, and not with that",
            "cannot tell": "it agrees with both and cannot tell one from the other",
            "in doubt": "the scenario is in doubt",
            "disagrees": "the measurement speaks against the scenario",
        }[self.word]
        names = self.modes[0] if len(self.modes) == 1 else f"{', '.join(self.modes[:-1])} and {self.modes[-1]} together"
        return (
            f"Loss over gain of {names}, forward against reverse: chance alone would be farther from the scenario in "
            f"{_percent(self.chance)} of cases, and farther from no effect of the heat in "
            f"{_percent(self.null_chance)}: {said}."
        )


def together(names: tuple[str, ...], measured: tuple[Array, Array], theory: tuple[Array, Array]) -> Together:
    """Hold changes of ln(loss/gain) of modes against a scenario's.

    Parameters
    ----------
    names : (n,). measured, theory : changes (n,) and their covariance (n, n), independent of each other.
    """
    (found, spread), (given, slack) = measured, theory
    apart = found - given
    return Together(
        names,
        float(apart @ np.linalg.solve(spread + slack, apart)),
        float(found @ np.linalg.solve(spread, found)),
    )


def _deviations(chance: float) -> float:
    """Standard deviations that a normal number exceeds as often."""
    return float(np.sqrt(chi2.isf(chance, 1)))


def _percent(chance: float) -> str:
    return "less than 0.1 %" if chance < 1e-3 else f"{100 * chance:.2g} %"
