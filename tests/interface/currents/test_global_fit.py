"""One fit of a series: truth recovered, what is fixed and what is not, scale, priors, and honest errors."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface import fit_series
from kapitza.interface.currents.global_fit import fitted_length, fitted_profile
from kapitza.interface.currents.objective import problem_of
from kapitza.settings import InterfaceSettings
from kapitza.theory.conduction import temperature_profile

from ..synthetic import inside
from .synthetic import STRAIGHT, Case, Redrawn, carried, mapped, series

KNOWN = InterfaceSettings(
    conductivity_left=(40.0, 4.0), conductivity_temperature=640.0, exponent_left=(1.2, 0.2), exponent_right=(0.9, 0.2)
)
BY_CURRENT = InterfaceSettings(flux="current_squared")
SMALL = Case(columns=61, position=30.3)
DATA = ("characteristic_length_left", "characteristic_length_right", "conductivity_ratio", "length_exponent_left",
        "length_exponent_right", "width_10_90")  # fmt: skip


@pytest.fixture(scope="module")
def noisy():
    return series(SMALL, np.random.default_rng(4))


@pytest.fixture(scope="module")
def known(noisy):
    return fit_series(noisy, KNOWN, intervals=False)


def same(found, expected, factor=1.0):
    """Equal but for where the search of the least squares stops: a thousandth of an error."""
    assert found.value == pytest.approx(factor * expected.value, abs=1e-3 * factor * (expected.error or 1e-6))
    assert found.error == pytest.approx(factor * expected.error, rel=1e-3, abs=1e-9)


@pytest.mark.parametrize("settings", [KNOWN, BY_CURRENT])
@pytest.mark.parametrize("case", [SMALL, replace(SMALL, directions=(1.0,), bias=0.0), replace(SMALL, bias=-9.0)])
def test_without_noise_everything_is_found_exactly(case, settings):
    fit = fit_series(series(case), settings, intervals=False)
    for name in set(fit.parameters) - {"position"}:
        assert fit.parameters[name].value == pytest.approx(carried(fit, name, case), rel=1e-6), name
    assert fit.chi_squared < 1e-6
    for image, current in zip(fit.images, np.repeat(case.currents, len(case.directions)), strict=True):
        assert abs(image.relative_flux.value) == pytest.approx((current / 2.0) ** 2, rel=1e-6)
        assert image.bias.value == pytest.approx(case.bias, abs=1e-5)
    assert fit.images[-1].resistance_ratio.value == pytest.approx((720 / 565) ** -1.5, rel=1e-6)


def test_a_constant_conductivity_makes_the_straight_lines_of_a_single_profile():
    images = series(replace(STRAIGHT, bias=0.0))
    fit = fit_series(images, InterfaceSettings(exponent_left=(0.0, 0.0), exponent_right=(0.0, 0.0)), intervals=False)
    x, last = np.linspace(-60, 60, 41), images[-1].result
    straight = temperature_profile(
        x, interface=0.0, mean=720.0, drop=last.drop.value, gradient_left=1e-3 * last.gradient_left.value,
        gradient_right=1e-3 * last.gradient_right.value, width_10_90=2.0,
    )  # fmt: skip
    np.testing.assert_allclose(fitted_profile(fit, 5, x), straight, atol=1e-5)
    for image, given in zip(fit.images, images, strict=True):
        assert image.drop.value == pytest.approx(given.result.drop.value, rel=1e-6)


@pytest.mark.parametrize("factor", [0.1, 7.0])
def test_scale_conductivities_times_c_are_resistance_over_c_and_flux_times_c(noisy, known, factor):
    scaled = replace(KNOWN, conductivity_left=(factor * 40.0, factor * 4.0))
    fit = fit_series(noisy, scaled, intervals=False)
    for name, power in [*((n, 0) for n in DATA), ("resistance", -1), ("conductivity_right", 1)]:
        same(fit.parameters[name], known.parameters[name], factor**power)
    for one, other in zip(known.images, fit.images, strict=True):
        same(other.flux, one.flux, factor)
        same(other.relative_flux, one.relative_flux)
    assert fit.chi_squared == pytest.approx(known.chi_squared, rel=1e-9)


def test_scale_leaves_every_residual_as_it_was(noisy):
    scaled = replace(KNOWN, conductivity_left=(7 * 40.0, 7 * 4.0))
    one, other = (problem_of([(i.result, i.current) for i in noisy], settings) for settings in (KNOWN, scaled))
    moved = one.start + np.log(7) * (np.array(one.layout.names) == "log_conductivity_left")
    np.testing.assert_allclose(other.residuals(moved), one.residuals(one.start), rtol=1e-9, atol=1e-9)


def test_the_conductivity_of_one_side_changes_nothing_but_what_needs_it(noisy, known):
    without = fit_series(noisy, replace(KNOWN, conductivity_left=None), intervals=False)
    assert not {"resistance", "conductivity_left", "conductivity_right"} & set(without.parameters)
    assert without.images[0].flux.value is None
    for name, quantity in without.parameters.items():
        same(known.parameters[name], quantity)
    length, resistance = known.parameters["characteristic_length_left"], known.parameters["resistance"]
    expected = np.hypot(0.1, length.error / length.value)
    assert resistance.error / resistance.value == pytest.approx(expected, rel=0.01)


def test_conductivities_of_both_sides_tell_their_ratio_and_less_of_the_scale(noisy, known):
    both = fit_series(noisy, replace(KNOWN, conductivity_right=(34.0, 3.4)), intervals=False)
    ratio = both.parameters["resistance"].error / both.parameters["resistance"].value
    assert ratio == pytest.approx(0.1 / np.sqrt(2), rel=0.1)
    assert both.parameters["conductivity_ratio"].error < known.parameters["conductivity_ratio"].error


def test_it_says_what_fixes_what():
    case = replace(SMALL, flux=2.0, sigma=6.0)
    images = series(case, np.random.default_rng(2))
    nothing = fit_series(images)
    gauge = {"exponent_left", "exponent_right", "resistance_exponent"}
    assert {name for name, by in nothing.fixed_by.items() if by == "nothing"} == gauge
    assert {nothing.fixed_by[name] for name in DATA} == {"data"}
    for name in gauge:
        assert nothing.parameters[name].value is None
    assert 1.0 in {image.resistance_ratio.value for image in nothing.images[:2]}
    assert nothing.images[-1].resistance_ratio.value is None
    assert nothing.images[-1].relative_flux.value is None
    by_prior, by_current = fit_series(images, KNOWN), fit_series(images, BY_CURRENT)
    assert {by_prior.fixed_by[name] for name in (*gauge, "resistance")} == {"prior"}
    assert {by_current.fixed_by[name] for name in gauge} == {"current"}
    assert by_current.images[-1].resistance_ratio.value == pytest.approx(0.695, abs=0.1)
    # What the data fix alone does not depend on what is assumed of the rest.
    for name in DATA[:3]:
        assert nothing.parameters[name].value == pytest.approx(by_prior.parameters[name].value, rel=0.02)


def test_the_profile_of_chi_squared_and_the_covariance_agree_where_it_is_a_parabola(noisy, known):
    profiled = fit_series(noisy, KNOWN)
    for name in DATA[:5]:
        assert profiled.parameters[name].interval is None
        assert profiled.parameters[name].error == pytest.approx(known.parameters[name].error, rel=1e-6)


def test_a_width_below_the_pitch_has_an_upper_end_only():
    case = replace(SMALL, width=0.3, pitch=2.0)
    fit = fit_series(series(case, np.random.default_rng(1)), KNOWN)
    width = fit.parameters["width_10_90"]
    assert fit.fixed_by["width_10_90"] == "data"
    assert width.value is None
    assert width.interval[0] is None
    assert 0.3 < width.interval[1] < 3.0


def test_what_pixels_share_widens_the_drop_and_nothing_is_gained_by_turning_it():
    images = series(SMALL, np.random.default_rng(4))
    shared = [replace(image, result=replace(image.result, common_step=2.0)) for image in images]
    for settings in (KNOWN, BY_CURRENT):
        plain, widened = (fit_series(i, settings, intervals=False) for i in (images, shared))
        name = "characteristic_length_left"
        assert widened.parameters[name].error > 1.5 * plain.parameters[name].error


def test_curves_are_those_of_the_numbers(known):
    length, error = fitted_length(known, "left", np.array([known.reference_temperature, 720.0]))
    quantity = known.parameters["characteristic_length_left"]
    assert (length[0], error[0]) == (pytest.approx(quantity.value), pytest.approx(quantity.error))
    ratio = known.reference_temperature / 720.0
    assert length[1] == pytest.approx(length[0] * ratio ** known.parameters["length_exponent_left"].value)
    x = np.array([-30.0, 30.0])
    image = known.images[0]
    profile = fitted_profile(known, 0, x)
    assert profile[0] > image.temperature.value + 0.5 * (image.drop.value + image.bias.value) > profile[1]


def test_the_covariance_names_its_parameters(known):
    assert known.covariance.shape == (len(known.names),) * 2
    error = np.sqrt(np.diag(known.covariance))[known.names.index("temperature_3")]
    assert error == pytest.approx(known.images[2].temperature.error)
    assert np.linalg.eigvalsh(known.covariance).min() > -1e-9


@pytest.mark.parametrize(
    ("change", "settings", "sentence"),
    [
        (lambda images: images[:1], KNOWN, "At least two images are wanted"),
        (lambda images: [replace(i, current=None) for i in images], BY_CURRENT, "got 6 images without"),
        (lambda images: images, replace(KNOWN, exponent_left=None), "exponent of the left conductivity is wanted"),
        (
            lambda images: [replace(images[0], result=replace(images[0].result, bulk_right=(3.0, 32.0))), images[1]],
            KNOWN,
            "got 31 and 2 columns",
        ),
    ],
)
def test_what_does_not_do_is_refused(noisy, change, settings, sentence):
    with pytest.raises(MethodError, match=sentence):
        fit_series(change(noisy), settings)


def held(draw, case, settings, draws, names):
    """Share of draws whose error bar holds the truth, by name; the truth of the priors is drawn with their errors."""
    rng = np.random.default_rng(12)
    counts = dict.fromkeys(names, 0)
    for _ in range(draws):
        prior = {
            key: (rng.normal(*given), given[1])
            for key in ("exponent_left", "exponent_right", "conductivity_left", "conductivity_right")
            if (given := getattr(settings, key)) is not None
        }
        fit = fit_series(list(draw(case, rng)), replace(settings, **prior), intervals=False)
        for name in names:
            counts[name] += inside(fit.parameters[name], carried(fit, name, case))
    return {name: count / draws for name, count in counts.items()}


@pytest.mark.parametrize("settings", [KNOWN, BY_CURRENT])
def test_error_bars_hold_the_truth(settings):
    names = [*DATA, "resistance_exponent", "exponent_left"] + (["resistance"] if settings is KNOWN else [])
    shares = held(Redrawn(SMALL), SMALL, settings, 100, names)
    # 100 draws of 68 %: three standard deviations are 14 %.
    assert all(abs(share - 0.683) < 0.14 for share in shares.values()), shares


@pytest.mark.slow
@pytest.mark.parametrize("settings", [KNOWN, BY_CURRENT, InterfaceSettings(exponent_right=(0.9, 0.1))])
def test_error_bars_hold_the_truth_of_maps(settings):
    names = [*DATA, "resistance_exponent", "exponent_left"] + (["resistance"] if settings is KNOWN else [])
    shares = held(mapped, SMALL, settings, 300, names)
    # 300 draws of 68 %: three standard deviations are 8 %.
    assert all(abs(share - 0.683) < 0.08 for share in shares.values()), shares
