"""Lines and peaks: limits, areas, derivatives, reference values."""

import numpy as np
import pytest
from scipy.integrate import quad

from kapitza.theory import lineshapes as ls

ENERGY = np.linspace(-250, 250, 501)


@pytest.mark.parametrize("exponent", [1.0, 1.5, 2.0, 3.0, 10.0, 1e4])
def test_half_height_at_half_width(exponent):
    halves = ls.pearson7([3.0 - 6.0, 3.0, 3.0 + 6.0], 7.0, 3.0, 12.0, exponent)
    np.testing.assert_allclose(halves, [3.5, 7.0, 3.5], rtol=1e-12)


@pytest.mark.parametrize("exponent", [1.2, 2.0, 3.3])
def test_gradient_against_central_differences(exponent):
    at = np.array([5.0, 0.3, 12.0, exponent])
    gradient = ls.pearson7_gradient(ENERGY, *at)
    for i, h in enumerate(1e-5 * np.array([1.0, 12.0, 12.0, 1.0])):
        up, down = at.copy(), at.copy()
        up[i] += h
        down[i] -= h
        numeric = (ls.pearson7(ENERGY, *up) - ls.pearson7(ENERGY, *down)) / (2 * h)
        assert np.max(np.abs(gradient[:, i] - numeric)) < 1e-7 * max(1.0, np.max(np.abs(numeric)))


@pytest.mark.parametrize(("exponent", "area"), [(1, 1.57080), (2, 1.22033), (3, 1.15539), (1e4, 1.06449)])
def test_area_over_height_and_width(exponent, area):
    assert ls.pearson7_area(2.0, 12.0, exponent) == pytest.approx(24.0 * area, rel=5e-6)


def test_area_agrees_with_the_integral():
    numeric = quad(ls.pearson7, -np.inf, np.inf, args=(3.0, 0.0, 11.0, 1.7))[0]
    assert ls.pearson7_area(3.0, 11.0, 1.7) == pytest.approx(numeric, rel=1e-8)
    assert ls.pearson7_area(1.0, 12.0, [0.3, 0.5]).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize(
    ("exponent", "share"), [(1.0, 5.2e-3), (1.5, 8.3e-4), (2.0, 1.55e-4), (3.0, 7.7e-6), (10.0, 2e-12)]
)
def test_tail_at_83_meV(exponent, share):
    digits = 0.5 * 10 ** np.floor(np.log10(share)) * (1.0 if exponent == 10 else 0.1 if exponent != 2 else 0.01)
    assert ls.pearson7(83.0, 1.0, 0.0, 12.0, exponent) == pytest.approx(share, abs=1.05 * digits)


@pytest.mark.parametrize("exponent", [1.0, 2.0, 3.0])
def test_the_tail_is_a_power_law(exponent):
    far = np.array([2e3, 4e3])
    whole, tail = ls.pearson7(far, 5.0, 1.0, 12.0, exponent), ls.pearson7_tail(far, 5.0, 1.0, 12.0, exponent)
    u = (far - 1.0) / 12.0
    curvature = 2 ** (1 / exponent) - 1
    np.testing.assert_allclose(whole / tail, 1 - exponent / (4 * curvature * u**2), atol=1e-8)


@pytest.mark.parametrize("skew", [-1.5, 0.0, 0.4])
def test_the_highest_point_of_a_pearson_iv_stands_at_its_centre(skew):
    near = ls.pearson4(2.0 + np.array([-1e-4, 0.0, 1e-4]), 2.0, 9.0, 1.8, skew)
    assert near[1] > near[[0, 2]].max()


def test_a_pearson_iv_without_skew_is_a_pearson_vii():
    for exponent in (1.0, 1.8, 30.0):
        expected = ls.unit_pearson7(ENERGY, 2.0, 9.0, exponent)
        np.testing.assert_allclose(ls.pearson4(ENERGY, 2.0, 9.0, exponent, 0.0), expected, rtol=1e-12)


def test_the_tails_of_a_pearson_iv_differ_by_its_skew():
    far = np.array([1e7, -1e7])
    loss, gain = ls.pearson4(far, 0.0, 10.0, 1.7, 0.3)
    assert loss / gain == pytest.approx(np.exp(0.3 * np.pi), rel=1e-5)
    mirrored = ls.pearson4(-ENERGY, 0.0, 10.0, 1.7, -0.3)
    np.testing.assert_allclose(mirrored, ls.pearson4(ENERGY, 0.0, 10.0, 1.7, 0.3), rtol=1e-10)


