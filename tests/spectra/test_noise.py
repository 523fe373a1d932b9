"""Electrons per count are read off the noise of spectra."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.spectra.noise import electrons_per_count
from kapitza.spectra.thermometry import temperature_map
from kapitza.theory.lineshapes import pearson7
from kapitza.twin import synthesise

from .synthetic import twin, with_electrons

ENERGY = np.arange(-250.0, 251.0)
TAILS = np.abs(ENERGY) > 30


def spectra(electrons, number, rng, mean=3e4):
    expected = pearson7(ENERGY, mean, 0.0, 12.0, 2.0) * rng.uniform(0.5, 1.5, (number, 1))
    return rng.poisson(expected * electrons) / electrons


@pytest.mark.parametrize("electrons", [0.1, 1.0, 7.3])
def test_electrons_per_count_are_recovered_within_their_error(electrons):
    rng = np.random.default_rng(1)
    found = np.array([electrons_per_count(spectra(electrons, 60, rng), TAILS) for _ in range(60)])
    pull = (found[:, 0] - electrons) / found[:, 1]
    assert abs(pull.mean()) < 3 / np.sqrt(60)
    assert 0.52 < np.mean(np.abs(pull) < 1) < 0.84
    assert np.median(found[:, 1]) < 0.1 * electrons


def test_few_counts_do_not_bias_it():
    rng = np.random.default_rng(2)
    value, error = electrons_per_count(spectra(1.0, 2000, rng, mean=50.0), TAILS)
    assert abs(value - 1) < 4 * error


def test_too_few_spectra_say_nothing():
    rng = np.random.default_rng(3)
    assert electrons_per_count(spectra(1.0, 7, rng), TAILS) is None
    assert electrons_per_count(spectra(1.0, 20, rng), np.abs(ENERGY) < 8) is None
    assert electrons_per_count(np.ones((20, 501)), TAILS) is None


def test_spectra_that_are_not_finite_are_left_out():
    rng = np.random.default_rng(4)
    counts = spectra(1.0, 200, rng)
    bad = counts.copy()
    bad[::3] = np.nan
    assert electrons_per_count(bad, TAILS) == electrons_per_count(counts[np.arange(200) % 3 > 0], TAILS)


@pytest.mark.parametrize("electrons", [0.1, 1.0, 7.3])
def test_an_image_of_two_materials_that_drifts_does_not_pass_for_noise(electrons):
    image, _ = synthesise(twin(microscope={**MICROSCOPE, "electrons_per_count": electrons}))
    tmap = temperature_map(with_electrons(image, None))
    found = tmap.zero_loss["electrons_per_count"]
    assert found.value == pytest.approx(electrons, rel=0.05)
    assert found.error < 0.03 * electrons
    assert "electrons_per_count_estimated" in dict(tmap.warnings)


def test_too_few_pixels_assume_one_electron_per_count_and_say_so():
    image, _ = synthesise(twin(scan={"rows": 1, "columns": 7}, interface={"position": 3.0}))
    tmap = temperature_map(with_electrons(image, None))
    assert tmap.zero_loss["electrons_per_count"].value == 1.0
    assert "electrons_per_count_assumed" in dict(tmap.warnings)


def test_counts_scaled_by_electrons_per_count_give_the_same_temperatures_and_errors():
    image, _ = synthesise(twin())
    first = temperature_map(image)
    second = temperature_map(with_electrons(replace(image, counts=image.counts / 4), 4.0))
    np.testing.assert_allclose(second.temperature, first.temperature, rtol=1e-6)
    np.testing.assert_allclose(second.error, first.error, rtol=1e-6)
    np.testing.assert_allclose(second.loss * 4, first.loss, rtol=1e-4, atol=1e-2)


MICROSCOPE = {"beam_energy": 60.0, "convergence": 20.0, "collection": 25.0, "dwell": 1.4}
