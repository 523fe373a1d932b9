"""Expected counts: detailed balance, normalisation, shifts, and a slow calculation that is obviously right."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.theory.lineshapes import gaussian, lorentzian
from kapitza.theory.occupation import log_ratio, occupation
from kapitza.theory.resolution import mirror_shift, spectrum_log_ratio
from kapitza.twin.fields import fields
from kapitza.twin.forward import energy_axis, expected_counts
from kapitza.twin.peak import zero_loss_peak
from kapitza.twin.sample import scattered
from kapitza.units import SIGMA_PER_FWHM

FINE = np.arange(-8000, 8000) * 0.05 + 0.025
LINES = {"gaussian": gaussian, "lorentzian": lorentzian}


def slow_spectrum(twin, temperature, share, interface, energy):
    """One pixel's expected counts, one line, one energy and one sum at a time, on a very fine grid."""

    def phonons(modes, shift=0.0):
        n = occupation(np.abs(FINE), temperature + shift)
        factor = np.where(FINE > 0, 1 + n, n)
        even = [
            m.weight * (LINES[m.line](np.abs(FINE), m.energy, m.fwhm) - LINES[m.line](np.abs(FINE), -m.energy, m.fwhm))
            for m in modes
        ]
        return sum(even) * factor

    n = occupation(np.abs(FINE), twin.temperature.mean)
    left_even = phonons(twin.left.modes) / np.where(FINE > 0, 1 + occupation(np.abs(FINE), temperature), np.inf)
    area = np.sum((left_even * (1 + n))[FINE > 0]) * 0.05
    strongest = max(mode.weight for mode in twin.left.modes)
    total = share * phonons(twin.left.modes) + (1 - share) * phonons(twin.right.modes)
    for mode in twin.interface.modes:
        total = total + interface * strongest * phonons([mode], mode.temperature_offset)
    total = total / area

    z = twin.zero_loss

    def peak(e):
        half = np.where(e > 0, 1 + z.asymmetry, 1 - z.asymmetry)
        return (1 + (2 ** (1 / z.exponent) - 1) * (2 * e / (z.fwhm * half)) ** 2) ** -z.exponent

    wide = np.arange(-20_000_000, 20_000_000, 5) * 1e-3
    norm = np.sum(peak(wide)) * 5e-3
    blurred = np.array([np.sum(peak(e - FINE) * total) * 0.05 for e in energy])
    counts = (peak(energy) + twin.dose.loss_fraction * blurred) / norm
    return counts * twin.dose.zero_loss_counts * twin.energy.dispersion


PEAKS = [
    {"shape": "gaussian", "fwhm": 11.0},
    {"shape": "voigt", "lorentzian_share": 0.1, "fwhm": 11.0},
    {"shape": "gaussian_and_pearson", "core_share": 0.5, "tail_width": 1.3, "exponent": 1.8, "fwhm": 11.0},
    {"shape": "pearson4", "exponent": 2.0, "skew": 0.3, "fwhm": 11.0},
    {"shape": "gaussian", "asymmetry": 0.2, "fwhm": 11.0},
]


@pytest.mark.parametrize("peak", PEAKS, ids=lambda peak: f"{peak['shape']}-{len(peak)}")
def test_every_peak_has_its_width_and_unit_area(quiet, vary, peak):
    table = vary(quiet, zero_loss=peak).zero_loss
    axis = np.arange(-2_000_000, 2_000_000) * 2e-3 + 1e-3
    for width in (1.0, 1.1):
        values = zero_loss_peak(table, axis, width)
        assert values.sum() * 2e-3 == pytest.approx(1.0, rel=2e-4 if peak["shape"] == "voigt" else 1e-5)
        assert np.ptp(axis[values >= 0.5 * values.max()]) == pytest.approx(11.0 * width, abs=6e-3)
        assert axis[values.argmax()] == pytest.approx(0.0, abs=2e-3)


