"""The page's section on the foil: its thickness, the heat flow in a foil of even thickness, heating by the beam."""

from __future__ import annotations

from collections.abc import Iterator

from kapitza.plots.summary import axis_and_names
from kapitza.plots.words import file_stems, quantity_text
from kapitza.report.charts import Numbering
from kapitza.report.sections import Chart, Section, numbered
from kapitza.report.tables import Table
from kapitza.report.thickness import charts, tables
from kapitza.study.result import StudyResult

_THICKNESS = (
    "Thickness over the inelastic mean free path is the logarithm of all electrons over those of the zero-loss peak, "
    "from a low-loss image of the same field of view. It holds for an aperture centred on the unscattered beam; "
    "whether it was, the data do not tell. The error of the mean free path is common to all pixels of a material and "
    "makes most of the error of a thickness."
)
_EVEN = (
    "Heat that flows through a foil keeps flux times thickness: where the foil is thin the gradient is steep. Below, "
    "what was measured beside what a foil would show that is everywhere as thick as at the interface. Errors hold "
    "those of the thickness; a factor common to all of it drops out, but the mean free paths of two materials err on "
    "their own."
)
_BEAM = (
    "A probe of {current} warms the sample by (I/e)(dE/dx)/κ, as a rule of thumb, whatever the thickness. A stopping "
    "by Bethe’s formula is what an electron loses, more than what it leaves in a foil."
)


def section(result: StudyResult, numbering: Numbering) -> Section | None:
    """Thickness and heating; None where a study has neither."""
    parts: list[str | Table | Chart] = []
    if thickness := tables.thickness(result):
        parts += [_THICKNESS, thickness, *tables.reaches(result), *_charts(result, numbering)]
    if even := tables.even(result):
        parts += [_EVEN, even]
    if beam := tables.beam(result):
        current = next(image.beam.current for image in result.images.values() if image.beam is not None)
        parts += [_BEAM.format(current=quantity_text(current)), beam]
    return Section("foil", "The foil and the beam", tuple(parts)) if parts else None


def _charts(result: StudyResult, numbering: Numbering) -> Iterator[Chart]:
    axis, left, right = axis_and_names(result)
    for name, stem in file_stems(result.images).items():
        image = result.images[name]
        if image.thickness is None:
            continue
        chart = charts.map_chart(image.thickness, image.map.step, image.interface, axis)
        yield numbered(chart, tables.map_caption(name, stem, image.thickness), numbering)
        if image.thickness.profile is not None and image.interface is not None:
            chart = charts.profile_chart(image.thickness.profile, image.interface, left, right)
            yield numbered(chart, tables.profile_caption(name, image.thickness), numbering)
