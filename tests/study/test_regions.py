"""Where averaged spectra are taken."""

import numpy as np
import pytest

from kapitza.data import InterfaceResult, Profile, TemperatureMap
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings, Method
from kapitza.study.regions import regions

NOTHING = Quantity(None, None, "")


def a_map(shape, step=(0.5, 0.5)) -> TemperatureMap:
    plane = np.zeros(shape)
    return TemperatureMap(
        name="a",
        temperature=plane + 600,
        error=plane + 5,
        status=plane.astype(int),
        shift=plane,
        spikes=plane.astype(int),
        energy=np.arange(1.0, 3.0),
        loss=None,
        gain=None,
        step=step,
        temperature_mean=Quantity(600, 1, "K"),
        zero_loss={},
        scatter=None,
        settings=Method(),
    )


def an_interface(bulk_left, bulk_right) -> InterfaceResult:
    return InterfaceResult(
        **dict.fromkeys(InterfaceResult.QUANTITIES, NOTHING),
        profile=Profile(np.zeros(2), np.zeros(2), np.zeros(2)),
        bulk_left=bulk_left,
        bulk_right=bulk_right,
        composition=None,
        covariance=np.eye(4),
    )


def test_thirds_share_the_whole_image():
    (whole, everywhere), *thirds = regions(a_map((4, 10)), None, None)
    assert whole == "whole image"
    assert everywhere.all()
    assert [label for label, _ in thirds] == ["left third", "middle third", "right third"]
    np.testing.assert_array_equal(sum(place.astype(int) for _, place in thirds), np.ones((4, 10)))
    assert {place[0].sum() for _, place in thirds} == {3, 4}


@pytest.mark.parametrize("shape", [(1, 1), (5, 2)])
def test_a_narrow_image_is_not_divided(shape):
    assert [label for label, _ in regions(a_map(shape), None, None)] == ["whole image"]


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize(("step", "unit"), [((0.5, 0.5), 0.5), (None, 1.0)])
def test_bulks_and_interface_share_the_axis(axis, step, unit):
    shape = (3, 20) if axis == "x" else (20, 3)
    interface = an_interface((0.0, 7 * unit), (12 * unit, 18 * unit))
    found = regions(a_map(shape, step), InterfaceSettings(axis, "AlN", "SiC"), interface)
    assert [label for label, _ in found] == ["AlN, bulk", "interface", "SiC, bulk"]
    lines = [place.all(axis="xy".index(axis)) for _, place in found]
    assert [list(np.flatnonzero(line)[[0, -1]]) for line in lines] == [[0, 7], [8, 11], [12, 18]]


def test_touching_bulks_leave_no_interface_region():
    found = regions(a_map((2, 8)), InterfaceSettings(), an_interface((0, 2), (2, 3.5)))
    assert [label for label, _ in found] == ["left, bulk", "right, bulk"]


@pytest.mark.parametrize("axis", ["x", "y"])
def test_places_are_equal_parts_along_the_heat(axis):
    shape = (3, 20) if axis == "x" else (20, 3)
    interface = an_interface((0.0, 3.5), (6.0, 9.5))
    found = regions(a_map(shape), InterfaceSettings(axis, "AlN", "SiC"), interface, 8)
    assert len(found) == 8
    assert [label for label, _ in found][:2] == ["0 to 1 nm", "1.5 to 2 nm"]
    np.testing.assert_array_equal(sum(place.astype(int) for _, place in found), np.ones(shape))
    assert {int(place.sum()) for _, place in found} == {6, 9}
    assert len(regions(a_map((3, 4), None), None, None, 8)) == 4
