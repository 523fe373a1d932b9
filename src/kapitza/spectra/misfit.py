"""How closely a model fits counted electrons, whatever their number."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import gammaln, xlogy

from kapitza.data import Array

_FEWEST, _MOST = 1e-9, 1e3


def reduced_deviance(counts: Array, model: Array, seen: Array) -> Array:
    """Poisson deviance of each spectrum over the deviance that noise alone would give; 1 for the true model.

    For many counts per channel noise gives 1 per channel; for few it does not (1.15 at one count, 0.5 at a tenth), so
    the mean over the Poisson distribution is taken instead.

    counts, model : (n, energy), electrons, model > 0. seen : (n, energy), True in the channels to use. Returns (n,),
    infinite where there are none.
    """
    found = 2.0 * (xlogy(counts, counts / model) - counts + model)
    wanted = np.interp(np.log(model), *_mean_deviance())
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(seen, found, 0.0).sum(axis=1) / np.where(seen, wanted, 0.0).sum(axis=1)
    return np.where(seen.any(axis=1), ratio, np.inf)


@cache
def _mean_deviance() -> tuple[Array, Array]:
    """Logarithm of the mean count, and the mean deviance of one Poisson channel there."""
    mean = np.geomspace(_FEWEST, _MOST, 400)
    number = np.arange(1, int(_MOST + 12 * np.sqrt(_MOST)))
    chance = np.exp(number * np.log(mean[:, None]) - mean[:, None] - gammaln(number + 1))
    return np.log(mean), 2.0 * (chance * number * np.log(number / mean[:, None])).sum(axis=1)
