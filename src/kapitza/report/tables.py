"""The tables of the page: the numbers, the two presets side by side, what was flagged, settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kapitza.data import InterfaceResult, Status, TemperatureMap
from kapitza.plots.profiles import FLOW_NAMES
from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity
from kapitza.report.results import median_error, truth_quantity
from kapitza.study.result import ImageResult, StudyResult

COMBINED = "half-difference"
COLUMNS = {
    "drop": "Drop (K)",
    "position": "Position (nm)",
    "width_10_90": "10–90 width (nm)",
    "composition_width_10_90": "Composition’s width (nm)",
    "temperature_left": "T left (K)",
    "temperature_right": "T right (K)",
    "gradient_left": "Gradient left (K/µm)",
    "gradient_right": "Gradient right (K/µm)",
    "characteristic_length_left": "Length left (nm)",
    "characteristic_length_right": "Length right (nm)",
}
_NO_RANGES = ("q", "repeats")
COMPARED = ("drop", "gradient_left", "gradient_right", "characteristic_length_left", "characteristic_length_right")


@dataclass(frozen=True)
class Card:
    """One of the few numbers at the top of the page."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Column names, and rows of as many texts; a row may be marked."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()


def headline(result: StudyResult) -> tuple[str, InterfaceResult | None]:
    """Where the numbers at the top come from, and the interface they describe."""
    if result.combined is not None:
        return COMBINED, result.combined
    return next(((n, i.interface) for n, i in result.images.items() if i.interface is not None), ("", None))


def cards(result: StudyResult) -> list[Card]:
    """The numbers at the top: the interface's where there is one, else the mean temperatures."""
    _, interface = headline(result)
    if interface is None:
        return [
            Card(f"Mean temperature, {name}", quantity_text(image.map.temperature_mean), _pixels(image.map))
            for name, image in result.images.items()
        ]
    truth = result.truth or {}
    labels = {
        "drop": "Temperature drop at the interface",
        "gradient_left": f"Gradient in {_materials(result)[0]}",
        "gradient_right": f"Gradient in {_materials(result)[1]}",
        "characteristic_length_left": f"Characteristic length in {_materials(result)[0]}",
        "characteristic_length_right": f"Characteristic length in {_materials(result)[1]}",
        "width_10_90": "10–90 width of the drop",
        "position": "Position of the interface",
    }
    return [
        Card(label, quantity_text(getattr(interface, name)), _put_in(name, getattr(interface, name), truth))
        for name, label in labels.items()
    ]


def _materials(result: StudyResult) -> tuple[str, str]:
    settings = result.study.interface
    return ("the left bulk", "the right bulk") if settings is None else (settings.left, settings.right)


def _pixels(tmap: TemperatureMap) -> str:
    counts = tmap.pixel_counts()
    return f"{counts['ok']} of {counts['total']} pixels"


def _put_in(name: str, found: Quantity, truth: Mapping[str, float]) -> str:
    if name not in truth:
        return ""
    text = f"put in: {quantity_text(truth_quantity(name, truth[name]))}"
    if found.value is None or not found.error:
        return text
    return f"{text}, {abs(found.value - truth[name]) / found.error:.1f} standard errors away"


def number(quantity: Quantity | None) -> str:
    """A quantity without its unit, which the column's head gives."""
    return "–" if quantity is None else quantity_text(replace(quantity, unit=""))


def numbers(result: StudyResult) -> list[Table]:
    """All numbers with errors: the half-difference, what was put in, and one row per image."""
    general = {name: (number(i.map.temperature_mean), _pixels(i.map)) for name, i in result.images.items()}
    heads = ("Mean T (K)", "With a temperature")
    if headline(result)[1] is None:
        return [_rows(result, heads, general, ())]
    first, second = tuple(COLUMNS)[:4], tuple(COLUMNS)[4:]
    return [_rows(result, heads, general, first), _rows(result, (), dict.fromkeys(general, ()), second)]


def _rows(
    result: StudyResult, heads: tuple[str, ...], general: Mapping[str, tuple[str, ...]], names: tuple[str, ...]
) -> Table:
    blank = ("–",) * len(heads)
    rows: list[tuple[str, ...]] = []
    if result.combined is not None:
        rows.append((COMBINED, *blank, *_interface_row(result.combined, names)))
    if result.truth is not None:
        put_in = [truth_quantity(n, result.truth[n]) if n in result.truth else None for n in names]
        rows.append(("put in", *blank, *(number(q) for q in put_in)))
    for name, image in result.images.items():
        rows.append((image_title(name, image), *general[name], *_interface_row(image.interface, names)))
    marked = frozenset({0}) if result.combined is not None else frozenset()
    return Table(("", *heads, *(COLUMNS[name] for name in names)), tuple(rows), marked)


def _interface_row(interface: InterfaceResult | None, names: tuple[str, ...]) -> Iterator[str]:
    return (number(None if interface is None else getattr(interface, name)) for name in names)


def image_title(name: str, image: ImageResult) -> str:
    """The image's name with its heat flow and its current."""
    flow = None if image.heat_flow in (None, name) else FLOW_NAMES[image.heat_flow]
    current = None if image.current is None else f"{image.current:g} mA"
    notes = ", ".join(note for note in (flow, current) if note)
    return f"{name} ({notes})" if notes else name


