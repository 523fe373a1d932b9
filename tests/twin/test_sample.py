"""Modes that the flow of heat takes out of equilibrium: their own temperature, its sign, and how far it reaches."""

import numpy as np
import pytest

from kapitza.errors import StudyError
from kapitza.theory.occupation import temperature_from_ratio
from kapitza.twin.fields import fields
from kapitza.twin.forward import energy_axis, expected_counts
from kapitza.twin.peak import zero_loss_peak
from kapitza.twin.sample import interface_offset, scattered

COLUMN = 20


def offset_of(table, offsets):
    """The lines of a twin's table with flow offsets (K), one for each."""
    lines = [mode.model_dump(exclude_unset=True) for mode in table.modes]
    return [{**line, "flow_offset": offset} for line, offset in zip(lines, offsets, strict=True)]


@pytest.fixture(scope="module")
def flowing(quiet, vary):
    """The strongest line of the left material 20 K hotter at the interface, interface modes +30 and -25 K."""
    left = offset_of(quiet.left, [0.0, 0.0, 0.0, 20.0, 0.0])
    modes = offset_of(quiet.interface, [30.0, -25.0])
    return vary(quiet, left={"modes": left}, interface={"modes": modes, "decay_length": 4.0})


def test_without_offsets_nothing_changes(quiet, vary):
    zero = vary(quiet, left={"modes": offset_of(quiet.left, [0.0] * 5)})
    np.testing.assert_allclose(expected_counts(zero, fields(zero)), expected_counts(quiet, fields(quiet)), rtol=1e-13)


def test_reversed_heat_turns_the_offsets_round(flowing, vary):
    reverse, none = (vary(flowing, temperature={"heat_flow": flow}) for flow in ("reverse", "none"))
    for twin, sign in ((flowing, 1.0), (reverse, -1.0), (none, 0.0)):
        assert [interface_offset(twin, mode) for mode in twin.interface.modes] == [30.0 * sign, -25.0 * sign]
    np.testing.assert_array_equal(fields(flowing).deviation, -fields(reverse).deviation)
    assert not fields(none).deviation.any()


def test_the_deviation_decays_from_the_interface(flowing, vary):
    sharp = fields(vary(flowing, probe={"fwhm": 0.0})).deviation[0]
    np.testing.assert_allclose(sharp, np.exp(-np.abs(np.arange(41.0) - 19.7) / 4.0), rtol=1e-12)


def test_the_probe_spreads_the_deviation_without_losing_it(flowing, vary):
    scan = {"columns": 4001, "step": 0.02, "rows": 1}
    sharp, spread = (
        fields(vary(flowing, scan=scan, probe={"fwhm": fwhm}, interface={"position": 40.0})).deviation[0]
        for fwhm in (0.0, 1.5)
    )
    x = np.arange(-200, 201) * 0.02
    probe = np.exp(-4 * np.log(2) * (x / 1.5) ** 2)
    np.testing.assert_allclose(spread[300:-300], np.convolve(sharp, probe / probe.sum(), "same")[300:-300], atol=3e-5)
    assert np.isfinite(spread).all()


def test_each_line_is_in_detailed_balance_at_its_own_temperature(flowing, vary):
    alone = vary(flowing, right={"modes": offset_of(flowing.right, [0.0] * 5)}, interface={"modes": []})
    left = [mode.model_dump(exclude_unset=True) for mode in flowing.left.modes]
    alone = vary(alone, left={"modes": [left[3]]}, interface={"position": 25.0})
    seen, energy = fields(alone), np.array([-82.5, 82.5])
    spectra = scattered(alone, seen, energy)[0, :15]
    found = temperature_from_ratio(spectra[:, 1] / spectra[:, 0], 82.5)
    np.testing.assert_allclose(found, (seen.temperature + 20.0 * seen.deviation)[0, :15], rtol=1e-9)


def test_the_blurred_spectrum_is_that_of_the_scattered_one(flowing):
    seen, energy = fields(flowing), energy_axis(flowing)
    fine = np.arange(-1600, 1600) * 0.25 + 0.125
    source = scattered(flowing, seen, fine)[0, COLUMN] * 0.25
    slow = zero_loss_peak(flowing.zero_loss, energy[:, None] - fine) @ source
    slow = (slow + zero_loss_peak(flowing.zero_loss, energy)) * flowing.dose.zero_loss_counts
    np.testing.assert_allclose(expected_counts(flowing, seen)[0, COLUMN], slow, rtol=1e-6)


def test_offsets_that_freeze_a_mode_are_refused(quiet, vary):
    with pytest.raises(StudyError, match="keep the sample above 10 K"):
        vary(quiet, interface={"modes": offset_of(quiet.interface, [-590.0, 0.0])})
