"""Thickness: a known t/lambda comes back within its error, and an axis without plasmons is refused."""

import numpy as np
import pytest

from kapitza.data import Status
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.spectra.thickness import in_nanometres, relative_thickness
from kapitza.theory.lineshapes import pearson7

DISPERSION = 100.0
ENERGY = DISPERSION * np.arange(-200, 1000)


def spectrum(thickness, electrons=1e6, exponent=2.0):
    """Mean counts of a plasmon at 21 eV, scattered any number of times, blurred by a peak of 0.8 eV."""
    loss = DISPERSION * np.arange(8192) * 1e-3
    single = np.where(loss < 200, loss / ((loss**2 - 21.0**2) ** 2 + (5.0 * loss) ** 2), 0.0)
    series = np.fft.ifft(np.exp(thickness * (np.fft.fft(single / single.sum()) - 1.0))).real
    peak = pearson7(DISPERSION * np.arange(-1200, 1201), 1.0, 0.0, 800.0, exponent)
    return electrons * np.convolve(series, peak / peak.sum())[1000 : 1000 + len(ENERGY)]


def drawn(thickness, number=400, **how):
    return np.random.default_rng(1).poisson(spectrum(thickness, **how), (number, len(ENERGY)))


@pytest.mark.parametrize("zero_loss", ["window", "fit"])
@pytest.mark.parametrize("thickness", [0.05, 0.3, 0.8])
def test_a_known_thickness_comes_back_but_for_what_is_beyond_the_axis(thickness, zero_loss):
    found = relative_thickness(drawn(thickness), ENERGY, zero_loss=zero_loss)
    assert (found.status == Status.OK).all()
    lost = thickness - found.value.mean()
    assert -2e-3 < lost < found.missing + 2e-3
    assert found.missing < 0.03
    assert found.common_error == 0.0


@pytest.mark.parametrize("electrons", [1e3, 1e6])
def test_errors_are_the_scatter(electrons):
    found = relative_thickness(drawn(0.5, 2000, electrons=electrons), ENERGY)
    assert np.std(found.value) == pytest.approx(found.error.mean(), rel=0.06)
    several = relative_thickness(drawn(0.5, 20, electrons=electrons), ENERGY, electrons_per_count=4.0)
    plain = relative_thickness(drawn(0.5, 20, electrons=electrons), ENERGY)
    np.testing.assert_allclose(several.error, plain.error / 2)


@pytest.mark.parametrize(("exponent", "outside"), [(1.2, 0.10), (2.0, 0.024)])
def test_the_tail_outside_a_narrow_window_is_counted_with_the_peak(exponent, outside):
    """Taken for losses it would add as much to t/lambda. The rest is the losses' own tails in window and gain side."""
    found = relative_thickness(drawn(0.3, exponent=exponent), ENERGY, half_width=1.5e3)
    assert found.beyond == pytest.approx(outside, rel=0.1)
    uncorrected = found.value - np.log1p(-found.beyond)
    assert uncorrected.mean() - 0.3 > 0.9 * outside
    assert abs(found.value.mean() - 0.3) < 0.1 * (uncorrected.mean() - 0.3)


def test_a_gain_in_counts_changes_nothing():
    counts = drawn(0.5, 10)
    one, other = (relative_thickness(factor * counts, ENERGY).value for factor in (1, 3))
    np.testing.assert_allclose(one, other, rtol=1e-6)


def test_pixels_that_hold_nothing_say_so_and_leave_the_others_alone():
    counts = drawn(0.5, 8).astype(np.float32)
    alone = relative_thickness(counts[:4], ENERGY).value
    counts[4, 3] = np.nan
    counts[5] = 0.0
    counts[6, np.abs(ENERGY) < 4e3] = 0.0
    found = relative_thickness(counts, ENERGY)
    wanted = [Status.OK] * 4 + [Status.NOT_FINITE, Status.NO_COUNTS, Status.NO_ZERO_LOSS, Status.OK]
    assert found.status.tolist() == wanted
    assert np.isfinite(found.value).tolist() == [status == Status.OK for status in wanted]
    np.testing.assert_allclose(found.value[:4], alone, atol=5e-4)


def test_nanometres_carry_the_error_of_the_mean_free_path_apart():
    relative = relative_thickness(drawn(0.5, 10), ENERGY)
    found = in_nanometres(relative, Quantity(70.0, 7.0, "nm"))
    np.testing.assert_allclose(found.value, 70.0 * relative.value)
    np.testing.assert_allclose(found.error, 70.0 * relative.error)
    assert (found.unit, found.common_error) == ("nm", pytest.approx(0.1))
    with pytest.raises(MethodError, match="relative thickness"):
        in_nanometres(found, Quantity(70.0, 7.0, "nm"))


def test_a_vibrational_axis_gives_no_thickness():
    energy = np.arange(-250.0, 251.0)
    with pytest.raises(MethodError, match=r"at least 50 eV are wanted.* -0.25 to 0.25 eV.*on axis"):
        relative_thickness(pearson7(energy, 1e5, 0.0, 12.0, 2.0)[None], energy)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"half_width": 15e3}, "below the zero-loss peak"),
        ({"zero_loss": "guess"}, "'window' or 'fit'"),
        ({"counts": np.zeros((2, len(ENERGY)))}, "without missing channels"),
        ({"counts": np.zeros(len(ENERGY))}, "One spectrum per row"),
    ],
)
def test_what_does_not_fit_is_refused(change, sentence):
    with pytest.raises(MethodError, match=sentence):
        relative_thickness(**{"counts": drawn(0.5, 2), "energy": ENERGY, **change})