def test_a_voigt_lies_between_its_limits_and_is_their_convolution():
    np.testing.assert_allclose(ls.voigt(ENERGY, 2.0, 9.0, 1.0), ls.lorentzian(ENERGY, 2.0, 9.0), rtol=1e-10)
    core = np.abs(ENERGY) < 20
    np.testing.assert_allclose(ls.voigt(ENERGY[core], 2.0, 9.0, 0.0), ls.gaussian(ENERGY[core], 2.0, 9.0), rtol=1e-10)
    # Olivero and Longbothum (1977): the full width of widths 6 and 4, to 0.02 %.
    whole = 0.5346 * 4.0 + np.sqrt(0.2166 * 16.0 + 36.0)
    at = 11.0
    slow = quad(lambda e: ls.gaussian(e, 0.0, 6.0) * ls.lorentzian(at - e, 0.0, 4.0), -40, 40, epsabs=0, epsrel=1e-10)
    assert ls.voigt(at, 0.0, whole, 0.4) == pytest.approx(slow[0], rel=1e-3)


def test_the_gaussian_core_and_the_pearson_tail_are_the_limits_of_their_sum():
    np.testing.assert_allclose(
        ls.gaussian_and_pearson(ENERGY, 1.0, 9.0, 0.0, 1.7, 1.8), ls.unit_pearson7(ENERGY, 1.0, 9.0, 1.8), rtol=1e-10
    )
    core = np.abs(ENERGY) < 20
    only = ls.gaussian_and_pearson(ENERGY[core], 1.0, 9.0, 1.0, 1.7, 1.8)
    np.testing.assert_allclose(only, ls.gaussian(ENERGY[core], 1.0, 9.0), rtol=1e-10)
    half = ls.gaussian_and_pearson(ENERGY, 1.0, 9.0, 0.4, 1.0, 1.8)
    summed = 0.4 * ls.gaussian(ENERGY, 1.0, 9.0) + 0.6 * ls.unit_pearson7(ENERGY, 1.0, 9.0, 1.8)
    np.testing.assert_allclose(half, summed, rtol=1e-10)


def test_limits_are_the_lorentzian_and_the_gaussian():
    np.testing.assert_allclose(ls.unit_pearson7(ENERGY, 2.0, 9.0, 1.0), ls.lorentzian(ENERGY, 2.0, 9.0), rtol=1e-12)
    core = np.abs(ENERGY) < 20
    near_gauss = ls.unit_pearson7(ENERGY[core], 2.0, 9.0, 1e7)
    np.testing.assert_allclose(near_gauss, ls.gaussian(ENERGY[core], 2.0, 9.0), rtol=1e-4)


@pytest.mark.parametrize(
    "line",
    [
        lambda e: ls.gaussian(e, 2.0, 9.0),
        lambda e: ls.lorentzian(e, 2.0, 9.0),
        lambda e: ls.unit_pearson7(e, 2.0, 9.0, 1.8),
        lambda e: ls.unit_pearson7(e, 2.0, 9.0, 1.8, 0.2),
        lambda e: ls.voigt(e, 2.0, 9.0, 0.3),
        lambda e: ls.gaussian_and_pearson(e, 2.0, 9.0, 0.4, 1.5, 1.8),
        lambda e: ls.gaussian_and_pearson(e, 2.0, 9.0, 0.4, 0.5, 1.8),
        lambda e: ls.pearson4(e, 2.0, 9.0, 1.8, 0.6),
        lambda e: ls.pearson4(e, 2.0, 9.0, 3.0, -2.0),
    ],
)
def test_unit_area_and_full_width(line):
    area = quad(line, -np.inf, 2.0)[0] + quad(line, 2.0, np.inf)[0]
    assert area == pytest.approx(1.0, rel=1e-7)
    axis = np.linspace(-10, 14, 240001)
    above = axis[line(axis) >= 0.5 * line(2.0)]
    assert np.ptp(above) == pytest.approx(9.0, abs=3e-4)


def test_asymmetry_widens_the_loss_side():
    inside = ls.unit_pearson7(np.array([-4.0, 4.0]), 0.0, 10.0, 2.0, 0.2)
    mirrored = ls.unit_pearson7(np.array([4.0, -4.0]), 0.0, 10.0, 2.0, -0.2)
    assert inside[1] > inside[0]
    np.testing.assert_allclose(inside, mirrored, rtol=1e-14)
    ends = ls.unit_pearson7(np.array([-4.0, 6.0]), 0.0, 10.0, 2.0, 0.2) / ls.unit_pearson7(0.0, 0.0, 10.0, 2.0, 0.2)
    np.testing.assert_allclose(ends, 0.5, rtol=1e-12)
