"""The fit of the forward model to summed spectra: one zero-loss peak for all, phonons and a temperature for each.

Levenberg and Marquardt, whose every step is a non-negative least-squares problem: the peak's weights, the phonon
spectra and the constants cannot be negative. Alternating between peak and phonons does not converge in useful time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, cholesky, pinvh, solve_triangular
from scipy.ndimage import uniform_filter1d
from scipy.optimize import nnls

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.forward.basis import Basis
from kapitza.spectra.forward.model import Model, Parameters
from kapitza.spectra.forward.peaks import family

_ROUNDS = 3
"""Fits in a row, each with the variances and the pattern noise that the one before found."""
_STEPS = 25
_PATIENCE = 8
_UNFELT = 0.05
"""Two steps in a row that move no temperature by more than this, in its standard error, end a round."""
_DAMPING, _ROUGH = 1e-4, 1e-8
_LARGEST_STEP = 0.3
_COLDEST, _HOTTEST = np.log(10.0), np.log(5000.0)
_FIRST_PATTERN = 1e-3
_HIDDEN_BELOW, _HIDDEN = 1.25, 0.05
"""Phonons below so many full widths hide in the peak: each hat is expected to hold no more than about this share of the
electrons of all phonons above. Else the fit may take peak for phonons, at no cost but that temperature differences
between pixels then read too large or too small, by up to 17 % where the sides of the peak differ by 6 %."""
_SMALLEST_EIGENVALUE = 1e-13


@dataclass(frozen=True)
class Fit:
    """What the summed spectra of an image share.

    model, parameters : the forward model and what was found. expected : (R, k), electrons.
    covariance : (R, R), of the logarithms of the temperatures, with everything else unknown.
    common : (R, R), the part of it that is not counting noise: what the peak, known inexactly, and the pattern add.
    pattern : relative noise of single channels beyond counting (the detector's gain). misfit : reduced chi-squared,
    pattern included.
    """

    model: Model
    parameters: Parameters
    expected: Array
    covariance: Array
    common: Array
    pattern: float
    misfit: float

    @property
    def temperature(self) -> Array:
        """(R,), K."""
        return np.exp(self.parameters.log_temperature)

    def of(self, chosen: Array) -> Fit:
        """The fit of some of the spectra (R,), the first of them among these."""
        p = self.parameters
        few = Parameters(
            p.weights, p.reduced[chosen], p.constant[chosen], p.shape, p.log_temperature[chosen], p.log_amount[chosen]
        )
        model = replace(self.model, phonons=self.model.phonons[chosen])
        return replace(
            self,
            model=model,
            parameters=few,
            expected=self.expected[chosen],
            covariance=self.covariance[np.ix_(chosen, chosen)],
            common=self.common[np.ix_(chosen, chosen)],
        )


def fit_summed(electrons: Array, used: Array, basis: Basis, kind: str, phonons: Array, temperature: float) -> Fit:
    """Fit the forward model to summed spectra; those in vacuum help to find the peak and are left out of the result.

    Parameters
    ----------
    electrons : (R, k), on `basis.axis`. used : (k,), True in the channels to fit. kind : of peak (`peaks.family`).
    phonons : (R,), True but for spectra in vacuum, which come last. temperature : K, to start from.

    Raises
    ------
    MethodError
        if there is no zero-loss peak to fit.
    """
    model = Model(basis, family(kind, basis.fwhm), phonons)
    smooth = np.maximum(uniform_filter1d(electrons, 3, axis=1, mode="nearest"), 0.5)
    pattern = _FIRST_PATTERN
    p = _start(model, electrons, used / np.sqrt(smooth + (pattern * smooth) ** 2), temperature)
    known = prior_precision(model, p)
    mean = smooth
    for _ in range(_ROUNDS):
        weight = used / np.sqrt(mean + (pattern * mean) ** 2)
        p = _descend(model, electrons, weight, p, known)
        mean = np.maximum(model.expected(p), 0.5)
        before, pattern = pattern, _pattern(electrons, mean, used, _degrees(p))
        if abs(pattern - before) < 0.1 * before or max(pattern, before) ** 2 * mean[:, used].max() < 0.1:
            break
    weight = used / np.sqrt(mean + (pattern * mean) ** 2)
    misfit = float((((electrons - mean) * weight) ** 2).sum() / max(used.sum() * len(electrons) - _degrees(p), 1))
    covariance = _covariance(model, p, weight, np.full(p.pack().size, True))
    # With the peak known and no pattern, counting alone would leave this.
    others = np.full(p.pack().size, True)
    others[: p.weights.size] = others[p.bounded : p.bounded + p.shape.size] = False
    counting = _covariance(model, p, used / np.sqrt(mean), others)
    return Fit(
        model,
        p,
        model.expected(p),
        covariance,
        positive(covariance - counting),
        pattern,
        misfit,
    ).of(phonons)


def _start(model: Model, electrons: Array, weight: Array, temperature: float) -> Parameters:
    """Peak and phonons from non-negative least squares at a given temperature, spectrum by spectrum."""
    basis, regions = model.basis, len(electrons)
    total = electrons.sum(axis=1)
    if not (total > 0).all():
        raise MethodError(
            "Summed spectra with counts are wanted to fit the zero-loss peak, got empty ones: check the file."
        )
    shape = model.family.start
    peaks = model.peaks(shape)
    bose, _ = basis.bose(temperature)
    bare = basis.spectra(basis.elastic * peaks)
    elastic = nnls((bare * weight[0]).T, electrons[0] * weight[0], maxiter=100 * len(bare))[0]
    lines = basis.spectra(basis.transform(basis.hats * bose) * (elastic @ peaks))
    weights, reduced = elastic, np.zeros((regions, len(lines)))
    for r in range(regions):
        share = total[r] / total[0]
        columns = np.concatenate([bare, lines]) if model.phonons[r] else bare
        amounts = nnls((share * columns * weight[r]).T, electrons[r] * weight[r], maxiter=100 * len(columns))[0]
        weights = amounts[: len(bare)] if r == 0 else weights
        reduced[r, : len(amounts) - len(bare)] = amounts[len(bare) :]
    kelvin = np.full(regions, np.log(temperature))
    return Parameters(weights, reduced, np.zeros(regions), shape, kelvin, np.log(total / total[0]))


def _descend(model: Model, electrons: Array, weight: Array, p: Parameters, prior: Array) -> Parameters:
    """Parameters of least chi-squared near p, as far as the temperatures feel it.

    Peak and phonons go on trading electrons along directions that no temperature answers to; waiting for those would
    multiply the time.
    """
    damping, rest, calm = _DAMPING, (electrons - model.expected(p)) * weight, 0
    for _ in range(_STEPS):
        hessian, gradient = _normal_equations(model, p, weight, rest)
        hessian[np.diag_indices_from(hessian)] += prior
        gradient -= prior * p.pack()
        before = _cost(rest, p, prior)
        for _ in range(_PATIENCE):
            trial = constrained_step(p, hessian, gradient, damping)
            trial_rest = (electrons - model.expected(trial)) * weight
            if _cost(trial_rest, trial, prior) < before:
                break
            damping *= 5
        else:
            return p
        moved = np.abs(trial.log_temperature - p.log_temperature) / _log_errors(p, hessian)
        calm = calm + 1 if (moved < _UNFELT).all() else 0
        p, rest, damping = trial, trial_rest, max(damping / 5, 1e-9)
        if calm == 2:
            return p
    return p


def prior_precision(model: Model, start: Parameters) -> Array:
    """(P,): inverse variances of the packed parameters, expected to be 0, as far as they are known beforehand."""
    basis = model.basis
    bose, _ = basis.bose(float(np.exp(start.log_temperature[0])))
    hidden, electrons = basis.knots < _HIDDEN_BELOW * basis.fwhm, basis.hats @ bose
    most = _HIDDEN * float((start.reduced[:, ~hidden] @ electrons[~hidden]).max())
    known = np.zeros(start.pack().size)
    if most > 0:
        first = start.weights.size
        known[first : first + start.reduced.size] = np.tile(hidden * (electrons / most) ** 2, len(start.reduced))
    return known


def _cost(rest: Array, p: Parameters, prior: Array) -> float:
    return float((rest**2).sum() + prior @ p.pack() ** 2)


def _log_errors(p: Parameters, hessian: Array) -> Array:
    """(R,): rough standard errors of the logarithms of the temperatures."""
    first = p.bounded + p.shape.size
    chosen = slice(first, first + len(p.log_temperature))
    scale = 1 / np.sqrt(np.maximum(np.diag(hessian), 1e-300))
    damped = hessian * scale[:, np.newaxis] * scale
    damped[np.diag_indices_from(damped)] += _ROUGH
    inverse = cho_solve(cho_factor(damped), np.eye(len(scale))[:, chosen])
    return np.sqrt(np.diag(inverse[chosen])) * scale[chosen]


def _normal_equations(model: Model, p: Parameters, weight: Array, rest: Array) -> tuple[Array, Array]:
    jacobian = (model.jacobian(p) * weight[..., np.newaxis]).reshape(-1, p.pack().size)
    return jacobian.T @ jacobian, jacobian.T @ rest.ravel()


def constrained_step(p: Parameters, hessian: Array, gradient: Array, damping: float) -> Parameters:
    """One damped step: min |J u - (r + J (p - low))|^2 over u = p_new - low >= 0."""
    packed = p.pack()
    low = packed - _LARGEST_STEP
    low[: p.bounded] = 0.0
    diagonal = np.diag(hessian)
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = hessian * scale[:, np.newaxis] * scale
    scaled[np.diag_indices_from(scaled)] += damping + 1e-12
    target = (gradient + hessian @ (packed - low)) * scale + damping * (packed - low) / scale
    try:
        lower = cholesky(scaled, lower=True, check_finite=False)
        found, _ = nnls(lower.T, solve_triangular(lower, target, lower=True), maxiter=20 * len(packed))
    except (LinAlgError, RuntimeError):
        return p
    new = low + found * scale
    new[p.bounded :] = np.minimum(new[p.bounded :], packed[p.bounded :] + _LARGEST_STEP)
    stepped = p.unpack(new)
    return replace(stepped, log_temperature=np.clip(stepped.log_temperature, _COLDEST, _HOTTEST))


def _degrees(p: Parameters) -> int:
    return int(np.count_nonzero(p.pack()))


def _pattern(electrons: Array, mean: Array, used: Array, degrees: int) -> float:
    """Relative noise of channels beyond counting that makes chi-squared what it should be."""
    rest, mean = (electrons - mean)[:, used], mean[:, used]
    free = max(1 - degrees / rest.size, 0.1)

    def excess(pattern: float) -> float:
        return float((rest**2 / (mean + (pattern * mean) ** 2)).mean()) - free

    low, high = 0.0, 1.0
    if excess(low) <= 0:
        return 0.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high


def _covariance(model: Model, p: Parameters, weight: Array, free: Array) -> Array:
    """(R, R): of the logarithms of the temperatures, where some of the packed parameters are free (P,). Those at their
    bounds count as free: that is the cautious side."""
    hessian, _ = _normal_equations(model, p, weight, np.zeros_like(weight))
    kelvin = np.zeros(len(free), bool)
    kelvin[p.bounded + p.shape.size :][: len(p.log_temperature)] = True
    hessian = hessian[np.ix_(free, free)]
    scale = 1 / np.sqrt(np.maximum(np.diag(hessian), 1e-300))
    inverse = pinvh(hessian * scale[:, np.newaxis] * scale, rtol=_SMALLEST_EIGENVALUE) * scale[:, np.newaxis] * scale
    chosen: Array = inverse[np.ix_(kelvin[free], kelvin[free])]
    return chosen


def positive(matrix: Array) -> Array:
    """The nearest covariance to a symmetric matrix: negative eigenvalues become zero."""
    values, vectors = np.linalg.eigh(matrix)
    nearest: Array = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return nearest
