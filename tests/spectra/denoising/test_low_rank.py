"""Principal components find how many there are, and no more noise than those hold."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.spectra.denoising import low_rank

RNG = np.random.default_rng(13)


def mixed(rank, pixels=400, channels=120, counts=60.0):
    lines = RNG.gamma(1.0, size=(rank, channels // 6)).repeat(6, axis=1) + 0.3
    return counts * RNG.dirichlet(np.ones(rank), pixels) @ lines


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_the_rank_is_found(rank):
    truth = mixed(rank)
    found, chosen = low_rank(RNG.poisson(truth))
    assert chosen == rank
    share = np.mean((found - truth) ** 2) / np.mean(truth)
    # Poisson noise in as many dimensions as the components have, of all.
    assert share < 2.0 * rank * (1 / 400 + 1 / 120)


def test_spectra_of_that_rank_without_noise_stay():
    truth = mixed(3)
    np.testing.assert_allclose(low_rank(truth, 3)[0], truth, rtol=1e-8)


def test_all_components_are_the_spectra():
    spectra = RNG.poisson(50.0, (12, 30)).astype(float)
    np.testing.assert_allclose(low_rank(spectra, 12)[0], spectra, rtol=1e-9)


def test_channels_with_few_counts_are_not_drowned():
    truth = np.ones((300, 80)) * 2.0
    truth[:, :40] = 1e5
    truth[:, 60:] += 6.0 * (np.arange(300) % 2)[:, None]
    found, chosen = low_rank(RNG.poisson(truth))
    assert 2 <= chosen <= 5
    difference = found[1::2, 60:].mean() - found[::2, 60:].mean()
    assert difference == pytest.approx(6.0, abs=0.3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 20), (3, 9), (6, 40)])
def test_few_spectra(shape):
    found, chosen = low_rank(RNG.poisson(30.0, shape).astype(float))
    assert found.shape == shape
    assert 1 <= chosen <= min(shape)


def test_what_cannot_be_is_refused():
    with pytest.raises(MethodError, match="A rank between 1 and 5 is wanted, got 6"):
        low_rank(np.ones((5, 9)), 6)
    with pytest.raises(MethodError, match="Spectra"):
        low_rank(np.array([[np.nan, 1.0]]))
