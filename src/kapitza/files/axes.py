"""Find the energy axis by its units and bring counts into the order (y, x, energy), meV and nm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.data import Array
from kapitza.errors import AxisError, InputError
from kapitza.files.item import Axis, Item
from kapitza.units import energy_factor, is_energy_unit, is_length_unit, length_factor

_PIXEL_UNITS = {"", "pixel", "pixels", "px"}
_UNIFORM = 1e-3
"""Largest departure of a listed energy axis from a straight line, in channels."""


@dataclass(frozen=True)
class Layout:
    """How an item becomes a spectrum image.

    order : the item's dimensions that become (y, x, energy); None stands for a new axis of length one.
    dropped : dimensions of length one that are left out. energy : (energy,), meV, rising.
    flipped : whether the energy axis is reversed. step : pixel pitch (y, x), nm. notes : sentences for the history.
    """

    order: tuple[int | None, int | None, int]
    dropped: tuple[int, ...]
    energy: Array
    flipped: bool
    step: tuple[float, float] | None
    notes: tuple[str, ...]

    def shape(self, item: Item) -> tuple[int, int, int]:
        """(y, x, energy) of the spectrum image that `item` becomes."""
        y, x, energy = (1 if dim is None else item.shape[dim] for dim in self.order)
        return y, x, energy


def find_layout(item: Item) -> Layout:
    """How `item` becomes a spectrum image: which axis is the energy, which are y and x, and the pixel pitch.

    The energy axis is the one whose unit is an energy, wherever it stands; a descending one is turned round. Axes of
    length one are dropped where more than two others are left.

    Raises
    ------
    AxisError
        if no axis or more than one has an energy unit, or the energy axis is not uniform.
    InputError
        if the array is a picture, has more than two axes beside the energy, or does not hold real numbers.
    """
    _check_numbers(item)
    dim = _energy_dimension(item)
    others = [i for i in range(len(item.axes)) if i != dim]
    if len(others) > 2:
        others = [i for i in others if item.shape[i] > 1]
    if len(others) > 2:
        raise InputError(
            f"At most two axes beside the energy are wanted, got {describe_axes(item)} in {item.title!r}: sum or pick"
            " one frame of the sequence in the program that wrote it, and save that."
        )
    energy, flipped = _energy_values(item.axes[dim], item.title)
    step, notes = _steps([item.axes[i] for i in others])
    if flipped:
        notes = (*notes, "energy axis turned round so that it rises")
    dropped = tuple(i for i in range(len(item.axes)) if i != dim and i not in others)
    places: list[int | None] = [*([None] * (2 - len(others))), *others]
    return Layout((places[0], places[1], dim), dropped, energy, flipped, step, notes)


def arrange(data: Any, layout: Layout) -> Any:
    """The array in the order (y, x, energy), energy rising; a view where NumPy and Dask can give one."""
    if layout.dropped:
        data = data[tuple(0 if i in layout.dropped else slice(None) for i in range(data.ndim))]
    kept = [i for i in layout.order if i is not None]
    data = data.transpose([sorted(kept).index(i) for i in kept])
    data = data.reshape((1,) * (3 - len(kept)) + data.shape)
    return data[:, :, ::-1] if layout.flipped else data


def describe_axes(item: Item) -> str:
    """The axes of an item in words: sizes with units."""
    return " x ".join(f"{axis.size} ({axis.unit or 'no unit'})" for axis in item.axes) or "no axes"


def _check_numbers(item: Item) -> None:
    dtype = np.dtype(item.data.dtype)
    if dtype.kind not in "iuf":
        raise InputError(
            f"Counts as real numbers are wanted, got {_dtype_words(dtype)} in {item.title!r}: save the spectrum image"
            " itself, as integers or floats."
        )
    if 0 in item.shape or not item.shape or len(item.axes) != len(item.shape):
        raise InputError(
            f"An array with an axis for each dimension is wanted, got the shape {item.shape} with {len(item.axes)} axes"
            f" in {item.title!r}: save the spectrum image again with its calibration."
        )


def _dtype_words(dtype: np.dtype[Any]) -> str:
    if dtype.names:
        return "a colour picture or a table"
    return {"c": "complex numbers", "b": "true/false values"}.get(dtype.kind, f"values of the type {dtype}")


def _energy_dimension(item: Item) -> int:
    found = [i for i, axis in enumerate(item.axes) if is_energy_unit(axis.unit)]
    if len(found) > 1:
        raise AxisError(
            f"One energy axis is wanted, got {len(found)}, {describe_axes(item)}, in {item.title!r}: correct the units"
            " of the other axes and save again."
        )
    if found:
        return found[0]
    long = [axis for axis in item.axes if axis.size > 1]
    if len(item.axes) == 2 and all(is_length_unit(axis.unit) for axis in long):
        raise InputError(
            f"A spectrum image is wanted, got the picture {item.title!r} of {describe_axes(item)}: choose the item that"
            " holds the spectra, or give this file as the survey."
        )
    raise AxisError(
        f"An axis in eV, meV or keV is wanted, got {describe_axes(item)} in {item.title!r}: calibrate the energy axis,"
        " units included, and save again."
    )


def _energy_values(axis: Axis, title: str) -> tuple[Array, bool]:
    factor = energy_factor(axis.unit)
    offset, scale = axis.offset, axis.scale
    if axis.values is not None:
        offset, scale = _straight_line(axis.values, title)
    if axis.size < 2 or not math.isfinite(offset) or not math.isfinite(scale) or scale == 0:
        raise AxisError(
            f"An energy axis of at least two channels with a finite step is wanted, got {axis.size} channels from"
            f" {offset:g} in steps of {scale:g} {axis.unit} in {title!r}: calibrate the axis and save again."
        )
    energy = (offset + scale * np.arange(axis.size)) * factor
    return (energy, False) if scale > 0 else (energy[::-1].copy(), True)


def _straight_line(values: Array, title: str) -> tuple[float, float]:
    values = np.asarray(values, dtype=float)
    scale = (values[-1] - values[0]) / (len(values) - 1) if len(values) > 1 else math.nan
    off = np.max(np.abs(values - (values[0] + scale * np.arange(len(values))))) if scale else math.nan
    if not off <= _UNIFORM * abs(scale):
        raise AxisError(
            f"An energy axis with equal steps is wanted, got a non-uniform one in {title!r}: resample the spectra to"
            " equal steps and save again."
        )
    return float(values[0]), float(scale)


def _steps(axes: list[Axis]) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    long = [axis for axis in axes if axis.size > 1]
    known = [axis for axis in (long or axes) if is_length_unit(axis.unit) and _pitch(axis) is not None]
    if not long and not known:
        return None, ()
    if len(known) < len(long):
        odd = sorted({axis.unit for axis in long if axis not in known} - _PIXEL_UNITS)
        reason = f"units {', '.join(map(repr, odd))}" if odd else "no length units on every axis"
        return None, (f"pixel pitch not known: {reason}",)
    pitches = {id(axis): _pitch(axis) for axis in known}
    first = next(value for value in pitches.values() if value is not None)
    both = [pitches.get(id(axis)) or first for axis in axes]
    return (both[0], both[-1]), ()


def _pitch(axis: Axis) -> float | None:
    """Pixel pitch of an axis in nm, None where its scale says nothing; the sign only says which way the axis runs."""
    pitch = abs(axis.scale) * length_factor(axis.unit)
    return pitch if math.isfinite(pitch) and pitch > 0 else None
