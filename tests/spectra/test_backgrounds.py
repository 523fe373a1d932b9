"""Zero-loss backgrounds: exact where the tail is what they assume."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.settings import EnergyWindows, Method
from kapitza.spectra.backgrounds import METHODS, published, symmetric, two_window
from kapitza.spectra.sides import split
from kapitza.spectra.thermometry import temperature_map
from kapitza.spectra.windows import fit_windows
from kapitza.spectra.zero_loss import ZeroLossCore, fit_core, half_maximum_width
from kapitza.theory.lineshapes import pearson7
from kapitza.twin import synthesise

from .synthetic import balanced, image_of, twin

AXIS = np.arange(-250.0, 251.0)
WINDOWS = fit_windows(EnergyWindows(), 250.0, 250.0)
CORE = ZeroLossCore(0.0, 0.0, 12.0, 0.0, 2.0)


def sides_of(counts, axis=AXIS):
    return split(axis, np.atleast_2d(counts))


@pytest.mark.parametrize("name", METHODS)
def test_a_pure_peak_is_all_background(name):
    mean = sides_of(pearson7(AXIS, 1e7, 0.0, 12.0, 2.0))
    if name == "symmetric":
        # Without phonons loss and gain are equal: the tail is everything, and no temperature is told.
        return
    shape = METHODS[name].prepare(mean, WINDOWS, CORE)
    under = METHODS[name].evaluate(mean, WINDOWS, shape)
    above = mean.energy > 15
    for side, back in ((mean.loss, under.loss), (mean.gain, under.gain)):
        np.testing.assert_allclose(back[0, above], side[0, above], rtol=1e-6)


NEAR, FAR = (15.0, 30.0), (130.0, 200.0)
LOSSES = np.arange(1.0, 251.0)


@pytest.mark.parametrize("exponent", [0.8, 1.5, 2.0, 3.0, 6.0])
def test_two_windows_recover_the_exponent_of_a_pure_tail(exponent):
    tail = two_window.fit_tail(LOSSES, pearson7(LOSSES, 1e12, 0.0, 12.0, exponent), NEAR, FAR, 12.0)
    assert tail.exponent == pytest.approx(exponent, rel=1e-4)
    assert tail.elastic_share == pytest.approx(1.0, abs=1e-3)
    assert tail.misfit < 1.0


def with_lines(height):
    """Zero-loss tail of exponent 2 and two lines with the same tails, as strong together in the far window."""
    tail = pearson7(LOSSES, height, 0.0, 12.0, 2.0)
    return tail, tail + sum(pearson7(LOSSES, 0.003 * height, centre, 13.0, 2.0) for centre in (82.0, 110.0))


def test_lines_that_carry_the_same_tails_do_not_pass_for_zero_loss():
    alone, both = with_lines(1e8)
    far = (LOSSES >= 130) & (LOSSES <= 200)
    assert both[far].sum() > 2 * alone[far].sum()
    tail = two_window.fit_tail(LOSSES, both, NEAR, FAR, 12.0)
    assert tail.exponent == pytest.approx(2.0, rel=0.003)
    found = pearson7(LOSSES, tail.height, 0.0, 12.0, tail.exponent)
    np.testing.assert_allclose(found[14:200], alone[14:200], rtol=0.02)


@pytest.mark.parametrize("height", [1e5, 1e7])
def test_the_exponent_is_found_within_three_of_its_errors(height):
    rng = np.random.default_rng(1)
    # Lines cannot be negative, which biases the exponent by one to two of its errors.
    tails = [two_window.fit_tail(LOSSES, rng.poisson(with_lines(height)[1]) * 1.0, NEAR, FAR, 12.0) for _ in range(30)]
    assert np.mean([abs(tail.exponent - 2.0) < 3 * tail.exponent_error for tail in tails]) > 0.9


def test_the_height_of_each_pixel_is_found_with_its_error():
    rng = np.random.default_rng(2)
    clean = pearson7(AXIS, 3e4, 0.0, 12.0, 2.0)
    shape = two_window.prepare(sides_of(1e4 * clean), WINDOWS, CORE)
    found = two_window.evaluate(sides_of(rng.poisson(np.repeat(clean[None], 2000, axis=0))), WINDOWS, shape)
    true = pearson7(np.arange(1.0, 251.0), 3e4, 0.0, 12.0, 2.0)
    for back, error in ((found.loss, found.loss_error), (found.gain, found.gain_error)):
        relative = back[:, 80] / true[80] - 1
        assert abs(relative.mean()) < 4 * relative.std() / np.sqrt(2000)
        assert relative.std() == pytest.approx(error.mean(), rel=0.06)


def test_variants_change_one_thing_each_by_its_error():
    shape = two_window.prepare(sides_of(pearson7(AXIS, 1e5, 0.0, 12.0, 2.0)), WINDOWS, CORE)
    first, second, *_ = two_window.variants(shape)
    assert first.loss.exponent == shape.loss.exponent + shape.loss.exponent_error
    assert second.gain.exponent == shape.gain.exponent + shape.gain.exponent_error
    assert first.gain.exponent == shape.gain.exponent
    assert second.loss.exponent == shape.loss.exponent


def test_what_lies_between_the_windows_alone_is_no_tail():
    counts = 1e3 * np.exp(-0.5 * ((LOSSES - 80) / 10) ** 2)
    with pytest.raises(MethodError, match="none is there"):
        two_window.fit_tail(LOSSES, counts, NEAR, FAR, 12.0)


def test_windows_that_hold_three_channels_are_too_narrow():
    energy = np.arange(10.0, 251.0, 10.0)
    with pytest.raises(MethodError, match="At least 4 channels"):
        two_window.fit_tail(energy, pearson7(energy, 1.0, 0.0, 12.0, 2.0), NEAR, (145.0, 149.0), 12.0)


def test_a_pixel_without_counts_in_the_windows_has_no_background():
    counts = np.zeros((1, 501))
    shape = two_window.prepare(sides_of(pearson7(AXIS, 1e5, 0.0, 12.0, 2.0)), WINDOWS, CORE)
    for name, under in (
        ("two_window", two_window.evaluate(sides_of(counts), WINDOWS, shape)),
        ("published", published.evaluate(sides_of(counts), WINDOWS, None)),
    ):
        assert np.isnan(under.loss).all(), name
        assert np.isnan(under.gain).all(), name


def test_the_published_background_fits_each_side_on_its_own():
    counts = np.where(AXIS > 0, pearson7(AXIS, 1e5, 0.0, 12.0, 2.0), pearson7(AXIS, 1e5, 0.0, 13.0, 1.7))
    under = published.evaluate(sides_of(counts), WINDOWS, published.prepare(sides_of(counts), WINDOWS, CORE))
    energy = np.arange(1.0, 251.0)
    np.testing.assert_allclose(under.loss[0, 14:], pearson7(energy, 1e5, 0.0, 12.0, 2.0)[14:], rtol=1e-3)
    np.testing.assert_allclose(under.gain[0, 14:], pearson7(energy, 1e5, 0.0, 13.0, 1.7)[14:], rtol=1e-3)
    assert published.variants(None) == []


@pytest.mark.parametrize("reach", [90.0, 120.0, 250.0])
@pytest.mark.parametrize("kelvin", [300.0, 600.0])
def test_symmetric_finds_tail_and_temperature_exactly_without_blurring(reach, kelvin):
    axis = np.arange(-reach, 251.0)
    counts = balanced(axis, kelvin, height=1e8, signal=2e5)
    shape = symmetric.prepare(sides_of(counts, axis), fit_windows(EnergyWindows(), reach, 250.0), CORE)
    assert shape.temperature == pytest.approx(kelvin, rel=1e-4)
    assert shape.exponent == pytest.approx(2.0, rel=1e-4)
    under = symmetric.evaluate(sides_of(counts, axis), fit_windows(EnergyWindows(), reach, 250.0), shape)
    energy = np.arange(1.0, 251.0)
    np.testing.assert_allclose(under.loss[0, 20:], pearson7(energy, 1e8, 0.0, 12.0, 2.0)[20:], rtol=1e-3)
    for other in symmetric.variants(shape):
        assert other.temperature == pytest.approx(kelvin, rel=1e-3)


def test_symmetric_on_a_twin_whose_gain_side_ends_at_90_meV():
    image, _ = synthesise(twin(scan={"rows": 20, "columns": 40}))
    kept = image.energy >= -90
    cut = image_of(image.counts[..., kept], image.energy[kept], microscope=image.microscope)
    tmap = temperature_map(cut)
    assert tmap.settings["method"]["background"] == "symmetric"
    assert {"far_window_missing", "signal_window_cut"} == set(dict(tmap.warnings))
    # The true 600 K, but for what the finite resolution leaves.
    assert abs(tmap.temperature_mean.value - 600) < 15


def test_any_preset_falls_back_on_symmetric_without_a_far_window():
    image, _ = synthesise(twin(scan={"rows": 3, "columns": 12}, interface={"position": 5.5}))
    kept = image.energy >= -100
    cut = image_of(image.counts[..., kept], image.energy[kept], microscope=image.microscope)
    assert temperature_map(cut, method=Method(preset="paper")).settings["method"]["background"] == "symmetric"


def test_core_of_a_pearson_peak_is_recovered():
    core = fit_core(AXIS, pearson7(AXIS, 1e5, 0.37, 12.0, 2.0))
    assert core.centre == pytest.approx(0.37, abs=1e-6)
    assert core.fwhm == pytest.approx(12.0, rel=1e-6)
    assert core.exponent == pytest.approx(2.0, rel=1e-4)


def test_core_errors_cover_the_truth():
    rng = np.random.default_rng(3)
    clean = pearson7(AXIS, 1e4, 0.37, 12.0, 2.0)
    cores = [fit_core(AXIS, rng.poisson(clean).astype(float)) for _ in range(150)]
    for pull in (
        [(core.centre - 0.37) / core.centre_error for core in cores],
        [(core.fwhm - 12.0) / core.fwhm_error for core in cores],
    ):
        assert 0.56 < np.mean(np.abs(pull) < 1) < 0.82


def test_phonons_do_not_pull_the_core():
    clean = balanced(AXIS, 600.0, height=1e6, signal=1e4)
    assert fit_core(AXIS, clean).centre == pytest.approx(0.0, abs=1e-6)


def test_a_peak_at_the_end_of_the_axis_is_refused():
    with pytest.raises(MethodError, match="falls to half its height on both sides"):
        half_maximum_width(AXIS, np.exp(AXIS / 50))


def test_a_core_of_few_channels_is_refused():
    axis = np.arange(-250.0, 251.0, 10.0)
    with pytest.raises(MethodError, match="At least 5 channels"):
        fit_core(axis, pearson7(axis, 1e5, 0.0, 12.0, 2.0))
