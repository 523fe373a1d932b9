"""Modes of an interface: equilibrium, symmetry, their rates, and the figures of two modes between two sides."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapitza.errors import MethodError
from kapitza.theory import interface_modes as im
from kapitza.theory.occupation import occupation
from kapitza.theory.three_phonon import net_rate_of_occupations, stationary_temperature
from kapitza.theory.two_temperature import TwoBaths, temperatures_at, two_temperatures

ALPHA, BETA = 75.0, 90.0
NEAREST = {ALPHA: [im.Partner(83.0, "left")], BETA: [im.Partner(98.0, "right")]}


def couplings(nearest, other_upper, lower, branch="optical"):
    """The modes at 75 and 90 meV between AlN (68 and 83 meV, left) and SiC (70, 74 and 98 meV, right)."""
    return {
        ALPHA: [
            im.Partner(83.0, "left", nearest),
            im.Partner(98.0, "right", other_upper),
            im.Partner(68.0, "left", lower, branch),
            im.Partner(70.0, "right", lower, branch),
        ],
        BETA: [
            im.Partner(98.0, "right", nearest),
            im.Partner(83.0, "left", lower),
            im.Partner(74.0, "right", lower, branch),
        ],
    }


def test_one_partner_in_the_rate_model_gives_the_stationary_temperature():
    baths = im.flow_baths(600.0, 15.0, 10.0)
    modes = im.interface_modes({75.0: [im.Partner(83.0, "left")], 90.0: [im.Partner(74.0, "right")]}, baths)
    expected = [
        stationary_temperature(75.0, 83.0, 617.5, 597.5),
        stationary_temperature(90.0, 74.0, 582.5, 602.5),
    ]
    np.testing.assert_allclose(modes.temperature, expected, rtol=1e-12)
    np.testing.assert_allclose(modes.occupation, occupation([75.0, 90.0], modes.temperature), rtol=1e-12)


def test_the_stationary_state_is_where_the_rates_take_any_start():
    baths, model = im.flow_baths(600.0, 15.0, 10.0), couplings(1.0, 0.3, 0.3)
    n_a = {8.0: occupation(8.0, 597.5), 23.0: occupation(23.0, 602.5), 7.0: occupation(7.0, 597.5)}
    n_a[5.0] = occupation(5.0, 602.5)
    above_left, above_right = occupation(83.0, 617.5), occupation(98.0, 582.5)
    below_left, below_right = occupation(68.0, 617.5), occupation(70.0, 582.5)

    def change(_, n):
        return (
            -net_rate_of_occupations(n, n_a[8.0], above_left, 1.0)
            - net_rate_of_occupations(n, n_a[23.0], above_right, 0.3)
            + net_rate_of_occupations(below_left, n_a[7.0], n, 0.3)
            + net_rate_of_occupations(below_right, n_a[5.0], n, 0.3)
        )

    end = solve_ivp(change, (0.0, 20.0), [0.1], rtol=1e-10, atol=1e-12).y[0, -1]
    assert im.interface_modes(model, baths).occupation[0] == pytest.approx(end, rel=1e-8)


def test_without_flow_every_mode_has_the_common_temperature():
    for modes in im.both_directions(couplings(1.0, 0.3, 0.5), 600.0, 0.0, 0.0):
        np.testing.assert_allclose(modes.temperature, 600.0, rtol=1e-12)
        np.testing.assert_allclose(modes.occupation, [0.3062, 0.2127], atol=5e-5)


def test_mirrored_couplings_under_reverse_flow_are_the_forward_ones():
    mirrored = {
        mode: [im.Partner(p.energy, "right" if p.side == "left" else "left", p.strength, p.branch) for p in partners]
        for mode, partners in couplings(1.0, 0.3, 0.2, "acoustic").items()
    }
    forward = im.both_directions(couplings(1.0, 0.3, 0.2, "acoustic"), 600.0, 15.0, 10.0)[0]
    reverse = im.both_directions(mirrored, 600.0, 15.0, 10.0)[1]
    np.testing.assert_allclose(forward.temperature, reverse.temperature, rtol=1e-12)


def test_only_relative_strengths_count():
    one, ten = (im.both_directions(couplings(s, 0.3 * s, 0.2 * s), 600.0, 15.0, 10.0)[0] for s in (1.0, 10.0))
    np.testing.assert_allclose(one.temperature, ten.temperature, rtol=1e-12)


@pytest.mark.parametrize(
    ("model", "split", "forward", "reverse", "occupations", "ratio"),
    [
        (NEAREST, 10, (619.7, 580.8), (580.4, 619.3), (0.3254, 0.1984, 0.2874, 0.2273), 1.297),
        (couplings(1, 0.3, 0.3), 10, (607.1, 590.6), (592.9, 609.5), (0.3131, 0.2057, 0.2994, 0.2199), 1.118),
        (couplings(1, 1, 1), 10, (600.9, 597.9), (599.2, 602.2), (0.3071, 0.2111, 0.3054, 0.2143), 1.021),
        (couplings(0, 0, 1), 10, (597.3, 606.0), (602.7, 594.0), (0.3037, 0.2172, 0.3088, 0.2082), 0.943),
        (couplings(1, 0.3, 0.3), 0, (602.8, 596.5), (597.4, 603.7), (0.3090, 0.2101, 0.3037, 0.2155), 1.044),
        (couplings(1, 0.3, 0.3), 50, (622.1, 565.5), (573.1, 631.2), (0.3277, 0.1872, 0.2804, 0.2363), 1.475),
    ],
)
def test_modes_between_aluminium_nitride_and_silicon_carbide(model, split, forward, reverse, occupations, ratio):
    fwd, rev = im.both_directions(model, 600.0, 15.0, split)
    np.testing.assert_allclose(fwd.temperature, forward, atol=0.051)
    np.testing.assert_allclose(rev.temperature, reverse, atol=0.051)
    np.testing.assert_allclose([*fwd.occupation, *rev.occupation], occupations, atol=5.1e-5)
    assert im.double_ratio(fwd, rev) == pytest.approx(ratio, abs=5.1e-4)


def test_the_sign_is_set_by_the_side_of_the_partners_not_by_their_lying_above():
    own_side = {ALPHA: [im.Partner(68.0, "left")], BETA: [im.Partner(74.0, "right")]}
    other_side = {ALPHA: [im.Partner(98.0, "right")], BETA: [im.Partner(83.0, "left")]}
    for model, more in ((NEAREST, True), (own_side, True), (other_side, False)):
        ratio = im.double_ratio(*im.both_directions(model, 600.0, 15.0, 10.0))
        assert (ratio > 1.0) == more


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: im.interface_modes(NEAREST, im.flow_baths(600.0, 15.0, 900.0)), "positive temperature of a bath"),
        (lambda: im.both_directions({75.0: [im.Partner(75.0, "left")]}, 600.0, 15.0, 0.0), "above or below the mode"),
        (lambda: im.both_directions({75.0: []}, 600.0, 15.0, 0.0), "empty the mode at 75 meV"),
        (lambda: im.both_directions({20.0: [im.Partner(100.0, "left")]}, 600.0, 15.0, 500.0), "empty the mode"),
        (lambda: im.both_directions({75.0: [im.Partner(83.0, "left", -1.0)]}, 600.0, 15.0, 0.0), "strength"),
        (lambda: im.double_ratio(*im.both_directions({75.0: NEAREST[75.0]}, 600.0, 15.0, 0.0)), "Two modes"),
        (lambda: im.both_directions({75.0: [im.Partner(83.0, "top")]}, 600.0, 15.0, 0.0), "to the left or right"),
    ],
)
def test_what_makes_no_sense_is_refused(call, sentence):
    with pytest.raises(MethodError, match=sentence):
        call()


def test_indices_of_direction_are_those_of_the_occupations():
    forward, reverse = im.both_directions(NEAREST, 600.0, 15.0, 10.0)
    found = im.direction_indices(forward, reverse)
    (a, b), (c, d) = forward.occupation, reverse.occupation
    assert found.occupation_ratio == pytest.approx(a * d / (b * c))
    assert found.gain == pytest.approx(np.log(a / b) - np.log(c / d))
    assert found.loss == pytest.approx(np.log((1 + a) / (1 + b)) - np.log((1 + c) / (1 + d)))
    np.testing.assert_allclose(found.contrast, [(a - c) / (a + c), (b - d) / (b + d)])
    np.testing.assert_allclose(found.temperature_change, forward.temperature - reverse.temperature)
    back = im.direction_indices(reverse, forward)
    assert (back.gain, back.loss) == pytest.approx((-found.gain, -found.loss))


def test_baths_of_channels_are_the_temperatures_beside_the_interface():
    sides = TwoBaths.of_length(40.0, 0.125, 3.0), TwoBaths.of_length(32.0, 0.2, 2.0)
    solution = two_temperatures(*sides, 5.0, optical_conductance=5.0, acoustic_conductance=300.0)
    baths = im.channel_baths(solution, 600.0, solution.drop)
    left, right = (temperatures_at(solution, x, 600.0) for x in (-1e-12, 0.0))
    found = (baths.left_optical, baths.left_acoustic, baths.right_optical, baths.right_acoustic)
    np.testing.assert_allclose(found, [*left, *right])
