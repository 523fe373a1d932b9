"""What is read into memory at once, what stays on disk, and what no file of its size can hold."""

from __future__ import annotations

from pathlib import Path

from kapitza.errors import InputError

EAGER_BYTES = 2**28
"""Arrays up to this size are read into memory at once; larger ones stay on disk until they are computed."""

SLAB_BYTES = 2**24
"""How much of an array in plain order is read at a time: whole rows of about this size."""

_PACKING = 2000
"""More than any lossless compression in use reaches (gzip stops at 1032)."""


def is_large(nbytes: int) -> bool:
    """Whether an array of `nbytes` stays on disk instead of being read at once."""
    return nbytes > EAGER_BYTES


def check_claim(claimed: int, path: Path) -> None:
    """Refuse arrays that claim far more bytes than their file could hold, before anything tries to make room for them.

    Raises
    ------
    InputError
        if the `claimed` bytes exceed both what is read at once and 2000 times the size of the file or folder.
    """
    stored = sum(file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path]))
    if is_large(claimed) and claimed > _PACKING * stored:
        raise InputError(
            f"An array that fits its file is wanted, got one that claims {claimed / 1e9:.3g} GB in {path.name} of"
            f" {stored / 1e9:.3g} GB: the file is damaged, copy or export it again."
        )
