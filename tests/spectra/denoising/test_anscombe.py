"""Stabilised counts scatter by one, and the way back has no bias."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.spectra.denoising import Anscombe

RNG = np.random.default_rng(7)
DRAWS = 200_000


def drawn(electrons, transform):
    counts = RNG.poisson(electrons, DRAWS) / transform.electrons_per_count
    return counts + transform.offset + RNG.normal(0, transform.read_noise, DRAWS)


@pytest.mark.parametrize("transform", [Anscombe(), Anscombe(0.25, 3.0, 12.0), Anscombe(20.0, 0.1, -1.0)])
@pytest.mark.parametrize("electrons", [4.0, 30.0, 3000.0])
def test_the_scatter_is_one(electrons, transform):
    assert transform.forward(drawn(electrons, transform)).std() == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("transform", [Anscombe(), Anscombe(0.25, 3.0, 12.0), Anscombe(20.0, 0.1, -1.0)])
@pytest.mark.parametrize("electrons", [0.1, 0.7, 4.0, 30.0, 99.0, 101.0, 3000.0])
def test_the_inverse_has_no_bias(electrons, transform):
    counts = drawn(electrons, transform)
    found = transform.inverse(transform.forward(counts).mean())
    error = counts.std() / np.sqrt(DRAWS)
    assert abs(found - (electrons / transform.electrons_per_count + transform.offset)) < 4 * error


def test_the_plain_inverse_would_have_one():
    counts = drawn(4.0, Anscombe())
    mean = Anscombe().forward(counts).mean()
    assert (mean / 2) ** 2 - 3 / 8 < 4.0 - 0.2


@pytest.mark.parametrize("read_noise", [0.0, 1.0, 9.0])
def test_table_and_formula_meet(read_noise):
    transform = Anscombe(1.0, read_noise)
    values = np.linspace(transform.forward(np.array(0.0)) + 1, 60.0, 4000)
    steps = np.diff(transform.inverse(values))
    assert steps.min() > 0
    assert np.abs(np.diff(steps)).max() < 2e-3


def test_counts_below_all_that_can_be_are_none():
    assert Anscombe().forward(np.array(-5.0)) == 0.0
    assert Anscombe().inverse(np.array([0.0, 0.5])).tolist() == [0.0, 0.0]


def test_what_no_detector_has_is_refused():
    with pytest.raises(MethodError, match="Electrons per count above zero"):
        Anscombe(0.0)
    with pytest.raises(MethodError, match="A read noise of zero or more"):
        Anscombe(1.0, -1.0)
