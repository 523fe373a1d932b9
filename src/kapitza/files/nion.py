"""Nion Swift's data files: `.ndata1`, `.npy` with `.json`, library `.ndata` and `.h5`, `.nhdf`; without Swift.

All hold a plain array and a JSON description: `spatial_calibrations` (exports) or `dimensional_calibrations` (library
files), one {offset, scale, units} per axis with value = offset + scale * index, and a `metadata` tree. Keys of the tree
are those that Swift's own metadata table documents (high tension in V, angles in rad, exposure in s).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from kapitza.data import Array, Microscope
from kapitza.errors import InputError
from kapitza.files.item import Axis, Item, dig, number, positive, text
from kapitza.files.ondisk import HdfArray
from kapitza.files.size import check_claim

_BEAM_VOLT = ("instrument.high_tension", "hardware_source.autostem.high_tension_v")
_CONVERGENCE_RAD = ("instrument.convergence_angle", "hardware_source.convergence_angle_rad")
_COLLECTION_RAD = ("instrument.collection_angle", "hardware_source.collection_angle_rad")
_EXPOSURE_S = ("hardware_source.exposure",)
_COUNTS_PER_ELECTRON = ("hardware_source.counts_per_electron",)


def read_zip(path: Path) -> list[Item]:
    """The array in an `.ndata1` or library `.ndata` file: a zip of `data.npy` and `metadata.json`."""
    with zipfile.ZipFile(path) as archive:
        properties = json.loads(archive.read("metadata.json"))
        if "data.npy" not in archive.namelist():
            raise InputError(f"An array is wanted, got a Swift item without data in {path.name}: choose another item.")
        data = _zipped_array(path, archive, archive.getinfo("data.npy"))
    return [make_item(data, properties, path)]


def read_npy(path: Path) -> list[Item]:
    """The array in a `.npy` file that Swift exported, described by the `.json` beside it."""
    description = path.with_suffix(".json")
    array = path.with_suffix(".npy")
    for part, role in ((array, "the counts"), (description, "the axes")):
        if not part.is_file():
            raise InputError(
                f"{role.capitalize()} in {part.name} are wanted beside {path.name}, got no such file: export both from"
                " Nion Swift, or save as .hspy."
            )
    properties = json.loads(description.read_text("utf-8"))
    return [make_item(np.load(array, mmap_mode="r", allow_pickle=False), properties, array)]


def read_hdf(path: Path) -> list[Item]:
    """The arrays in a library `.h5` (dataset `data`) or an `.nhdf` (group `data`) file with `properties` as JSON."""
    import h5py

    items = []
    with h5py.File(path, "r") as file:
        root = file.get("data")
        sets = [root] if isinstance(root, h5py.Dataset) else [root[k] for k in _in_order(root)] if root else []
        for dataset in sets:
            if isinstance(dataset, h5py.Dataset) and "properties" in dataset.attrs:
                check_claim(dataset.nbytes, path)
                _check_compression(dataset, path)
                data = HdfArray(path, dataset.name, tuple(dataset.shape), dataset.dtype, dataset.chunks)
                items.append(make_item(data, json.loads(text(dataset.attrs["properties"])), path))
    if not items:
        raise InputError(
            f"A Nion Swift file is wanted, with the array 'data' and its 'properties', got another kind of HDF5 in"
            f" {path.name}: save the spectrum image as .hspy."
        )
    return items


def make_item(data: Any, properties: dict[str, Any], path: Path) -> Item:
    """One Swift data item from its array and its description."""
    calibrations = properties.get("dimensional_calibrations", properties.get("spatial_calibrations")) or []
    axes = [_axis(size, calibration) for size, calibration in zip(data.shape, calibrations, strict=False)]
    return Item(
        title=text(properties.get("title")) or path.stem,
        data=data,
        axes=tuple(axes) if len(calibrations) == len(data.shape) else (),
        microscope=_microscope(properties),
        uuid=text(properties.get("uuid")),
        notes=_notes(properties),
    )


def _axis(size: int, calibration: dict[str, Any]) -> Axis:
    offset, scale = number(calibration.get("offset", 0.0)), number(calibration.get("scale", 1.0))
    return Axis(
        int(size),
        math.nan if offset is None else offset,
        math.nan if scale is None else scale,
        text(calibration.get("units")),
    )


def _microscope(properties: dict[str, Any]) -> Microscope:
    metadata = properties.get("metadata") or {}

    def first(paths: tuple[str, ...], factor: float = 1.0) -> float | None:
        return next((v for v in (positive(dig(metadata, path), factor) for path in paths) if v is not None), None)

    gain = first(_COUNTS_PER_ELECTRON)
    return Microscope(
        beam_energy=first(_BEAM_VOLT, 1e-3),
        convergence=first(_CONVERGENCE_RAD, 1e3),
        collection=first(_COLLECTION_RAD, 1e3),
        dwell=first(_EXPOSURE_S),
        electrons_per_count=None if gain is None else 1 / gain,
    )


def _notes(properties: dict[str, Any]) -> tuple[str, ...]:
    calibration = properties.get("intensity_calibration") or {}
    offset, scale = calibration.get("offset", 0.0), calibration.get("scale", 1.0)
    if offset in (0, None) and scale in (1, None):
        return ()
    return (f"counts as stored; the intensity calibration {offset} + {scale} * count of the file was not applied",)


def _check_compression(dataset: Any, path: Path) -> None:
    from h5py import h5z

    with contextlib.suppress(ImportError):
        importlib.import_module("hdf5plugin")  # brings the compressions that Swift offers
    plist = dataset.id.get_create_plist()
    filters = [plist.get_filter(i) for i in range(plist.get_nfilters())]
    missing = [name.decode() or str(code) for code, _, _, name in filters if not h5z.filter_avail(code)]
    if missing:
        raise InputError(
            f"A compression that HDF5 knows is wanted, got {missing[0]} in {path.name}: run `pip install hdf5plugin`,"
            " or export without compression."
        )


def _in_order(group: Any) -> list[str]:
    return sorted(group.keys(), key=lambda key: (len(key), key))


def _zipped_array(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Array:
    """The `.npy` in a zip: mapped from disk where it is stored plainly, as Swift does, else unpacked."""
    with archive.open(info) as member:
        shape, fortran, dtype = _npy_header(member)
        start = member.tell()
        if start + math.prod(shape) * dtype.itemsize != info.file_size:
            raise InputError(
                f"An array of {shape} {dtype} is wanted by its own header, got {info.file_size - start} bytes in"
                f" {path.name}: the file is truncated or damaged, copy it again."
            )
        order = "F" if fortran else "C"
        if info.compress_type != zipfile.ZIP_STORED:
            return np.frombuffer(member.read(), dtype).reshape(shape, order=order)  # type: ignore[call-overload]
    return np.memmap(path, dtype, "r", _member_start(path, info) + start, shape, order)  # type: ignore[call-overload]


def _npy_header(member: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(member)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}.get(version)
    if read is None:
        raise InputError(f"A .npy array of version 1 or 2 is wanted, got version {version}: save the item again.")
    shape, fortran, dtype = read(member)
    if dtype.hasobject:
        raise InputError("An array of numbers is wanted, got pickled objects, which are never opened: save it again.")
    return shape, fortran, dtype


def _member_start(path: Path, info: zipfile.ZipInfo) -> int:
    """Where a member's bytes begin: its local header is 30 bytes, then a name and an extra field of stated lengths."""
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
    return info.header_offset + 30 + name + extra
