"""What noise in the summed spectra does to the zero-loss peak that the forward model finds: a parametric bootstrap.

One step of the fit from what is expected of noisy spectra. The peak's weights, phonons and constants cannot be negative
there either, so that its answer is neither linear nor without bias, as no covariance matrix would tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.spectra.forward.fit import Fit, constrained_step, prior_precision

_PAIRS = 20
_DAMPING = 1e-9
_SEED = 20251


@dataclass(frozen=True)
class Redrawn:
    """Draws d of the noise in R summed spectra, in pairs of opposite sign, and the peaks that are found in them.

    electrons : (d, R, k), the noise, of counting and of the detector's gain. peak : (d, S), by how much the peak's
    weights and free parameters change. by_peak : (R, k, S), how the summed spectra answer to those.
    """

    electrons: Array
    peak: Array
    by_peak: Array


def redrawn(fit: Fit, used: Array, pairs: int = _PAIRS) -> Redrawn:
    """The noise of the summed spectra drawn anew, always the same.

    Parameters
    ----------
    fit : of the forward model. used : (k,), True in the channels that were fitted.
    """
    p, mean = fit.parameters, fit.expected
    weight = used / np.sqrt(mean + (fit.pattern * mean) ** 2)
    known, chosen = prior_precision(fit.model, p), p.of_the_peak()
    rng = np.random.default_rng(_SEED)
    half = np.sqrt(mean) * rng.standard_normal((pairs, *mean.shape))
    half += fit.pattern * mean * rng.standard_normal((pairs, 1, mean.shape[1]))
    electrons = np.concatenate([half, -half])
    by_all = fit.model.jacobian(p)
    weighted = (by_all * weight[..., np.newaxis]).reshape(-1, len(known))
    hessian, start = weighted.T @ weighted + np.diag(known), -known * p.pack()
    found = np.array(
        [
            constrained_step(p, hessian, start + weighted.T @ (noise * weight).ravel(), _DAMPING).pack()[chosen]
            for noise in (np.zeros_like(mean), *electrons)
        ]
    )
    return Redrawn(electrons, found[1:] - found[0], by_all[..., chosen])
