"""Read a spectrum image, or describe what a file holds, from any format that kapitza knows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kapitza.data import Array, SpectrumImage
from kapitza.errors import AxisError, InputError
from kapitza.files.axes import Layout, arrange, describe_axes, find_layout
from kapitza.files.door import open_items, reading
from kapitza.files.item import Item
from kapitza.files.ondisk import MappedArray
from kapitza.files.size import SLAB_BYTES, is_large

_MICROSCOPE_UNITS = {
    "beam_energy": "keV",
    "convergence": "mrad",
    "collection": "mrad",
    "dwell": "s",
    "electrons_per_count": "",
}


class AxisDescription(NamedTuple):
    """One axis of a spectrum image: value = offset + scale * index. offset and scale are None where not known."""

    role: str
    size: int
    offset: float | None
    scale: float | None
    unit: str


@dataclass(frozen=True)
class FileDescription:
    """What a file holds, for `kapitza info`.

    shape : (y, x, energy). axes : y, x (nm, or pixel) and energy (meV). dtype : of the counts as stored.
    found : microscope parameters that the file states, as (value, unit) by name. missing : names of those it does not.
    others : what else the file holds, one line each. notes : what was decided in reading.
    """

    file: str
    item: str
    shape: tuple[int, int, int]
    axes: tuple[AxisDescription, ...]
    dtype: str
    found: Mapping[str, tuple[float, str]]
    missing: tuple[str, ...]
    others: tuple[str, ...]
    notes: tuple[str, ...]


def read(path: str | Path, *, item: str | None = None, name: str | None = None) -> SpectrumImage:
    """Read a spectrum image from a microscope's or HyperSpy's or Nion Swift's file.

    The energy axis is found by its unit (eV, meV or keV), wherever it stands, and comes out rising, in meV, with the
    sign that the file gives it. A line scan becomes (1, x, energy), a single spectrum (1, 1, energy). Pixel pitch comes
    out in nm or None. Arrays above 256 MiB stay on disk as Dask arrays.

    Parameters
    ----------
    path : the file, `.zspy` folder, or Nion Swift project (or the folder of one).
    item : title, index or uuid of the item to take where the file holds several spectrum images.
    name : name of the image; the item's title when None.

    Raises
    ------
    InputError
        if the file is missing, damaged, of another kind, or holds no spectrum image or several of them.
    AxisError
        if the energy axis has no unit, or is not there, or not uniform.
    """
    path = Path(path)
    items = open_items(path)
    _, chosen = _choose(items, item, path)
    layout = find_layout(chosen)
    with reading(path):
        counts, energy = _load(chosen, layout), _exact_energy(layout, chosen.exact)
    return SpectrumImage(
        counts=counts,
        energy=energy,
        step=layout.step,
        name=name or chosen.title or path.stem,
        microscope=chosen.microscope,
        history=_history(chosen, layout, path, len(items)),
    )


def describe(path: str | Path, *, item: str | None = None) -> FileDescription:
    """Say what a file holds and how kapitza would read it, without loading large arrays.

    `item` as in `read`. Raises what `read` raises.
    """
    path = Path(path)
    items = open_items(path)
    index, chosen = _choose(items, item, path)
    layout = find_layout(chosen)
    shape = layout.shape(chosen)
    known = {key: value for key, value in asdict(chosen.microscope).items() if value is not None}
    return FileDescription(
        file=path.name,
        item=chosen.title,
        shape=shape,
        axes=_axis_descriptions(layout, shape),
        dtype=str(chosen.data.dtype),
        found={key: (value, _MICROSCOPE_UNITS[key]) for key, value in known.items()},
        missing=tuple(key for key in _MICROSCOPE_UNITS if key not in known),
        others=tuple(_line(i, other) for i, other in enumerate(items) if i != index),
        notes=(*chosen.notes, *layout.notes),
    )


def _choose(items: list[Item], wanted: str | None, path: Path) -> tuple[int, Item]:
    """The item asked for, or the only spectrum image; single spectra count only where there is no image."""
    if wanted is not None:
        return _named(items, str(wanted), path)
    if len(items) == 1:
        return 0, items[0]
    usable = {i: entry for i, entry in enumerate(items) if _is_usable(entry)}
    images = {i: entry for i, entry in usable.items() if _pixels(entry) > 1} or usable
    if len(images) == 1:
        return next(iter(images.items()))
    problem = f"{len(images)} spectrum images" if images else "none"
    raise InputError(
        f"One spectrum image is wanted, got {problem} in {path.name}: {_listing(items)}; "
        + ("choose one with item=." if images else "calibrate the energy axis in eV and save again.")
    )


def _named(items: list[Item], wanted: str, path: Path) -> tuple[int, Item]:
    matches = [i for i, entry in enumerate(items) if wanted in (entry.title, entry.uuid)]
    if not matches and wanted.isdecimal() and int(wanted) < len(items):
        matches = [int(wanted)]
    if len(matches) == 1:
        return matches[0], items[matches[0]]
    problem = "no such item" if not matches else f"{len(matches)} items of that name"
    raise InputError(
        f"The item {wanted!r} is wanted, got {problem} in {path.name}: {_listing(items)}; choose one by its number."
    )


def _is_usable(item: Item) -> bool:
    try:
        find_layout(item)
    except (AxisError, InputError):
        return False
    return True


def _pixels(item: Item) -> int:
    y, x, _ = find_layout(item).shape(item)
    return y * x


def _listing(items: list[Item]) -> str:
    lines = [_line(i, item) for i, item in enumerate(items)]
    return "; ".join(lines[:20]) + (f"; and {len(lines) - 20} more" if len(lines) > 20 else "")


def _line(index: int, item: Item) -> str:
    return f"{index}: {item.title!r}, {describe_axes(item) if item.axes else item.shape}"


def _load(item: Item, layout: Layout) -> Any:
    """Counts as (y, x, energy) in a native type: in memory unless it is large, else as a Dask array."""
    data = item.data
    unpacked = isinstance(data, np.ndarray) and not isinstance(data, np.memmap)
    if unpacked or not is_large(math.prod(item.shape) * np.dtype(data.dtype).itemsize):
        data = data[()] if isinstance(data, np.ndarray) or not hasattr(data, "compute") else data.compute()
        counts = arrange(np.asarray(data), layout)
        return np.require(counts, _native(counts.dtype), ["C_CONTIGUOUS", "OWNDATA"])
    import dask.array as da

    if isinstance(data, np.memmap):
        data = MappedArray.of(data)
    if not isinstance(data, da.Array):
        data = da.from_array(data, chunks=_slabs(data, layout), name=False)
    counts = arrange(data, layout)
    return counts.astype(_native(counts.dtype))


def _slabs(data: Any, layout: Layout) -> tuple[int, ...]:
    """Chunks of whole rows of an array on disk, and of whole chunks of its own."""
    y = layout.order[0]
    if y is None:
        return tuple(data.shape)
    stored = 1 if data.chunks is None else data.chunks[y]
    rows = SLAB_BYTES * data.shape[y] // (math.prod(data.shape) * np.dtype(data.dtype).itemsize)
    height = max(stored, rows // stored * stored)
    return tuple(height if dim == y else size for dim, size in enumerate(data.shape))


def _native(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The same type in this machine's byte order; floats of unusual length become float32 or float64."""
    if dtype.kind == "f" and dtype.itemsize not in (4, 8):
        return np.dtype(np.float32 if dtype.itemsize < 4 else np.float64)
    return dtype.newbyteorder("=")


