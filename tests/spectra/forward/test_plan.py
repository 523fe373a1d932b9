"""The forward model as a plan: fitted once, read at every pixel."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kapitza.data import Status
from kapitza.settings import EnergyWindows, Method
from kapitza.spectra.forward import Summed, make_plan
from kapitza.spectra.windows import fit_windows

from .made import MATERIALS, PIXELS, summed
from .synthetic import ALN, AXIS, FWHM, GRID, PEAKS, lines, spectrum

PEAK = PEAKS["gaussian and pearson"]
BARE = spectrum(PEAK(), np.zeros(len(GRID)), 600.0)


@cache
def planned(constant=0.0, reach=(200.0, 200.0), electrons_per_count=1.0):
    """The plan of 1,000 pixels of 1e7 zero-loss electrons of either material, on a constant in counts per channel."""
    inside = (AXIS + reach[0] > -51) & (AXIS - reach[1] < 51)
    windows = fit_windows(EnergyWindows().resolved(Method()), *reach)
    electrons = summed(PEAK()) + PIXELS[:, np.newaxis] * constant * electrons_per_count
    made = Summed(electrons[:, inside], PIXELS, reach)
    return make_plan(AXIS[inside], windows, Method(), electrons_per_count, made, FWHM)


def analysed(plan, counts, material=0, spectra=False):
    counts = np.atleast_2d(counts)
    return plan.analyse(counts, np.full(len(counts), Status.OK), np.full(len(counts), material), spectra)


@pytest.mark.parametrize("material", [0, 1])
@pytest.mark.parametrize("kelvin", [500.0, 600.0, 700.0])
def test_pixels_of_either_material_have_their_temperature(material, kelvin):
    found = analysed(planned(), 1e12 * spectrum(PEAK(), lines(MATERIALS[material]), kelvin), material)
    assert found.status[0] == Status.OK
    assert found.temperature[0] == pytest.approx(kelvin, abs=0.2)
    assert found.loss is None


@pytest.mark.parametrize("constant", [0.0, 30.0])
def test_what_lies_above_the_background_is_what_the_phonons_scattered(constant):
    clean = 1e7 * spectrum(PEAK(), lines(ALN), 600.0)
    found = analysed(planned(constant), clean + constant, spectra=True)
    true = clean - 1e7 * BARE
    for side, there in ((found.loss[0], true[AXIS > 0.5]), (found.gain[0], true[AXIS < -0.5][::-1])):
        seen = slice(34, 125)
        np.testing.assert_allclose(side[seen], there[seen], atol=0.03 * there[seen].max())


def test_background_and_signal_add_up_to_the_counts():
    counts = (1e7 * spectrum(PEAK(), lines(ALN), 600.0) + 30.0)[np.newaxis]
    plan = planned(30.0)
    found, under = analysed(plan, counts, spectra=True), plan.background(counts, np.zeros(1, int))
    # Of 7e5 counts at the top of the peak float32 keeps 0.06.
    np.testing.assert_allclose(found.loss + under[0], counts[:, AXIS > 0.5], atol=0.2)
    np.testing.assert_allclose(found.gain + under[1], counts[:, AXIS < -0.5][:, ::-1], atol=0.2)
    np.testing.assert_allclose(plan.constant, 30.0, rtol=0.1)


def test_a_spectrum_of_peak_and_dark_counts_alone_has_no_signal():
    found = analysed(planned(30.0), np.array([1e7 * BARE + 30.0, 1e7 * BARE + 25.0, np.zeros(len(BARE))]))
    assert (found.status == Status.NO_SIGNAL).all()
    assert np.isnan(found.temperature).all()
    assert np.isnan(found.error).all()


def test_what_is_known_of_a_pixel_stays():
    plan, counts = planned(), np.tile(1e7 * spectrum(PEAK(), lines(ALN), 600.0), (2, 1))
    counts[1] = np.nan
    status = np.array([Status.MASKED, Status.NOT_FINITE])
    found = plan.analyse(counts, status, np.zeros(2, int))
    np.testing.assert_array_equal(found.status, status)
    assert np.isnan(found.temperature).all()
    assert analysed(plan, counts).status[1] == Status.BACKGROUND_FAILED


def test_counts_of_several_electrons_are_noisier():
    clean = 1e6 * spectrum(PEAK(), lines(ALN), 600.0)
    one, four = planned(), planned(electrons_per_count=4.0)
    first, second = analysed(one, clean), analysed(four, clean / 4)
    assert second.temperature[0] == pytest.approx(first.temperature[0], rel=1e-9)
    assert second.error[0] == pytest.approx(first.error[0], rel=1e-9)
    assert analysed(four, clean).error[0] == pytest.approx(first.error[0] / 2, rel=0.01)


def test_errors_in_common_are_below_those_of_a_pixel_and_fall_with_a_vacuum():
    plan = planned()
    common = np.sqrt(np.diag(plan.common_covariance))
    pixel = analysed(plan, 1e7 * spectrum(PEAK(), lines(ALN), 600.0)).error[0]
    assert (common > 0).all()
    assert (common < 0.2 * pixel).all()
    made = Summed(summed(PEAK()), PIXELS, (200.0, 200.0), 1e11 * BARE)
    known = make_plan(AXIS, plan.windows, Method(), 1.0, made, FWHM)
    assert (np.sqrt(np.diag(known.common_covariance)) < common).all()
    np.testing.assert_allclose(known.fit.temperature, 600.0, atol=0.2)


def test_the_channels_that_are_fitted_end_where_every_spectrum_does():
    plan = planned(reach=(150.0, 190.0))
    used = plan.axis[plan.fitted]
    assert (used[0], used[-1]) == (-150.0, 190.0)


def test_a_side_without_far_window_is_read_with_a_peak_of_fixed_width():
    plan = planned(reach=(90.0, 200.0))
    assert plan.windows.far_gain is None
    kept = np.isin(AXIS, plan.axis)
    clean = spectrum(PEAK(), lines(ALN), 600.0)[kept]
    assert analysed(plan, 1e12 * clean).temperature[0] == pytest.approx(600.0, abs=1.0)
    windows = replace(plan.windows, far_gain=(60.0, 90.0))
    free = make_plan(plan.axis, windows, Method(), 1.0, Summed(summed(PEAK())[:, kept], PIXELS, (90.0, 200.0)), FWHM)
    assert analysed(free, 1e7 * clean).error[0] > 1.02 * analysed(plan, 1e7 * clean).error[0]
