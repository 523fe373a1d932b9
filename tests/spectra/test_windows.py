"""Energy windows give way to what the axis has, and say so."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.settings import EnergyWindows, Method
from kapitza.spectra.windows import fit_windows, inside

WANTED = EnergyWindows().resolved(Method(preset="paper"))


def codes(windows):
    return [code for code, _ in windows.warnings]


def test_a_full_axis_serves_every_window_without_a_word():
    found = fit_windows(WANTED, 250.0, 250.0)
    assert (found.near, found.signal, found.far_loss, found.far_gain) == (
        WANTED.near,
        WANTED.signal,
        WANTED.far,
        WANTED.far,
    )
    assert found.warnings == ()


def test_windows_end_exactly_where_the_axis_does():
    assert fit_windows(WANTED, 200.0, 200.0).warnings == ()


def test_a_gain_side_that_ends_at_90_meV_has_no_far_window_and_cuts_the_signal():
    found = fit_windows(WANTED, 90.0, 300.0)
    assert found.signal == (55.0, 90.0)
    assert (found.far_loss, found.far_gain) == ((130.0, 200.0), None)
    assert sorted(codes(found)) == ["far_window_missing", "signal_window_cut"]
    assert any("gain side ends at -90 meV" in sentence for _, sentence in found.warnings)


@pytest.mark.parametrize("side", ["gain", "loss"])
def test_a_far_window_is_cut_where_20_meV_of_it_are_left(side):
    reach = {"gain": 250.0, "loss": 250.0, side: 150.0}
    found = fit_windows(WANTED, reach["gain"], reach["loss"])
    assert getattr(found, f"far_{side}") == (130.0, 150.0)
    assert codes(found) == ["far_window_cut"]
    assert f"on the {side} side" in found.warnings[0][1]
    reach[side] = 149.9
    assert getattr(fit_windows(WANTED, reach["gain"], reach["loss"]), f"far_{side}") is None


@pytest.mark.parametrize(("gain", "loss", "side"), [(0.0, 250.0, "gain"), (69.9, 250.0, "gain"), (250.0, 60.0, "loss")])
def test_a_missing_side_is_refused_with_what_to_do(gain, loss, side):
    with pytest.raises(MethodError, match=f"needs both sides of the zero-loss peak.*Record the {side} side"):
        fit_windows(WANTED, gain, loss)


def test_the_shortest_signal_window_is_15_meV():
    assert fit_windows(WANTED, 70.0, 70.0).signal == (55.0, 70.0)


def test_both_far_windows_may_be_missing():
    found = fit_windows(WANTED, 120.0, 120.0)
    assert found.far_loss is None
    assert found.far_gain is None
    assert codes(found) == ["signal_window_cut", "far_window_missing", "far_window_missing"]


def test_inside_takes_both_signs_and_both_ends():
    energy = np.array([-31.0, -30, -15, -14, 0, 14, 15, 30, 31, 130, 201])
    np.testing.assert_array_equal(inside(energy, (15.0, 30.0), None, (130.0, 200.0)), [0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0])
    assert not inside(energy, None).any()


def test_the_signal_window_is_the_presets_unless_chosen():
    assert EnergyWindows().resolved(Method()).signal == (30.0, 200.0)
    assert EnergyWindows(far=(120.0, 180.0)).resolved(Method()).signal == (30.0, 180.0)
    assert EnergyWindows().resolved(Method(preset="paper")).signal == (55.0, 125.0)
    for preset in ("recommended", "paper"):
        assert EnergyWindows(signal=(60.0, 100.0)).resolved(Method(preset=preset)).signal == (60.0, 100.0)


def test_a_signal_window_up_to_the_far_end_is_cut_with_it():
    found = fit_windows(EnergyWindows().resolved(Method()), 90.0, 250.0)
    assert found.signal == (30.0, 90.0)
    assert sorted(codes(found)) == ["far_window_missing", "signal_window_cut"]
