"""What finite resolution does to the temperature is undone by the image's own lines."""

import numpy as np
import pytest

import kapitza
from kapitza.spectra.backgrounds.two_window import Shape, Tail
from kapitza.spectra.resolution import Correction, broadened, correction
from kapitza.spectra.thermometers.log_ratio import inverse_temperature, temperature
from kapitza.twin import demo_twins, synthesise

ENERGY = np.arange(55.0, 126.0)


def shape_of(fwhm, exponent, lines, amounts):
    tail = Tail(fwhm, fwhm, exponent, 0.0, 1e6, np.asarray(lines, float), np.asarray(amounts, float), 1.0, 1.0, 0.0)
    return Shape(tail, tail)


def read(loss, gain):
    return temperature(inverse_temperature(ENERGY, loss, gain)[0], np.zeros(len(loss)))[0]


def test_lines_much_sharper_than_the_window_need_no_correction():
    lines = np.arange(40.0, 141.0, 0.5)
    shape = shape_of(0.01, 30.0, lines, np.ones(len(lines)))
    found = correction(ENERGY, shape, 600.0, read)
    np.testing.assert_allclose(found.read, found.true, rtol=1e-6)


@pytest.mark.parametrize("truth", [350.0, 600.0, 720.0])
def test_what_broad_lines_do_is_undone(truth):
    shape = shape_of(12.0, 2.5, [62.0, 76.0, 83.0, 110.0], [2.0, 1.0, 4.0, 2.0])
    seen = read(*broadened(ENERGY, shape, np.array([truth]), truth))
    assert abs(seen[0] - truth) > 3
    corrected, _ = correction(ENERGY, shape, float(seen[0]), read).apply(seen, np.array([1.0]))
    assert corrected[0] == pytest.approx(truth, abs=0.05)


def test_a_gaussian_peak_obeys_detailed_balance_about_its_mirror_point():
    from kapitza.theory.resolution import mirror_shift
    from kapitza.units import BOLTZMANN, SIGMA_PER_FWHM

    shape = shape_of(10.0, 1e4, [70.0, 90.0], [1.0, 2.0])
    shift = float(mirror_shift(10.0 * SIGMA_PER_FWHM, 600.0))
    loss = broadened(ENERGY - shift, shape, np.array([600.0]), 600.0)[0]
    gain = broadened(ENERGY + shift, shape, np.array([600.0]), 600.0)[1]
    np.testing.assert_allclose(np.log(loss / gain)[0], ENERGY / (BOLTZMANN * 600.0), rtol=2e-3)


def test_errors_follow_the_slope_of_the_correction():
    found = Correction(np.array([500.0, 600.0, 700.0]), np.array([495.0, 590.0, 685.0]))
    kelvin, error = found.apply(np.array([600.0, 900.0]), np.array([10.0, 10.0]))
    np.testing.assert_allclose(kelvin, [590.0, 885.0])
    np.testing.assert_allclose(error, [9.5, 9.5])


def test_no_lines_no_correction():
    assert correction(ENERGY, shape_of(12.0, 2.0, [80.0], [0.0]), 600.0, read) is None


@pytest.mark.parametrize("asymmetry", [0.0, 0.05, -0.05])
@pytest.mark.parametrize("exponent", [1.8, 3.0])
def test_a_uniform_temperature_is_read_within_the_common_error(asymmetry, exponent):
    """The whole chain on two materials; a symmetric fit reads 18 K too much at an asymmetry of 0.05."""
    twin = demo_twins()["none"]
    tables = {
        "scan": {"rows": 6, "columns": 60},
        "interface": {"position": 29.6},
        "dose": {"zero_loss_counts": 3e8},
        "detector": {"gain_pattern": 0.0, "dark": 0.0, "spikes_per_million": 0.0},
        "zero_loss": {"exponent": exponent, "asymmetry": asymmetry},
    }
    twin = twin.model_copy(update={n: getattr(twin, n).model_copy(update=t) for n, t in tables.items()})
    image, _ = synthesise(twin)
    tmap = kapitza.temperature_map(image)
    left, right = np.nanmean(tmap.temperature[:, :25]), np.nanmean(tmap.temperature[:, 35:])
    assert abs(tmap.temperature_mean.value - 600) < 2 * tmap.temperature_mean.error
    assert abs(left - right) < 3
