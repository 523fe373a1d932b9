"""What the scenario of a study gives beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from kapitza.quantity import Quantity
from kapitza.study.scenario.comparison import Comparison
from kapitza.study.scenario.expected import Path
from kapitza.study.scenario.together import Together


@dataclass(frozen=True)
class ScenarioResult:
    """What the scenario of a study gives, and what was measured.

    mean, drop : K, that the theory started from. flux : GW/m2, along the axis under forward flow; None where the
    conductivities of both sides are not given. comparisons : in the order of the study file's tables. together : all
    modes at once; None where none was measured in both directions.
    """

    mean: Quantity
    drop: Quantity
    flux: Quantity | None
    comparisons: tuple[Comparison, ...]
    together: Together | None = None

    def of(self, part: str) -> tuple[Comparison, ...]:
        """The comparisons of one part: "modes", "channels", "elastic" or "aperture"."""
        return tuple(comparison for comparison in self.comparisons if comparison.path[0] == part)

    @property
    def headlines(self) -> tuple[Comparison, ...]:
        """The comparison of every part that decides it."""
        found = {comparison.path: comparison for comparison in self.comparisons}
        return tuple(found[path] for path in _DECIDING if path in found)


_DECIDING: tuple[Path, ...] = (
    ("modes", "occupation_ratio"),
    ("channels", "resistance"),
    ("elastic", "radiation"),
    ("aperture", "false_drop"),
)
