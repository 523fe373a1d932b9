"""Arrays that stay on disk: opened only while a slice is read, so that no file stays open and workers elsewhere can
read them, too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.data import Array


@dataclass(frozen=True)
class HdfArray:
    """A dataset in an HDF5 file. chunks : as it is stored in, None where in one piece."""

    path: Path
    key: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunks: tuple[int, ...] | None = None

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    def __getitem__(self, selection: Any) -> Array:
        import h5py

        with h5py.File(self.path, "r") as file:
            return np.asarray(file[self.key][selection])


@dataclass(frozen=True)
class MappedArray:
    """Plain numbers in a file from byte `offset` on, in the order "C" or "F"."""

    path: Path
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    order: str
    chunks: None = None

    @classmethod
    def of(cls, mapped: np.memmap[Any, Any]) -> MappedArray:
        """The same array, without the mapping."""
        order = "C" if mapped.flags.c_contiguous else "F"
        return cls(Path(str(mapped.filename)), mapped.offset, mapped.shape, mapped.dtype, order)

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    def __getitem__(self, selection: Any) -> Array:
        whole: Any = np.memmap(self.path, self.dtype, "r", self.offset, self.shape, self.order)  # type: ignore[call-overload]
        return np.array(whole[selection])
