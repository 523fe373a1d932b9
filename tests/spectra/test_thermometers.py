"""Thermometers: unbiased, near the statistical bound, with errors that hold."""

import numpy as np
import pytest

from kapitza.spectra.thermometers import errors_in_variables, log_ratio
from kapitza.units import BOLTZMANN

ENERGY = np.arange(55.0, 131.0)
AlN = (38, 20, 0.35), (60, 12, 0.45), (75.5, 5, 0.35), (82.5, 6, 1.0), (110, 7, 0.5)
SiC = (40, 20, 0.35), (62, 14, 0.45), (74, 6, 0.40), (97.5, 6, 1.0), (117, 6, 0.45)


def spectrum(loss_counts, kelvin=600.0, modes=AlN, resolution=12.0):
    """Expected loss and gain (m,) of two invented materials: widened lines, detailed balance channel by channel."""
    density = np.zeros(len(ENERGY))
    for centre, fwhm, weight in modes:
        width = 0.4247 * np.hypot(fwhm, resolution)
        density += weight * np.exp(-0.5 * ((ENERGY - centre) / width) ** 2) / width
    n = 1 / np.expm1(ENERGY / (BOLTZMANN * kelvin))
    loss = density * (1 + n)
    scale = loss_counts / loss.sum()
    return scale * loss, scale * density * n


def cramer_rao(loss, gain, kelvin, back_loss=0.0, back_gain=0.0):
    """Lowest possible standard error of a temperature with the true loss spectrum free in every channel, K."""
    ratio = np.exp(-ENERGY / (BOLTZMANN * kelvin))
    information = (ENERGY * ratio * loss) ** 2 / (gain + back_gain + ratio**2 * (loss + back_loss))
    return BOLTZMANN * kelvin**2 / np.sqrt(information.sum())


def draws(rng, number, loss, gain, back_loss=0.0, back_gain=0.0):
    """Temperatures and errors of Poisson spectra whose background is known."""
    counted = [
        rng.poisson(np.broadcast_to(side, (number, len(ENERGY)))) for side in (loss + back_loss, gain + back_gain)
    ]
    beta, error, *_ = errors_in_variables.inverse_temperature(
        ENERGY, counted[0] - back_loss, counted[1] - back_gain, *counted, np.tile(loss, (number, 1)), np.ones(number)
    )
    return log_ratio.temperature(beta, error)


@pytest.mark.parametrize("kelvin", [150.0, 300.0, 600.0, 1200.0])
def test_both_are_exact_without_noise(kelvin):
    loss, gain = (side[None] for side in spectrum(1e6, kelvin))
    found = errors_in_variables.inverse_temperature(ENERGY, loss, gain, loss, gain, loss, np.zeros(1))[0]
    assert 1 / (BOLTZMANN * found[0]) == pytest.approx(kelvin, rel=1e-9)
    found = log_ratio.inverse_temperature(ENERGY, loss, gain)[0]
    assert 1 / (BOLTZMANN * found[0]) == pytest.approx(kelvin, rel=1e-12)


@pytest.mark.parametrize("modes", [AlN, SiC])
@pytest.mark.parametrize("counts", [2e4, 2e5])
def test_errors_in_variables_is_unbiased_and_near_the_bound(counts, modes):
    loss, gain = spectrum(counts, modes=modes)
    kelvin, error = draws(np.random.default_rng(1), 6000, loss, gain)
    bound = cramer_rao(loss, gain, 600.0)
    # T is the reciprocal of what is estimated: that alone lifts its mean by sigma^2/T.
    bias = kelvin.mean() - 600 - bound**2 / 600
    assert abs(bias) < 2.5 * kelvin.std() / np.sqrt(6000) + 0.02 * bound
    assert bound * 0.97 < kelvin.std() < bound * 1.1
    assert error.mean() == pytest.approx(kelvin.std(), rel=0.04)
    assert 0.66 < np.mean(np.abs(kelvin - 600) < error) < 0.70


@pytest.mark.parametrize("share", [0.3, 3.0])
def test_intervals_hold_with_a_background_too(share):
    loss, gain = spectrum(5e4)
    back = share * loss.mean() * (83 / ENERGY) ** 4
    kelvin, error = draws(np.random.default_rng(2), 6000, loss, gain, back, back)
    bound = cramer_rao(loss, gain, 600.0, back, back)
    assert abs(kelvin.mean() - 600 - bound**2 / 600) < 3 * kelvin.std() / np.sqrt(6000) + 0.03 * bound
    assert bound * 0.97 < kelvin.std() < bound * 1.12
    assert 0.66 < np.mean(np.abs(kelvin - 600) < error) < 0.70


