"""Many baths at an interface: flux, the closed form for two, a slow twin for more, modes of the interface, limits."""

import numpy as np
import pytest
from scipy.linalg import eig

from kapitza.errors import MethodError
from kapitza.theory import multi_temperature as mt
from kapitza.theory.two_temperature import TwoBaths, temperatures_at, two_temperatures

SIDE, OTHER = TwoBaths(5.0, 35.0, 5e17), TwoBaths(12.0, 20.0, 2e17)
FLUX = 5.0
THREE = mt.Medium([2.0, 8.0, 30.0], 1e17 * np.array([[0, 3.0, 1.0], [3.0, 0, 4.0], [1.0, 4.0, 0]]), 300.0)
THREE_MORE = mt.Medium([4.0, 1.0, 25.0], 1e17 * np.array([[0, 6.0, 0.5], [6.0, 0, 2.0], [0.5, 2.0, 0]]), 250.0)
CROSSED = np.array([[20.0, 5.0, 1.0], [3.0, 80.0, 0.0], [0.0, 7.0, 200.0]])


def medium(side, length=300.0):
    return mt.Medium([side.optical, side.acoustic], [[0.0, side.coupling], [side.coupling, 0.0]], length)


def two_baths(cells=1000, flux=FLUX, length=300.0):
    contact = mt.Contact(np.diag([30.0, 300.0]))
    return mt.many_temperatures(medium(SIDE, length), medium(OTHER, length), contact, flux, mean=600.0, cells=cells)


def three_baths(cells=1000):
    return mt.many_temperatures(THREE, THREE_MORE, mt.Contact(CROSSED), FLUX, mean=600.0, cells=cells)


def half_spaces(left, right, links, flux):
    """Splits and drop from exponentials on both sides: temperatures at the interface, the mean of the lines at zero."""

    def decaying(side):
        k, g = np.asarray(side.conductivity), 1e-18 * (np.diag(np.sum(side.coupling, axis=1)) - side.coupling)
        rate, shape = eig(g, np.diag(k))
        order = np.argsort(rate.real)[1:]
        return k, np.sqrt(rate.real[order]), shape.real[:, order]

    (k_1, r_1, v_1), (k_2, r_2, v_2) = decaying(left), decaying(right)
    h = 1e-3 * links
    n_1, n_2 = k_1.size, k_2.size
    # Unknown: amplitudes on the left and right, drop. T_left = D/2 + v_1 a, T_right = -D/2 + v_2 b.
    to_left = np.hstack([v_1, np.zeros((n_1, n_2 - 1)), np.full((n_1, 1), 0.5)])
    to_right = np.hstack([np.zeros((n_2, n_1 - 1)), v_2, np.full((n_2, 1), -0.5)])
    into = np.diag(h.sum(axis=1)) @ to_left - h @ to_right
    out = h.T @ to_left - np.diag(h.sum(axis=0)) @ to_right
    from_left = np.hstack([-k_1[:, None] * v_1 * r_1, np.zeros((n_1, n_2))])
    from_right = np.hstack([np.zeros((n_2, n_1 - 1)), k_2[:, None] * v_2 * r_2, np.zeros((n_2, 1))])
    matrix = np.vstack([into - from_left, out - from_right])
    solution = np.linalg.lstsq(matrix, flux * np.concatenate([k_1 / k_1.sum(), k_2 / k_2.sum()]), rcond=None)[0]
    return to_left @ solution, to_right @ solution, solution[-1]


@pytest.mark.parametrize("solve", [two_baths, three_baths])
def test_the_flux_is_the_same_everywhere(solve):
    solution = solve()
    for side in (solution.left, solution.right):
        np.testing.assert_allclose(side.flux.sum(axis=1), FLUX, rtol=1e-9)
        assert side.at_interface.sum() == pytest.approx(FLUX, rel=1e-9)


