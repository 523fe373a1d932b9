"""Two temperatures at an interface: the equations themselves, limits, symmetry, bounds, and worked figures."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.theory import two_temperature as tt

SIDE = tt.TwoBaths(5.0, 35.0, 5e17)
OTHER = tt.TwoBaths(12.0, 20.0, 2e17)
FLUX = 5.0


def solved(left=SIDE, right=OTHER, flux=FLUX, optical=30.0, acoustic=300.0):
    return tt.two_temperatures(left, right, flux, optical_conductance=optical, acoustic_conductance=acoustic)


def derivatives(solution, at, reach=0.02):
    """Temperatures at `at`, and their first and second derivatives by x (K/nm, K/nm^2)."""
    below, here, above = (np.array(tt.temperatures_at(solution, at + s * reach, 600.0)) for s in (-1, 0, 1))
    return here, (above - below) / (2 * reach), (above - 2 * here + below) / reach**2


@pytest.mark.parametrize("x", [-7.0, -1.0, 0.5, 9.0])
def test_both_temperatures_obey_their_equations(x):
    solution = solved()
    side = SIDE if x < 0 else OTHER
    here, slope, bend = derivatives(solution, x)
    exchange = 1e-18 * side.coupling * (here[0] - here[1])
    np.testing.assert_allclose(bend * [side.optical, side.acoustic], [exchange, -exchange], rtol=3e-3, atol=1e-9)
    assert -(slope * [side.optical, side.acoustic]).sum() == pytest.approx(FLUX, rel=1e-9)


def test_what_the_channels_let_through_is_what_arrives_on_either_side():
    solution, reach = solved(), 1e-5
    for x, side in ((-2 * reach, SIDE), (2 * reach, OTHER)):
        slope = derivatives(solution, x, reach)[1]
        assert -side.optical * slope[0] == pytest.approx(solution.optical_flux, rel=1e-4)
    assert 0.03 * solution.optical_drop == pytest.approx(solution.optical_flux, rel=1e-12)
    assert 0.3 * solution.acoustic_drop == pytest.approx(FLUX - solution.optical_flux, rel=1e-12)


def test_the_drops_are_those_of_the_profile():
    before, after = (np.array(tt.temperatures_at(solved(), x, 600.0)) for x in (-1e-12, 0.0))
    np.testing.assert_allclose(before - after, [solved().optical_drop, solved().acoustic_drop], rtol=1e-10)


def test_far_away_there_is_one_temperature_on_the_line_whose_drop_is_given():
    far = np.array([-300.0, 300.0])
    optical, acoustic = tt.temperatures_at(solved(), far, 600.0)
    np.testing.assert_allclose(optical, acoustic, rtol=1e-12)
    expected = 600.0 + np.array([0.5, -0.5]) * solved().drop - FLUX / np.array([40.0, 32.0]) * far
    np.testing.assert_allclose(optical, expected, rtol=1e-12)


def test_reversing_the_flow_reverses_everything():
    forward, reverse = solved(), solved(flux=-FLUX)
    for name in ("drop", "split_left", "split_right", "optical_flux", "optical_drop", "acoustic_drop"):
        assert getattr(reverse, name) == pytest.approx(-getattr(forward, name), rel=1e-12)


def test_mirrored_sides_are_the_mirror_image():
    one, mirrored = solved(), solved(left=OTHER, right=SIDE)
    assert mirrored.drop == pytest.approx(one.drop, rel=1e-12)
    assert mirrored.split_left == pytest.approx(-one.split_right, rel=1e-12)
    assert mirrored.split_right == pytest.approx(-one.split_left, rel=1e-12)


def test_channels_that_pass_what_the_bulk_carries_make_no_split():
    solution = solved(right=SIDE, optical=300.0 * 5.0 / 35.0)
    assert solution.split_left == pytest.approx(0.0, abs=1e-12)
    assert solution.drop == pytest.approx(1e3 * FLUX / (300.0 + 300.0 / 7.0), rel=1e-12)


def test_between_equal_sides_the_drop_has_a_closed_form():
    solution = solved(right=SIDE)
    m, h_o, h_a, f = 5 * 35 / 40 / SIDE.length, 0.03, 0.3, SIDE.share
    split = FLUX * (f / h_o - (1 - f) / h_a) / (2 + m * (1 / h_o + 1 / h_a))
    assert solution.split_left == pytest.approx(split, rel=1e-12)
    assert solution.split_right == pytest.approx(-split, rel=1e-12)
    assert solution.drop == pytest.approx(((1 - f) * FLUX + m * split) / h_a + 2 * f * split, rel=1e-12)


@pytest.mark.parametrize(("optical", "sign"), [(30.0, 1), (100.0, -1)])
def test_optical_phonons_are_hotter_on_the_hot_side_where_they_pass_less_than_their_share(optical, sign):
    assert sign * (SIDE.share - optical / (optical + 300.0)) > 0
    solution = solved(right=SIDE, optical=optical)
    assert sign * solution.split_left > 0
    assert sign * solution.split_right < 0
    assert sign * (solution.optical_drop - solution.drop) > 0


def test_no_interface_splits_more_than_the_bounds():
    rng = np.random.default_rng(4)
    for _ in range(200):
        left, right = (tt.TwoBaths(*10 ** rng.uniform(0, 2, 2), 10 ** rng.uniform(16, 19)) for _ in range(2))
        optical, acoustic = 10 ** rng.uniform(-2, 5, 2)
        solution = solved(left, right, optical=optical, acoustic=acoustic)
        assert -1e-9 < solution.optical_flux / FLUX < 1 + 1e-9
        for split, side in ((solution.split_left, left), (-solution.split_right, right)):
            blocked, alone = tt.split_bounds(FLUX / (side.optical + side.acoustic), side)
            assert -alone * (1 + 1e-9) < split < blocked * (1 + 1e-9)


def test_the_bounds_are_reached_where_one_channel_is_shut():
    blocked, alone = tt.split_bounds(-FLUX / 40.0, SIDE)
    assert solved(optical=0.0).split_left == pytest.approx(blocked, rel=1e-12)
    assert solved(acoustic=0.0).split_left == pytest.approx(-alone, rel=1e-12)


def test_bounds_in_the_experiment():
    # 180 K/um and a relaxation length of 3 nm, with an eighth of the heat in optical phonons.
    coupling = 5.0 * 35.0 / 40.0 / (3e-9) ** 2
    blocked, alone = tt.split_bounds(0.18, tt.TwoBaths(5.0, 35.0, coupling))
    assert blocked == pytest.approx(0.617, abs=5e-4)
    assert alone == pytest.approx(4.32, abs=5e-3)


@pytest.mark.parametrize(("optical", "coupling"), [(2.0, 2.1e17), (10.0, 8.9e17)])
def test_what_gives_a_relaxation_length_of_3_nm(optical, coupling):
    assert tt.relaxation_length(optical, 40.0, coupling) == pytest.approx(3.0, abs=0.02)


def test_the_kinetic_length_is_the_limit_of_few_optical_phonons():
    heat_capacity, velocity, lifetime = 1e6, 2600.0, 2e-12
    optical, coupling = heat_capacity * velocity**2 * lifetime / 3, heat_capacity / lifetime
    assert tt.kinetic_length(2.6, 2.0) == pytest.approx(3.0, abs=0.01)
    assert tt.relaxation_length(optical, 1e6 * optical, coupling) == pytest.approx(
        tt.kinetic_length(2.6, 2.0), rel=1e-6
    )


@pytest.mark.parametrize(
    ("conductance", "drop", "split", "optical_drop", "acoustic_drop"),
    [(30.0, 15.16, 0.11, 15.35, 15.13), (5.0, 16.47, 0.36, 17.11, 16.38)],
)
def test_worked_example(conductance, drop, split, optical_drop, acoustic_drop):
    solution = solved(right=SIDE, optical=conductance)
    assert solution.drop == pytest.approx(drop, abs=0.005)
    assert solution.split_left == pytest.approx(split, abs=0.005)
    assert solution.split_right == pytest.approx(-split, abs=0.005)
    assert solution.optical_drop == pytest.approx(optical_drop, abs=0.005)
    assert solution.acoustic_drop == pytest.approx(acoustic_drop, abs=0.005)


def test_the_resistance_is_hardly_more_than_that_of_the_channels_side_by_side():
    assert solved(right=SIDE).drop / FLUX == pytest.approx(3.032, abs=5e-4)
    for optical in (0.0, 1.0, 30.0, 1e3):
        assert solved(optical=optical).drop / FLUX >= 1e3 / (optical + 300.0) * (1 - 1e-12)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: tt.relaxation_length(0.0, 35.0, 5e17), "positive optical conductivity"),
        (lambda: tt.kinetic_length(2.6, -1.0), "positive lifetime"),
        (lambda: tt.split_bounds(0.18, tt.TwoBaths(5.0, 35.0, 0.0)), "positive coupling"),
        (lambda: solved(optical=-1.0), "zero or positive optical conductance"),
        (lambda: solved(optical=0.0, acoustic=0.0), "lets heat through"),
        (lambda: solved(left=tt.TwoBaths(5.0, -35.0, 5e17)), "positive acoustic conductivity"),
    ],
)
def test_what_makes_no_sense_is_refused(call, sentence):
    with pytest.raises(MethodError, match=sentence):
        call()


def test_a_side_may_be_given_by_its_share_and_length():
    side = tt.TwoBaths.of_length(40.0, 0.125, 2.958)
    assert (side.optical, side.acoustic) == pytest.approx((5.0, 35.0))
    assert side.coupling == pytest.approx(5e17, rel=1e-3)
    assert side.length == pytest.approx(2.958)
    with pytest.raises(MethodError, match="between 0 and 1"):
        tt.TwoBaths.of_length(40.0, 1.0, 3.0)


def test_a_solution_turned_round_is_that_of_the_other_flow():
    turned, reverse = solved().reversed(), solved(flux=-FLUX)
    for name in ("flux", "drop", "split_left", "split_right", "optical_flux", "optical_drop"):
        assert getattr(turned, name) == pytest.approx(getattr(reverse, name), rel=1e-12)