def test_a_wrong_model_of_the_spectrum_costs_precision_not_truth():
    loss, gain = spectrum(2e4)
    wrong = spectrum(2e4, modes=SiC)[0]
    rng = np.random.default_rng(3)
    counted = [rng.poisson(np.broadcast_to(side, (6000, len(ENERGY)))).astype(float) for side in (loss, gain)]
    beta, error, *_ = errors_in_variables.inverse_temperature(
        ENERGY, *counted, *counted, np.tile(wrong, (6000, 1)), np.ones(6000)
    )
    kelvin, error = log_ratio.temperature(beta, error)
    assert abs(kelvin.mean() - 600) < 0.15 * kelvin.std()
    assert 0.65 < np.mean(np.abs(kelvin - 600) < error) < 0.71


def test_empty_and_negative_channels_are_data():
    loss, gain = spectrum(2000.0)
    back = np.full(len(ENERGY), 3.0)
    rng = np.random.default_rng(4)
    kelvin, _ = draws(rng, 20000, loss, gain, back, back)
    found = kelvin[np.isfinite(kelvin)]
    assert len(found) > 0.99 * 20000
    # In 1/T, where the estimate is made, few counts leave no bias to speak of.
    beta = 1 / (BOLTZMANN * found)
    assert abs(np.median(beta) * BOLTZMANN * 600 - 1) < 0.03


def test_the_answer_to_a_background_is_its_derivative():
    loss, gain = (side[None] for side in spectrum(1e5))
    still = loss.copy(), gain.copy()

    def beta(extra_loss, extra_gain):
        return errors_in_variables.inverse_temperature(
            ENERGY, loss - extra_loss, gain - extra_gain, *still, loss, np.zeros(1)
        )[0][0]

    *_, by_loss, by_gain = errors_in_variables.inverse_temperature(ENERGY, loss, gain, *still, loss, np.zeros(1))
    for i in (5, 28, 60):
        bump = np.zeros(len(ENERGY))
        bump[i] = 1e-2 * gain[0, i]
        assert (beta(bump, 0) - beta(-bump, 0)) / (2 * bump[i]) == pytest.approx(by_loss[0, i], rel=1e-2)
        assert (beta(0, bump) - beta(0, -bump)) / (2 * bump[i]) == pytest.approx(by_gain[0, i], rel=1e-2)


def test_what_is_no_temperature_is_not_a_number():
    ones = np.ones((2, len(ENERGY)))
    loss = np.stack([np.full(len(ENERGY), np.nan), np.zeros(len(ENERGY))])
    beta, *_ = errors_in_variables.inverse_temperature(ENERGY, loss, loss, ones, ones, ones, np.ones(2))
    assert np.isnan(beta).all()


def test_log_ratio_is_a_line_through_the_origin():
    rng = np.random.default_rng(5)
    loss, gain = spectrum(1e6)
    loss, gain = rng.poisson(loss, (20, len(ENERGY))), rng.poisson(gain, (20, len(ENERGY)))
    slope, error = log_ratio.inverse_temperature(ENERGY, loss, gain)
    for i in range(20):
        y = np.log(loss[i] / gain[i])
        found, rest, *_ = np.linalg.lstsq(ENERGY[:, None], y, rcond=None)
        assert slope[i] == pytest.approx(found[0], rel=1e-12)
        assert error[i] == pytest.approx(np.sqrt(rest[0] / (len(y) - 1) / (ENERGY**2).sum()), rel=1e-9)


def test_log_ratio_leaves_out_what_is_not_positive():
    loss, gain = (side.copy() for side in spectrum(1e5))
    loss[3], gain[10], gain[11] = 0.0, -4.0, 0.0
    slope, _ = log_ratio.inverse_temperature(ENERGY, loss[None], gain[None])
    assert 1 / (BOLTZMANN * slope[0]) == pytest.approx(600.0)
    gain[2:] = 0.0
    assert np.isnan(log_ratio.inverse_temperature(ENERGY, loss[None], gain[None])[0][0])


def test_log_ratio_is_as_biased_and_as_noisy_as_it_is_known_to_be():
    rng = np.random.default_rng(6)
    loss, gain = spectrum(2e4, resolution=0.0)
    slope, _ = log_ratio.inverse_temperature(
        ENERGY, rng.poisson(loss, (20000, len(ENERGY))), rng.poisson(gain, (20000, len(ENERGY)))
    )
    kelvin = 1 / (BOLTZMANN * slope)
    assert cramer_rao(loss, gain, 600.0) == pytest.approx(6.58, abs=0.05)
    assert kelvin.mean() - 600 == pytest.approx(11.0, abs=1.0)
    assert kelvin.std() == pytest.approx(19.0, abs=1.5)
