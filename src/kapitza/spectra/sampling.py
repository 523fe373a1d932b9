"""A few spectra that stand for a whole image, chosen by its shape alone, and spectra read from single pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from kapitza.data import Array

_FEWEST_ROWS = 16
"""Rows that a sample has at least: few, since whole chunks are read for each."""


def spread(allowed: Array, most: int) -> Array:
    """Numbers (row * x + column) of at most so many pixels, in order, spread evenly over whole rows.

    allowed : (y, x), True where a pixel may be chosen. All of those are chosen if there are no more than `most`.
    """
    if allowed.sum() <= most:
        return np.flatnonzero(allowed)
    rows = np.flatnonzero(allowed.any(axis=1))
    height = min(len(rows), max(_FEWEST_ROWS, most * len(rows) // int(allowed.sum())))
    kept = np.zeros_like(allowed)
    kept[_evenly(rows, height)] = True
    return _evenly(np.flatnonzero(allowed & kept), most)


def _evenly(numbers: Array, most: int) -> Array:
    if len(numbers) <= most:
        return numbers
    return numbers[(2 * np.arange(most) + 1) * len(numbers) // (2 * most)]


def spectra_at(counts: Any, pixels: Array) -> Array:
    """(n, energy) spectra of the pixels with these rising numbers (row * x + column).

    counts : (y, x, energy), NumPy or Dask array, of which one row at a time is read.
    """
    rows, columns = np.divmod(pixels, counts.shape[1])
    found = np.empty((len(pixels), counts.shape[2]), counts.dtype)
    for row in np.unique(rows):
        found[rows == row] = np.asarray(counts[row])[columns[rows == row]]
    return found
