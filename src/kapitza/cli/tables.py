"""Results as tables on standard output."""

from __future__ import annotations

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kapitza.data import InterfaceResult
from kapitza.quantity import Quantity
from kapitza.study.result import ImageResult, StudyResult

_PLAIN_WIDTH = 100


def console() -> Console:
    """Standard output; wide enough for the tables where it is not a terminal."""
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=_PLAIN_WIDTH)


def plain_table(*columns: str) -> Table:
    """An empty table, its first column to the left, the others to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def results_table(result: StudyResult) -> Table:
    """Mean temperature, usable pixels and drop of every image, for both presets where both ran."""
    method = result.study.method
    presets = [method.preset] + ([method.other().preset] if result.study.compare else [])
    table = plain_table("image", "pixels", *(f"mean temperature, {preset}" for preset in presets))
    has_drop = result.study.interface is not None
    for preset in presets if has_drop else ():
        table.add_column(f"drop, {preset}", justify="right")
    for name, image in result.images.items():
        means = [None if tmap is None else tmap.temperature_mean for tmap in (image.map, image.compared_map)]
        drops = [_drop(image.interface), _drop(image.compared_interface)]
        cells = means[: len(presets)] + (drops[: len(presets)] if has_drop else [])
        table.add_row(Text(name), _pixels(image), *(_cell(cell) for cell in cells))
    if result.combined is not None:
        drops = [_drop(result.combined), _drop(result.compared_combined)][: len(presets)]
        table.add_section()
        table.add_row("half-difference", "", *[""] * len(presets), *(_cell(drop) for drop in drops), style="bold")
    return table


def truth_table(rows: Mapping[str, tuple[float, Mapping[str, Quantity]]]) -> Table:
    """What was put in beside what each preset recovered, with the deviation in standard errors.

    rows : label to (truth, {preset: recovered}).
    """
    presets = list(next(iter(rows.values()))[1])
    table = plain_table("", "put in")
    for preset in presets:
        table.add_column(preset, justify="right")
        table.add_column("off by", justify="right")
    for label, (truth, recovered) in rows.items():
        unit = next(iter(recovered.values())).unit
        cells = [cell for preset in presets for cell in (_cell(recovered[preset]), deviation(recovered[preset], truth))]
        table.add_row(label, f"{truth:.4g} {unit}", *cells)
    return table


def deviation(recovered: Quantity, truth: float) -> str:
    """How far a recovered number lies from the truth, in its standard errors."""
    if recovered.value is None or not recovered.error:
        return ""
    return f"{(recovered.value - truth) / recovered.error:+.1f} σ"


def _drop(interface: InterfaceResult | None) -> Quantity | None:
    return None if interface is None else interface.drop


def _cell(quantity: Quantity | None) -> str:
    return "–" if quantity is None else str(quantity)


def _pixels(image: ImageResult) -> str:
    counts = image.map.pixel_counts()
    return f"{counts['ok']} of {counts['total']}"
