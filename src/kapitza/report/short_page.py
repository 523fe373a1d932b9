"""The page of a result folder whose pictures do not move: cards, sections, warnings, settings, inputs."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import kapitza
from kapitza.report.charts import Numbering
from kapitza.report.page import environment
from kapitza.report.sections import Chart, Section
from kapitza.report.tables import Card, Table, settings


@dataclass(frozen=True)
class ShortPage:
    """What the page shows.

    title, lead : its heading and the line below. cards : the few numbers at the top. sections : in their order. files :
    a sentence on what else the folder holds. units : of settings, by name.
    """

    title: str
    lead: str
    cards: Sequence[Card]
    sections: Sequence[Section]
    files: str
    units: Mapping[str, str] = field(default_factory=dict)


def short_page(shown: ShortPage, numbers: Mapping[str, Any]) -> str:
    """The page as one HTML document; command, settings, inputs, versions and warnings are those of `numbers`, the
    folder's `results.json`."""
    inputs = [(entry["name"], entry["file"], entry["sha256"]) for entry in numbers["inputs"]]
    return (
        environment()
        .get_template("short.html.j2")
        .render(
            title=shown.title,
            lead=shown.lead,
            version=kapitza.__version__,
            cards=shown.cards,
            sections=shown.sections,
            warnings=[entry["message"] for entry in numbers["warnings"]],
            command=numbers.get("command"),
            settings=settings(numbers["settings"], shown.units),
            inputs=Table(("Input", "File", "SHA-256"), tuple(inputs)),
            versions={"kapitza": numbers["kapitza"], **numbers["versions"]},
            files=shown.files,
        )
    )


def picture(path: Path, caption: str, numbering: Numbering) -> Chart:
    """A figure that was saved as SVG, with the next number of the page."""
    numbering.next()
    data = base64.b64encode(path.read_bytes()).decode()
    html = f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(caption)}" style="width:min(100%, 56rem)">'
    return Chart(numbering.count, html, caption)
