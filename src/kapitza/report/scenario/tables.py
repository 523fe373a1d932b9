"""The table of the page's section on a scenario: what was measured beside what the scenario gives."""

from __future__ import annotations

from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity
from kapitza.report.tables import Table
from kapitza.study.scenario.comparison import Comparison
from kapitza.study.scenario.result import ScenarioResult

_PARTS = {
    "modes": "Modes of the interface",
    "channels": "Two channels of heat",
    "elastic": "Elastic limits",
    "aperture": "Aperture beside the axis",
}


def table(scenario: ScenarioResult, part: str) -> Table | None:
    """Every quantity of one part; None where the scenario does not have the part."""
    lines = scenario.of(part)
    if not lines:
        return None
    heads = (_PARTS[part], "Measured", "Scenario", "Apart (standard errors)", "Verdict")
    deciding = frozenset(i for i, line in enumerate(lines) if line in scenario.headlines)
    return Table(heads, tuple(_row(line) for line in lines), deciding)


def _row(line: Comparison) -> tuple[str, ...]:
    apart = "–" if line.apart is None else f"{line.apart:.1f}"
    return line.label, _text(line.measured), _text(line.theory), apart, line.word.replace(" ", "\u00a0")


def _text(quantity: Quantity) -> str:
    return "–" if quantity.value is None and quantity.interval is None else quantity_text(quantity)
