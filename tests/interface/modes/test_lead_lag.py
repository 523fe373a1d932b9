"""Gain against loss across an interface: known shifts, reversal, the twin to 3 pm, honest errors."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from kapitza.errors import MethodError
from kapitza.interface.modes.lead_lag import ModeProfile, expected_shift, lead_lag, mode_profile

from .synthetic import BULK, drawn, in_columns, phonons, true_temperature

X = np.arange(0.0, 30.0, 1 / 6)
SIGMA = 2.0 / 2.5631
WINDOW = (81.0, 85.0)


def profile_of(loss, gain, error=0.0, pedestal=0.0):
    errors = np.full(len(X), float(error))
    return ModeProfile(X, np.asarray(loss), np.asarray(gain), errors, errors, WINDOW, BULK, pedestal)


def falling(middle, sigma=SIGMA):
    return ndtr((middle - X) / sigma)


def measured(flow, **how):
    return mode_profile(in_columns(flow, **how), WINDOW, *BULK)


def truth(flow, **how):
    """The same profile from the twin's phonons alone."""
    spectra, energy = phonons(flow, **how)
    sums = [spectra[:, (side >= WINDOW[0]) & (side <= WINDOW[1])].sum(axis=1) for side in (energy, -energy)]
    x = np.arange(len(sums[0])) / 6
    left, right = ((x >= low) & (x <= high) for low, high in BULK)
    loss, gain = ((s - s[right].mean()) / (s[left].mean() - s[right].mean()) for s in sums)
    return replace(
        profile_of(falling(15.0), falling(15.0)), position=x, loss=loss, gain=gain, loss_error=0 * x, gain_error=0 * x
    )


@pytest.mark.parametrize("by", [-0.05, -0.01, 0.0, 0.02])
def test_a_shifted_profile_gives_its_shift(by):
    found = lead_lag(profile_of(falling(15.2), falling(15.2 + by)))
    assert found.shift.value == pytest.approx(1e3 * by, abs=0.1)
    assert found.half_height.value == pytest.approx(1e3 * by, abs=0.5)
    assert found.position == pytest.approx(15.2, abs=1e-4)
    assert found.width_10_90 == pytest.approx(2.0, abs=1e-3)


def test_loss_and_gain_exchanged_turn_the_sign():
    one = lead_lag(profile_of(falling(15.2), falling(15.25)))
    other = lead_lag(profile_of(falling(15.25), falling(15.2)))
    assert one.shift.value == pytest.approx(-other.shift.value, abs=0.1)


def test_the_error_is_that_of_a_gaussian_slope_and_holds():
    noise = 0.02 / np.sqrt(2)
    stated = lead_lag(profile_of(falling(15.0), falling(15.0), noise)).shift.error
    assert stated == pytest.approx(1e3 * 0.02 * np.sqrt(2 * np.sqrt(np.pi) * SIGMA / 6), rel=1e-3)
    rng = np.random.default_rng(2)
    found = []
    for _ in range(300):
        loss, gain = (falling(15.0) + noise * rng.standard_normal(len(X)) for _ in range(2))
        found.append(lead_lag(profile_of(loss, gain, noise)).shift.value - 0.0)
    assert np.std(found) == pytest.approx(stated, rel=4 / np.sqrt(600))
    assert np.mean(found) == pytest.approx(0.0, abs=4 * stated / np.sqrt(300))
    assert np.mean(np.abs(found) < stated) == pytest.approx(0.683, abs=0.108)


@pytest.mark.parametrize("flow", ["forward", "reverse", "none"])
@pytest.mark.parametrize("how", [{}, {"strength": 0.0}, {"strength": 0.0, "to": 20.0}], ids=str)
def test_the_twin_is_read_to_3_pm(flow, how):
    found, true = lead_lag(measured(flow, **how)), lead_lag(truth(flow, **how))
    assert found.shift.value == pytest.approx(true.shift.value, abs=3.0)
    assert found.half_height.value == pytest.approx(true.half_height.value, abs=3.0)


def test_the_temperature_field_alone_shifts_the_gain_as_the_exact_relation_says():
    for flow, sign in (("forward", -1), ("reverse", 1), ("none", 0)):
        profile = measured(flow, strength=0.0)
        expected = expected_shift(profile, true_temperature(flow), 83.0)
        assert lead_lag(profile).shift.value == pytest.approx(expected, abs=1.5)
        assert np.sign(round(expected)) == sign
    assert lead_lag(measured("none", strength=0.0)).shift.value == pytest.approx(0.0, abs=0.1)


def test_interface_modes_shift_the_gain_even_without_heat():
    assert lead_lag(measured("none")).shift.value == pytest.approx(-6.8, abs=1.0)


def test_a_hotter_mode_makes_the_gain_lag():
    there, back = (lead_lag(measured(flow, strength=0.0, to=20.0)).shift.value for flow in ("forward", "reverse"))
    field = [lead_lag(measured(flow, strength=0.0)).shift.value for flow in ("forward", "reverse")]
    assert there - field[0] == pytest.approx(37.0, abs=3.0)
    assert back - field[1] == pytest.approx(-42.0, abs=3.0)


def test_the_errors_of_a_measured_profile_hold():
    rng = np.random.default_rng(3)
    columns = in_columns("forward")
    true = lead_lag(measured("forward")).shift.value
    found = [lead_lag(mode_profile(drawn(columns, rng), WINDOW, *BULK)).shift for _ in range(200)]
    pulls = [(shift.value - true) / shift.error for shift in found]
    assert np.std(pulls) == pytest.approx(1.0, abs=0.2)
    assert np.mean(pulls) == pytest.approx(0.0, abs=0.28)


def test_profiles_that_cannot_be_are_refused():
    columns = in_columns("none")
    with pytest.raises(MethodError, match="Channels from 81 to 85"):
        mode_profile(columns, WINDOW, (50.0, 60.0), BULK[1])
    with pytest.raises(MethodError, match="two materials differ"):
        mode_profile(columns, WINDOW, BULK[0], BULK[0])
    with pytest.raises(MethodError, match="A step of the loss"):
        lead_lag(profile_of(np.zeros(len(X)), np.zeros(len(X))))
    short = profile_of(falling(15.0), falling(15.0))
    with pytest.raises(MethodError, match="At least 5 positions"):
        lead_lag(replace(short, position=X[:4], loss=short.loss[:4], gain=short.gain[:4]))
