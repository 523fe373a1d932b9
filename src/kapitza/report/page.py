"""The report: one page of HTML that holds all it needs and asks the network for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from plotly.offline import get_plotlyjs

import kapitza
from kapitza.plots.profiles import HALF_DIFFERENCE
from kapitza.plots.summary import axis_and_names
from kapitza.report import captions, charts_lines, charts_maps, tables, tables_resistance
from kapitza.report.charts import Numbering
from kapitza.report.deconvolution import section as of_deconvolution
from kapitza.report.modes import section as of_modes
from kapitza.report.scenario import section as of_scenario
from kapitza.report.sections import Chart, Section, numbered
from kapitza.report.series import charts as charts_series
from kapitza.report.series import tables as tables_series
from kapitza.report.thickness import section as of_thickness
from kapitza.study.result import ImageResult, StudyResult


@dataclass(frozen=True)
class ImageSection:
    """What the page shows of one image."""

    anchor: str
    title: str
    charts: tuple[Chart, ...]
    facts: tables.Table
    flagged: tables.Table


def page(result: StudyResult, numbers: Mapping[str, Any]) -> str:
    """The report of a study as one HTML document.

    Parameters
    ----------
    result
        what `kapitza.study.run` returned.
    numbers
        what `kapitza.report.results.results` made of it: settings and versions are shown from it.
    """
    numbering = Numbering()
    title = result.study.title or ", ".join(result.images)
    source, interface = tables.headline(result)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            plotly=get_plotlyjs(),
            title=title,
            version=kapitza.__version__,
            preset=result.study.method.preset,
            other=result.study.method.other().preset,
            source=source if interface is not None else "",
            cards=[*tables.cards(result), *tables_resistance.cards(result)],
            numbers=[*tables.numbers(result), *tables_resistance.table(result)],
            series=[] if result.series is None else tables_series.tables(result.series),
            overall=list(_overall(result, numbering)),
            comparison=tables.comparison(result),
            analyses=list(_analyses(result, numbering)),
            synthetic=result.truth is not None,
            warnings=[message for _, message in result.warnings],
            images=[_section(result, i, name, numbering) for i, name in enumerate(result.images, start=1)],
            settings=tables.settings(numbers["settings"]),
            versions={"kapitza": numbers["kapitza"], **numbers["versions"]},
            inputs=tables.inputs(result),
        )
    )


def environment() -> Environment:
    """What renders the templates of all pages: texts are escaped, a name that is not known is an error."""
    return Environment(
        loader=PackageLoader("kapitza.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _analyses(result: StudyResult, numbering: Numbering) -> Iterator[Section]:
    for analysis in (of_modes, of_deconvolution, of_scenario, of_thickness):
        if (found := analysis.section(result, numbering)) is not None:
            yield found


def _overall(result: StudyResult, numbering: Numbering) -> Iterator[Chart]:
    _, left, right = axis_and_names(result)
    images = {name: (i.heat_flow, i.interface) for name, i in result.images.items() if i.interface is not None}
    if len(images) > 1:
        yield numbered(charts_lines.flows_chart(images), captions.flows(result), numbering)
    if result.series is not None:
        chart = charts_series.series_chart(result.series, left, right)
        yield numbered(chart, tables_series.caption(result.series), numbering)
    if result.combined is not None:
        chart = charts_lines.profile_chart(result.combined, left, right, HALF_DIFFERENCE)
        yield numbered(chart, captions.combined(result.combined), numbering)


def _section(result: StudyResult, count: int, name: str, numbering: Numbering) -> ImageSection:
    image = result.images[name]
    budget = min(charts_maps.PIXELS, charts_maps.PAGE_PIXELS // len(result.images))
    charts = tuple(_image_charts(result, image, budget, numbering))
    title = tables.image_title(name, image)
    return ImageSection(f"image-{count}", title, charts, tables.image_facts(image), tables.flagged(image.map))


def _image_charts(result: StudyResult, image: ImageResult, budget: int, numbering: Numbering) -> Iterator[Chart]:
    axis, left, right = axis_and_names(result)
    factor = charts_maps.coarsening(image.map.temperature.shape, budget)
    chart = charts_maps.map_chart(image.map, image.interface, axis, budget)
    yield numbered(chart, captions.temperature(image, factor), numbering)
    chart = charts_maps.isotherm_chart(image.map, image.gradient, image.survey, image.interface, axis, budget)
    yield numbered(chart, captions.isotherms(image), numbering)
    if image.interface is not None:
        chart = charts_lines.profile_chart(image.interface, left, right, "Temperature (K)")
        yield numbered(chart, captions.profile(image.interface), numbering)
    if image.spectra:
        yield numbered(charts_lines.spectra_chart(image.spectra), captions.spectra(image), numbering)
    if len(image.residuals):
        yield numbered(charts_lines.residual_chart(image.residuals), captions.residuals(image), numbering)
