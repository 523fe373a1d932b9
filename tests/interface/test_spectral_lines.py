"""Lines of sharpened spectra: where they stand, how wide they are, and what is no line."""

import numpy as np
import pytest

from kapitza.interface.spectral_lines import lines
from kapitza.theory.lineshapes import gaussian

ENERGY = np.arange(30.0, 160.0, 0.5)


def found(sharp, counted=None, noise=1e-3, draws=40):
    rng = np.random.default_rng(0)
    counted = sharp if counted is None else counted
    drawn = tuple(values + noise * rng.standard_normal((draws, len(ENERGY))) for values in (counted, sharp))
    return lines(ENERGY, (counted, sharp), drawn)


def test_position_and_widths_of_lines_that_stand_alone():
    sharp, counted = (100 * (gaussian(ENERGY, 70.3, w) + gaussian(ENERGY, 120.1, w)) for w in (8.0, 14.0))
    first, second = found(sharp, counted)
    for line, energy in ((first, 70.3), (second, 120.1)):
        assert line.energy.value == pytest.approx(energy, abs=0.02)
        assert line.fwhm.value == pytest.approx(8.0, abs=0.03)
        assert line.fwhm_counted.value == pytest.approx(14.0, abs=0.03)
        assert 0 < line.energy.error < 0.01


def test_errors_are_the_scatter_of_fresh_noise():
    clean, rng = 100 * gaussian(ENERGY, 90.0, 10.0), np.random.default_rng(1)
    stated, seen = [], []
    for _ in range(30):
        (line,) = found(clean + 0.05 * rng.standard_normal(len(ENERGY)), noise=0.05)
        seen.append(line.energy.value)
        stated.append(line.energy.error)
    assert np.mean(stated) == pytest.approx(np.std(seen), rel=0.35)


def test_a_width_is_not_told_where_a_higher_neighbour_begins_before_half_the_height():
    low, high = found(60 * gaussian(ENERGY, 80.0, 10.0) + 100 * gaussian(ENERGY, 94.0, 10.0))
    assert low.fwhm.value is None
    assert low.energy.value == pytest.approx(80.6, abs=0.5)
    assert high.fwhm.value is not None


@pytest.mark.parametrize("ripple", [0.0, 0.1])
def test_noise_and_ripples_are_no_lines(ripple):
    values = 100 * gaussian(ENERGY, 90.0, 20.0) + ripple * np.sin(ENERGY)
    assert len(found(values)) == 1
    assert found(np.zeros(len(ENERGY))) == ()
