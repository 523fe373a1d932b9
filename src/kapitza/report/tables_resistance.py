"""The resistance of the interface on the page, where a conductivity is given."""

from __future__ import annotations

from kapitza.interface.resistance import conductivity_given, named_resistances
from kapitza.plots.summary import axis_and_names
from kapitza.plots.words import quantity_text
from kapitza.report.tables import COMBINED, Card, Table, headline, image_title, number
from kapitza.settings import InterfaceSettings
from kapitza.study.result import StudyResult

NAMES = ("resistance", "resistance_left", "resistance_right")


def cards(result: StudyResult) -> list[Card]:
    """The resistance among the numbers at the top."""
    _, interface = headline(result)
    settings = result.study.interface
    if interface is None or settings is None or not conductivity_given(settings):
        return []
    found = named_resistances(interface, settings)
    return [Card("Resistance of the interface", quantity_text(found["resistance"]), f"with {_given(settings)}")]


def table(result: StudyResult) -> list[Table]:
    """One table with a row for the half-difference and one for every image; none without a conductivity."""
    settings = result.study.interface
    if settings is None or not conductivity_given(settings):
        return []
    _, left, right = axis_and_names(result)
    heads = ("Resistance (m²K/GW)", f"by {left} (m²K/GW)", f"by {right} (m²K/GW)")
    interfaces = [] if result.combined is None else [(COMBINED, result.combined)]
    interfaces += [(image_title(n, i), i.interface) for n, i in result.images.items() if i.interface is not None]
    rows = []
    for title, interface in interfaces:
        found = named_resistances(interface, settings)
        rows.append((title, *(number(found.get(name)) for name in NAMES)))
    marked = frozenset({0}) if result.combined is not None else frozenset()
    return [Table(("", *heads), tuple(rows), marked)]


def _given(settings: InterfaceSettings) -> str:
    """The conductivities and where they hold, for a reader."""
    sides = ((settings.left, settings.conductivity_left), (settings.right, settings.conductivity_right))
    texts = [f"{pair[0]:g} ± {pair[1]:g} W/(m K) in {name}" for name, pair in sides if pair is not None]
    at = settings.conductivity_temperature
    return " and ".join(texts) + ("" if at is None else f" at {at:g} K")