def test_every_pixel_is_blurred_by_its_own_peak(quiet, vary):
    """Pixels whose peaks differ in width see what images of one width would see there, phonons included."""
    scan = {"rows": 2, "columns": 9}
    changing = vary(quiet, scan=scan, interface={"position": 4.2}, drift={"width_change": 0.05, "energy_walk": 0.3})
    seen = fields(changing)
    assert np.ptp(seen.width) > 0.1
    bare = vary(changing, dose={"loss_fraction": 0.0})
    phonons = expected_counts(changing, seen) - expected_counts(bare, seen)
    for y, x in [(0, 0), (0, 4), (1, 8)]:
        fwhm = changing.zero_loss.fwhm * seen.width[y, x]
        alone = vary(changing, zero_loss={"fwhm": fwhm}), vary(bare, zero_loss={"fwhm": fwhm})
        same = replace(seen, width=np.ones_like(seen.width))
        expected = expected_counts(alone[0], same) - expected_counts(alone[1], same)
        np.testing.assert_allclose(phonons[y, x], expected[y, x], rtol=2e-5, atol=1e-7 * expected[y, x].max())


def test_voigt_lines_are_gaussians_and_lorentzians_in_the_limit(quiet, vary):
    def with_lines(**line):
        modes = [{**mode.model_dump(exclude_unset=True), **line} for mode in quiet.right.modes]
        return vary(quiet, right={"modes": modes})

    energy, seen = np.arange(-200, 200) + 0.5, fields(quiet)
    for line, share in (("gaussian", 0.0), ("lorentzian", 1.0)):
        plain = scattered(with_lines(line=line), seen, energy)
        voigt = scattered(with_lines(line="voigt", lorentzian_share=share), seen, energy)
        np.testing.assert_allclose(voigt, plain, rtol=1e-8, atol=1e-12 * plain.max())


@pytest.fixture(scope="module")
def plain(demo, vary):
    """A twin of 2 x 7 pixels with drift, an asymmetric peak, Lorentzian lines and hot interface modes."""
    document = demo["forward"].model_dump(exclude_unset=True, mode="json")
    modes = [{**mode, "temperature_offset": 30.0} for mode in document["interface"]["modes"]]
    right = [{**mode, "line": "lorentzian"} for mode in document["right"]["modes"]]
    return vary(
        demo["forward"],
        scan={"rows": 2, "columns": 7},
        interface={"position": 3.2, "modes": modes},
        right={"modes": right},
        zero_loss={"asymmetry": 0.05, "exponent": 1.8},
        drift={"energy_walk": 1.0},
    )


def test_counts_agree_with_the_slow_calculation(plain):
    seen = fields(plain)
    counts, energy = expected_counts(plain, seen), energy_axis(plain)
    assert np.ptp(seen.shift) > 1.0
    for y, x in [(0, 0), (0, 3), (1, 6)]:
        slow = slow_spectrum(
            plain, seen.temperature[y, x], seen.composition[y, x], seen.interface[y, x], energy - seen.shift[y, x]
        )
        np.testing.assert_allclose(counts[y, x], slow, rtol=1e-5)


def test_phonons_alone_agree_with_the_slow_calculation_to_the_interpolator(plain, vary):
    """The zero-loss peak hides the interpolated part; without it the relative error must stay below 1e-4."""
    seen = fields(plain)
    energy = energy_axis(plain)
    bare = vary(plain, dose={"loss_fraction": 0.0})
    fast = (expected_counts(plain, seen) - expected_counts(bare, seen))[1, 3]
    pixel = (seen.temperature[1, 3], seen.composition[1, 3], seen.interface[1, 3], energy - seen.shift[1, 3])
    slow = slow_spectrum(plain, *pixel) - slow_spectrum(bare, *pixel)
    np.testing.assert_allclose(fast, slow, rtol=1e-4)


def test_the_sample_scatters_in_detailed_balance(quiet):
    energy = np.arange(-200, 200) + 0.5
    seen = fields(quiet)
    spectra = scattered(quiet, seen, energy)
    loss, gain = spectra[..., energy > 20], spectra[..., ::-1][..., energy > 20]
    expected = log_ratio(energy[energy > 20], seen.temperature[..., np.newaxis])
    np.testing.assert_allclose(np.log(loss / gain), expected, rtol=1e-9)


