"""Thickness of the foil and heating by the beam: their numbers, tables, charts and section of the page."""