def _exact_energy(layout: Layout, exact: Any) -> Array:
    """The energy axis to the last bit where kapitza wrote it beside the axes and nobody calibrated or cropped since."""
    stored = np.asarray(exact["energy"], dtype=float) if isinstance(exact, dict) and "energy" in exact else None
    if stored is None or stored.shape != layout.energy.shape:
        return layout.energy
    channel = layout.energy[1] - layout.energy[0]
    return stored if np.abs(stored - layout.energy).max() < 1e-9 * channel else layout.energy


def _history(item: Item, layout: Layout, path: Path, count: int) -> tuple[str, ...]:
    which = f", item {item.title!r}" if count > 1 else ""
    return (*item.notes, f"read from {path.name}{which}", *layout.notes)


def _axis_descriptions(layout: Layout, shape: tuple[int, int, int]) -> tuple[AxisDescription, ...]:
    step = layout.step or (None, None)
    unit = "nm" if layout.step else "pixel"
    spatial = [
        AxisDescription(role, size, None if pitch is None else 0.0, pitch, unit)
        for role, size, pitch in zip("yx", shape[:2], step, strict=True)
    ]
    channel = float(layout.energy[-1] - layout.energy[0]) / (shape[2] - 1)
    return (*spatial, AxisDescription("energy", shape[2], float(layout.energy[0]), channel, "meV"))
