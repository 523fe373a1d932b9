"""Null tests: nothing where heat does nothing, no change where it must not matter, and doubts that are said."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface.modes.nulls import doubts, no_band_free, shifted, swapped_references, zero_flow
from kapitza.interface.modes.populations import asymmetry, mode_populations
from kapitza.quantity import Quantity

from .synthetic import MODES, POSITION, at_interface, mapped


def directions(alpha=0.0, beta=0.0):
    return [at_interface(flow, alpha=alpha, beta=beta) for flow in ("forward", "reverse")]


def compared(spectra):
    return asymmetry(*(mode_populations(s, MODES) for s in spectra), "alpha", "beta")


def test_zero_flow_gives_zero():
    found = zero_flow(*mapped("none"), POSITION, MODES, reach=10.0)
    for index in (found.gain, found.loss, found.strength, found.gain_over_loss):
        assert index.value == pytest.approx(0.0, abs=1e-9)
        assert index.error > 0


def test_bulk_spectra_of_the_other_direction_change_nothing():
    plain, swapped = compared(directions(20.0, -19.0)), swapped_references(*directions(20.0, -19.0), MODES)
    assert swapped.gain.value == pytest.approx(plain.gain.value, abs=2e-3)
    assert swapped.temperature_change[0].value == pytest.approx(plain.temperature_change[0].value, abs=0.5)


def test_a_shift_is_found_and_undone_unless_that_is_switched_off():
    plain = compared(directions(20.0, -19.0))
    for found in shifted(*directions(20.0, -19.0), MODES):
        assert found.gain.value == pytest.approx(plain.gain.value, abs=0.01)
        assert found.temperatures[0][0].value == pytest.approx(620.0, abs=2.0)
    up, down = shifted(*directions(20.0, -19.0), MODES, shift=False)
    assert up.temperatures[0][0].value > 700.0
    assert up.gain.value - down.gain.value > 0.03


def test_what_a_band_would_have_faked_is_told():
    free = (((79.0, 87.0), "left"),)
    spectra = [at_interface(flow, to=-20.0, free=free) for flow in ("forward", "reverse")]
    assert compared(spectra).occupation_ratio.value == pytest.approx(1.0, abs=0.02)
    assert no_band_free(*spectra, MODES).occupation_ratio.value > 1.1


def test_images_of_different_dispersion_are_refused():
    one, other = directions()
    with pytest.raises(MethodError, match="same dispersion"):
        one.with_bulk_of(replace(other, energy=1.1 * other.energy))


def test_a_shorter_axis_serves_in_the_channels_that_both_have():
    one, other = directions(20.0, -19.0)
    cut = slice(20, -30)
    short = replace(
        other,
        energy=other.energy[cut],
        **{name: getattr(other, name)[:, cut] for name in ("electrons", "background", "rises", "free_rises")},
    )
    joined = one.with_bulk_of(short)
    np.testing.assert_array_equal(joined.energy, short.energy)
    assert joined.electrons.shape == joined.rises.shape == joined.background.shape == (3, len(short.energy))


def test_nothing_is_doubted_where_the_heat_is_the_cause():
    claim = compared(directions(20.0, -19.0))
    assert doubts(claim, {"zero flow": zero_flow(*mapped("none"), POSITION, MODES, reach=10.0)}) == ()


def test_every_doubt_is_said():
    small, large = compared(directions()), compared(directions(127.0, -87.0))
    assert [code for code, _ in doubts(small, {})] == ["asymmetry_not_significant"]
    code, sentence = doubts(large, {})[0]
    assert code == "implied_temperatures"
    assert "alpha at 726" in sentence
    failing = replace(large, strength=Quantity(0.5, 0.1, ""))
    codes = [code for code, _ in doubts(failing, {"zero flow": large})]
    assert codes == ["strength_asymmetry", "null_fails", "implied_temperatures"]
