"""Elastic limits: what refraction must obey, closed forms and published limits, and the figures for AlN and SiC."""

import numpy as np
import pytest
from scipy.integrate import quad

from kapitza.errors import MethodError
from kapitza.theory import mismatch as mm

NITRIDE = mm.Solid(density=3.258, longitudinal=10.93, transverse=6.20, atoms=95.7)
CARBIDE = mm.Solid(density=3.216, longitudinal=13.05, transverse=7.04, atoms=96.6)
LEAD = mm.Solid(density=11.59, longitudinal=2.35, transverse=0.97, atoms=33.0)
DIAMOND = mm.Solid(density=3.512, longitudinal=17.5, transverse=12.8, atoms=176.0)
PAIRS = [(NITRIDE, CARBIDE), (CARBIDE, NITRIDE), (LEAD, DIAMOND), (DIAMOND, LEAD)]
POLARISATIONS = ("longitudinal", "vertical", "horizontal")
ANGLES = np.array([0.0, 5.0, 17.0, 31.0, 44.0, 62.0, 85.0])
BOLTZMANN_SI, HBAR_SI = 1.380649e-23, 1.054571817e-34


def velocity(solid, polarisation):
    return solid.longitudinal if polarisation == "longitudinal" else solid.transverse


@pytest.mark.parametrize("polarisation", POLARISATIONS)
def test_between_equal_solids_everything_passes(polarisation):
    np.testing.assert_allclose(mm.acoustic_transmission(LEAD, LEAD, ANGLES, polarisation), 1.0, rtol=1e-12)


@pytest.mark.parametrize("polarisation", POLARISATIONS)
@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_no_more_passes_than_arrives(left, right, polarisation):
    passed = mm.acoustic_transmission(left, right, np.linspace(0.0, 89.9, 300), polarisation)
    assert (passed > -1e-12).all()
    assert (passed < 1.0 + 1e-12).all()


@pytest.mark.parametrize("polarisation", POLARISATIONS)
@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_straight_on_only_the_impedances_count(left, right, polarisation):
    one, two = (s.density * velocity(s, polarisation) for s in (left, right))
    expected = 4 * one * two / (one + two) ** 2
    assert mm.acoustic_transmission(left, right, 0.0, polarisation) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_what_is_not_passed_is_reflected(left, right):
    """A slow twin: amplitudes from Zoeppritz's equations in angles, one wave at a time; reflected energy counted."""
    for angle in (3.0, 12.0, 21.0):
        p = np.sin(np.radians(angle)) / left.longitudinal
        if p * max(right.longitudinal, left.longitudinal) >= 1.0:
            continue
        a1, b1, a2, b2 = (
            np.arcsin(p * v) for v in (left.longitudinal, left.transverse, right.longitudinal, right.transverse)
        )
        mu1, mu2 = left.density * left.transverse**2, right.density * right.transverse**2
        la1, la2 = (
            left.density * left.longitudinal * np.cos(2 * b1),
            right.density * right.longitudinal * np.cos(2 * b2),
        )
        unknown = np.array(
            [
                [-np.sin(a1), -np.cos(b1), np.sin(a2), np.cos(b2)],
                [np.cos(a1), -np.sin(b1), np.cos(a2), -np.sin(b2)],
                [
                    mu1 / left.longitudinal * np.sin(2 * a1),
                    mu1 / left.transverse * np.cos(2 * b1),
                    mu2 / right.longitudinal * np.sin(2 * a2),
                    mu2 / right.transverse * np.cos(2 * b2),
                ],
                [
                    -la1,
                    left.density * left.transverse * np.sin(2 * b1),
                    la2,
                    -right.density * right.transverse * np.sin(2 * b2),
                ],
            ]
        )
        arriving = [np.sin(a1), np.cos(a1), mu1 / left.longitudinal * np.sin(2 * a1), la1]
        rp, rs, tp, ts = np.linalg.solve(unknown, arriving)
        carried = [
            left.density * left.longitudinal * np.cos(a1) * rp**2,
            left.density * left.transverse * np.cos(b1) * rs**2,
            right.density * right.longitudinal * np.cos(a2) * tp**2,
            right.density * right.transverse * np.cos(b2) * ts**2,
        ] / (left.density * left.longitudinal * np.cos(a1))
        assert sum(carried) == pytest.approx(1.0, rel=1e-12)
        found = mm.acoustic_transmission(left, right, angle, "longitudinal")
        assert found == pytest.approx(carried[2] + carried[3], rel=1e-10)


