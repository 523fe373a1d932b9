"""The published thermometer: exact without noise, and as biased and as noisy with it as it is known to be."""

import numpy as np
import pytest

from kapitza.spectra.published import log_ratio
from kapitza.theory.information import temperature_bound
from kapitza.units import BOLTZMANN

ENERGY = np.arange(55.0, 131.0)
LINES = (38, 20, 0.35), (60, 12, 0.45), (75.5, 5, 0.35), (82.5, 6, 1.0), (110, 7, 0.5)


def spectrum(loss_counts, kelvin=600.0, resolution=12.0):
    """Expected loss and gain (m,): widened lines in detailed balance channel by channel."""
    density = np.zeros(len(ENERGY))
    for centre, fwhm, weight in LINES:
        width = 0.4247 * np.hypot(fwhm, resolution)
        density += weight * np.exp(-0.5 * ((ENERGY - centre) / width) ** 2) / width
    n = 1 / np.expm1(ENERGY / (BOLTZMANN * kelvin))
    loss = density * (1 + n)
    scale = loss_counts / loss.sum()
    return scale * loss, scale * density * n


@pytest.mark.parametrize("kelvin", [150.0, 300.0, 600.0, 1200.0])
def test_it_is_exact_without_noise(kelvin):
    loss, gain = (side[None] for side in spectrum(1e6, kelvin))
    found, _ = log_ratio.temperature(*log_ratio.inverse_temperature(ENERGY, loss, gain))
    assert found[0] == pytest.approx(kelvin, rel=1e-12)


def test_the_error_of_the_temperature_is_that_of_its_reciprocal():
    beta = 1 / (BOLTZMANN * 600.0)
    kelvin, error = log_ratio.temperature(np.array([beta, 0.0]), np.array([0.01 * beta, 1.0]))
    assert (kelvin[0], error[0]) == (pytest.approx(600.0), pytest.approx(6.0))
    assert not np.isfinite(kelvin[1])


def test_it_is_a_line_through_the_origin():
    rng = np.random.default_rng(5)
    loss, gain = spectrum(1e6)
    loss, gain = rng.poisson(loss, (20, len(ENERGY))), rng.poisson(gain, (20, len(ENERGY)))
    slope, error = log_ratio.inverse_temperature(ENERGY, loss, gain)
    for i in range(20):
        y = np.log(loss[i] / gain[i])
        found, rest, *_ = np.linalg.lstsq(ENERGY[:, None], y, rcond=None)
        assert slope[i] == pytest.approx(found[0], rel=1e-12)
        assert error[i] == pytest.approx(np.sqrt(rest[0] / (len(y) - 1) / (ENERGY**2).sum()), rel=1e-9)


def test_it_leaves_out_what_is_not_positive():
    loss, gain = (side.copy() for side in spectrum(1e5))
    loss[3], gain[10], gain[11] = 0.0, -4.0, 0.0
    slope, _ = log_ratio.inverse_temperature(ENERGY, loss[None], gain[None])
    assert 1 / (BOLTZMANN * slope[0]) == pytest.approx(600.0)
    gain[2:] = 0.0
    assert np.isnan(log_ratio.inverse_temperature(ENERGY, loss[None], gain[None])[0][0])


def test_it_is_as_biased_and_as_noisy_as_it_is_known_to_be():
    rng = np.random.default_rng(6)
    loss, gain = spectrum(2e4, resolution=0.0)
    slope, _ = log_ratio.inverse_temperature(
        ENERGY, rng.poisson(loss, (20000, len(ENERGY))), rng.poisson(gain, (20000, len(ENERGY)))
    )
    kelvin = 1 / (BOLTZMANN * slope)
    assert temperature_bound(ENERGY, 600.0, loss, gain) == pytest.approx(6.58, abs=0.05)
    assert kelvin.mean() - 600 == pytest.approx(11.0, abs=1.0)
    assert kelvin.std() == pytest.approx(19.0, abs=1.5)
