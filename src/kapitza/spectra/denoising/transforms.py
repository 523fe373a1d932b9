"""Matrices of the transforms in which a block is sparse, and the window under which blocks are put together."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array

_BIOR15_LOW = np.array([3, -3, -22, 22, 128, 128, 22, -22, -3, 3]) * np.sqrt(2) / 256
"""Analysis low-pass of the biorthogonal spline wavelet 1.5 (Cohen, Daubechies, Feauveau, Comm. Pure Appl. Math. 45, 485
(1992)); its high-pass is that of Haar."""


def cosine(n: int) -> Array:
    """Orthonormal discrete cosine transform of n points, (n, n)."""
    k, i = np.arange(n)[:, None], np.arange(n)
    matrix = np.sqrt(2 / n) * np.cos(np.pi * (i + 0.5) * k / n)
    matrix[0] /= np.sqrt(2)
    return matrix


def bior15(n: int) -> Array:
    """Biorthogonal spline wavelet transform 1.5 of n points, a power of two, on a ring, (n, n).

    Rows have unit length, so that white noise has the same variance in every coefficient; the inverse is that of the
    matrix, not its transpose.
    """
    matrix, length = np.eye(n), n
    while length > 1:
        half = length // 2
        level = np.zeros((length, length))
        for k in range(half):
            for i, weight in enumerate(_BIOR15_LOW):
                level[k, (2 * k + i - len(_BIOR15_LOW) // 2 + 1) % length] += weight
            level[half + k, 2 * k : 2 * k + 2] = np.sqrt(0.5), -np.sqrt(0.5)
        matrix[:length] = level @ matrix[:length]
        length = half
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def kaiser(sides: tuple[int, ...], beta: float) -> Array:
    """Product of Kaiser windows of these lengths, of shape `sides`."""
    window = np.ones(())
    for side in sides:
        window = np.multiply.outer(window, np.kaiser(side, beta) if side > 1 else np.ones(1))
    return window
