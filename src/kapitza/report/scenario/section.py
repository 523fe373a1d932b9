"""The page's section on a scenario."""

from __future__ import annotations

from kapitza.plots.scenario import groups
from kapitza.plots.words import quantity_text
from kapitza.report.charts import Numbering
from kapitza.report.scenario import charts, tables
from kapitza.report.sections import Chart, Section, numbered
from kapitza.study.result import StudyResult
from kapitza.study.scenario.result import ScenarioResult

_ERRORS = (
    "The error of a scenario’s number is what the errors of the measured temperatures, gradients and conductivities do "
    "to it; what the study names, such as partners and splits, is taken as exact. Measured errors are statistical: "
    "those of modes do not hold lines of another energy or width than named, which move temperatures more than their "
    "change with direction. Up to 2 standard errors two numbers agree; from 3 on the measurement speaks against the "
    "scenario; “cannot tell” stands where they agree but no effect of the heat would agree as well."
)


def section(result: StudyResult, numbering: Numbering) -> Section | None:
    """The scenario of a study beside what was measured; None where it has none."""
    scenario = result.scenario
    if scenario is None:
        return None
    found = (tables.table(scenario, part) for part in ("modes", "channels", "elastic", "aperture"))
    whole = () if scenario.together is None else (scenario.together.sentence(),)
    verdicts = whole + tuple(line.sentence(quantity_text) for line in scenario.headlines)
    chart = (_chart(scenario, numbering),) if groups(scenario) else ()
    parts = (_start(scenario), *verdicts, *chart, *(table for table in found if table is not None), _ERRORS)
    return Section("scenario", "The scenario beside the measurement", parts)


def _start(scenario: ScenarioResult) -> str:
    text = (
        f"The study’s scenario is computed for {quantity_text(scenario.mean)} half-way through the drop and a drop of "
        f"{quantity_text(scenario.drop)}"
    )
    flux = scenario.flux
    return f"{text}." if flux is None else f"{text}; {quantity_text(flux)} flow through the interface."


def _chart(scenario: ScenarioResult, numbering: Numbering) -> Chart:
    caption = (
        "What was measured (filled) and what the scenario gives (open), with standard errors or 68 % intervals. The "
        "dotted line is where the heat does nothing; of temperatures it is the mean at the interface. The number to "
        f"look at: {_key(scenario)}. The same picture is figures/scenario."
    )
    return numbered(charts.scenario_chart(scenario), caption, numbering)


def _key(scenario: ScenarioResult) -> str:
    line = next((line for line in scenario.headlines if line.measured.value is not None), scenario.comparisons[0])
    return f"{line.label}, {quantity_text(line.measured)} measured and {quantity_text(line.theory)} by the scenario"
