"""Counts of any type as the kernels want them, a few spectra at a time so that they stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kapitza.data import Array

_PIECE_BYTES = 2**18


def floats(counts: Array) -> Array:
    """Counts as a contiguous read-only array of float32 (16 bits and fewer, float32) or float64 (all others).

    A view where possible. Read-only, because a kernel is compiled anew for arrays that may be written to.
    """
    kind = np.float32 if np.result_type(counts.dtype, np.float32) == np.float32 else np.float64
    view = np.ascontiguousarray(counts, kind).view()
    view.flags.writeable = False
    return view


def bits(spectra: Array) -> Array:
    """The same memory as integers, which rise with the counts where those are positive.

    The highest of many integers is found eight times faster than that of floats, whose NaN keep the compiler from
    comparing several at once.
    """
    return spectra.view(np.int32 if spectra.dtype == np.float32 else np.int64)


def pieces(spectra: Array) -> Iterator[tuple[int, Array]]:
    """(first, some) for spectra (n, energy) piece by piece: the number of the first, and (m, energy) `floats` of
    them."""
    length = max(1, _PIECE_BYTES // max(1, spectra[:1].nbytes))
    for first in range(0, len(spectra), length):
        yield first, floats(spectra[first : first + length])
