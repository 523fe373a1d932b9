"""Collaborative filtering: blocks that look alike are stacked, transformed together, shrunk and put back."""

from __future__ import annotations

import numba
import numpy as np

from kapitza.spectra.denoising.matching import FAST, match

SIZE = 64
"""Elements of a block: 8 x 8 in a picture, 4 x 4 x 4 in a volume."""

_ROOT = np.float32(np.sqrt(0.5))


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def hard_stage(  # type: ignore[no-untyped-def]
    noisy, rows, block, starts, offsets, limit, most, forward, backward, threshold, window, total, weight
):
    """First estimate: coefficients below a threshold are set to zero. Adds to `total` and `weight`.

    noisy : (a, b, c) float32. rows : flat offsets of a block's rows, a tuple. block : its sides. starts : of the grid
    along each axis. offsets, limit : of the search, as for `match`. most : blocks in a stack, a power of two.
    forward, backward : two matrices each, that a block is multiplied by from the left and from the right. threshold :
    of the coefficients. window : (64,). total, weight : (a, b, c), sums of weighted estimates and of weights.
    """
    flat, total, weight = noisy.reshape(-1), total.reshape(-1), weight.reshape(-1)
    n = len(starts[2])
    distance, place = np.empty((n, most), np.float32), np.empty((n, most), np.int64)
    stack, scratch = np.empty((SIZE, most), np.float32), np.empty((SIZE, most), np.float32)
    chosen = np.empty(most, np.int64)
    for z in starts[0]:
        for y in starts[1]:
            match(noisy, rows, block, z, y, starts[2], offsets, limit, distance, place)
            for r in range(n):
                k = _choose(distance[r], place[r], chosen)
                _gather(flat, rows, chosen, k, stack)
                _transform(rows, forward, k, stack, scratch)
                _haar(stack, k)
                kept = _cut(stack, k, threshold)
                _haar_back(stack, k)
                _transform(rows, backward, k, stack, scratch)
                _spread(stack, rows, chosen, k, window, 1 / max(kept, 1), total, weight)


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def wiener_stage(  # type: ignore[no-untyped-def]
    noisy, basic, rows, block, starts, offsets, limit, most, forward, backward, variance, window, total, weight
):
    """Second estimate: coefficients are shrunk as the first estimate `basic` says. Arguments as of `hard_stage`.

    basic : (a, b, c) float32. variance : of the noise in a coefficient.
    """
    flat, guess, total, weight = noisy.reshape(-1), basic.reshape(-1), total.reshape(-1), weight.reshape(-1)
    n = len(starts[2])
    distance, place = np.empty((n, most), np.float32), np.empty((n, most), np.int64)
    stack, pilot = np.empty((SIZE, most), np.float32), np.empty((SIZE, most), np.float32)
    scratch, chosen = np.empty((SIZE, most), np.float32), np.empty(most, np.int64)
    for z in starts[0]:
        for y in starts[1]:
            match(basic, rows, block, z, y, starts[2], offsets, limit, distance, place)
            for r in range(n):
                k = _choose(distance[r], place[r], chosen)
                _gather(flat, rows, chosen, k, stack)
                _transform(rows, forward, k, stack, scratch)
                _haar(stack, k)
                _gather(guess, rows, chosen, k, pilot)
                _transform(rows, forward, k, pilot, scratch)
                _haar(pilot, k)
                power = _shrink(stack, pilot, k, variance)
                _haar_back(stack, k)
                _transform(rows, backward, k, stack, scratch)
                _spread(stack, rows, chosen, k, window, 1 / power, total, weight)


@numba.njit(cache=True, nogil=True)
def _choose(distance, place, chosen):  # type: ignore[no-untyped-def]
    """Fill in the flat positions of the blocks of a stack; their number, the greatest power of two that there are.

    In the order of their reversed bits: then the Haar transform pairs the first half with the second.
    """
    k = 1
    while 2 * k <= len(distance) and distance[2 * k - 1] < np.inf:
        k *= 2
    reverse = 0
    for i in range(k):
        chosen[reverse] = place[i]
        bit = k // 2
        while bit and reverse & bit:
            reverse ^= bit
            bit //= 2
        reverse |= bit
    return k


