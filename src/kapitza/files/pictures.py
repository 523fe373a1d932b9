"""Pictures beside the spectra: the survey that isotherms are drawn over, and masks of the pixels to use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kapitza.data import Array
from kapitza.errors import InputError
from kapitza.files.door import READERS, open_items, reading
from kapitza.files.item import Item
from kapitza.units import is_energy_unit

_PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"}


def read_survey(path: str | Path) -> Array:
    """Read the survey picture (HAADF, say) of a scan as grey values (rows, columns).

    Any format that `read` knows, plus PNG, JPEG and BMP; a colour picture is turned grey. In a file with several items
    the first picture is taken, that is the first array with two axes longer than one and no energy axis.

    Raises
    ------
    InputError
        if the file is missing or damaged, or holds no picture.
    """
    return np.asarray(_picture(Path(path)), dtype=float)


def read_mask(path: str | Path, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Read which pixels to use (`True` where the file is not zero) from a `.npy` array or a picture.

    shape : (y, x) of the spectrum image that the mask belongs to.

    Raises
    ------
    InputError
        if the file is missing or damaged, or its shape is not `shape`.
    """
    path = Path(path)
    if path.suffix.lower() == ".npy":
        _check_file(path)
        with reading(path):
            values = np.load(path, allow_pickle=False)
    else:
        values = _picture(path)
    if values.shape != tuple(shape):
        raise InputError(
            f"A mask of {shape[0]} x {shape[1]} pixels is wanted, got {' x '.join(map(str, values.shape))} in"
            f" {path.name}: draw it on the spectrum image itself."
        )
    with reading(path):
        return np.asarray(values != 0)


def _picture(path: Path) -> Array:
    if path.suffix.lower() in _PICTURES:
        _check_file(path)
        with reading(path):
            return _load_picture(path)
    if path.suffix.lower() == ".npy" and not path.with_suffix(".json").exists():
        _check_file(path)
        with reading(path):
            return _two_dimensional(np.load(path, allow_pickle=False), path)
    if path.exists() and not path.is_dir() and path.suffix.lower() not in READERS:
        raise InputError(
            f"A picture ({', '.join(sorted(_PICTURES | set(READERS)))}) is wanted, got {path.name!r}: save it as one."
        )
    items = [item for item in open_items(path) if _is_picture(item)]
    if not items:
        raise InputError(f"A picture with two axes is wanted, got none in {path.name}: choose another file.")
    with reading(path):
        return np.squeeze(np.asarray(items[0].data[()]))


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise InputError(f"A file is wanted, got nothing at {path}: check the name and the folder.")
    if path.stat().st_size == 0:
        raise InputError(f"A file with data is wanted, got the empty file {path.name}: copy or export it again.")


def _load_picture(path: Path) -> Array:
    if path.suffix.lower() in (".tif", ".tiff"):
        import tifffile

        return _two_dimensional(tifffile.imread(path), path)
    from PIL import Image

    with Image.open(path) as picture:
        deep = picture.mode in ("I", "F", "I;16", "I;16B", "1")
        return np.asarray(picture if deep else picture.convert("L"))


def _two_dimensional(values: Any, path: Path) -> Array:
    """Grey values (rows, columns); the mean of the colours where a third axis holds three or four of them."""
    values = np.squeeze(np.asarray(values))
    if values.ndim == 3 and values.shape[2] in (3, 4):
        values = values[:, :, :3].mean(axis=2)
    if values.ndim != 2 or values.dtype.kind not in "biuf":
        raise InputError(
            f"A picture with two axes is wanted, got an array of {' x '.join(map(str, values.shape)) or 'one value'} in"
            f" {path.name}: save one plane of it."
        )
    return values


def _is_picture(item: Item) -> bool:
    long = [n for n in item.shape if n > 1]
    kind = np.dtype(item.data.dtype).kind
    return len(long) == 2 and kind in "biuf" and not any(is_energy_unit(axis.unit) for axis in item.axes)
