"""Readings out of equilibrium: exact against drawn counts and first order, symmetries, and the figures at 600 K."""

import numpy as np
import pytest
from scipy.integrate import quad

from kapitza.errors import MethodError
from kapitza.theory import nonequilibrium as ne
from kapitza.theory.lineshapes import gaussian
from kapitza.theory.occupation import occupation
from kapitza.theory.two_temperature import TwoBaths, two_temperatures
from kapitza.units import BOLTZMANN

ENERGY = np.arange(55.0, 130.5)
# Model crystal: two acoustic lines, A1(TO), E2/E1(TO) and LO, as (energy, full width, area).
LINES = ((38, 20, 0.35), (60, 12, 0.45), (75.5, 5, 0.35), (82.5, 6, 1.0), (110, 7, 0.5))
SPECTRA = np.stack([w * (gaussian(ENERGY, e, f) - gaussian(ENERGY, -e, f)) for e, f, w in LINES], axis=1)
WEIGHTINGS = ("information", "unweighted")


def reading(changes, weighting):
    return ne.measured_temperature(ENERGY, SPECTRA, 600.0 + np.array(changes, dtype=float), weighting)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_in_equilibrium_the_temperature_is_read_and_the_line_is_straight(weighting):
    assert reading(np.zeros(5), weighting) == pytest.approx(600.0, rel=1e-12)
    np.testing.assert_allclose(ne.channel_temperatures(ENERGY, SPECTRA, np.full(5, 600.0)), 600.0, rtol=1e-12)
    assert ne.line_deviation(ENERGY, SPECTRA, np.full(5, 600.0)) == pytest.approx(0.0, abs=1e-13)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_the_reading_lies_among_the_populations(weighting):
    rng = np.random.default_rng(2)
    for _ in range(20):
        temperatures = rng.uniform(300.0, 900.0, 5)
        found = ne.measured_temperature(ENERGY, SPECTRA, temperatures, weighting)
        assert temperatures.min() < found < temperatures.max()


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_small_deviations_enter_by_their_weights(weighting):
    weights = ne.population_weights(ENERGY, SPECTRA, 600.0, weighting)
    assert weights.sum() == pytest.approx(1.0, rel=1e-12)
    for population, small in enumerate(1e-3 * np.eye(5)):
        rise = (reading(small, weighting) - reading(-small, weighting)) / 2e-3
        assert rise == pytest.approx(weights[population], rel=1e-5, abs=1e-9)


def test_the_informed_reading_is_where_the_likelihood_of_the_mean_counts_peaks():
    temperatures = np.array([560.0, 600.0, 640.0, 590.0, 650.0])
    n = occupation(ENERGY[:, np.newaxis], temperatures)
    loss, gain = (SPECTRA * (1 + n)).sum(axis=1), (SPECTRA * n).sum(axis=1)
    tried = np.linspace(580.0, 640.0, 60001)
    share = 1.0 / (1.0 + np.exp(ENERGY / (BOLTZMANN * tried[:, np.newaxis])))
    best = tried[np.argmax(np.log(share) @ gain + np.log1p(-share) @ loss)]
    assert ne.measured_temperature(ENERGY, SPECTRA, temperatures, "information") == pytest.approx(best, abs=1e-3)


def test_the_unweighted_reading_is_a_straight_line_through_the_channels():
    temperatures = np.array([560.0, 600.0, 640.0, 590.0, 650.0])
    channels = ne.channel_temperatures(ENERGY, SPECTRA, temperatures)
    slope = np.linalg.lstsq(ENERGY[:, np.newaxis], ENERGY / (BOLTZMANN * channels), rcond=None)[0][0]
    found = ne.measured_temperature(ENERGY, SPECTRA, temperatures, "unweighted")
    assert found == pytest.approx(1 / (BOLTZMANN * slope), rel=1e-12)
    assert 1 / found == pytest.approx((ENERGY**2 @ (1 / channels)) / (ENERGY**2).sum(), rel=1e-12)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_a_brighter_spectrum_reads_the_same(weighting):
    temperatures = np.array([560.0, 600.0, 640.0, 590.0, 650.0])
    one, bright = (ne.measured_temperature(ENERGY, f * SPECTRA, temperatures, weighting) for f in (1.0, 1e4))
    assert one == pytest.approx(bright, rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "informed", "unweighted"),
    [
        ((0, 0, 5, 5, 5), 4.2, 4.5),
        ((0, 0, 0, 5, 0), 2.3, 1.0),
        ((-5, -5, 5, 5, 0), 2.3, 0.8),
        ((0, 0, 0, 0, 20), 4.7, 13.0),
        ((0, 0, -10, 10, 0), 3.0, 1.3),
    ],
)
def test_populations_of_the_model_crystal(changes, informed, unweighted):
    assert reading(changes, "information") - 600.0 == pytest.approx(informed, abs=0.055)
    assert reading(changes, "unweighted") - 600.0 == pytest.approx(unweighted, abs=0.055)
    assert 0.004 < ne.line_deviation(ENERGY, SPECTRA, 600.0 + np.array(changes)) < 0.03


def test_what_is_left_of_a_gradient_on_axis_is_the_second_order_of_the_boltzmann_equation():
    path, gradient, t = 40.0, 0.18, 600.0

    def coming(sign, energy):
        """Occupation after flights of the mean free path through a linear temperature, older flights from farther."""
        return quad(lambda s: np.exp(-s) * occupation(energy, t - sign * path * gradient * s), 0.0, 40.0)[0]

    for energy in (30.0, 83.0, 110.0):
        both = 0.5 * (coming(1, energy) + coming(-1, energy))
        found = energy / (BOLTZMANN * np.log1p(1 / both))
        assert found - t == pytest.approx(ne.symmetric_shift(energy, t, path, gradient), rel=0.01)


