"""Statistical bounds: against the tables of docs/plan.md, brute-force Fisher matrices and simulated counts."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.theory import information as info
from kapitza.theory.conduction import WIDTH_10_90, temperature_profile
from kapitza.theory.lineshapes import gaussian, pearson7, pearson7_gradient
from kapitza.theory.occupation import log_ratio, occupation
from kapitza.units import BOLTZMANN

KELVIN = 600.0
ALN = ((38, 20, 0.35), (60, 12, 0.45), (75.5, 5, 0.35), (82.5, 6, 1.0), (110, 7, 0.5))
SIGNAL = np.arange(55.0, 131.0)
WINDOWS = np.concatenate([np.arange(15.0, 31.0), np.arange(130.0, 201.0)])


def phonons(electrons=1e6, kelvin=KELVIN):
    """Loss and gain in SIGNAL of the AlN lines of the twin, without the blur of the spectrometer."""
    lines = sum(weight * gaussian(SIGNAL, centre, fwhm) for centre, fwhm, weight in ALN)
    loss = lines * (1 + occupation(SIGNAL, kelvin))
    loss *= electrons / loss.sum()
    return loss, loss * np.exp(-log_ratio(SIGNAL, kelvin))


def tails(ratio, loss, fwhm, exponent):
    """The background and its free tail on one side, `ratio` times the loss signal at 83 meV."""
    height = ratio * loss[SIGNAL == 83.0][0] / float(pearson7(83.0, 1.0, 0.0, fwhm, exponent))
    under = pearson7(SIGNAL, height, 0.0, fwhm, exponent)
    return under, info.free_pearson_tail(SIGNAL, WINDOWS, height, fwhm, exponent), height


# One line


@pytest.mark.parametrize(
    ("kelvin", "loss", "gain"),
    [
        (300, "2.25e+05", "9.1e+03"),
        (565, "7.14e+05", "1.30e+05"),
        (600, "8.35e+05", "1.68e+05"),
        (720, "1.39e+06", "3.66e+05"),
    ],
)
def test_electrons_for_one_kelvin_at_83_meV(kelvin, loss, gain):
    needed = info.line_temperature_error(83.0, kelvin, 1.0) ** 2
    assert f"{needed:.2e}" == loss
    digits = len(gain.split("e")[0]) - 2
    assert f"{needed * np.exp(-log_ratio(83.0, kelvin)):.{digits}e}" == gain


def test_one_line_without_background_is_the_textbook_formula():
    loss, gain = 2e4, 2e4 * np.exp(-log_ratio(83.0, KELVIN))
    expected = BOLTZMANN * KELVIN**2 / 83.0 * np.sqrt(1 / loss + 1 / gain)
    assert info.line_temperature_error(83.0, KELVIN, loss) == pytest.approx(expected)
    one = np.array([83.0]), KELVIN, np.array([loss]), np.array([gain])
    assert info.temperature_bound(*one) == pytest.approx(expected)
    under = 0.33 * loss
    assert info.temperature_bound(*one, under, under) == pytest.approx(
        float(info.line_temperature_error(83.0, KELVIN, loss, 0.33))
    )


TIMES = {  # (pA, probability): seconds with background 0.33 and without, as printed
    (100, 1e-3): ("3.2", "1.3"),
    (100, 1e-4): ("32", "13"),
    (100, 1e-5): ("324", "134"),
    (30, 1e-3): ("11", "4.5"),
    (30, 1e-4): ("108", "45"),
    (30, 1e-5): ("18 min", "7 min"),
    (10, 1e-3): ("32", "13"),
    (10, 1e-4): ("5.4 min", "2.2 min"),
    (10, 1e-5): ("54 min", "22 min"),
    (3, 1e-3): ("108", "45"),
    (3, 1e-4): ("18 min", "7 min"),
    (3, 1e-5): ("3.0 h", "1.2 h"),
}


@pytest.mark.parametrize(("given", "expected"), TIMES.items())
def test_time_for_one_kelvin_matches_the_table(given, expected):
    for ratio, text in zip((0.33, 0.0), expected, strict=True):
        number, _, unit = text.partition(" ")
        seconds = info.dwell_time(1.0, 83.0, KELVIN, *given, ratio) / {"": 1, "min": 60, "h": 3600}[unit]
        decimals = len(number.partition(".")[2])
        assert f"{seconds:.{decimals}f}" == number


@pytest.mark.parametrize(
    ("current", "probability", "kelvin"), [(100, 1e-3, "1.5"), (10, 1e-3, "4.8"), (10, 1e-4, "15")]
)
def test_error_of_a_pixel_of_the_paper(current, probability, kelvin):
    loss = info.counted_electrons(current, 1.4, probability)
    decimals = len(kelvin.partition(".")[2])
    assert f"{info.line_temperature_error(83.0, KELVIN, loss, 0.33):.{decimals}f}" == kelvin


@pytest.mark.parametrize(("counted", "x", "best"), [("loss", 2.218, 114.7), ("pair", 2.399, 124.06)])
def test_best_energy(counted, x, best):
    energy = info.optimal_energy(KELVIN, counted)
    assert energy / (BOLTZMANN * KELVIN) == pytest.approx(x, abs=5e-4)
    assert energy == pytest.approx(best, abs=0.05)
    around = np.array([0.98, 1.0, 1.02]) * energy
    # As many electrons at each energy: on the loss side, or on both together.
    loss = 1e4 if counted == "loss" else 1e4 / (1 + np.exp(-log_ratio(around, KELVIN)))
    assert np.argmin(info.line_temperature_error(around, KELVIN, loss)) == 1


def test_best_energy_halves_with_the_temperature():
    assert info.optimal_energy(300.0) == pytest.approx(57, abs=0.5)


# Many channels

TABLE = {0.1: ("1.34", "1.49"), 0.33: ("1.88", "2.14"), 1.0: ("2.92", "3.35"), 3.0: ("4.83", "5.56")}


def test_without_background_the_bound_is_the_fermi_sum():
    loss, gain = phonons()
    pairs = np.sum((loss + gain) * SIGNAL**2 / (4 * np.cosh(0.5 * log_ratio(SIGNAL, KELVIN)) ** 2))
    bound = info.temperature_bound(SIGNAL, KELVIN, loss, gain)
    assert bound == pytest.approx(BOLTZMANN * KELVIN**2 / np.sqrt(pairs), rel=1e-12)
    assert f"{bound:.2f}" == "0.93"


@pytest.mark.parametrize(("ratio", "expected"), TABLE.items())
def test_bounds_with_known_and_fitted_tails_match_the_table(ratio, expected):
    loss, gain = phonons()
    under, tail, _ = tails(ratio, loss, fwhm=9.0, exponent=1.75)
    given = SIGNAL, KELVIN, loss, gain, under, under
    assert f"{info.temperature_bound(*given):.2f}" == expected[0]
    assert f"{info.temperature_bound(*given, (tail, tail)):.2f}" == expected[1]


@pytest.mark.parametrize(("ratio", "expected"), TABLE.items())
def test_another_peak_changes_the_table_by_two_percent_at_most(ratio, expected):
    loss, gain = phonons()
    under, tail, _ = tails(ratio, loss, fwhm=12.0, exponent=2.0)
    given = SIGNAL, KELVIN, loss, gain, under, under
    assert info.temperature_bound(*given) == pytest.approx(float(expected[0]), rel=0.02)
    assert info.temperature_bound(*given, (tail, tail)) == pytest.approx(float(expected[1]), rel=0.02)


def brute_force(loss, gain, height, fwhm, exponent, lines):
    """The same bound from the whole Fisher matrix: 1/kT, lines, height and exponent of either tail.

    lines : (m, k), electrons, loss per unit of each line's strength, at KELVIN.
    """
    m, k = lines.shape
    beta = 1 / (BOLTZMANN * KELVIN)
    n = occupation(SIGNAL, KELVIN)
    inside, outside = (pearson7_gradient(at, height, 0.0, fwhm, exponent)[:, [0, 3]] for at in (SIGNAL, WINDOWS))
    jacobian = np.zeros((2 * m + 2 * len(WINDOWS), 1 + k + 4))
    # A(E) is held, and 1 + n and n both fall with 1/kT.
    jacobian[:m, 0] = -loss * SIGNAL * n
    jacobian[m : 2 * m, 0] = -gain * SIGNAL * (1 + n)
    jacobian[:m, 1 : 1 + k] = lines
    jacobian[m : 2 * m, 1 : 1 + k] = lines * np.exp(-beta * SIGNAL)[:, None]
    jacobian[:m, 1 + k : 3 + k], jacobian[m : 2 * m, 3 + k :] = inside, inside
    jacobian[2 * m : 2 * m + len(WINDOWS), 1 + k : 3 + k] = outside
    jacobian[2 * m + len(WINDOWS) :, 3 + k :] = outside
    under, far = (pearson7(at, height, 0.0, fwhm, exponent) for at in (SIGNAL, WINDOWS))
    mean = np.concatenate([loss + under, gain + under, far, far])
    return BOLTZMANN * KELVIN**2 * np.sqrt(info.cramer_rao(mean, jacobian)[0, 0])


@pytest.mark.parametrize("ratio", [0.1, 1.0])
def test_eliminating_the_lines_gives_what_the_whole_matrix_gives(ratio):
    loss, gain = phonons()
    under, tail, height = tails(ratio, loss, 12.0, 2.0)
    bound = info.temperature_bound(SIGNAL, KELVIN, loss, gain, under, under, (tail, tail))
    assert bound == pytest.approx(brute_force(loss, gain, height, 12.0, 2.0, np.diag(loss)), rel=1e-7)


@pytest.mark.parametrize(("ratio", "saved"), [(1e-6, 0.012), (0.33, 0.021), (1.0, 0.027), (3.0, 0.033)])
def test_knowing_the_shape_of_the_lines_buys_little(ratio, saved):
    loss, gain = phonons()
    _, _, height = tails(ratio, loss, 12.0, 2.0)
    free, template = (brute_force(loss, gain, height, 12.0, 2.0, lines) for lines in (np.diag(loss), loss[:, None]))
    assert 1 - template / free == pytest.approx(saved, abs=1e-3)


def test_bounds_rise_with_what_is_not_known_and_fall_with_dose():
    loss, gain = phonons()
    under, free, _ = tails(0.33, loss, 12.0, 2.0)
    windows = float(pearson7(WINDOWS, under[0] / pearson7(55.0, 1.0, 0.0, 12.0, 2.0), 0.0, 12.0, 2.0).sum())
    shaped = info.tail_of_known_shape(under, windows)
    given = SIGNAL, KELVIN, loss, gain
    bare, known, height, both = (
        info.temperature_bound(*given),
        info.temperature_bound(*given, under, under),
        info.temperature_bound(*given, under, under, (shaped, shaped)),
        info.temperature_bound(*given, under, under, (free, free)),
    )
    assert bare < known < height < both
    certain = info.tail_of_known_shape(under, 1e15)
    assert info.temperature_bound(*given, under, under, (certain, certain)) == pytest.approx(known, rel=1e-6)
    four = info.tail_of_known_shape(4 * under, 4 * windows)
    quadrupled = info.temperature_bound(SIGNAL, KELVIN, 4 * loss, 4 * gain, 4 * under, 4 * under, (four, four))
    assert quadrupled == pytest.approx(height / 2)


def test_channels_without_signal_are_left_out():
    loss, gain = phonons()
    padded = [np.append(a, extra) for a, extra in ((SIGNAL, 140.0), (loss, 0.0), (gain, 3.0))]
    assert info.temperature_bound(padded[0], KELVIN, *padded[1:]) == info.temperature_bound(SIGNAL, KELVIN, loss, gain)
    with pytest.raises(MethodError, match="gain side"):
        info.temperature_bound(SIGNAL, KELVIN, loss, 0 * gain)


def test_windows_that_tell_nothing_are_refused():
    loss, gain = phonons()
    under, _, height = tails(0.33, loss, 12.0, 2.0)
    blind = info.free_pearson_tail(SIGNAL[:1], np.array([20.0]), height, 12.0, 2.0)
    given = SIGNAL[:1], KELVIN, loss[:1], gain[:1], under[:1], under[:1]
    with pytest.raises(MethodError, match="cannot be told"):
        info.temperature_bound(*given, (blind, blind))


# Steps

WIDE = np.arange(-12.0, 12.0, 1 / 6) + 1 / 12


def test_width_of_an_isolated_step_matches_a_worked_example():
    width, position = info.isolated_step_errors(3.5, 1 / 6, 15.0, 0.78 * WIDTH_10_90["erf"])
    assert f"{width:.2f}" == "0.57"
    assert f"{info.isolated_step_errors(1.0, 1 / 6, 15.0, 0.78 * WIDTH_10_90['erf'])[0]:.2f}" == "0.16"
    assert position == pytest.approx(width / (WIDTH_10_90["erf"] * np.sqrt(2)))


def test_the_isolated_step_is_the_sum_over_columns():
    sigma = 0.78
    slope = gaussian(WIDE, 0.0, sigma * np.sqrt(8 * np.log(2)))
    by_position, by_width = 15.0 * slope, 15.0 * slope * WIDE / (sigma * WIDTH_10_90["erf"])
    error = 3.5
    found = info.isolated_step_errors(error, 1 / 6, 15.0, sigma * WIDTH_10_90["erf"])
    assert found[0] == pytest.approx(error / np.sqrt((by_width**2).sum()), rel=1e-3)
    assert found[1] == pytest.approx(error / np.sqrt((by_position**2).sum()), rel=1e-3)


def test_fitting_the_lines_too_costs_as_much_as_simulated_fits_say():
    given = {"interface": 0.0, "drop": 15.0, "width_10_90": 2.0}
    bound = info.step_errors(WIDE, 0.35, **given)
    isolated = info.isolated_step_errors(0.35, 1 / 6, 15.0, 2.0)
    assert isolated[0] < bound.width_10_90
    assert isolated[1] < bound.position
    assert bound.width_10_90 < 2 * isolated[0]
    rng = np.random.default_rng(5)
    fits = np.array([fitted_step(rng.normal(scale=0.35, size=len(WIDE)), **given) for _ in range(400)])
    spread = fits.std(axis=0, ddof=1)
    np.testing.assert_allclose(spread, [bound.drop, bound.width_10_90, bound.position], rtol=0.12)


def fitted_step(noise, interface, drop, width_10_90):
    """Drop, width and position of a noisy step by least squares."""
    from scipy.optimize import least_squares

    def model(p):
        return temperature_profile(
            WIDE, interface=p[2], mean=p[3], drop=p[0], gradient_left=p[4], gradient_right=p[5], width_10_90=p[1]
        )

    truth = np.array([drop, width_10_90, interface, 600.0, 0.0, 0.0])
    data = model(truth) + noise
    return least_squares(lambda p: model(p) - data, truth, x_scale=[1, 0.1, 0.1, 1, 0.1, 0.1]).x[:3]


def test_step_errors_scale_with_noise_and_drop():
    given = {"interface": 0.3, "width_10_90": 2.0}
    one = np.array(info.step_errors(WIDE, 1.0, drop=15.0, **given))
    np.testing.assert_allclose(info.step_errors(WIDE, 2.0, drop=15.0, **given), 2 * one)
    half = info.step_errors(WIDE, 1.0, drop=-30.0, **given)
    np.testing.assert_allclose(half, one * [1.0, 0.5, 0.5], rtol=1e-9)
    assert info.step_errors(WIDE, 1.0, drop=15.0, position_error=0.01, **given).position < 0.01


@pytest.mark.parametrize(
    ("position", "changes", "word"),
    [
        (WIDE, {"drop": 0.0}, "drop and a width"),
        (WIDE, {"width_10_90": 0.0}, "drop and a width"),
        (np.arange(-2.5, 3.0), {"width_10_90": 100.0}, "told from each other"),
        (np.arange(-500.0, 500.0, 20.0) + 10, {}, "say nothing"),
    ],
)
def test_steps_that_cannot_be_told_are_refused(position, changes, word):
    given = {"interface": 0.0, "drop": 15.0, "width_10_90": 2.0, **changes}
    with pytest.raises(MethodError, match=word):
        info.step_errors(position, 1.0, **given)
