"""What a section of the page is made of, so that every analysis can bring its own."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from kapitza.report.charts import Numbering, to_html
from kapitza.report.tables import Table


@dataclass(frozen=True)
class Chart:
    """One chart as HTML with its number and caption."""

    number: int
    html: str
    caption: str


@dataclass(frozen=True)
class Section:
    """One analysis on the page: parts in their order, of which texts are paragraphs.

    anchor : its place in links. title : its heading, and what the navigation calls it.
    """

    anchor: str
    title: str
    parts: tuple[str | Table | Chart, ...]


def numbered(figure: go.Figure, caption: str, numbering: Numbering) -> Chart:
    """The chart with the next number of the page."""
    html = to_html(figure, numbering)
    return Chart(numbering.count, html, caption)