def test_the_mirror_theorem_holds_for_a_nearly_gaussian_peak(quiet, vary):
    sharp = vary(quiet, zero_loss={"exponent": 1000.0, "fwhm": 8.0}, scan={"rows": 1, "columns": 1})
    sharp = vary(sharp, interface={"position": 500.0}, energy={"start": -130.0, "stop": 130.0, "dispersion": 0.5})
    seen, at = fields(sharp), np.arange(60.0, 120.0)
    ratio = spectrum_log_ratio(
        energy_axis(sharp),
        expected_counts(sharp, seen)[0, 0],
        at,
        mirror_shift(8.0 * SIGMA_PER_FWHM, seen.temperature[0, 0]),
    )
    np.testing.assert_allclose(ratio, log_ratio(at, seen.temperature[0, 0]), rtol=2e-3)


def test_loss_over_zero_loss_is_what_was_asked_for(quiet, vary):
    uniform = vary(quiet, temperature={"heat_flow": "none"}, interface={"modes": [], "position": 30.0})
    energy = np.arange(0, 400, 0.25) + 0.125
    loss = scattered(uniform, fields(uniform), energy).sum(axis=-1) * 0.25
    assert loss[0, 0] == pytest.approx(3e-3, rel=1e-6)


def test_all_zero_loss_counts_arrive_on_a_wide_axis(quiet, vary):
    wide = vary(
        quiet, scan={"rows": 1, "columns": 1}, energy={"start": -2000.0, "stop": 2000.0}, dose={"loss_fraction": 0.0}
    )
    assert expected_counts(wide, fields(wide)).sum() == pytest.approx(wide.dose.zero_loss_counts, rel=1e-6)


def test_counts_scale_with_the_dose_and_the_channel_width(quiet, vary):
    seen = fields(quiet)
    single = expected_counts(quiet, seen)
    double = expected_counts(vary(quiet, dose={"zero_loss_counts": 2 * quiet.dose.zero_loss_counts}), seen)
    half = expected_counts(vary(quiet, energy={"dispersion": 0.5}), seen)
    np.testing.assert_allclose(double, 2 * single, rtol=1e-13)
    np.testing.assert_allclose(2 * half[..., ::2], single, rtol=1e-5)


def test_the_peak_stands_where_the_truth_says(quiet, vary):
    twin = vary(quiet, drift={"energy_walk": 0.5, "energy_flicker": 0.3}, dose={"loss_fraction": 0.0})
    seen, energy = fields(twin), energy_axis(twin)
    counts = expected_counts(twin, seen)
    core = np.abs(energy[:, np.newaxis, np.newaxis] - seen.shift) < 30
    # The centre of the peak is where the even moment about it balances: its inverse square root is a parabola.
    parabola = np.moveaxis(counts, -1, 0) ** -0.5
    for y, x in [(0, 5), (1, 20), (2, 40)]:
        inside = core[:, y, x]
        a, b, _ = np.polyfit(energy[inside], parabola[inside, y, x], 2)
        assert -b / (2 * a) == pytest.approx(seen.shift[y, x], abs=1e-6)
    assert np.ptp(seen.shift) > 2.0


def test_hot_interface_modes_show_on_the_gain_side(quiet, vary):
    modes = [mode.model_dump(exclude_unset=True) for mode in quiet.interface.modes]
    hot = vary(quiet, interface={"modes": [{**mode, "temperature_offset": 50.0} for mode in modes]})
    energy = np.array([-75.0, 75.0])
    column = 20
    relative = (scattered(hot, fields(hot), energy) / scattered(quiet, fields(quiet), energy))[0, column]
    assert relative[0] > 1.02
    assert 1.0 < relative[1] < 1 + 0.3 * (relative[0] - 1)
    far = (scattered(hot, fields(hot), energy) / scattered(quiet, fields(quiet), energy))[0, 0]
    np.testing.assert_allclose(far, 1.0, rtol=1e-12)


def test_far_from_the_interface_each_material_is_alone(quiet, vary):
    seen, energy = fields(quiet), np.array([82.5, 97.5])
    spectra = scattered(quiet, seen, energy)
    assert spectra[0, 0, 0] > 5 * spectra[0, 0, 1]
    assert spectra[0, -1, 1] > 5 * spectra[0, -1, 0]


def test_an_axis_that_ends_early_on_the_gain_side_changes_no_count(quiet, vary):
    short = vary(quiet, energy={"start": -90.0})
    whole = expected_counts(quiet, fields(quiet))[..., 160:]
    np.testing.assert_allclose(expected_counts(short, fields(short)), whole, rtol=1e-5)
