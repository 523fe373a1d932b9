"""What a reader hands over: arrays with the axes and metadata that their file gave them, not yet a spectrum image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kapitza.data import Array, Microscope


@dataclass(frozen=True)
class Axis:
    """One axis as the file has it: value = offset + scale * index, in `unit`.

    values : (size,), set where the file lists the axis point by point instead of by offset and scale.
    """

    size: int
    offset: float
    scale: float
    unit: str
    name: str = ""
    values: Array | None = None


@dataclass(frozen=True)
class Item:
    """One array in a file, with one axis per dimension.

    data : NumPy array, memory map, Dask array, or anything else with `shape`, `dtype` and slicing.
    notes : sentences on how it was read. exact : values that the file states to the last bit beside its axes.
    """

    title: str
    data: Any
    axes: tuple[Axis, ...]
    microscope: Microscope = field(default_factory=Microscope)
    uuid: str = ""
    notes: tuple[str, ...] = ()
    exact: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array in the file's own order."""
        return tuple(int(n) for n in self.data.shape)


def text(value: Any) -> str:
    """`value` as a plain string: bytes are decoded, what means "nothing" becomes the empty string."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if value is None or type(value).__name__ in ("UndefinedType", "_UndefinedType"):
        return ""
    return str(value).strip()


def number(value: Any) -> float | None:
    """`value` as a finite float, None where it is not one."""
    try:
        result = float(value)
    except (TypeError, ValueError):
        return None
    return result if np.isfinite(result) else None


def positive(value: Any, factor: float = 1.0) -> float | None:
    """`value` times `factor` where it is a number above zero, else None: a microscope parameter or not known."""
    result = number(value)
    return result * factor if result is not None and result > 0 else None


def dig(tree: Any, path: str | Sequence[str]) -> Any:
    """What a nested dict holds at a dotted path; None where the path ends early."""
    for key in path.split(".") if isinstance(path, str) else path:
        if not isinstance(tree, dict) or key not in tree:
            return None
        tree = tree[key]
    return tree
