"""Spectra as sums of a few spectra that are not given: non-negative factorisation, without bulk references."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from kapitza.data import Array
from kapitza.errors import MethodError

_CLOSURE = 10.0
"""How much a deviation of the sum of a pixel's shares from 1 weighs against the whole spectrum's misfit."""


@dataclass(frozen=True)
class Factors:
    """Spectra found in an image, and how much of each is in every one of its spectra.

    spectra : (f, k), unit of the counts. shares : (n, f), 0 or more; with closure near 1 in sum.
    misfit : share of the counts' sum of squares (weighted) that is left. iterations : that were done.
    """

    spectra: Array
    shares: Array
    misfit: float
    iterations: int


def factorise(
    counts: Array,
    factors: int,
    *,
    variance: Array | None = None,
    start: Array | None = None,
    closure: bool = True,
    iterations: int = 300,
    tolerance: float = 1e-7,
) -> Factors:
    """Non-negative spectra and shares whose products come closest to the counts, by alternating least squares.

    A third view beside the residual and the joint fit: it needs no bulk reference and no line shapes. What it finds is
    not unique. Any mixture of the spectra that leaves all shares at 0 or above fits as well, so that a mode that is
    nowhere alone keeps some bulk; closure takes the free scale away, and pixels of pure bulk fix their spectra.

    Parameters
    ----------
    counts : (n, k), one spectrum per row, above the background. factors : how many spectra, 1 or more.
    variance : (k,), of a row, for weights; equal weights when None.
    start : (f, k), spectra to begin with, such as those of the bulk; the rows that differ most from each other when
        None.
    closure : whether the shares of a row should add up to 1, for a sample of even thickness.
    iterations, tolerance : the most of them, and the relative change of the misfit that ends them.

    Returns
    -------
    Factors, in the order of `start` or of how they were chosen.

    Raises
    ------
    MethodError
        if there are fewer rows than factors, or shapes do not fit.

    Notes
    -----
    Source: P. Paatero and U. Tapper, Environmetrics 5, 111 (1994); closure as in R. Tauler, Chemom. Intell. Lab. Syst.
    30, 133 (1995).
    """
    y = np.asarray(counts, float)
    if y.ndim != 2 or not 1 <= factors <= len(y):
        raise MethodError(
            f"At least as many spectra as factors are wanted, one per row, got {factors} factors for counts of shape "
            f"{y.shape}."
        )
    weight = np.ones(y.shape[1]) if variance is None else 1 / np.sqrt(np.maximum(np.asarray(variance, float), 1e-300))
    first = y[_different(y * weight, factors)] if start is None else np.asarray(start, float)
    if weight.shape != y.shape[1:] or first.shape != (factors, y.shape[1]):
        raise MethodError(
            f"A variance {y.shape[1:]} and {factors} spectra to start from, as long as the counts, are wanted, got "
            f"{weight.shape} and {first.shape}."
        )
    y, spectra = y * weight, np.maximum(first * weight, 0.0)
    total, before, done = float((y**2).sum()), np.inf, 0
    while done < iterations:
        done += 1
        shares = _shares(y, spectra, closure)
        spectra = np.stack([nnls(shares, column)[0] for column in y.T], axis=1)
        misfit = float(((y - shares @ spectra) ** 2).sum()) / total
        if abs(before - misfit) <= tolerance * misfit:
            break
        before = misfit
    return Factors(spectra / weight, shares, misfit, done)


def _shares(y: Array, spectra: Array, closure: bool) -> Array:
    """(n, f), of least misfit, their sum held near 1 by one more row of the least squares."""
    if not closure:
        return np.stack([nnls(spectra.T, row)[0] for row in y])
    heavy = _CLOSURE * float(np.sqrt((spectra**2).sum(axis=1).mean()))
    matrix = np.vstack([spectra.T, np.full(len(spectra), heavy)])
    return np.stack([nnls(matrix, np.append(row, heavy))[0] for row in y])


def _different(y: Array, factors: int) -> list[int]:
    """Numbers of rows: the row of the largest norm, then the one that is least a mixture of those chosen, and so on."""
    rest, chosen = y, list[int]()
    for _ in range(factors):
        best = int((rest**2).sum(axis=1).argmax())
        chosen.append(best)
        basis, _ = np.linalg.qr(y[chosen].T)
        rest = y - (y @ basis) @ basis.T
    return chosen