def comparison(result: StudyResult) -> Table | None:
    """What the study's preset found beside what the other preset would have found; None if the other did not run."""
    rows: list[tuple[str, ...]] = []
    if result.combined is not None and result.compared_combined is not None:
        rows += _interface_rows(COMBINED, COMPARED, result.combined, result.compared_combined)
    for name, image in result.images.items():
        if image.compared_map is not None:
            rows += _map_rows(name, image.map, image.compared_map)
        if image.interface is not None and image.compared_interface is not None:
            names = COMPARED if result.combined is None else ("drop",)
            rows += _interface_rows(name, names, image.interface, image.compared_interface)
    if not rows:
        return None
    method = result.study.method
    heads = ("", "Quantity", f"{method.preset} (this report)", method.other().preset, "Difference")
    named = [(row[0] if i == 0 or rows[i - 1][0] != row[0] else "", *row[1:]) for i, row in enumerate(rows)]
    return Table(heads, tuple(named))


def _interface_rows(
    where: str, names: tuple[str, ...], used: InterfaceResult, other: InterfaceResult
) -> Iterator[tuple[str, ...]]:
    return (_compared_row(where, COLUMNS[name], getattr(used, name), getattr(other, name)) for name in names)


def _map_rows(where: str, used: TemperatureMap, other: TemperatureMap) -> Iterator[tuple[str, ...]]:
    yield _compared_row(where, "Mean temperature (K)", used.temperature_mean, other.temperature_mean)
    yield _compared_row(where, "Median error of one pixel (K)", median_error(used), median_error(other))
    yield (where, "Scatter of pixels over their error", _ratio(used.scatter), _ratio(other.scatter), "")
    yield (where, "Pixels with a temperature", str(int(used.ok.sum())), str(int(other.ok.sum())), "")


def _compared_row(where: str, label: str, used: Quantity, other: Quantity) -> tuple[str, ...]:
    known = used.value is not None and other.value is not None
    difference = signed(other.value - used.value) if known else "–"  # type: ignore[operator]
    return where, label, number(used), number(other), difference


def _ratio(scatter: float | None) -> str:
    return "–" if scatter is None else f"{scatter:.2f}"


def signed(difference: float) -> str:
    """A difference with its sign; nothing is just 0."""
    return f"{difference:+.3g}".replace("-", "−") if difference else "0"


def flagged(tmap: TemperatureMap) -> Table:
    """How many pixels have no temperature, by reason."""
    counts = {s: int((tmap.status == s).sum()) for s in Status}
    rows = tuple((s.sentence, str(n), f"{100 * n / tmap.status.size:.1f} %") for s, n in counts.items() if n)
    return Table(("Status", "Pixels", "Share"), rows)


def image_facts(image: ImageResult) -> Table:
    """What is known of one image beside its maps."""
    tmap = image.map
    labels = {"fwhm": "Full width at half maximum of the zero-loss peak"}
    rows = [("Mean temperature", quantity_text(tmap.temperature_mean))]
    rows.append(("Median standard error of one pixel", quantity_text(median_error(tmap))))
    if tmap.common_error is not None:
        rows.append(("Error that all pixels share", quantity_text(Quantity(tmap.common_error, None, "K"))))
    if tmap.scatter is not None:
        rows.append(("Scatter of neighbours over their stated error", f"{tmap.scatter:.2f}"))
    for name, quantity in tmap.zero_loss.items():
        rows.append((labels.get(name, f"Zero-loss peak: {name.replace('_', ' ')}"), quantity_text(quantity)))
    replaced = int(tmap.spikes.sum())
    rows.append(("Channels replaced because a spike hit them", str(replaced)))
    return Table(("", ""), tuple(rows))


def inputs(result: StudyResult) -> Table:
    """The input files with what identifies them."""
    rows = []
    for record in result.inputs:
        axis = record.energy_axis
        energy = f"{axis['offset']:.6g} + {axis['scale']:.6g} · channel {axis['unit']}"
        microscope = ", ".join(f"{k.replace('_', ' ')} {v:g}" for k, v in record.microscope.items() if v is not None)
        shape = " × ".join(str(n) for n in record.shape)
        rows.append((record.name, record.file, shape, energy, microscope or "not in the file", record.sha256))
    heads = ("Image", "File", "Shape (y, x, energy)", "Energy axis", "Microscope (keV, mrad, s)", "SHA-256")
    return Table(heads, tuple(rows))


def settings(resolved: Mapping[str, Any], units: Mapping[str, str] | None = None) -> Table:
    """Every setting, one a row, tables and their keys joined by points; with `units` by name, where they are known."""
    rows = [(path, _with_unit(text, (units or {}).get(path.partition("[")[0]))) for path, text in _flat(resolved, "")]
    return Table(("Setting", "Value"), tuple(rows))


def _with_unit(text: str, unit: str | None) -> str:
    return f"{text} {unit}" if unit and any(letter.isdigit() for letter in text) else text


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _flat(entry, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list | tuple) and any(isinstance(entry, Mapping | list | tuple) for entry in value):
        for i, entry in enumerate(value, start=1):
            yield from _flat(entry, f"{path}[{i}]")
    elif isinstance(value, list | tuple):
        between = " to " if len(value) == 2 and path not in _NO_RANGES else ", "
        yield path, between.join(map(str, value)) or "none"
    else:
        yield path, _setting(value, path)


def _setting(value: Any, path: str) -> str:
    if value is None:
        return "found from the data" if path.startswith("interface.") else "not given"
    return str(value).lower() if isinstance(value, bool) else str(value)
