"""The page's section on the phonons at an interface: modes, bands, and forward beside reverse."""

from __future__ import annotations

from collections.abc import Iterator

from kapitza.plots.summary import mode_grids, mode_images
from kapitza.report.charts import Numbering
from kapitza.report.charts_panels import panels_chart
from kapitza.report.modes import captions, tables
from kapitza.report.modes.charts import maps_chart
from kapitza.report.sections import Chart, Section, numbered
from kapitza.report.tables import Table
from kapitza.study.result import StudyResult

_POPULATIONS = (
    "Loss over gain of a mode is (1 + n)/n. The temperature is that at which equilibrium has the occupation n: where "
    "it differs from its surroundings by far more than the drop, look for another cause first. The last two columns "
    "are what the residual holds within three quarters of a width of the line, in electrons."
)
_ASYMMETRY = (
    "Logarithms of the first mode’s counts over the second’s, forward less reverse: 0 where the heat does nothing, as "
    "strength, losses less gains, must be."
)
_LEAD_LAG = (
    "A temperature field alone shifts the gain against the loss, and interface modes do even without heat; what is "
    "left of the half-difference is the band’s own. It is negative where the gain leads with the heat flowing forward."
)
_DEVIATIONS = (
    "Half the difference of the bands’ deviations from the local temperature, forward and reverse, fitted by an "
    "exponential on either side; – where none is told from noise."
)


def section(result: StudyResult, numbering: Numbering) -> Section | None:
    """What the phonons at the interface do; None where the study does not ask."""
    if not mode_images(result):
        return None
    return Section("modes", "Phonons at the interface", tuple(_parts(result, numbering)))


def _parts(result: StudyResult, numbering: Numbering) -> Iterator[str | Table | Chart]:
    shown, comparison = mode_images(result), result.modes
    for text, table in (
        (_POPULATIONS, tables.populations(result)),
        (_ASYMMETRY, tables.asymmetry(comparison)),
        (_LEAD_LAG, tables.lead_lag(result)),
        (_DEVIATIONS, tables.deviations(comparison)),
    ):
        if table is not None:
            yield from (text, table)
    yield numbered(maps_chart(shown), captions.maps(shown), numbering)
    words = {
        "mode_spectra": captions.spectra(shown),
        "lead_lag": captions.profiles(shown, comparison),
        "bands": captions.bands(shown, comparison),
        "factors": captions.factors(shown),
    }
    for stem, grid in mode_grids(result, shown).items():
        yield numbered(panels_chart(grid), words[stem], numbering)
