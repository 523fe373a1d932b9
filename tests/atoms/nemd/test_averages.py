"""Blocking: known correlation, honest errors, refusals that say how long; steady states found."""

import numpy as np
import pytest

from kapitza.atoms.nemd import block_average, drift, steady_from
from kapitza.errors import MethodError

from .synthetic import noise


@pytest.mark.parametrize(("memory", "time"), [(0.0, 0.5), (0.5, 1.5), (0.9, 9.5), (-0.5, 1 / 6)])
def test_the_correlation_time_of_a_known_process_comes_out(memory, time):
    random = np.random.default_rng(1)
    found = [block_average(noise(random, (4096,), memory)).correlation_time for _ in range(60)]
    # scatter of one: about 15 %, and more for slow ones
    assert np.mean(found) == pytest.approx(time, rel=0.1)


@pytest.mark.parametrize(("memory", "length"), [(0.0, 400), (0.5, 800), (0.9, 4096), (-0.5, 300)])
def test_68_per_cent_of_the_errors_hold_the_truth(memory, length):
    random = np.random.default_rng(2)
    found = [block_average(noise(random, (length,), memory)) for _ in range(600)]
    inside = [abs(one.mean) < one.error for one in found]
    # 0.683 of 600 tries scatters by 0.019
    assert np.mean(inside) == pytest.approx(0.683, abs=0.057)


def test_a_series_too_short_for_its_memory_is_refused_with_the_length_it_needs():
    random = np.random.default_rng(3)
    series = noise(random, (400,), 0.98)
    with pytest.raises(MethodError, match=r"at least (\d+) are needed") as refused:
        block_average(series, "the flux")
    needed = int(str(refused.value).split("at least ")[1].split()[0])
    assert 400 < needed < 400 * 40
    assert "the flux" in str(refused.value)
    block_average(noise(random, (30 * 2 * 50 * 4,), 0.98))


def test_a_constant_series_has_no_error():
    assert block_average(np.full(100, 3.0)).error == 0


def test_the_transient_of_a_series_is_left_out_and_a_steady_one_kept():
    random = np.random.default_rng(4)
    decay = 5 * np.exp(-np.arange(1000) / 60)
    starts = [steady_from(random.standard_normal(1000) + decay) for _ in range(50)]
    # after 100 numbers 0.9 of a standard deviation is left, after 250 less than 0.1
    assert 90 < np.median(starts) < 250
    assert np.median([steady_from(random.standard_normal(1000)) for _ in range(50)]) <= 10


def test_a_trend_is_told_from_noise():
    random = np.random.default_rng(5)
    still = np.array([np.divide(*drift(noise(random, (600,), 0.5))) for _ in range(200)])
    assert np.std(still) == pytest.approx(1, abs=0.15)
    moving, error = drift(noise(random, (600,), 0.5) + np.linspace(0, 2, 600))
    assert moving == pytest.approx(1, abs=5 * error)
    assert moving > 3 * error
