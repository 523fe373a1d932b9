"""Pixels read by estimating functions: unbiased, with errors that hold, whatever their counts."""

from functools import cache

import numpy as np
import pytest

from kapitza.spectra.forward.reading import read

from .made import MANY, estimating, reading
from .synthetic import ALN, PEAKS, SIC, lines, random_lines, spectrum

MADE = estimating("pearson 2", "pearson7")
DRAWS = 4000


@cache
def drawn(electrons, kelvin=600.0, material=0):
    """Temperatures and errors of Poisson spectra, and the share that has none."""
    clean = electrons * spectrum(PEAKS["pearson 2"](), lines((ALN, SIC)[material]), kelvin)
    counts = np.random.default_rng(int(electrons)).poisson(clean, (DRAWS, len(clean))).astype(np.float32)
    found, error = reading(MADE, counts, material)
    good = np.isfinite(found)
    return found[good], error[good], 1 - good.mean()


@pytest.mark.parametrize("electrons", [1e5, 1e6, 1e7, 1e8])
@pytest.mark.parametrize("material", [0, 1])
def test_temperatures_are_unbiased_and_errors_hold(electrons, material):
    found, error, lost = drawn(electrons, material=material)
    assert lost < 1e-3
    assert abs(found.mean() - 600) < 3 * found.std() / np.sqrt(DRAWS)
    # 4,000 draws tell a scatter to 1.1 %; at 1e5 electrons the error is a sixth of the temperature.
    assert np.sqrt(np.mean(error**2)) == pytest.approx(found.std(), rel=0.035 if electrons > 2e5 else 0.1)
    # A share of 0.683 is counted to 0.0074.
    assert abs(np.mean(np.abs(found - 600) < error) - 0.683) < 3 * 0.0074


@pytest.mark.parametrize("kelvin", [300.0, 1000.0])
def test_pixels_far_from_the_middle_are_read_as_well(kelvin):
    found, error, lost = drawn(3e7, kelvin)
    assert lost == 0
    assert abs(found.mean() - kelvin) < 3 * found.std() / np.sqrt(DRAWS) + 0.1
    assert np.sqrt(np.mean(error**2)) == pytest.approx(found.std(), rel=0.035)
    assert abs(np.mean(np.abs(found - kelvin) < error) - 0.683) < 3 * 0.0074


def test_errors_fall_with_the_root_of_the_dose():
    errors = [np.median(drawn(n)[1]) for n in (1e6, 1e8)]
    assert errors[0] / errors[1] == pytest.approx(10.0, rel=0.02)


def test_empty_and_negative_channels_are_data():
    clean = 3e5 * spectrum(PEAKS["pearson 2"](), lines(ALN), 600.0)
    rng = np.random.default_rng(7)
    counts = rng.poisson(clean, (DRAWS, len(clean))).astype(float)
    assert (counts == 0).mean() > 0.1
    found, _ = reading(MADE, counts)
    # A dark level of 5 counts a channel, taken off by the camera: most channels of the tails lie below zero by turns.
    dark = rng.poisson(clean + 5, (DRAWS, len(clean))) - 5.0
    assert (dark < 0).mean() > 0.2
    below, _ = reading(MADE, dark)
    assert np.isfinite(found).mean() > 0.999
    assert np.isfinite(below).mean() > 0.97
    assert abs(np.nanmedian(below) - 600) < 15
    # An offset alone changes nothing but how well it is told.
    np.testing.assert_allclose(reading(MADE, clean * 1e6 - 100.0)[0], 600.0, atol=0.1)


def test_counts_of_several_electrons_give_the_same():
    clean = 3e6 * spectrum(PEAKS["pearson 2"](), lines(ALN), 620.0)
    counts = np.random.default_rng(8).poisson(clean, (50, len(clean))).astype(float)
    for factor in (0.1, 4.0):
        for one, other in zip(reading(MADE, counts), reading(MADE, counts / factor, 0, factor), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9)


def test_materials_have_weights_of_their_own_and_pixels_do_not_feel_each_other():
    spectra = MANY * np.array([spectrum(PEAKS["pearson 2"](), lines(m), 600.0) for m in (ALN, SIC, ALN)])
    together = read(spectra, np.array([0, 1, 0]), MADE, 1.0)
    for i, material in enumerate((0, 1, 0)):
        alone = read(spectra[[i]], np.array([material]), MADE, 1.0)
        assert [a[0] for a in alone] == [t[i] for t in together]


def test_float32_is_read_as_float64():
    clean = 1e7 * spectrum(PEAKS["pearson 2"](), random_lines(np.random.default_rng(9)), 560.0)
    counts = np.random.default_rng(9).poisson(clean, (20, len(clean)))
    for one, other in zip(reading(MADE, counts.astype(np.float32)), reading(MADE, counts.astype(float)), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "counts",
    [
        np.zeros(501),
        1e7 * spectrum(PEAKS["pearson 2"](), 0 * lines(ALN), 600.0),
        1e7 * spectrum(PEAKS["pearson 2"](), lines(ALN), 600.0)[::-1],
    ],
    ids=["empty", "no phonons", "loss for gain"],
)
def test_what_has_no_temperature_is_not_a_number(counts):
    found, error = reading(MADE, counts)
    assert np.isnan(found[0]) or error[0] > 0.5 * found[0]


def test_channels_beyond_those_used_do_not_matter():
    clean = 1e7 * spectrum(PEAKS["pearson 2"](), lines(ALN), 600.0)
    spoilt = clean.copy()
    spoilt[: MADE.first] = np.nan
    spoilt[MADE.last :] = np.nan
    np.testing.assert_array_equal(reading(MADE, spoilt), reading(MADE, clean))