def test_horizontal_waves_are_reflected_beyond_the_critical_angle():
    critical = np.degrees(np.arcsin(NITRIDE.transverse / CARBIDE.transverse))
    before, after = mm.acoustic_transmission(NITRIDE, CARBIDE, [critical - 0.1, critical + 0.1], "horizontal")
    assert before > 0.2
    assert after == 0.0


def test_nothing_passes_where_the_other_side_has_no_wave_as_slow():
    assert mm.acoustic_transmission(LEAD, DIAMOND, 10.0, "vertical") == 0.0
    assert mm.acoustic_transmission(LEAD, DIAMOND, 3.0, "vertical") > 0.0


@pytest.mark.parametrize("model", ["acoustic", "diffuse", "radiation"])
@pytest.mark.parametrize(("left", "right"), PAIRS[::2])
def test_as_much_goes_one_way_as_the_other(left, right, model):
    t = [5.0, 80.0, 300.0, np.inf]
    np.testing.assert_allclose(mm.conductance(left, right, t, model), mm.conductance(right, left, t, model), rtol=1e-9)


def test_detailed_balance_of_the_diffuse_model():
    forward, back = mm.diffuse_transmission(LEAD, DIAMOND), mm.diffuse_transmission(DIAMOND, LEAD)
    assert forward + back == pytest.approx(1.0, rel=1e-14)
    assert forward * LEAD.slowness_squared == pytest.approx(back * DIAMOND.slowness_squared, rel=1e-14)


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_the_average_over_directions_by_plain_integration_over_angles(left, right):
    fine = np.linspace(0.0, 90.0, 40001)[:-1] + 45.0 / 40000
    weight = np.sin(np.radians(2 * fine)) * np.radians(90.0 / 40000)
    passing = sum(
        np.sum(mm.acoustic_transmission(left, right, fine, p) * weight) / velocity(left, p) ** 2 for p in POLARISATIONS
    )
    ratio = mm.conductance(left, right, 300.0, "acoustic") / mm.conductance(left, right, 300.0, "radiation")
    assert passing / min(left.slowness_squared, right.slowness_squared) == pytest.approx(ratio, rel=2e-5)


@pytest.mark.parametrize(("left", "right"), [*PAIRS, (LEAD, LEAD)])
def test_no_elastic_model_exceeds_the_radiation_limit(left, right):
    acoustic, diffuse, radiation = (
        mm.conductance(left, right, 200.0, model) for model in ("acoustic", "diffuse", "radiation")
    )
    assert max(acoustic, diffuse) <= radiation * (1 + 1e-12)


def test_between_equal_solids_the_acoustic_model_is_the_radiation_limit_and_the_diffuse_half_of_it():
    acoustic, diffuse, radiation = (
        mm.conductance(LEAD, LEAD, 200.0, model) for model in ("acoustic", "diffuse", "radiation")
    )
    assert acoustic == pytest.approx(radiation, rel=1e-10)
    assert diffuse == pytest.approx(0.5 * radiation, rel=1e-12)


def test_the_classical_limit_in_closed_form():
    alpha = mm.diffuse_transmission(NITRIDE, CARBIDE)
    frequency = NITRIDE.cutoff * 1.602176634e-22 / HBAR_SI
    slowness = 1e-6 * NITRIDE.slowness_squared
    expected = alpha * slowness * BOLTZMANN_SI * frequency**3 / (24 * np.pi**2)
    assert mm.conductance(NITRIDE, CARBIDE, np.inf, "diffuse") == pytest.approx(1e-6 * expected, rel=1e-8)
    assert mm.conductance(NITRIDE, CARBIDE, 1e6, "diffuse") == pytest.approx(1e-6 * expected, rel=1e-6)


def test_the_published_classical_limit_of_radiation():
    # Stoner and Maris: pi k nu^3/c^2, with nu the lower cutoff and one velocity c on the stiffer side.
    stiff = mm.Solid(density=3.5, longitudinal=15.0, transverse=12.9, atoms=176.0)
    c_squared = 3.0 / (1e-6 * stiff.slowness_squared)
    frequency = LEAD.cutoff * 1.602176634e-22 / (2 * np.pi * HBAR_SI)
    expected = np.pi * BOLTZMANN_SI * frequency**3 / c_squared
    assert mm.conductance(LEAD, stiff, np.inf, "radiation") == pytest.approx(1e-6 * expected, rel=1e-8)


