"""Mean free paths: scaling, limits, and the values for AlN and SiC."""

import math

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.theory.mean_free_path import (
    dipole_limit,
    effective_atomic_number,
    iakoubovskii_mean_free_path,
    malis_mean_free_path,
    mean_energy_loss,
)

ALN, SIC = {13: 1, 7: 1}, {14: 0.5, 6: 0.5}


def test_an_element_is_its_own_effective_number_and_shares_need_no_unit():
    assert effective_atomic_number({14: 3.0}) == pytest.approx(14.0)
    assert effective_atomic_number({13: 1, 7: 1}) == pytest.approx(effective_atomic_number({13: 50, 7: 50}))
    assert 7 < effective_atomic_number(ALN) < 13


@pytest.mark.parametrize(
    ("composition", "number", "loss", "length"), [(ALN, 10.278, 17.583, 59.67), (SIC, 10.506, 17.723, 59.30)]
)
def test_malis_at_60_keV_and_25_mrad(composition, number, loss, length):
    z = effective_atomic_number(composition)
    assert z == pytest.approx(number, abs=5e-4)
    assert mean_energy_loss(z) == pytest.approx(loss, abs=5e-4)
    found = malis_mean_free_path(60.0, 25.0, z)
    assert found.unit == "nm"
    assert found.value == pytest.approx(length, abs=5e-3)
    assert found.error == pytest.approx(0.2 * length, abs=1e-2)


def test_malis_falls_with_the_logarithm_of_the_angle():
    z = effective_atomic_number(ALN)
    inverse = [1 / malis_mean_free_path(60.0, beta, z).value for beta in (5.0, 10.0, 20.0)]
    assert inverse[1] - inverse[0] == pytest.approx(inverse[2] - inverse[1], rel=1e-12)


def test_the_reach_of_malis_is_below_the_aperture_of_the_experiment():
    z = effective_atomic_number(ALN)
    assert dipole_limit(60.0, z) == pytest.approx(17.1, abs=0.05)
    assert dipole_limit(15.0, z) == pytest.approx(2 * dipole_limit(60.0, z))


@pytest.mark.parametrize(("density", "length"), [(3.26, 70.25), (3.21, 70.50)])
def test_iakoubovskii_at_60_keV_20_and_25_mrad(density, length):
    found = iakoubovskii_mean_free_path(60.0, 20.0, 25.0, density)
    assert (found.value, found.error, found.unit) == (
        pytest.approx(length, abs=6e-3),
        pytest.approx(0.1 * length, abs=1e-2),
        "nm",
    )


def test_iakoubovskii_does_not_know_which_angle_is_which():
    one, other = (iakoubovskii_mean_free_path(60.0, *angles, 3.2).value for angles in ((10.0, 30.0), (30.0, 10.0)))
    assert one == pytest.approx(other, rel=1e-14)


def test_iakoubovskii_levels_off_at_large_angles_and_collects_nothing_at_small_ones():
    energy = (1 + 60 / 1022) / (1 + 60 / 511) ** 2 * 60
    characteristic = 5.5 * 3.2**0.3 / energy
    all_angles = 200 * energy / (11 * 3.2**0.3 * math.log((20 / characteristic) ** 2))
    assert iakoubovskii_mean_free_path(60.0, 0.0, 1e4, 3.2).value == pytest.approx(all_angles, rel=1e-3)
    small = np.array([iakoubovskii_mean_free_path(60.0, 0.0, beta, 3.2).value for beta in (1e-4, 2e-4)])
    # What is collected grows with the solid angle, far below the characteristic angle of 0.15 mrad.
    assert small[0] / small[1] == pytest.approx(4.0, rel=1e-3)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: effective_atomic_number({}), "composition of atomic numbers"),
        (lambda: effective_atomic_number({13: 0.0}), "positive shares"),
        (lambda: malis_mean_free_path(-60.0, 25.0, 10.0), "positive beam energy"),
        (lambda: malis_mean_free_path(60.0, 0.1, 10.0), "semi-angle above"),
        (lambda: iakoubovskii_mean_free_path(60.0, -1.0, 25.0, 3.2), "zero or more mrad"),
        (lambda: iakoubovskii_mean_free_path(60.0, 20.0, 25.0, 0.0), "positive density"),
    ],
)
def test_what_makes_no_sense_is_refused(call, sentence):
    with pytest.raises(MethodError, match=sentence):
        call()
