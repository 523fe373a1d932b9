"""Loops over many steps at once: what spans a step model, and chi-squared of simulated data."""

from __future__ import annotations

import math

import numba
import numpy as np

from kapitza.data import Array


@numba.njit(cache=True, nogil=True, error_model="numpy")
def step_bases(x: Array, error: Array, ends: Array, scale: float, widths: Array, middles: Array) -> Array:
    """(g, h, k, n) orthonormal rows that span the levels (k = 2) or lines (k = 4) on both sides of every step.

    x : (n - e,), where the step matters, with `error`. ends : (e, k), rows of the design beyond it. scale : argument of
    the error function at a distance of one width. widths, middles : (g, h). By Gram and Schmidt, each row twice.
    """
    inner, outer, k = len(x), len(ends), ends.shape[1]
    n = inner + outer
    basis = np.empty((widths.shape[0], widths.shape[1], k, n))
    for g in range(widths.shape[0]):
        for h in range(widths.shape[1]):
            rows = basis[g, h]
            for i in range(inner):
                s = math.erf((x[i] - middles[g, h]) * scale / widths[g, h])
                weight = 1.0 / error[i]
                for j in range(k):
                    power = x[i] if j % 2 and k == 4 else 1.0
                    rows[j, i] = weight * power * (1.0 - s if j < k // 2 else 1.0 + s)
            for j in range(k):
                for i in range(outer):
                    rows[j, inner + i] = ends[i, j]
            _orthonormalise(rows)
    return basis


@numba.njit(cache=True, nogil=True, error_model="numpy")
def condensed(x: Array, value: Array, error: Array, powers: int) -> tuple[Array, Array]:
    """Points on a line (powers = 2) or a level (1), put in as few numbers: rows of the design, and values.

    Chi-squared of any line through them differs from that through the points by a constant only.
    """
    rows = np.empty((powers, len(x)))
    for i in range(len(x)):
        for j in range(powers):
            rows[j, i] = 2.0 * (x[i] if j else 1.0) / error[i]
    plain = rows.copy()
    _orthonormalise(rows)
    design, values = np.zeros((powers, powers)), np.zeros(powers)
    for a in range(powers):
        for b in range(a, powers):
            design[a, b] = _product(rows[a], plain[b])
        for i in range(len(x)):
            values[a] += rows[a, i] * value[i] / error[i]
    return design, values


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _orthonormalise(rows: Array) -> None:
    for j in range(rows.shape[0]):
        before = math.sqrt(_product(rows[j], rows[j]))
        for _ in range(2):
            for i in range(j):
                share = _product(rows[i], rows[j])
                for t in range(rows.shape[1]):
                    rows[j, t] -= share * rows[i, t]
        size = math.sqrt(_product(rows[j], rows[j]))
        # A row that adds no direction of its own is left out.
        factor = 1.0 / size if size > 1e-10 * before else 0.0
        for t in range(rows.shape[1]):
            rows[j, t] *= factor


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _product(a: Array, b: Array) -> float:
    total = 0.0
    for t in range(len(a)):
        total += a[t] * b[t]
    return total


@numba.njit(cache=True, nogil=True, error_model="numpy")
def simulated_chi_squared(
    projected: Array, true: Array, direction: Array, lengths: Array, pull: Array, drawn: Array
) -> Array:
    """(d, g, h) chi-squared, less what all steps share, of data made of a true profile and noise.

    projected : (g, h, k, d), products of the rows of a basis with the noise of every draw. true, direction : (g, h, k),
    with the true profile and with a unit vector, of which `lengths` (d,) are added to the noise. pull : (g, h),
    distance of the middles from the true one over the prior's standard deviation; drawn : (d,), that of its centre.
    """
    g, h, k, d = projected.shape
    found = np.empty((d, g, h))
    for a in range(g):
        for b in range(h):
            for i in range(d):
                total = 0.0
                for j in range(k):
                    total += (projected[a, b, j, i] + true[a, b, j] + lengths[i] * direction[a, b, j]) ** 2
                found[i, a, b] = (pull[a, b] - drawn[i]) ** 2 - total
    return found