def test_the_published_law_of_low_temperatures():
    # Swartz and Pohl: (pi^2/30) (k^4/hbar^3) alpha sum(1/v^2) T^3.
    alpha = mm.diffuse_transmission(LEAD, DIAMOND)
    slowness = 1e-6 * LEAD.slowness_squared
    for t in (0.1, 0.5):
        expected = np.pi**2 / 30 * BOLTZMANN_SI**4 / HBAR_SI**3 * alpha * slowness * t**3
        assert mm.conductance(LEAD, DIAMOND, t, "diffuse") == pytest.approx(1e-6 * expected, rel=1e-6)


@pytest.mark.parametrize("temperature", [3.0, 40.0, 300.0, 900.0])
def test_between_the_limits_by_adaptive_integration(temperature):
    top = NITRIDE.cutoff / (0.08617333262 * temperature)
    capacity = quad(lambda x: x**4 * np.exp(-x) / np.expm1(-x) ** 2, 0.0, min(top, 200.0), epsrel=1e-12)[0]
    ratio = mm.conductance(NITRIDE, CARBIDE, temperature, "diffuse") / mm.conductance(
        NITRIDE, CARBIDE, np.inf, "diffuse"
    )
    assert ratio == pytest.approx(3.0 * capacity / top**3, rel=1e-8)


def test_aluminium_nitride_on_silicon_carbide():
    assert NITRIDE.cutoff == pytest.approx(80.9, abs=0.05)
    assert CARBIDE.cutoff == pytest.approx(92.5, abs=0.05)
    assert mm.diffuse_transmission(NITRIDE, CARBIDE) == pytest.approx(0.434, abs=5e-4)
    assert mm.acoustic_transmission(NITRIDE, CARBIDE, 0.0, "longitudinal") == pytest.approx(0.993, abs=5e-4)
    assert mm.acoustic_transmission(NITRIDE, CARBIDE, 0.0, "vertical") == pytest.approx(0.997, abs=5e-4)
    found = mm.conductance(NITRIDE, CARBIDE, [300.0, 565.0, 720.0], "diffuse")
    np.testing.assert_allclose(1e-3 * found, [1.8, 2.5, 2.6], atol=0.05)
    # The resistance of an elastic interface falls by 5 % from 565 to 720 K.
    assert found[1] / found[2] == pytest.approx(0.95, abs=5e-3)


@pytest.mark.parametrize(
    ("solid", "stiff", "shear", "cell", "atoms"),
    [(mm.ALN, 388.5, 124.6, (0.3112, 0.4982), 4), (mm.SIC, 547.0, 159.0, (0.30798, 1.0082), 8)],
)
def test_the_materials_follow_from_elastic_constants_and_lattice(solid, stiff, shear, cell, atoms):
    assert solid.longitudinal == pytest.approx(np.sqrt(stiff / solid.density), abs=6e-3)
    assert solid.transverse == pytest.approx(np.sqrt(shear / solid.density), abs=6e-3)
    assert solid.atoms == pytest.approx(atoms / (cell[0] ** 2 * cell[1] * np.sqrt(3) / 2), abs=0.05)
    mass = {4: 40.988, 8: 40.096}[atoms] / 2 * 1.66053907e-3
    assert solid.density == pytest.approx(solid.atoms * mass, rel=2e-3)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: mm.diffuse_transmission(LEAD, mm.Solid(3.5, 17.5, -12.8, 176.0)), "positive transverse"),
        (lambda: mm.diffuse_transmission(LEAD, mm.Solid(3.5, 12.8, 17.5, 176.0)), "swapped"),
        (lambda: mm.acoustic_transmission(LEAD, DIAMOND, 90.0, "vertical"), "below 90 degrees"),
        (lambda: mm.acoustic_transmission(LEAD, DIAMOND, -1.0, "vertical"), "below 90 degrees"),
        (lambda: mm.acoustic_transmission(LEAD, DIAMOND, 10.0, "sv"), "longitudinal, vertical or horizontal"),
        (lambda: mm.conductance(LEAD, DIAMOND, 0.0, "diffuse"), "positive temperature"),
        (lambda: mm.conductance(LEAD, DIAMOND, 300.0, "dmm"), "acoustic, diffuse or radiation"),
    ],
)
def test_what_makes_no_sense_is_refused(call, sentence):
    with pytest.raises(MethodError, match=sentence):
        call()
