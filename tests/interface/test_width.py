"""Width and position of a step: against SciPy where they are well measured, bounded where they are not."""

import numpy as np
import pytest
from scipy.optimize import curve_fit
from scipy.special import erf

from kapitza.interface import interface_drop
from kapitza.interface.scan import scan
from kapitza.interface.step import Model, Points
from kapitza.settings import InterfaceSettings

from .synthetic import noisy_map

PER_WIDTH = 2.5631031310892007 / np.sqrt(2)


def two_lines(x, left, slope_left, right, slope_right, middle, width):
    s = erf(PER_WIDTH * (x - middle) / width)
    return 0.5 * ((left + slope_left * x) * (1 - s) + (right + slope_right * x) * (1 + s))


@pytest.mark.parametrize("seed", range(5))
def test_a_well_measured_width_is_that_of_curve_fit(seed):
    tmap = noisy_map(np.random.default_rng(seed), sigma=1.0, width=6.0)
    result = interface_drop(tmap, InterfaceSettings(position=29.3))
    x, t, error = result.profile.position - 29.3, result.profile.temperature, result.profile.error

    def with_prior(x, *p):
        return np.append(two_lines(x[:-1], *p), p[4])

    # The middle is held to within 1 nm where no composition was measured: one more number with that error.
    best, covariance = curve_fit(
        with_prior,
        np.append(x, 0.0),
        np.append(t, 0.0),
        p0=(607.0, -0.1, 593.0, -0.1, 0.0, 5.0),
        sigma=np.append(error, 1.0),
        absolute_sigma=True,
    )
    assert result.width_10_90.value == pytest.approx(best[5], rel=2e-3)
    assert result.width_10_90.error == pytest.approx(np.sqrt(covariance[5, 5]), rel=0.06)


@pytest.mark.parametrize("seed", range(5))
def test_drop_and_gradients_are_those_of_curve_fit(seed):
    result = interface_drop(noisy_map(np.random.default_rng(seed), sigma=3.0), InterfaceSettings(position=29.3))
    (a, b), (c, d) = result.bulk_left, result.bulk_right
    x = result.profile.position
    bulk = ((x >= a) & (x <= b)) | ((x >= c) & (x <= d))

    def model(x, middle, drop, left, right):
        return np.where(x < 0, middle + 0.5 * drop + left * x, middle - 0.5 * drop + right * x)

    p, covariance = curve_fit(
        model,
        x[bulk] - 29.3,
        result.profile.temperature[bulk],
        p0=(600, 10, 0, 0),
        sigma=result.profile.error[bulk],
        absolute_sigma=True,
    )
    error = np.sqrt(np.diag(covariance))
    assert (result.drop.value, result.drop.error) == pytest.approx((p[1], error[1]), rel=1e-4)
    assert (result.gradient_right.value, result.gradient_right.error) == pytest.approx(
        1e3 * np.array([p[3], error[3]]), rel=1e-4
    )
    length = p[1] / -p[2]
    first_order = np.array([0, -1 / p[2], p[1] / p[2] ** 2, 0])
    assert result.characteristic_length_left.value == pytest.approx(length, rel=1e-4)
    assert result.characteristic_length_left.error == pytest.approx(
        np.sqrt(first_order @ covariance @ first_order), rel=1e-4
    )


def levels(x, width, middle):
    return 0.5 * (1 - erf(PER_WIDTH * (x - middle) / width))


@pytest.mark.parametrize("width", [0.05, 0.4, 1.0, 3.0])
@pytest.mark.parametrize("middle", [20.0, 20.3, 20.5])
def test_the_best_step_is_found_wherever_it_stands(width, middle):
    x = np.arange(41.0)
    values = levels(x, width, middle)
    model = Model(Points(x, values - values.mean(), np.full(41, 1e-3)), False)
    found = model.best((15.0, 25.0))
    assert found[2] < 0.1
    if width >= 1.0:
        assert found[:2] == pytest.approx((width, middle), rel=1e-3)


def test_a_sharp_step_between_two_columns_may_stand_anywhere_between_them():
    x = np.arange(41.0)
    values = levels(x, 0.05, 20.5)
    model = Model(Points(x, values - values.mean(), np.full(41, 0.01)), False)
    middle = scan(model, "middle", model.best((15.0, 25.0))[:2]).estimate()
    assert 20.0 < middle.low < 20.3
    assert 20.7 < middle.high < 21.0


def test_curvature_and_profile_agree_where_chi_squared_is_a_parabola():
    x = np.arange(41.0)
    values = levels(x, 5.0, 20.2) + 0.01 * np.random.default_rng(1).standard_normal(41)
    model = Model(Points(x, values - values.mean(), np.full(41, 0.01)), False)
    width, middle, _ = model.best((15.0, 25.0))
    found = [scan(model, what, (width, middle)).estimate().error for what in ("width", "middle")]
    assert found == pytest.approx(list(model.deviations(width, middle)), rel=0.05)
