"""Modal temperatures: equilibrium, a deviation recovered through the leakage of the peak, honest errors."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface.modes.lead_lag import deviation_decay
from kapitza.interface.modes.modal import WINDOWS, modal_temperatures, window_leakage

from .synthetic import POSITION, drawn, in_columns, mapped, true_deviation, true_temperature

NAMES = tuple(WINDOWS)


def modal(flow, windows=None, columns=4, **how):
    return modal_temperatures(in_columns(flow, columns, **how), mapped(flow, **how)[1], windows)


def binned(values, columns=4):
    return values[: len(values) // columns * columns].reshape(-1, columns).mean(axis=1)


def test_without_heat_every_range_is_at_one_temperature():
    found = modal("none", strength=0.0)
    for kelvin in found.temperature:
        np.testing.assert_allclose(kelvin[np.isfinite(kelvin)], 600.0, atol=1.5)
    assert np.isfinite(found.temperature[NAMES.index("LO")]).all()


def test_a_range_without_signal_gives_no_temperature():
    found = modal("none", strength=0.0)
    right = found.position > POSITION + 2
    assert np.isnan(found.temperature[NAMES.index("AlN TO"), right]).all()
    assert np.isfinite(found.temperature[NAMES.index("SiC TO"), right]).all()


def test_interface_modes_are_not_taken_for_a_temperature():
    found = modal("none")
    for kelvin, error in zip(found.temperature, found.error, strict=True):
        told = error < 20.0
        np.testing.assert_allclose(kelvin[told], 600.0, atol=3.0)


def test_a_mode_out_of_equilibrium_is_found_and_the_others_are_left():
    found = modal("forward", strength=0.0, to=20.0)
    kelvin, left = binned(true_temperature("forward")), found.position < POSITION
    deviation = binned(true_deviation("forward", 20.0))
    seen = found.temperature - kelvin
    np.testing.assert_allclose(seen[NAMES.index("AlN TO"), left], deviation[left], atol=2.0)
    # The fit that all temperatures come from assumes one for all modes; that is what the 2 K are.
    np.testing.assert_allclose(seen[NAMES.index("LO"), left], 0.0, atol=2.5)
    decay = deviation_decay(
        found.position[left], seen[NAMES.index("AlN TO"), left], found.error[NAMES.index("AlN TO"), left], POSITION
    )
    assert decay.length.value == pytest.approx(3.0, abs=0.6)
    assert decay.amplitude.value == pytest.approx(20.0, abs=2.0)


def test_reversed_heat_turns_the_deviation():
    there, back = (modal(flow, strength=0.0, to=20.0) for flow in ("forward", "reverse"))
    left = there.position < POSITION - 0.5
    field = binned(true_temperature("forward") - true_temperature("reverse"))
    odd = 0.5 * (there.temperature - back.temperature - field)[NAMES.index("AlN TO"), left]
    np.testing.assert_allclose(odd, binned(true_deviation("forward", 20.0))[left], atol=1.0)


def test_errors_and_covariance_hold():
    rng = np.random.default_rng(7)
    columns = replace_columns(in_columns("forward", 30, strength=0.0), slice(0, 3))
    tmap = mapped("forward", strength=0.0)[1]
    noiseless = modal_temperatures(columns, tmap)
    seen = [modal_temperatures(drawn(columns, rng), tmap).temperature for _ in range(200)]
    chosen = [NAMES.index(name) for name in ("acoustic", "AlN TO", "LO")]
    scatter = np.std(seen, axis=0)[chosen]
    np.testing.assert_allclose(scatter / noiseless.error[chosen], 1.0, atol=0.25)
    covariance = np.cov(np.array(seen)[:, chosen, 0].T)
    stated = noiseless.covariance[0][np.ix_(chosen, chosen)]
    scale = np.sqrt(np.outer(np.diag(stated), np.diag(stated)))
    np.testing.assert_allclose(covariance / scale, stated / scale, atol=0.35)


def replace_columns(spectra, some):
    names = ("electrons", "background", "rises", "temperature", "position", "pixels")
    return replace(spectra, **{name: getattr(spectra, name)[some] for name in names})


def test_the_ranges_leak_into_each_other():
    leakage = window_leakage(mapped("none")[1])
    assert leakage.shape == (len(WINDOWS), len(WINDOWS))
    assert (np.diag(leakage) > 0.45).all()
    assert leakage[NAMES.index("SiC TO"), NAMES.index("AlN TO")] > 0.1
    assert (leakage.sum(axis=0) < 1.0).all()
    assert leakage[NAMES.index("AlN TO"), NAMES.index("AlN TO")] < 0.6


def test_windows_that_cannot_be_are_refused():
    with pytest.raises(MethodError, match="do not overlap"):
        modal("none", {"one": (70.0, 90.0), "other": (85.0, 100.0)})
    with pytest.raises(MethodError, match="do not overlap"):
        modal("none", {"narrow": (80.0, 80.1)})


def test_ranges_of_one_s_own():
    found = modal("none", {"optical": (70.0, 130.0)}, strength=0.0)
    assert found.names == ("optical",)
    assert found.windows == ((70.0, 130.0),)
    np.testing.assert_allclose(found.temperature, 600.0, atol=1.5)
