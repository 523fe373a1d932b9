"""Files that RosettaSciIO reads: an explicit list of formats, none of whose readers unpickles or evaluates content."""

from __future__ import annotations

import contextlib
import importlib
import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.data import Microscope
from kapitza.files.item import Axis, Item, dig, number, positive, text
from kapitza.files.size import check_claim, is_large
from kapitza.files.zarr_check import check_zarr

FORMATS = {
    ".dm3": "digitalmicrograph",
    ".dm4": "digitalmicrograph",
    ".hspy": "hspy",
    ".hdf5": "hspy",
    ".zspy": "zspy",
    ".msa": "msa",
    ".emsa": "msa",
    ".ems": "msa",
    ".mas": "msa",
    ".emd": "emd",
    ".nxs": "nexus",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".ser": "tia",
    ".emi": "tia",
    ".rpl": "ripple",
}
"""Suffix to RosettaSciIO reader. Left out on purpose: `.prz` (pickles) and netCDF (evaluates text)."""

_HIERARCHICAL = {"hspy", "emd", "nexus"}
_TEM = "Acquisition_instrument.TEM."
_PLACES = {
    "beam_energy": (_TEM + "beam_energy",),
    "convergence": (_TEM + "convergence_angle",),
    "collection": (_TEM + "Detector.EELS.collection_angle",),
    "dwell": (_TEM + "Detector.EELS.dwell_time", _TEM + "Detector.EELS.exposure"),
}
_GAIN = "Signal.Noise_properties.Variance_linear_model.gain_factor"
_DM_INTENSITY = "ImageList.TagGroup0.ImageData.Calibrations.Brightness"


def read_rosetta(path: Path) -> list[Item]:
    """All arrays that RosettaSciIO finds in a file, in the file's own axis order; large ones are left on disk."""
    plugin = FORMATS[path.suffix.lower()]
    options: dict[str, Any] = {}
    if plugin != "msa":
        claimed = _claimed_bytes(path, plugin)
        check_claim(claimed, path)
        options["lazy"] = is_large(claimed)
    if plugin == "zspy":
        options["mode"] = "r"  # a lazy reader would else ask for permission to write
    logger = logging.getLogger("rsciio")
    silence = logging.NullHandler()
    logger.addHandler(silence)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            entries = importlib.import_module(f"rsciio.{plugin}").file_reader(str(path), **options)
    finally:
        logger.removeHandler(silence)
    return [_item(entry, plugin, path) for entry in entries if "data" in entry]


def _claimed_bytes(path: Path, plugin: str) -> int:
    """Bytes that the arrays of a file claim to hold; HDF5 may claim far more than is on disk."""
    if plugin == "zspy":
        return check_zarr(path)
    if plugin not in _HIERARCHICAL:
        return path.stat().st_size
    import h5py

    sizes: list[int] = []
    with h5py.File(path, "r") as file:
        file.visititems(lambda _, node: sizes.append(node.nbytes) if isinstance(node, h5py.Dataset) else None)
    return sum(sizes)


def _item(entry: dict[str, Any], plugin: str, path: Path) -> Item:
    metadata, original = entry.get("metadata") or {}, entry.get("original_metadata") or {}
    own = original.get("kapitza") if plugin in ("hspy", "zspy") else None
    return Item(
        title=text(dig(metadata, "General.title")) or path.stem,
        data=entry["data"],
        axes=_axes(entry),
        microscope=_microscope(entry, plugin),
        notes=tuple(map(text, own.get("history", ()))) if isinstance(own, dict) else (),
        exact=own if isinstance(own, dict) else None,
    )


def _in_array_order(axes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = [number(axis.get("index_in_array")) for axis in axes]
    if any(place is None for place in places):
        return axes
    return [axis for _, axis in sorted(zip(places, axes, strict=True), key=lambda pair: pair[0] or 0.0)]


def _axes(entry: dict[str, Any]) -> tuple[Axis, ...]:
    """The axes in the array's order; none where their number does not fit the array."""
    axes = _in_array_order(entry["axes"])
    shape = np.shape(entry["data"])
    return tuple(map(_axis, axes, shape)) if len(axes) == len(shape) else ()


def _axis(axis: dict[str, Any], size: int) -> Axis:
    values = axis.get("axis")
    if values is not None:
        values = np.asarray(values, dtype=float).reshape(size)
    offset, scale = (number(axis.get(key)) for key in ("offset", "scale"))
    return Axis(
        int(size),
        np.nan if offset is None else offset,
        np.nan if scale is None else scale,
        text(axis.get("units")),
        text(axis.get("name")),
        values,
    )


def _microscope(entry: dict[str, Any], plugin: str) -> Microscope:
    found = {name: _first(entry, places) for name, places in _PLACES.items()}
    if plugin == "msa" and found["dwell"] is not None:
        found["dwell"] *= 1e-3  # EMSA/MAS states times in ms and RosettaSciIO passes them on as they are
    return Microscope(**found, electrons_per_count=_electrons_per_count(entry, plugin))


def _first(entry: dict[str, Any], places: tuple[str, ...]) -> float | None:
    for place in places:
        value = positive(dig(entry.get("metadata"), place))
        if value is None:
            value = positive(_mapped(entry, place))
        if value is not None:
            return value
    return None


def _mapped(entry: dict[str, Any], place: str) -> Any:
    """What RosettaSciIO leaves for HyperSpy to copy from the original metadata to `place`."""
    for source, (target, convert) in (entry.get("mapping") or {}).items():
        if target == place:
            value = dig(entry.get("original_metadata"), source)
            with contextlib.suppress(Exception):  # a tag in an odd form costs one parameter, not the file
                return convert(value) if convert and value is not None else value
    return None


def _electrons_per_count(entry: dict[str, Any], plugin: str) -> float | None:
    """Electrons per count where a file states it; a gain of exactly one is a default and states nothing.

    HyperSpy's variance model is variance = gain_factor * counts, so that gain_factor is counts per electron. In
    DigitalMicrograph the brightness scale is electrons per count where its unit is e-.
    """
    original = entry.get("original_metadata")
    own = positive(dig(original, "kapitza.electrons_per_count"))
    if own is not None and plugin in ("hspy", "zspy"):
        return own
    intensity = dig(original, _DM_INTENSITY)
    if intensity is not None:
        return positive(dig(intensity, "Scale")) if text(dig(intensity, "Units")) == "e-" else None
    gain = positive(dig(entry.get("metadata"), _GAIN)) if plugin in ("hspy", "zspy") else None
    return None if gain is None or gain == 1 else 1 / gain
