"""The page's section on the modes of an interface."""

from __future__ import annotations

from kapitza.report.charts import Numbering
from kapitza.report.modes import tables
from kapitza.report.sections import Section
from kapitza.study.result import StudyResult

_POPULATIONS = (
    "Loss over gain of a mode is (1 + n)/n. The temperature is that at which equilibrium has the occupation n: where "
    "it differs from its surroundings by far more than the drop, look for another cause first. Below, logarithms of "
    "the first mode’s counts over the second’s, forward less reverse: 0 where the heat does nothing, as strength, "
    "losses less gains, must be. The picture is figures/modes."
)


def section(result: StudyResult, numbering: Numbering) -> Section | None:
    """The modes of a study; None where it names none."""
    found = tables.modes(result)
    return Section("modes", "Modes at the interface", (_POPULATIONS, *found)) if found else None