def test_the_flux_holds_for_any_sides():
    rng = np.random.default_rng(3)
    for _ in range(12):
        baths, modes = rng.integers(1, 5), rng.integers(0, 3)

        def some(baths=baths):
            g = np.triu(10 ** rng.uniform(16, 18.5, (baths, baths)), 1)
            return mt.Medium(10 ** rng.uniform(-1, 2, baths), g + g.T, 10 ** rng.uniform(1, 3.2))

        links = [10 ** rng.uniform(0, 3, (n, baths)) for n in (baths, modes, modes)]
        solution = mt.many_temperatures(some(), some(), mt.Contact(*links), FLUX, mean=600.0)
        total = np.concatenate([solution.left.flux.sum(axis=1), solution.right.flux.sum(axis=1)])
        np.testing.assert_allclose(total, FLUX, rtol=1e-9)


def test_two_baths_are_the_closed_form():
    exact = two_temperatures(SIDE, OTHER, FLUX, optical_conductance=30.0, acoustic_conductance=300.0)
    found = two_baths()
    assert found.drop == pytest.approx(exact.drop, abs=1e-5)
    assert found.left.at_interface[0] == pytest.approx(exact.optical_flux, rel=1e-5)
    for side, nudge in ((found.left, -1e-12), (found.right, 0.0)):
        expected = np.stack(temperatures_at(exact, side.position + nudge, 600.0), axis=1)
        np.testing.assert_allclose(side.temperature, expected, atol=1e-5)


def test_the_error_falls_with_the_square_of_the_cells():
    exact = two_temperatures(SIDE, OTHER, FLUX, optical_conductance=30.0, acoustic_conductance=300.0).drop
    coarse, fine = (abs(two_baths(cells).drop - exact) for cells in (100, 200))
    assert coarse / fine == pytest.approx(4.0, rel=0.02)


def test_three_baths_are_sums_of_exponentials():
    left, right, drop = half_spaces(THREE, THREE_MORE, CROSSED, FLUX)
    found = three_baths()
    assert found.drop == pytest.approx(drop, rel=1e-6)
    np.testing.assert_allclose(found.left.temperature[-1] - 600.0, left, atol=1e-5)
    np.testing.assert_allclose(found.right.temperature[0] - 600.0, right, atol=1e-5)


def test_one_bath_is_a_resistance_between_two_lines():
    one = mt.many_temperatures(
        mt.Medium([40.0], [[0.0]], 100.0), mt.Medium([32.0], [[0.0]], 50.0), mt.Contact([[330.0]]), FLUX, mean=600.0
    )
    assert one.drop == pytest.approx(1e3 * FLUX / 330.0, rel=1e-11)
    np.testing.assert_allclose(one.left.temperature[:, 0], 600.0 + one.drop / 2 - FLUX / 40.0 * one.left.position)
    np.testing.assert_allclose(one.right.temperature[:, 0], 600.0 - one.drop / 2 - FLUX / 32.0 * one.right.position)


def test_turning_the_flow_around_turns_every_departure():
    forward, reverse = two_baths(cells=200), two_baths(cells=200, flux=-FLUX)
    np.testing.assert_allclose(forward.left.temperature + reverse.left.temperature, 1200.0, rtol=1e-12)
    assert reverse.drop == pytest.approx(-forward.drop, rel=1e-12)


def test_the_outer_ends_have_one_temperature_and_do_not_matter_far_away():
    near, far = two_baths(length=60.0), two_baths(length=600.0)
    assert np.ptp(near.left.temperature[0]) == 0.0
    assert near.drop == pytest.approx(far.drop, abs=2e-5)


def test_numbering_the_baths_otherwise_changes_nothing():
    order = [2, 0, 1]
    turned = mt.Medium(np.array(THREE.conductivity)[order], THREE.coupling[np.ix_(order, order)], 300.0)
    found = mt.many_temperatures(turned, THREE_MORE, mt.Contact(CROSSED[order]), FLUX, mean=600.0)
    np.testing.assert_allclose(found.left.temperature, three_baths().left.temperature[:, order], rtol=1e-12)


