"""Decay lengths of deviations: known ones found, intervals that hold, an offset that all positions share."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface import deviation_decay

X = np.arange(0.1, 12.0, 1 / 6)


def test_a_small_shared_error_is_none_and_an_infinite_one_frees_the_offset():
    shape, error = 20.0 * np.exp(-X / 3.0), np.ones(len(X))
    none, small = (deviation_decay(X, shape, error, 0.0, common) for common in (0.0, 1e-6))
    assert small.length.value == pytest.approx(none.length.value, rel=0.02)
    assert small.offset == pytest.approx(0.0, abs=1e-6)
    free = deviation_decay(X, 5.0 + shape, error, 0.0, np.inf)
    assert free.offset == pytest.approx(5.0, abs=0.1)
    assert free.length.value == pytest.approx(3.0, rel=0.02)
    assert free.amplitude.value == pytest.approx(20.0, rel=0.02)
    assert free.length.error > 1.3 * none.length.error


def test_intervals_hold_where_all_positions_share_an_error():
    rng = np.random.default_rng(7)
    held = []
    for _ in range(300):
        noisy = 20.0 * np.exp(-X / 3.0) + 3.0 * rng.standard_normal(len(X)) + 2.0 * rng.standard_normal()
        low, high = deviation_decay(X, noisy, np.full(len(X), 3.0), 0.0, 2.0).length.interval
        held.append((low is None or low <= 3.0) and (high is None or high >= 3.0))
    assert np.mean(held) == pytest.approx(0.683, abs=0.108)


def test_lowered_is_what_the_decay_takes_from_chi_squared():
    rng = np.random.default_rng(8)
    y = 20.0 * np.exp(-X / 3.0) + 2.0 * rng.standard_normal(len(X))
    found = deviation_decay(X, y, np.full(len(X), 2.0), 0.0)
    assert found.lowered == pytest.approx((y**2).sum() / 4.0 - found.misfit * (len(X) - 2))


def test_amplitude_and_length_are_found():
    found = deviation_decay(15.0 - X, 20.0 * np.exp(-X / 3.0), np.ones(len(X)), 15.0)
    assert found.length.value == pytest.approx(3.0, rel=0.02)
    assert found.amplitude.value == pytest.approx(20.0, rel=0.02)
    assert found.misfit < 0.01


def test_the_sign_and_the_scale_carry_over():
    error = np.ones(len(X))
    one = deviation_decay(X, 20.0 * np.exp(-X / 3.0), error, 0.0)
    other = deviation_decay(X, -40.0 * np.exp(-X / 3.0), 2 * error, 0.0)
    assert other.amplitude.value == pytest.approx(-2 * one.amplitude.value)
    assert other.length.interval == one.length.interval


def test_intervals_hold():
    rng = np.random.default_rng(6)
    held = []
    for _ in range(300):
        noisy = 20.0 * np.exp(-X / 3.0) + 4.0 * rng.standard_normal(len(X))
        low, high = deviation_decay(X, noisy, np.full(len(X), 4.0), 0.0).length.interval
        held.append((low is None or low <= 3.0) and (high is None or high >= 3.0))
    assert np.mean(held) == pytest.approx(0.683, abs=0.108)


def test_noise_alone_sets_no_length():
    noise = np.random.default_rng(1).standard_normal(len(X))
    found = deviation_decay(X, noise, np.ones(len(X)), 0.0)
    assert None in found.length.interval
    assert found.length.error is None
    assert (found.amplitude.error is None) == (found.length.interval[0] is None)


def test_too_few_positions_are_refused():
    with pytest.raises(MethodError, match="At least 5 positions"):
        deviation_decay(X[:6], np.full(6, np.nan), np.ones(6), 0.0)
