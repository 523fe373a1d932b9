"""Counts turned into numbers whose noise is one standard deviation everywhere, and back without bias."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import gammaln

from kapitza.data import Array
from kapitza.errors import MethodError

_TABLE_END = 100.0
_TABLE_SIZE = 600
_NODES = 1001
_FARTHEST = 7.0


@dataclass(frozen=True)
class Anscombe:
    """The generalised Anscombe transform of a detector's counts.

    For z = (counts - offset) electrons_per_count electrons of Poisson noise, and read noise of s electrons,

        f(z) = 2 sqrt(z + 3/8 + s^2)

    has unit variance from a few electrons on.

    electrons_per_count : electrons that one count stands for. read_noise : standard deviation of what the detector
    adds, counts. offset : counts without electrons.

    Raises `MethodError` if a number is negative or not one, or no electrons stand for a count.

    Source: M. Makitalo, A. Foi, IEEE Trans. Image Process. 22, 91 (2013).
    """

    electrons_per_count: float = 1.0
    read_noise: float = 0.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.electrons_per_count) and self.electrons_per_count > 0):
            raise MethodError(f"Electrons per count above zero are wanted, got {self.electrons_per_count}.")
        if not (np.isfinite(self.read_noise) and self.read_noise >= 0 and np.isfinite(self.offset)):
            raise MethodError(
                "A read noise of zero or more counts and a finite offset are wanted, got "
                f"{self.read_noise} and {self.offset}."
            )

    def forward(self, counts: Array) -> Array:
        """Stabilised values, of the shape of `counts`; what lies below the transform's foot is put on it."""
        electrons = (np.asarray(counts, float) - self.offset) * self.electrons_per_count
        return 2 * np.sqrt(np.maximum(electrons + 3 / 8 + self._variance, 0.0))

    def inverse(self, values: Array) -> Array:
        """Counts whose stabilised values have these expectations: the exact unbiased inverse.

        By a table of the expectation against the electrons up to 100 (more for a large read noise), computed from the
        distribution itself; beyond by f^2/4 - 1/8 - s^2, which there differs from it by less than 1e-3 electrons. Below
        the expectation at no electrons there are none.
        """
        values = np.asarray(values, float)
        electrons, expected = _table(round(float(np.sqrt(self._variance)), 9))
        found = np.interp(values, expected, electrons)
        beyond = values**2 / 4 - 1 / 8 - self._variance
        return np.where(values > expected[-1], beyond, found) / self.electrons_per_count + self.offset

    @property
    def _variance(self) -> float:
        """Of the read noise, electrons squared."""
        return (self.read_noise * self.electrons_per_count) ** 2


@cache
def _table(read_noise: float) -> tuple[Array, Array]:
    """Mean electrons, and the expectation of their stabilised values; rising. read_noise : electrons."""
    end = max(_TABLE_END, 10 * read_noise**2)
    mean = np.linspace(0, np.sqrt(end), _TABLE_SIZE) ** 2
    k = np.arange(np.ceil(end + 12 * np.sqrt(end) + 12))
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(mean[:, None] > 0, k * np.log(mean[:, None]), np.where(k == 0, 0.0, -np.inf))
    chance = np.exp(log - mean[:, None] - gammaln(k + 1))
    # Many plain nodes: the root ends in a corner, which a Gaussian rule of few would miss.
    node = np.linspace(-_FARTHEST, _FARTHEST, _NODES)
    share = np.exp(-(node**2) / 2)
    under = k[:, None] + read_noise * node + 3 / 8 + read_noise**2
    return mean, chance @ (2 * np.sqrt(np.maximum(under, 0)) @ (share / share.sum()))