# Stacks hold the same element of all blocks side by side, so that the compiler does several blocks at once; indices
# have no sign for the same reason.
@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _gather(flat, rows, chosen, k, stack):  # type: ignore[no-untyped-def]
    width = np.uint64(SIZE // len(rows))
    for r in range(np.uint64(len(rows))):
        for i in range(width):
            shift = np.uint64(rows[r]) + i
            for b in range(np.uint64(k)):
                stack[r * width + i, b] = flat[np.uint64(chosen[b]) + shift]


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _transform(rows, matrices, k, stack, scratch):  # type: ignore[no-untyped-def]
    """stack <- left . stack . right, for blocks of as many rows as `rows` has."""
    height, width, n = np.uint64(len(rows)), np.uint64(SIZE // len(rows)), np.uint64(k)
    left, right = matrices
    for r in range(height):
        for i in range(width):
            for b in range(n):
                value = np.float32(0.0)
                for j in range(height):
                    value += left[r, j] * stack[j * width + i, b]
                scratch[r * width + i, b] = value
    for r in range(height):
        for i in range(width):
            for b in range(n):
                value = np.float32(0.0)
                for j in range(width):
                    value += scratch[r * width + j, b] * right[j, i]
                stack[r * width + i, b] = value


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _haar(stack, k):  # type: ignore[no-untyped-def]
    """Orthonormal Haar transform along stacks of k blocks, in place."""
    half = np.uint64(k // 2)
    while half:
        for j in range(np.uint64(SIZE)):
            for i in range(half):
                a, b = stack[j, i], stack[j, half + i]
                stack[j, i], stack[j, half + i] = _ROOT * (a + b), _ROOT * (a - b)
        half //= np.uint64(2)


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _haar_back(stack, k):  # type: ignore[no-untyped-def]
    half, most = np.uint64(1), np.uint64(k)
    while half < most:
        for j in range(np.uint64(SIZE)):
            for i in range(half):
                a, b = stack[j, i], stack[j, half + i]
                stack[j, i], stack[j, half + i] = _ROOT * (a + b), _ROOT * (a - b)
        half *= np.uint64(2)


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _cut(stack, k, threshold):  # type: ignore[no-untyped-def]
    """Set coefficients below the threshold to zero; how many are left."""
    kept = np.int32(0)
    for j in range(np.uint64(SIZE)):
        for b in range(np.uint64(k)):
            stays = abs(stack[j, b]) >= threshold
            stack[j, b] = stack[j, b] if stays else np.float32(0.0)
            kept += np.int32(stays)
    return kept


@numba.njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
def _shrink(stack, pilot, k, variance):  # type: ignore[no-untyped-def]
    """Empirical Wiener filter; the sum of its squared factors."""
    power = np.float32(0.0)
    for j in range(np.uint64(SIZE)):
        for b in range(np.uint64(k)):
            signal = pilot[j, b] * pilot[j, b]
            factor = signal / (signal + variance)
            stack[j, b] *= factor
            power += factor * factor
    return max(power, np.float32(1e-6))


@numba.njit(cache=True, nogil=True, fastmath=FAST)
def _spread(stack, rows, chosen, k, window, share, total, weight):  # type: ignore[no-untyped-def]
    """Add the blocks of a stack to the estimates, under a window."""
    width = np.uint64(SIZE // len(rows))
    for b in range(np.uint64(k)):
        for r in range(np.uint64(len(rows))):
            start = np.uint64(chosen[b]) + np.uint64(rows[r])
            for i in range(width):
                w = np.float32(share) * window[r * width + i]
                total[start + i] += w * stack[r * width + i, b]
                weight[start + i] += w
