"""A number that a scenario gives beside the one that was measured, and what to make of both."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kapitza.quantity import Quantity
from kapitza.study.scenario.expected import Path

Kind = Literal["value", "limit", "part"]
Word = Literal["agrees", "cannot tell", "in doubt", "disagrees", "within", "beyond", "small", "matters", "not measured"]

_AGREE, _CHANCE = 2.0, 3.0
_SAID = {
    "agrees": "they agree.",
    "cannot tell": "they agree, but this measurement cannot tell the scenario from no effect of the heat.",
    "in doubt": "in doubt, chance does as much in less than one case of twenty.",
    "disagrees": "the measurement speaks against the scenario.",
}


@dataclass(frozen=True)
class Comparison:
    """One quantity by a scenario and as measured, in the same unit.

    path : names from the outside in, as in `results.json`. label : for a reader. measured : without a value where it
    was not measured. theory : its error is what that of the measured temperatures and conductivities does to it.
    apart : standard errors between them. kind : "value"; "limit", which the measured one should not be below; or
    "part", of the measured one, and `apart` is then how many of its errors it makes. null : what would be measured if
    the heat did nothing; None where that says little. ratio : whether logarithms are compared.
    """

    path: Path
    label: str
    measured: Quantity
    theory: Quantity
    apart: float | None
    kind: Kind = "value"
    null: float | None = None
    ratio: bool = False

    @property
    def null_apart(self) -> float | None:
        """Standard errors between what was measured and what would be if the heat did nothing."""
        if self.null is None:
            return None
        return apart(self.measured, Quantity(self.null, 0.0, self.measured.unit), ratio=self.ratio)

    @property
    def word(self) -> Word:
        """The verdict in a word or two."""
        if self.apart is None or self.measured.value is None or self.theory.value is None:
            return "not measured"
        if self.kind == "part":
            return "small" if self.apart < 1.0 else "matters"
        if self.kind == "limit":
            return "within" if self.measured.value >= self.theory.value or self.apart <= _AGREE else "beyond"
        return verdict(self.apart, self.null_apart)

    def sentence(self, show: Callable[[Quantity], str] = str) -> str:
        """The verdict in a sentence or two, with numbers as `show` writes them."""
        name = self.label[0].upper() + self.label[1:]
        measured, theory = show(self.measured), show(self.theory)
        if self.word == "not measured":
            return f"{name}: the scenario gives {theory}; it was not measured."
        if self.kind == "part":
            return (
                f"{name}: of the measured drop of {measured}, {theory} is false if the aperture is as given, "
                f"{self.apart:.2g} of its standard errors. The half-difference keeps it, since it turns with the flow: "
                "a mirrored aperture turns it too."
            )
        if self.kind == "limit":
            side = "as it must be" if self.word == "within" else f"{self.apart:.1f} standard errors below"
            return f"{name}: no elastic interface has less than {theory}; {measured} was measured, {side}."
        said = _SAID[self.word]
        if self.null is not None and self.null_apart is not None:
            null = show(Quantity(self.null, None, self.measured.unit))
            said += f" If the heat did nothing it would be {null}, {self.null_apart:.1f} standard errors away."
        return (
            f"{name}: the scenario gives {theory} and {measured} was measured, {self.apart:.1f} standard errors apart: "
            f"{said}"
        )


def verdict(apart: float, null_apart: float | None) -> Word:
    """What to make of a scenario so many standard errors away, and of no effect of the heat being so far away."""
    if apart > _AGREE:
        return "in doubt" if apart <= _CHANCE else "disagrees"
    return "cannot tell" if null_apart is not None and null_apart <= _AGREE else "agrees"


def apart(measured: Quantity, theory: Quantity, *, ratio: bool = False) -> float | None:
    """Standard errors between two independent quantities; where the measured one has an interval, by its nearer end.

    ratio : whether the logarithms of both are compared, as befits ratios and resistances.
    """
    if measured.value is None or theory.value is None:
        return None
    near = theory.value > measured.value
    error = measured.error or 0.0
    end = (measured.value - error, measured.value + error)[near]
    if measured.interval is not None:
        nearer = measured.interval[near]
        if nearer is None:
            return None
        end = nearer
    spread = theory.error or 0.0
    if not ratio:
        return _over(measured.value - theory.value, math.hypot(end - measured.value, spread))
    if min(measured.value, theory.value, end) <= 0.0:
        return None
    reach = math.hypot(math.log(end / measured.value), spread / theory.value)
    return _over(math.log(measured.value / theory.value), reach)


def _over(difference: float, error: float) -> float | None:
    return abs(difference) / error if error > 0.0 else None