def test_the_part_that_is_even_neither_knows_the_direction_nor_exceeds_its_scale():
    assert ne.symmetric_shift(83.0, 600.0, 100.0, 0.18) == ne.symmetric_shift(83.0, 600.0, -100.0, 0.18)
    energy = np.linspace(1.0, 2.5 * BOLTZMANN * 600.0, 50)
    shift = ne.symmetric_shift(energy, 600.0, 100.0, 0.18)
    assert (shift > 0.0).all()
    assert (shift < 18.0**2 / 600.0).all()
    # Classical phonons have an energy that is linear in T: nothing is left.
    assert ne.symmetric_shift(0.1, 600.0, 100.0, 0.18) == pytest.approx(0.0, abs=1e-5)


def test_the_even_part_in_the_experiment():
    assert ne.symmetric_shift(83.0, 600.0, 100.0, 0.18) == pytest.approx(0.22, abs=0.005)
    assert ne.symmetric_shift(83.0, 600.0, 5.0, 0.18) < 2e-3


@pytest.mark.parametrize("sidedness", [1.0, -0.4])
def test_the_odd_part_is_the_ratio_of_phonons_there_and_back(sidedness):
    t, path, gradient, energy = 600.0, 1e-3, 0.18, np.array([40.0, 83.0])
    hot, cold = (occupation(energy, t - sign * path * gradient) for sign in (1, -1))
    made, taken = (0.5 * ((1 + s) * hot + (1 - s) * cold) for s in (sidedness, -sidedness))
    found = energy / (BOLTZMANN * np.log((1 + made) / taken))
    np.testing.assert_allclose(found - t, ne.one_sided_shift(energy, t, path, gradient, sidedness), rtol=1e-5)


def test_the_odd_part_turns_with_aperture_and_flow_and_vanishes_where_both_sides_count_alike():
    one = ne.one_sided_shift(83.0, 600.0, 5.0, 0.18)
    assert ne.one_sided_shift(83.0, 600.0, -5.0, 0.18) == -one
    assert ne.one_sided_shift(83.0, 600.0, 5.0, -0.18) == -one
    assert ne.one_sided_shift(83.0, 600.0, 5.0, 0.18, -1.0) == -one
    assert ne.one_sided_shift(83.0, 600.0, 5.0, 0.18, 0.0) == 0.0


@pytest.mark.parametrize(("energy", "path", "shift"), [(83.0, 5.0, 1.35), (40.0, 100.0, 48.8)])
def test_the_odd_part_in_the_experiment(energy, path, shift):
    assert ne.one_sided_shift(energy, 600.0, path, 0.18) == pytest.approx(shift, abs=0.05)


def test_a_window_on_optical_phonons_sees_their_own_step():
    side = TwoBaths(5.0, 35.0, 5e17)
    blocked = two_temperatures(side, side, 5.0, optical_conductance=5.0, acoustic_conductance=300.0)
    assert ne.measured_step(blocked) == pytest.approx(blocked.optical_drop, rel=1e-14)
    assert ne.measured_step(blocked, 0.0, 0.0) == pytest.approx(blocked.acoustic_drop, rel=1e-14)
    assert ne.measured_step(blocked, side.share, side.share) == pytest.approx(blocked.drop, rel=1e-14)
    assert ne.measured_step(blocked) == pytest.approx(17.1, abs=0.05)
    half = two_temperatures(side, TwoBaths(12.0, 20.0, 2e17), 5.0, optical_conductance=5.0, acoustic_conductance=300.0)
    both = 0.5 * (ne.measured_step(half, 1.0, 0.0) + ne.measured_step(half, 0.0, 1.0))
    assert both == pytest.approx(0.5 * (half.optical_drop + half.acoustic_drop), rel=1e-14)


def test_the_optical_step_is_below_the_drop_where_the_interface_favours_optical_phonons():
    side = TwoBaths(5.0, 35.0, 5e17)
    open_to_optical = two_temperatures(side, side, 5.0, optical_conductance=200.0, acoustic_conductance=300.0)
    assert ne.measured_step(open_to_optical) < open_to_optical.drop


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ne.channel_temperatures(ENERGY, SPECTRA.T, np.full(5, 600.0)), r"\(energies, populations\)"),
        (lambda: ne.channel_temperatures(-ENERGY, SPECTRA, np.full(5, 600.0)), "positive energy"),
        (lambda: ne.line_deviation(ENERGY, SPECTRA, np.zeros(5)), "positive temperature"),
        (lambda: ne.channel_temperatures(ENERGY, -SPECTRA, np.full(5, 600.0)), "zero or positive spectrum"),
        (lambda: ne.channel_temperatures(ENERGY, 0 * SPECTRA, np.full(5, 600.0)), "narrow the window"),
        (lambda: reading(np.zeros(5), "ols"), "information or unweighted"),
        (lambda: ne.population_weights(ENERGY, SPECTRA, 600.0, "ml"), "information or unweighted"),
        (lambda: ne.symmetric_shift(0.0, 600.0, 5.0, 0.18), "positive energy"),
        (lambda: ne.one_sided_shift(83.0, 600.0, 5.0, 0.18, 1.5), "sidedness"),
        (
            lambda: ne.measured_step(
                two_temperatures(
                    *[TwoBaths(5.0, 35.0, 5e17)] * 2, 5.0, optical_conductance=5.0, acoustic_conductance=300.0
                ),
                1.2,
            ),
            "shares",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, sentence):
    with pytest.raises(MethodError, match=sentence):
        call()
