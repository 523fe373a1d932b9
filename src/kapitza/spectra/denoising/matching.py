"""Block matching: for blocks on a grid, the blocks nearby that look most like them."""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array

FAST = {"contract", "nsz", "reassoc"}
"""What the compiler may do to sums of floats so that it can do several at once; infinity stays what it is."""


def search_offsets(reach: tuple[int, ...]) -> Array:
    """Offsets to the blocks that are compared, (m, 3) integers, nearest first, the block itself at the head.

    Nearest first, so that of equally good blocks the nearest is taken, and so that few are replaced by better ones.

    reach : how far a block may be, along each axis.
    """
    axes = [np.arange(-r, r + 1) for r in reach]
    offsets = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(reach))
    order = np.argsort((offsets**2).sum(axis=1), kind="stable")
    return np.ascontiguousarray(offsets[order])


def grid(length: int, block: int, step: int) -> Array:
    """First elements of blocks along an axis, every `step` and the last one that fits, (n,) integers."""
    starts = np.arange(0, length - block + 1, step)
    return starts if starts[-1] == length - block else np.append(starts, length - block)


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def match(volume, rows, block, z, y, columns, offsets, limit, distance, place):  # type: ignore[no-untyped-def]
    """Fill in, for the blocks at (z, y, columns), squared distances and flat positions of the blocks most like each.

    volume : (a, b, c) float32. rows : tuple of the flat offsets of a block's rows. block : its three sides.
    columns : (n,). offsets : (m, 3), from `search_offsets`. limit : greatest squared distance.
        distance : (n, most) float32, ascending; infinite where there are no more blocks. place : (n, most).
    """
    shape, flat = volume.shape, volume.reshape(-1)
    last = distance.shape[1] - 1
    sums = np.empty(shape[2], np.float32)
    distance[:] = np.inf
    for o in range(len(offsets)):
        dz, dy, dx = offsets[o]
        if not (0 <= z + dz <= shape[0] - block[0] and 0 <= y + dy <= shape[1] - block[1]):
            continue
        low, high = max(0, -dx), shape[2] - block[2] - max(0, dx)
        if high < low:
            continue
        here = (z * shape[1] + y) * shape[2] + low
        there = here + (dz * shape[1] + dy) * shape[2] + dx
        _row_sums(flat, rows, here, there, high - low + block[2], sums)
        for r in range(len(columns)):
            x = columns[r]
            if low <= x <= high:
                found = _width_sum(rows, sums, x - low)
                if found <= limit and found < distance[r, last]:
                    _insert(distance[r], place[r], found, there + x - low)


# Indices without a sign, here and below: numba would otherwise ask of each whether it counts from the end, which keeps
# the compiler from doing several elements at once. The length of a tuple is part of its type: the loop is unrolled.
@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _row_sums(flat, rows, here, there, length, sums):  # type: ignore[no-untyped-def]
    """Squared differences summed over the rows of a block, column by column."""
    a, b = np.uint64(here), np.uint64(there)
    for i in range(np.uint64(length)):
        total = np.float32(0.0)
        for r in range(len(rows)):
            row = np.uint64(rows[r]) + i
            difference = flat[a + row] - flat[b + row]
            total += difference * difference
        sums[i] = total


@numba.njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def _width_sum(rows, sums, start):  # type: ignore[no-untyped-def]
    """Sum over the columns of a block of 64 elements."""
    first, total = np.uint64(start), np.float32(0.0)
    for i in range(np.uint64(64 // len(rows))):
        total += sums[first + i]
    return total


@numba.njit(cache=True, nogil=True)
def _insert(distance, place, found, where):  # type: ignore[no-untyped-def]
    i = len(distance) - 1
    while i > 0 and distance[i - 1] > found:
        distance[i], place[i] = distance[i - 1], place[i - 1]
        i -= 1
    distance[i], place[i] = found, where
