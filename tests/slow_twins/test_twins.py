"""Fast kernels against slow versions of them that are easy to believe."""

import numpy as np
import pytest

from kapitza.spectra.forward import reading
from kapitza.spectra.forward.weights import CROWDING, REACH
from kapitza.spectra.published import background
from kapitza.theory.lineshapes import pearson7

from . import published as slow_published
from . import reading as slow_reading


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


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize(("first", "last"), [(0, 40), (3, 40), (1, 38), (5, 6), (7, 7)])
def test_weighted_sums(kind, first, last):
    rng = np.random.default_rng(8)
    counts = rng.normal(100, 80, (30, 40)).astype(kind)
    material, table = rng.integers(0, 3, 30), rng.normal(size=(3, 40, 24))
    fast = reading.weighted_sums(counts, material, table, first, last)
    slow = slow_reading.weighted_sums(counts, material, table, first, last)
    np.testing.assert_allclose(fast, slow, rtol=1e-10, atol=1e-9)


def series(rng, number):
    """Series that fall, with some curvature, and positive variances."""
    score = rng.normal(0, 0.1, (number, 17)) * 0.4 ** np.arange(17)
    score[:, 0] += rng.normal(0, 10, number)
    score[:, 1] -= 20.0
    score[:, 2] += rng.normal(0, 1, number)
    variance = rng.normal(0, 0.2, (number, 6)) * 0.3 ** np.arange(6)
    variance[:, 0] = rng.uniform(0.5, 2, number)
    return score, variance


def test_roots():
    score, variance = series(np.random.default_rng(9), 400)
    score[:20, 0] += 50.0
    score[20:30] *= 0.01
    score[30], score[31, 3] = 0.0, np.nan
    ratio, error = reading.roots(score, variance)
    for i in range(len(score)):
        if np.isnan(score[i]).any() or not score[i].any():
            assert np.isnan(ratio[i])
            continue
        slow = slow_reading.root(score[i], variance[i], REACH, CROWDING)
        np.testing.assert_allclose((ratio[i], error[i]), slow, rtol=1e-5, err_msg=f"{i}")
    assert 0.05 < np.isnan(ratio).mean() < 0.4
