"""What `kapitza info` prints: what a file holds, and what kapitza would do with it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.table import Table

from kapitza.cli.tables import console, plain_table
from kapitza.errors import MethodError
from kapitza.files import AxisDescription, FileDescription, describe
from kapitza.files.size import EAGER_BYTES
from kapitza.settings import EnergyWindows, Method, Window
from kapitza.spectra.thickness import SHORTEST_RANGE
from kapitza.spectra.windows import Windows, fit_windows


def show_info(path: Path, item: str | None) -> None:
    """Print what a file holds and what kapitza would do with it."""
    found = describe(path, item=item)
    out = console()
    out.print(f"{found.file}: {_kind(found)}", markup=False)
    out.print(_axes(found))
    out.print(_microscope(found))
    for sentence in (*found.notes, *(f"Also in this file: {other}" for other in found.others)):
        out.print(sentence, markup=False)
    out.print("What kapitza would do", style="bold")
    for sentence in _plan(found):
        out.print(f"- {sentence}", markup=False)


def _kind(found: FileDescription) -> str:
    y, x, energy = found.shape
    kind = "a single spectrum" if y * x == 1 else "a line scan" if 1 in (y, x) else "a spectrum image"
    return f"{kind}, {y} x {x} pixels, {energy} channels, {found.dtype}"


def _axes(found: FileDescription) -> Table:
    table = plain_table("axis", "size", "from", "to", "step", "unit")
    for axis in found.axes:
        ends = [_number(value) for value in (axis.offset, _last(axis), axis.scale)]
        table.add_row(axis.role, str(axis.size), *ends, axis.unit)
    return table


def _microscope(found: FileDescription) -> Table:
    table = plain_table("microscope", "value", "unit")
    for name, (value, unit) in found.found.items():
        table.add_row(name.replace("_", " "), _number(value), unit)
    for name in found.missing:
        table.add_row(name.replace("_", " "), "missing", "")
    return table


def _plan(found: FileDescription) -> Iterator[str]:
    energy = found.axes[-1]
    start, stop = energy.offset, _last(energy)
    assert start is not None
    assert stop is not None
    try:
        windows = fit_windows(EnergyWindows().resolved(Method()), -start, stop)
    except MethodError as error:
        yield f"No temperature can be had. {error}"
    else:
        yield from _windows(windows)
    if stop >= SHORTEST_RANGE:
        yield "As a low-loss image recorded on axis it gives the foil's thickness: kapitza thickness."
    if "electrons_per_count" in found.missing:
        yield "Electrons per count are not given: they are estimated from how neighbouring pixels scatter."
    if found.axes[1].scale is None:
        yield "The pixel pitch is not given: positions and gradients come out in pixels."
    yield _memory(found)


def _windows(windows: Windows) -> Iterator[str]:
    yield f"Loss and gain of phonons at {_span(windows.signal)} are compared."
    if windows.far_loss is not None and windows.far_gain is not None:
        far = f"{_span(windows.far_loss)} on the loss side and {_span(windows.far_gain)} on the gain side"
        yield f"Preset paper fits the zero-loss background at {_span(windows.near)} on both sides, and at {far}."
    for _, sentence in windows.warnings:
        yield sentence


def _memory(found: FileDescription) -> str:
    size = math.prod(found.shape) * np.dtype(found.dtype).itemsize
    how = "it is read whole" if size <= EAGER_BYTES else "it stays on disk and is read in blocks of pixels"
    return f"The counts take {size / 1e6:.4g} MB: {how}."


def _last(axis: AxisDescription) -> float | None:
    return None if axis.offset is None or axis.scale is None else axis.offset + axis.scale * (axis.size - 1)


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.6g}"


def _span(window: Window) -> str:
    return f"{window[0]:.4g} to {window[1]:.4g} meV"
