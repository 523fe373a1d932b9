"""Both estimators on noise that is known."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.spectra.denoising import noise_sigma, published_sigma
from kapitza.spectra.denoising.gaps import filled, sigma_with_gaps

from .synthetic import two_materials

RNG = np.random.default_rng(11)


@pytest.mark.parametrize("shape", [(64, 64), (20, 67), (128, 96)])
def test_white_noise(shape):
    pictures = RNG.normal(4.0, 3.0, (40, *shape))
    assert np.mean([noise_sigma(p) for p in pictures]) == pytest.approx(3.0, rel=0.01)
    assert np.mean([published_sigma(p) for p in pictures]) == pytest.approx(0.858 * 3.0, rel=0.01)


@pytest.mark.parametrize("sigma", [0.02, 0.1])
def test_an_interface_is_no_noise(sigma):
    truth = two_materials(40, 80)
    found = np.mean([noise_sigma(truth + RNG.normal(0, sigma, truth.shape)) for _ in range(20)])
    assert found == pytest.approx(sigma, rel=0.03)


def test_a_lattice_hardly_counts():
    y, x = np.mgrid[:64, :64]
    lattice = 0.3 * np.cos(2 * np.pi * x / 3.3) * np.cos(2 * np.pi * y / 3.7)
    found = np.mean([noise_sigma(lattice + RNG.normal(0, 0.1, lattice.shape)) for _ in range(10)])
    # Its root mean square is 1.5 times the noise: all of it would make 0.18.
    assert found == pytest.approx(0.1, rel=0.08)


def test_both_scale_with_the_picture():
    picture = RNG.normal(size=(30, 30))
    for estimator in (noise_sigma, published_sigma):
        assert estimator(1e3 * picture + 5e4) == pytest.approx(1e3 * estimator(picture), rel=1e-9)
        assert estimator(np.full((9, 9), 3.0)) == 0.0


def test_too_small_for_any():
    assert noise_sigma(np.ones((1, 1))) == 0.0
    with pytest.raises(MethodError, match="A picture"):
        noise_sigma(np.ones((2, 2, 2)))
    with pytest.raises(MethodError, match="fill them in first"):
        published_sigma(np.array([[np.nan, 1.0]]))


@pytest.mark.parametrize("kind", ["scattered", "half", "frame"])
def test_gaps_do_not_count(kind):
    found = []
    for _ in range(20):
        picture = RNG.normal(100.0, 2.0, (40, 60))
        gap = {
            "scattered": RNG.random(picture.shape) < 0.3,
            "half": np.arange(60) < 30 + np.zeros((40, 1)),
            "frame": np.ones(picture.shape, bool),
        }[kind]
        if kind == "frame":
            gap[8:-8, 8:-8] = False
        picture[gap] = np.nan
        found.append(sigma_with_gaps(picture, noise_sigma))
    assert np.mean(found) == pytest.approx(2.0, rel=0.05)


def test_gaps_are_filled_smoothly_and_the_rest_stays():
    picture = np.add.outer(np.arange(30.0), np.arange(40.0))
    holed = picture.copy()
    holed[10:20, 10:25] = np.nan
    whole = filled(holed)
    np.testing.assert_array_equal(whole[np.isfinite(holed)], picture[np.isfinite(holed)])
    assert np.abs(whole - picture).max() < 8.0
    alone = np.full((12, 12), np.nan)
    alone[3, 4] = 5.0
    np.testing.assert_allclose(filled(alone), 5.0)
