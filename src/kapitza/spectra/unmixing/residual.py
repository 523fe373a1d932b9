"""The interface residual spectrum: what of a spectrum recorded at an interface is no sum of the bulk spectra."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.stacks import checked_stack, within
from kapitza.spectra.unmixing.least_squares import residual_covariance, solve

_PASSES = 3


@dataclass(frozen=True)
class Residual:
    """What is left of an interface spectrum, and what was taken away.

    energy : (k,), meV. residual : (k,), unit of the spectra. covariance : (k, k).
    amounts : (n,), of the references. amounts_covariance : (n, n). shift : meV, how far the spectrum stands above the
    references in energy, and broadening : meV^2, the variance by which it is broader; with standard errors, and 0 where
    not asked for. settings : as asked for.
    """

    energy: Array
    residual: Array
    covariance: Array
    amounts: Array
    amounts_covariance: Array
    shift: tuple[float, float]
    broadening: tuple[float, float]
    settings: Mapping[str, Any]

    @property
    def error(self) -> Array:
        """(k,), standard errors of the residual; those of neighbouring channels are correlated."""
        error: Array = np.sqrt(np.diag(self.covariance))
        return error

    def window(self, low: float, high: float) -> tuple[float, float]:
        """Sum of the residual from `low` to `high` meV, and its standard error."""
        chosen = ((self.energy >= low) & (self.energy <= high)).astype(float)
        return float(chosen @ self.residual), float(np.sqrt(chosen @ self.covariance @ chosen))


def interface_residual(
    energy: Array,
    spectrum: Array,
    references: Array,
    variance: Array,
    reference_variance: Array,
    *,
    weighted: bool = False,
    non_negative: bool = False,
    non_negative_residual: float | None = None,
    shift: bool = False,
    broadening: bool = False,
) -> Residual:
    """Interface spectrum less the sum of bulk spectra that comes closest to it, by least squares.

    As published with all options off. The residual is orthogonal to every reference, so whatever of the interface's own
    spectrum looks like bulk is cut from it and lobes below zero appear: it is a picture, and `joint_fit` gives numbers.
    Loss and gain are to be taken apart, each with its own call.

    Parameters
    ----------
    energy : (k,), meV, uniform. spectrum : (k,), above the background. references : (n, k), n at least 1.
    variance : (k,), of the spectrum. reference_variance : (n, k) or (k,).
    weighted : weights 1/variance instead of equal ones.
    non_negative : whether amounts below 0 are refused.
    non_negative_residual : in place of least squares, the largest subtraction that leaves nothing below so many
        standard errors of the spectrum under zero. The covariance then takes the amounts for known.
    shift, broadening : whether the spectrum may stand at another energy than the references, or be broader.

    Raises
    ------
    MethodError
        if the shapes do not fit, or options exclude each other.

    Notes
    -----
    Source: F. Liu et al., Nature 2025, doi 10.1038/s41586-025-09108-6, Methods.
    """
    spectra, energy = checked_stack(np.vstack([np.atleast_2d(spectrum), references]), energy)
    s, b = np.asarray(spectra[0], float), np.asarray(spectra[1:], float)
    noise, noisy = within(s[np.newaxis], variance, "variance")[0], within(b, reference_variance, "variance")
    if non_negative_residual is not None and (shift or broadening or weighted):
        raise MethodError(
            "A residual that is nowhere negative is found without weights, shift and broadening: leave these out."
        )
    settings = {
        "weighted": weighted,
        "non_negative": non_negative,
        "non_negative_residual": non_negative_residual,
        "shift": shift,
        "broadening": broadening,
    }
    if non_negative_residual is not None:
        found = _largest(s, b, noise, noisy, non_negative_residual)
    else:
        weight = 1 / np.maximum(noise, 1e-300) if weighted else np.ones_like(noise)
        found = _least_squares(energy, s, b, (weight, noise, noisy), non_negative, (shift, broadening))
    n, error = len(b), np.sqrt(np.diag(found.covariance))
    moved, wider = found.amounts[n : n + shift], found.amounts[n + shift :]
    return Residual(
        energy,
        found.residual,
        found.left,
        found.amounts[:n],
        found.covariance[:n, :n],
        (-float(moved[0]), float(error[n])) if shift else (0.0, 0.0),
        (2 * float(wider[0]), 2 * float(error[-1])) if broadening else (0.0, 0.0),
        settings,
    )


@dataclass(frozen=True)
class _Found:
    """Amounts and their covariance; what is left and its covariance."""

    amounts: Array
    covariance: Array
    residual: Array
    left: Array


def _least_squares(
    energy: Array,
    s: Array,
    b: Array,
    noises: tuple[Array, Array, Array],
    non_negative: bool,
    nuisances: tuple[bool, bool],
) -> _Found:
    """Amounts of the references, then of the first and the second derivative of their sum where asked for."""
    weight, noise, noisy = noises
    kept = len(b) if non_negative else 0
    columns, own = b, noisy
    found = solve(columns, s, weight, noise, own, kept)
    for _ in range(_PASSES if any(nuisances) else 0):
        slope = np.gradient(found.amounts[: len(b)] @ b, energy)
        more = np.array([slope, np.gradient(slope, energy)])[np.array(nuisances)]
        columns, own = np.vstack([b, more]), np.vstack([noisy, np.zeros_like(more)])
        found = solve(columns, s, weight, noise, own, kept)
    left = residual_covariance(found, columns, weight, noise, own)
    return _Found(found.amounts, found.covariance, found.residual, left)


def _largest(s: Array, b: Array, noise: Array, noisy: Array, sigmas: float) -> _Found:
    """The largest sum of references, each at least 0, that stays below the spectrum and some standard errors."""
    ceiling = s + sigmas * np.sqrt(noise)
    if (ceiling < 0).any():
        raise MethodError(
            "A spectrum above zero within its noise is wanted for a residual that is nowhere negative, got one that "
            f"falls to {float((s / np.sqrt(noise)).min()):.3g} standard errors: choose a narrower range of energies."
        )
    scale = b.max(axis=1)
    best = linprog(-(b.sum(axis=1) / scale), A_ub=(b / scale[:, np.newaxis]).T, b_ub=ceiling)
    amounts = best.x / scale
    left = np.diag(noise + amounts**2 @ noisy)
    return _Found(amounts, np.zeros((len(b), len(b))), s - amounts @ b, left)
