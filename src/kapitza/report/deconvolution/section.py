"""The page's section on sharpened spectra."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kapitza.interface.deconvolved import DeconvolvedSpectra
from kapitza.interface.modes.region_spectra import REGIONS
from kapitza.interface.spectral_lines import Line
from kapitza.plots.deconvolved import Pair, deconvolved_pair, region_names
from kapitza.plots.summary import axis_and_names, flow_pair
from kapitza.plots.words import pixels_text, quantity_text
from kapitza.report.charts import Numbering
from kapitza.report.deconvolution.charts import spectra_chart
from kapitza.report.sections import Section, numbered
from kapitza.report.tables import Table, image_title, number
from kapitza.study.result import StudyResult

_WHAT = (
    "Spectra at the interface and in the bulk on both sides of it, deconvolved with the zero-loss peak that the model "
    "found (Richardson-Lucy). Peak and constant are the background; they are not sharpened. Bands and errors hold "
    "counting noise and nothing else. A line stays wider than it is, and lines close together lean on each other. "
    "Temperatures are read from spectra as counted. The picture is figures/deconvolved."
)
_HEADS = ("", "Region", "Steps", "Line (meV)", "Full width (meV)", "As counted (meV)")


def section(result: StudyResult, numbering: Numbering) -> Section | None:
    """The sharpened spectra of a study; None without."""
    found = {name: image.deconvolved for name, image in result.images.items() if image.deconvolved is not None}
    if not found:
        return None
    _, left, right = axis_and_names(result)
    pair = deconvolved_pair(result.images, flow_pair(result))
    chart = numbered(spectra_chart(pair, left, right), _caption(pair, left, right), numbering)
    rows = tuple(
        (image_title(name, result.images[name]), region, f"{spectra.steps[i]:.0f}", *_line(line))
        for name, spectra in found.items()
        for i, region in enumerate(region_names(left, right).values())
        for line in spectra.lines[i]
    )
    return Section("deconvolution", "Sharpened spectra", (_WHAT, chart, Table(_HEADS, rows)))


def _line(line: Line) -> tuple[str, str, str]:
    return number(line.energy), number(line.fwhm), number(line.fwhm_counted)


def _caption(pair: Pair, left: str, right: str) -> str:
    name, (_, spectra) = next(iter(pair.items()))
    places = zip(region_names(left, right).values(), spectra.pixels, strict=True)
    areas = ", ".join(f"{place}: {pixels_text(int(pixels))}" for place, pixels in places)
    text = (
        f"Losses and gains above the zero-loss peak ({areas}, in {name}), deconvolved (lines) and as counted (dotted). "
        f"Noise puts {100 * spectra.settings.coverage:.3g} % of repetitions within the bands."
    )
    return " ".join([text, *_narrowed(spectra, {"left": left, "right": right}, name)])


def _narrowed(spectra: DeconvolvedSpectra, materials: dict[str, str], image: str) -> Iterator[str]:
    """What became of the highest line of each material whose width is known before and after."""
    for side, material in materials.items():
        i = REGIONS.index(side)
        known = [line for line in spectra.lines[i] if None not in (line.fwhm.value, line.fwhm_counted.value)]
        if known:
            heights = np.interp([line.energy.value or 0.0 for line in known], spectra.energy, spectra.loss.sharp[i])
            line = known[int(np.argmax(heights))]
            yield (
                f"The line of {material} at {quantity_text(line.energy)} is {quantity_text(line.fwhm)} wide at half "
                f"height after {spectra.steps[i]:.0f} steps, {quantity_text(line.fwhm_counted)} before ({image})."
            )
