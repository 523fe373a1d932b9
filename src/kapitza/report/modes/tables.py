"""The tables of the page's section on modes: populations, and forward beside reverse."""

from __future__ import annotations

from kapitza.interface.modes.populations import Asymmetry
from kapitza.plots.words import quantity_text
from kapitza.report.tables import Table, image_title, number
from kapitza.study.result import StudyResult


def modes(result: StudyResult) -> list[Table]:
    """Populations of every image, then the asymmetry with its null tests; empty without modes."""
    rows = [
        (image_title(name, image), p.mode.name, f"{p.mode.energy:g}", *map(number, (p.occupation, p.temperature)))
        for name, image in result.images.items()
        if image.modes is not None
        for p in image.modes.populations.modes
    ]
    if not rows:
        return []
    tables = [Table(("", "Mode", "Energy (meV)", "Occupation n", "Implied T (K)"), tuple(rows))]
    if result.modes is not None:
        first, second = result.modes.asymmetry.modes
        heads = ("Gain", "Loss", "Strength", "Gain over loss", f"n of {first} over n of {second}")
        found = {"forward over reverse": result.modes.asymmetry, **result.modes.nulls, **result.modes.checks}
        tables.append(Table(("", *heads), tuple((name, *_indices(index)) for name, index in found.items())))
    return tables


def _indices(found: Asymmetry) -> tuple[str, ...]:
    indices = (found.gain, found.loss, found.strength, found.gain_over_loss, found.occupation_ratio)
    return tuple(quantity_text(index) for index in indices)
