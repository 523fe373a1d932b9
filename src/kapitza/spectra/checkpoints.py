"""What finished blocks gave, on disk so that a stopped job goes on from there: plain numbers, nothing that runs."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import os
import uuid
import zipfile
import zlib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.data import Array

_PACKAGE = __name__.partition(".")[0]
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
"""What NumPy raises for a file that is not there, was cut short, or holds something else."""


def keyed(folder: Path, *parts: Any) -> Path:
    """Subfolder of `folder` that belongs to `parts` alone: anything that JSON can write, and what decides the results.

    Whoever computes something else gets another subfolder, and so never finds what does not belong to it.
    """
    text = json.dumps(parts, sort_keys=True, default=str)
    return folder / hashlib.sha256(text.encode()).hexdigest()[:32]


class Checkpoints:
    """Results by name in a folder: arrays, numbers, texts, None, and lists, tuples and kapitza's data classes of them.

    Each is one `.npz` file with a CRC, complete or not there: written under another name, then renamed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, value: Any) -> None:
        """Keep a result. A disk that is full or forbidden keeps nothing, which is no reason to stop the work."""
        arrays: list[Array] = []
        structure = json.dumps(_taken_apart(value, arrays))
        scratch = self._folder / f".{uuid.uuid4().hex}"
        try:
            with contextlib.suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                with scratch.open("wb") as file:
                    np.savez(file, np.array(structure), *arrays)
                os.replace(scratch, self._folder / f"{name}.npz")
        finally:
            with contextlib.suppress(OSError):
                scratch.unlink(missing_ok=True)

    def get(self, name: str) -> list[Any]:
        """The result of that name in a list, or an empty list where there is none, or a torn one."""
        try:
            # Opened here, because NumPy leaves a torn file open.
            with (self._folder / f"{name}.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
                structure, *arrays = (stored[f"arr_{i}"] for i in range(len(stored.files)))
            return [_put_together(json.loads(str(structure)), arrays)]
        except _UNREADABLE:
            return []


def _taken_apart(value: Any, arrays: list[Array]) -> Any:
    """`value` as JSON can write it, with numbers into `arrays` in the place of arrays."""
    if isinstance(value, np.ndarray | np.generic):
        assert not value.dtype.hasobject, value.dtype
        arrays.append(np.asarray(value))
        return {"array": len(arrays) - 1, "scalar": isinstance(value, np.generic)}
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        inside = {field.name: _taken_apart(getattr(value, field.name), arrays) for field in fields(value)}
        return {"class": [kind.__module__, kind.__qualname__], "fields": inside}
    if isinstance(value, tuple | list):
        return {"tuple": isinstance(value, tuple), "items": [_taken_apart(item, arrays) for item in value]}
    assert value is None or isinstance(value, str | bool | int | float), type(value)
    return value


def _put_together(node: Any, arrays: list[Array]) -> Any:
    if not isinstance(node, dict):
        return node
    if "array" in node:
        return arrays[node["array"]][()] if node["scalar"] else arrays[node["array"]]
    if "class" in node:
        return _data_class(*node["class"])(**{k: _put_together(v, arrays) for k, v in node["fields"].items()})
    items = [_put_together(item, arrays) for item in node["items"]]
    return tuple(items) if node["tuple"] else items


def _data_class(module: str, name: str) -> Any:
    """One of kapitza's own data classes, which only hold what they are given; a file may ask for nothing else."""
    kind = getattr(importlib.import_module(module), name, None) if module.partition(".")[0] == _PACKAGE else None
    if not (isinstance(kind, type) and is_dataclass(kind)):
        raise ValueError(f"A data class of {_PACKAGE} is wanted, got {module}.{name}.")
    return kind
