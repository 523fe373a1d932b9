"""Fast kernels against slow versions of them that are easy to believe."""

import numpy as np
import pytest

from kapitza.spectra.published import background
from kapitza.theory.lineshapes import pearson7

from . import published as slow_published


@pytest.mark.parametrize("exponent", [1.4, 2.0, 3.0])
def test_published_fit(exponent):
    rng = np.random.default_rng(5)
    energy = np.concatenate([np.arange(15.0, 31.0), np.arange(130.0, 201.0)])
    clean = pearson7(energy, 1e5, 0.0, 12.0, exponent)[None]
    counts = np.concatenate([clean, rng.poisson(np.repeat(clean, 12, axis=0))])
    height = np.full(len(counts), 1e5)
    fast = background.fit(energy, counts, np.ones(len(energy), bool), height)
    slow = [slow_published.fit(energy, spectrum, 1e5) for spectrum in counts]
    between = np.arange(55.0, 126.0)
    curves = background.curve(between, fast), np.array([slow_published.model(between, found) for found, _ in slow])
    np.testing.assert_allclose(curves[0][0], curves[1][0], rtol=2e-4)
    np.testing.assert_allclose(curves[0][0], pearson7(between, 1e5, 0.0, 12.0, exponent), rtol=1e-9)
    # The weight that jumps where the model crosses the data leaves both a hair above the minimum, with noise.
    reached = [(slow_published.residuals(p, energy, y) ** 2).sum() for p, y in zip(fast, counts, strict=True)]
    lowest = np.array([cost for _, cost in slow])
    assert np.all(np.array(reached[1:]) < 1.02 * lowest[1:])
    away = curves[0][1:] / curves[1][1:] - 1
    assert np.sqrt(np.mean(away**2)) < 0.3 * np.mean(curves[1][1:].std(axis=0) / curves[1][1:].mean(axis=0))
