"""Deviations of bands from the local temperature: known ones found, direction, references, honest None."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface import band_deviations, modal_temperatures
from kapitza.interface.modes.modal import ModalTemperatures

from .synthetic import POSITION, in_columns, mapped

NAMES = ("one", "two", "three")
X = np.arange(0.1, 30.0, 0.6)
AT = 15.0


def made(deviations, temperature=600.0, error=2.0, common=0.0, names=NAMES):
    """Modal temperatures with deviations (M, n) from a temperature."""
    kelvin = temperature + np.asarray(deviations)
    covariance = np.tile(error**2 * np.eye(len(names)), (len(X), 1, 1))
    windows = tuple((10.0 * i, 10.0 * i + 5.0) for i in range(4, 4 + len(names)))
    flat = np.full(len(X), temperature)
    return ModalTemperatures(
        names,
        windows,
        X,
        kelvin,
        np.full(kelvin.shape, error),
        covariance,
        0 * kelvin + 80.0,
        flat,
        0 * X + 1.0,
        common**2 * np.eye(len(names)),
    )


def decaying(amplitude, length=3.0):
    """(3, n): one band that deviates on the left."""
    return np.stack([np.where(X < AT, amplitude * np.exp(-(AT - X) / length), 0.0), 0 * X, 0 * X])


def test_a_decaying_deviation_is_found_where_it_is():
    found = band_deviations(made(decaying(20.0)), made(decaying(-20.0)), interface=AT)
    assert found.names == NAMES
    np.testing.assert_allclose(found.deviation[:, 0], decaying(20.0)[0], atol=1e-9)
    np.testing.assert_allclose(found.error[:, 0], np.sqrt(1.5) * 2.0 / np.sqrt(2))
    assert found.left[0].length.value == pytest.approx(3.0, rel=0.02)
    assert found.left[0].amplitude.value == pytest.approx(20.0, rel=0.02)
    assert found.right == (None, None, None)


def test_what_the_heat_does_not_turn_cancels():
    even = np.stack([5.0 + 0 * X, 0 * X, -3.0 + 0 * X])
    found = band_deviations(made(decaying(20.0) + even), made(decaying(-20.0) + even), interface=AT)
    np.testing.assert_allclose(found.deviation[:, 0], decaying(20.0)[0], atol=1e-9)
    alone = band_deviations(made(decaying(20.0) + even), interface=AT)
    np.testing.assert_allclose(alone.deviation[:, 0], decaying(20.0)[0] + 6.5, atol=1e-9)


def test_an_offset_that_all_positions_share_is_not_taken_for_a_decay():
    shifted = decaying(20.0) + np.array([[3.0], [0.0], [0.0]])
    found = band_deviations(made(shifted, common=5.0), interface=AT)
    assert found.left[0].length.value == pytest.approx(3.0, rel=0.05)
    assert found.left[0].offset == pytest.approx(3.0, abs=0.2)
    assert found.common_error[0] == pytest.approx(5.0 * np.sqrt(1.5))


def test_a_band_that_deviates_is_no_reference_of_others():
    found = band_deviations(made(decaying(30.0), error=1.0), interface=AT)
    assert found.reference == (("two", "three"), ("three",), ("two",))
    np.testing.assert_allclose(found.deviation[:, 1:], 0.0, atol=1e-9)
    assert found.left[0].amplitude.value == pytest.approx(30.0, rel=0.02)
    assert found.left[1:] == (None, None)


@pytest.mark.parametrize("strength", [0.0, 0.25])
def test_the_twin_is_read_to_5_percent(strength):
    bulk = ((0.0, 9.2), (21.4, 31.0))
    bands = [
        modal_temperatures(
            in_columns(flow, 4, strength=strength, to=20.0), mapped(flow, strength=strength, to=20.0)[1], bulk=bulk
        )
        for flow in ("forward", "reverse")
    ]
    both, alone = band_deviations(*bands, interface=POSITION), band_deviations(bands[1], interface=POSITION)
    band = both.names.index("AlN TO")
    for found, sign, within in ((both, 1, 0.05), (alone, -1, 0.1)):
        assert found.left[band].length.value == pytest.approx(3.0, rel=within)
        assert found.left[band].amplitude.value == pytest.approx(20.0 * sign, rel=within)
        assert [decay for decay in (*found.left, *found.right) if decay] == [found.left[band]]


def test_a_named_reference_is_the_only_one():
    found = band_deviations(made(decaying(20.0)), interface=AT, reference=("two", "three"))
    assert found.reference == (("two", "three"), ("three",), ("two",))
    np.testing.assert_allclose(found.deviation[:, 1:], 0.0, atol=1e-9)


def test_a_reverse_image_that_is_moved_is_moved_back():
    back = made(decaying(-20.0))
    moved = replace(back, position=X + 0.6)
    found = band_deviations(made(decaying(20.0)), moved, interface=AT, reverse_interface=AT + 0.6)
    np.testing.assert_allclose(found.deviation[1:-1, 0], decaying(20.0)[0, 1:-1], atol=1e-9)


def test_nothing_is_told_of_noise():
    rng = np.random.default_rng(3)
    told = [
        decay is not None
        for _ in range(100)
        for decay in band_deviations(made(2.0 * rng.standard_normal((3, len(X)))), interface=AT).left
    ]
    assert np.mean(told) < 0.12


def test_what_cannot_be_compared_is_refused():
    there = made(decaying(20.0))
    with pytest.raises(MethodError, match="same ranges"):
        band_deviations(there, made(decaying(-20.0)[:2], names=NAMES[:2]), interface=AT)
    with pytest.raises(MethodError, match="as reference, got four"):
        band_deviations(there, interface=AT, reference=("four",))
    with pytest.raises(MethodError, match="as reference, got two"):
        band_deviations(there, interface=AT, reference=("two",))