def test_a_mode_of_the_interface_is_a_resistance_in_series():
    sides = mt.Medium([40.0], [[0.0]], 100.0), mt.Medium([32.0], [[0.0]], 50.0)
    through = mt.Contact([[100.0]], to_left=[[300.0]], to_right=[[600.0]])
    found = mt.many_temperatures(*sides, through, FLUX, mean=600.0)
    assert found.drop == pytest.approx(1e3 * FLUX / (100.0 + 200.0), rel=1e-11)
    hot, cold = found.left.temperature[-1, 0], found.right.temperature[0, 0]
    np.testing.assert_allclose(found.modes, [(300.0 * hot + 600.0 * cold) / 900.0], rtol=1e-12)


def test_a_mode_of_one_side_takes_that_side_and_carries_nothing():
    alone = mt.Contact(np.diag([30.0, 300.0]), to_left=[[50.0, 0.0]], to_right=[[0.0, 0.0]])
    found = mt.many_temperatures(medium(SIDE), medium(OTHER), alone, FLUX, mean=600.0)
    assert found.modes[0] == pytest.approx(found.left.temperature[-1, 0], rel=1e-13)
    assert found.drop == pytest.approx(two_baths().drop, rel=1e-11)


def test_phonons_that_do_not_move_follow_those_that_do():
    coupling = np.array([[0.0, 5e17, 2e17], [5e17, 0.0, 3e17], [2e17, 3e17, 0.0]])
    still = mt.Medium([5.0, 35.0, 0.0], coupling, 300.0)
    contact = mt.Contact([[30.0, 0.0], [0.0, 300.0], [0.0, 0.0]])
    found = mt.many_temperatures(still, medium(OTHER), contact, FLUX, mean=600.0)
    t = found.left.temperature[1:]
    np.testing.assert_allclose(t[:, 2], (2 * t[:, 0] + 3 * t[:, 1]) / 5, rtol=1e-12)
    # Through the still phonons the others exchange as well: 2 * 3/5 in parallel.
    exchanging = TwoBaths(5.0, 35.0, 5e17 + 1.2e17)
    exact = two_temperatures(exchanging, OTHER, FLUX, optical_conductance=30.0, acoustic_conductance=300.0)
    assert found.drop == pytest.approx(exact.drop, abs=1e-5)


def test_sides_may_have_different_numbers_of_baths():
    lumped = mt.Medium([40.0], [[0.0]], 300.0)
    found = mt.many_temperatures(lumped, medium(OTHER), mt.Contact([[30.0, 300.0]]), FLUX, mean=600.0)
    assert found.left.temperature.shape == (1001, 1)
    assert found.right.temperature.shape == (1001, 2)
    assert found.drop > 1e3 * FLUX / 330.0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"left": mt.Medium([5.0, 35.0], [[0.0, 1e17], [2e17, 0.0]], 300.0)}, "symmetric coupling"),
        ({"left": mt.Medium([5.0, 35.0], [[0.0, 1e17]], 300.0)}, "symmetric coupling"),
        ({"right": mt.Medium([5.0, -35.0], [[0.0, 1e17], [1e17, 0.0]], 300.0)}, "positive conductivity"),
        ({"right": medium(OTHER, 0.0)}, "positive length"),
        ({"left": mt.Medium([5.0, 0.0], np.zeros((2, 2)), 300.0)}, "number 1 on the left"),
        ({"contact": mt.Contact(np.eye(3))}, r"\(2, 2\)"),
        ({"contact": mt.Contact(np.eye(2), to_left=[[1.0, 1.0]])}, "as many modes"),
        ({"contact": mt.Contact(np.zeros((2, 2)))}, "lets heat through"),
        ({"contact": mt.Contact(np.zeros((2, 2)), [[1.0, 1.0]], [[0.0, 0.0]])}, "lets heat through"),
        ({"contact": mt.Contact(np.eye(2), [[0.0, 0.0]], [[0.0, 0.0]])}, "Modes that exchange"),
        ({"mean": -1.0}, "positive mean"),
    ],
)
def test_what_makes_no_sense_is_refused(change, sentence):
    settings = {"left": medium(SIDE), "right": medium(OTHER), "contact": mt.Contact(np.eye(2)), "mean": 600.0}
    with pytest.raises(MethodError, match=sentence):
        mt.many_temperatures(flux=FLUX, **{**settings, **change})
