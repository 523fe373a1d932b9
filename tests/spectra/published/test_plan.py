"""The published recipe as a plan: each pixel and side on its own, and far windows on both."""

import numpy as np
import pytest

from kapitza.data import Status
from kapitza.errors import MethodError
from kapitza.settings import EnergyWindows, Method
from kapitza.spectra.published import make_plan
from kapitza.spectra.windows import fit_windows
from kapitza.theory.lineshapes import pearson7

from ..synthetic import balanced

AXIS = np.arange(-250.0, 251.0)
PAPER = Method(preset="paper")
PLAN = make_plan(AXIS, fit_windows(EnergyWindows().resolved(PAPER), 250.0, 250.0), PAPER, 1.0)
ONE = np.zeros(1, int)


def analysed(counts, spectra=False):
    return PLAN.analyse(counts[None], np.array([Status.OK]), ONE, spectra)


def test_windows_are_those_of_the_paper():
    assert PLAN.windows.signal == (55.0, 125.0)
    distance = np.abs(AXIS)
    wanted = ((distance >= 15) & (distance <= 30)) | ((distance >= 130) & (distance <= 200))
    np.testing.assert_array_equal(PLAN.fitted, wanted)
    assert PLAN.common_covariance is None


def test_the_sides_have_backgrounds_of_their_own():
    counts = np.where(AXIS > 0, pearson7(AXIS, 1e5, 0.0, 12.0, 2.0), pearson7(AXIS, 1e5, 0.0, 13.0, 1.7))
    loss, gain = PLAN.background(counts[None], ONE)
    np.testing.assert_allclose(loss[0, 14:], counts[251:][14:], rtol=1e-3)
    np.testing.assert_allclose(gain[0, 14:], counts[:250][::-1][14:], rtol=1e-3)


@pytest.mark.parametrize("kelvin", [300.0, 600.0])
def test_lines_in_detailed_balance_channel_by_channel_are_read_exactly(kelvin):
    found = analysed(balanced(AXIS, kelvin, height=1e6, signal=1e5), spectra=True)
    assert found.temperature[0] == pytest.approx(kelvin, rel=0.01)
    assert found.loss.shape == found.gain.shape == (1, 250)
    assert found.loss.dtype == np.float32


def test_a_spectrum_without_phonons_has_no_signal():
    found = analysed(pearson7(AXIS, 1e6, 0.0, 12.0, 2.0))
    assert found.status[0] == Status.NO_SIGNAL
    assert np.isnan(found.temperature[0])
    assert found.loss is None


def test_an_empty_spectrum_has_no_background():
    assert analysed(np.zeros(501)).status[0] == Status.BACKGROUND_FAILED


@pytest.mark.parametrize(("gain", "loss", "side"), [(90.0, 250.0, "gain"), (250.0, 100.0, "loss")])
def test_a_side_without_far_window_is_refused(gain, loss, side):
    axis = np.arange(-gain, loss + 1)
    windows = fit_windows(EnergyWindows().resolved(PAPER), gain, loss)
    with pytest.raises(MethodError, match=f"the {side} side of this image ends.*'recommended'"):
        make_plan(axis, windows, PAPER, 1.0)
