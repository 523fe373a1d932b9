"""What the page of a trained potential says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kapitza.atoms.potential import Accuracy, Trained
from kapitza.atoms.potential.card import limits
from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity
from kapitza.report.charts import Numbering
from kapitza.report.sections import Section
from kapitza.report.short_page import ShortPage, picture
from kapitza.report.tables import Card, Table

_PARITY = "Energies, forces and virials as predicted against their labels, trained on and held out."
_CURVE = "Errors after every epoch; the dotted line marks the one that was kept."


def potential_page(
    members: Sequence[Trained], study: Sequence[Mapping[str, Any]], source: str, figures: Mapping[str, Path]
) -> ShortPage:
    """The page of the first of `members`; `figures` are the SVG of "parity" and "learning-curve"."""
    first, numbering = members[0], Numbering()
    parts: list[Section] = [
        Section(
            "errors",
            "Errors",
            (
                picture(figures["parity"], _PARITY, numbering),
                _errors(first.accuracy),
                "Root-mean-square errors of structures that were held out, with standard errors over structures.",
                picture(figures["learning-curve"], _CURVE, numbering),
            ),
        )
    ]
    if len(members) > 1:
        parts.append(Section("members", "Ensemble", (_members(members),)))
    if study:
        parts.append(Section("cutoffs", "Cutoffs", (_cutoffs(study),)))
    parts.append(Section("limits", "Limits", tuple(limits(first))))
    found = first.accuracy
    return ShortPage(
        title=f"A potential for {', '.join(first.train.joined(first.held_out).species)}",
        lead=f"Labels from {source or 'a source that was not named'}",
        cards=(
            Card("Forces, held out", quantity_text(found.force), f"{found.structures} structures"),
            Card("Energies, held out", quantity_text(found.energy)),
            Card("Virials, held out", quantity_text(found.virial)),
            Card("Trained on", f"{len(first.train)} structures", f"{first.cpu_seconds:.0f} s of processor time"),
        ),
        sections=tuple(parts),
        files="The folder figures has the pictures as PNG and SVG, results.json the numbers, card.json what goes with "
        "nep.txt wherever it goes.",
    )


def _errors(found: Accuracy) -> Table:
    rows = [("all", quantity_text(found.energy), quantity_text(found.force))]
    for group, force in found.force_by_group.items():
        rows.append((group, quantity_text(found.energy_by_group[group]), quantity_text(force)))
    rows += [(name, "", quantity_text(force)) for name, force in found.force_by_species.items()]
    return Table(("Group or element", "Energy", "Force"), tuple(rows), frozenset({0}))


def _members(members: Sequence[Trained]) -> Table:
    rows = [
        (f"{number}", str(one.settings.seed), quantity_text(one.accuracy.energy), quantity_text(one.accuracy.force))
        for number, one in enumerate(members, 1)
    ]
    return Table(("Member", "Seed", "Energy", "Force"), tuple(rows))


def _cutoffs(study: Sequence[Mapping[str, Any]]) -> Table:
    rows = [tuple(quantity_text(Quantity.from_dict(entry)) for entry in row.values()) for row in study]
    return Table(("Cutoff", "Energy", "Force", "Virial", "Evaluation"), tuple(rows))
