"""Background of preset `paper`: a free Pearson VII per pixel and side in two windows, with the published weights.

Form, weights, start and bounds are those of the group's earlier tools as redistributed by others (second hand):
f = I w^(2m) / (w^2 + (2^(1/m) - 1)(2E - 2 t0)^2)^m, residuals weighted by |E|^0.4 and by 4 where the model exceeds the
data; start (max, 10 meV, 1.5, 0.01 meV); bounds w 2-50 meV, m 0.1-5, t0 +-1 meV, height 0.5-10 times the maximum.
"""

from __future__ import annotations

import numba
import numpy as np

from kapitza.data import Array
from kapitza.theory.lineshapes import pearson7

_START_FWHM, _START_EXPONENT, _START_CENTRE = 10.0, 1.5, 0.01
_BOUNDS = ((2.0, 50.0), (0.1, 5.0), (-1.0, 1.0))
_OVERSHOOT = 4.0
_ENERGY_POWER = 0.4
_ITERATIONS = 400
_TOLERANCE = 1e-6


def fit(energy: Array, counts: Array, used: Array, height: Array) -> Array:
    """Parameters of each spectrum's background on one side, by Levenberg-Marquardt.

    Parameters
    ----------
    energy : (m,), meV, > 0. counts : (n, m), counts. used : (m,), True in the background windows.
    height : (n,), counts, the maximum of each zero-loss peak.

    Returns
    -------
    (n, 4), height (counts), fwhm (meV), exponent, centre (meV); NaN where the spectrum is not finite or has no height.
    """
    start = np.empty((len(counts), 4))
    start[:] = (0.0, _START_FWHM, _START_EXPONENT, _START_CENTRE)
    start[:, 0] = height
    chosen = np.ascontiguousarray(counts[:, used])
    found = start.copy()
    good = np.isfinite(chosen).all(axis=1) & (height > 0)
    found[good] = _fit(np.ascontiguousarray(energy[used]), chosen[good], start[good])
    found[~good] = np.nan
    return found


def curve(energy: Array, parameters: Array) -> Array:
    """(n, m), counts: the background with `parameters` (n, 4) from `fit` at energies (m,), meV."""
    height, fwhm, exponent, centre = (column[:, None] for column in parameters.T)
    return pearson7(energy, height, centre, fwhm, exponent)


@numba.njit(cache=True, nogil=True)
def _fit(energy, counts, start):  # type: ignore[no-untyped-def]
    found = start.copy()
    lower, upper = np.empty(4), np.empty(4)
    for b in range(3):
        lower[b + 1], upper[b + 1] = _BOUNDS[b]
    for p in range(len(counts)):
        lower[0], upper[0] = 0.5 * start[p, 0], 10 * start[p, 0]
        _descend(energy, counts[p], found[p], lower, upper)
    return found


@numba.njit(cache=True, nogil=True)
def _descend(x, y, p, lower, upper):  # type: ignore[no-untyped-def]
    # As lsqcurvefit does, this leaves in p what it has when the iterations are used up.
    damping = 1e-3
    cost, gradient, hessian = _normal_equations(x, y, p)
    for _ in range(_ITERATIONS):
        damped, downhill = hessian.copy(), gradient.copy()
        for j in range(4):
            damped[j, j] += damping * hessian[j, j] + 1e-300
            # A parameter that is pressed against its bound stays there; the others must not step as if it moved.
            if (p[j] <= lower[j] and gradient[j] < 0) or (p[j] >= upper[j] and gradient[j] > 0):
                damped[j, :], damped[:, j], damped[j, j], downhill[j] = 0.0, 0.0, 1.0, 0.0
        step = np.linalg.solve(damped, downhill)
        trial = np.minimum(np.maximum(p + step, lower), upper)
        trial_cost, trial_gradient, trial_hessian = _normal_equations(x, y, trial)
        if trial_cost <= cost:
            small = cost - trial_cost <= _TOLERANCE * cost
            p[:] = trial
            cost, gradient, hessian = trial_cost, trial_gradient, trial_hessian
            damping = max(damping / 5, 1e-12)
            if small:
                return
        else:
            damping *= 4
            if damping > 1e12:
                return


@numba.njit(cache=True, nogil=True)
def _normal_equations(x, y, p):  # type: ignore[no-untyped-def]
    height, fwhm, m, centre = p
    root = 2 ** (1 / m)
    cost, gradient, hessian, d = 0.0, np.zeros(4), np.zeros((4, 4)), np.zeros(4)
    for i in range(len(x)):
        u = (x[i] - centre) / fwhm
        q = 1 + 4 * (root - 1) * u * u
        f = height * q**-m
        weight = x[i] ** _ENERGY_POWER * (_OVERSHOOT if f > y[i] else 1.0)
        common = f * 8 * m * (root - 1) * u / (fwhm * q)
        d[0], d[3] = f / height, common
        d[1], d[2] = common * u, f * (-np.log(q) + 4 * u * u * root * np.log(2.0) / (m * q))
        r = weight * (y[i] - f)
        cost += r * r
        for j in range(4):
            gradient[j] += weight * d[j] * r
            for k in range(4):
                hessian[j, k] += weight * weight * d[j] * d[k]
    return cost, gradient, hessian
