"""The energy axis is found by its units, and everything else falls into place around it."""

import itertools

import dask.array as da
import numpy as np
import pytest

from kapitza.errors import AxisError, InputError
from kapitza.files.axes import arrange, find_layout
from kapitza.files.item import Axis, Item

ENERGY = Axis(6, -0.002, 0.001, "eV")
Y, X = Axis(3, 0.0, 0.5, "nm"), Axis(4, 0.0, 2.0, "Å")


def item(*axes: Axis, dtype: str = "f4") -> Item:
    shape = tuple(axis.size for axis in axes)
    return Item("map", np.arange(np.prod(shape)).reshape(shape).astype(dtype), axes)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_energy_axis_wherever_it_stands(place: int, lazy: bool) -> None:
    axes = [Y, X]
    axes.insert(place, ENERGY)
    entry = item(*axes)
    layout = find_layout(entry)
    counts = arrange(da.from_array(entry.data) if lazy else entry.data, layout)
    np.testing.assert_array_equal(np.asarray(counts), np.moveaxis(entry.data, place, 2))
    np.testing.assert_allclose(layout.energy, [-2, -1, 0, 1, 2, 3], atol=1e-12)
    assert layout.step == (0.5, 0.2)
    assert layout.shape(entry) == counts.shape


@pytest.mark.parametrize(("unit", "factor"), [("eV", 1e3), ("meV", 1.0), ("keV", 1e6)])
def test_units_decide(unit: str, factor: float) -> None:
    layout = find_layout(item(Y, X, Axis(5, 1.0, 2.0, unit)))
    np.testing.assert_allclose(layout.energy, factor * np.array([1, 3, 5, 7, 9]))


def test_line_scan_and_single_spectrum() -> None:
    line, single = item(X, ENERGY), item(ENERGY)
    assert arrange(line.data, find_layout(line)).shape == (1, 4, 6)
    assert find_layout(line).step == (0.2, 0.2)
    assert arrange(single.data, find_layout(single)).shape == (1, 1, 6)
    assert find_layout(single).step is None
    turned = item(ENERGY, X)
    np.testing.assert_array_equal(arrange(turned.data, find_layout(turned))[0], turned.data.T)


def test_descending_energy_axis_is_turned_round_with_the_counts() -> None:
    falling = Axis(6, 0.003, -0.001, "eV")
    entry = item(Y, X, falling)
    layout = find_layout(entry)
    np.testing.assert_allclose(layout.energy, [-2, -1, 0, 1, 2, 3], atol=1e-12)
    np.testing.assert_array_equal(arrange(entry.data, layout), entry.data[:, :, ::-1])
    assert any("turned round" in note for note in layout.notes)


def test_axes_of_length_one_make_room() -> None:
    frame = Axis(1, 0.0, 1.0, "s")
    entry = item(frame, Y, ENERGY, X)
    counts = arrange(entry.data, find_layout(entry))
    np.testing.assert_array_equal(counts, entry.data[0].transpose(0, 2, 1))


def test_sequences_are_refused_with_their_shape() -> None:
    with pytest.raises(InputError, match=r"2 \(s\) x 3 \(nm\) x 4 \(Å\) x 6 \(eV\) in 'map'"):
        find_layout(item(Axis(2, 0.0, 1.0, "s"), Y, X, ENERGY))


def test_no_energy_unit_is_refused_with_what_was_found() -> None:
    with pytest.raises(AxisError, match=r"got 3 \(nm\) x 4 \(Å\) x 6 \(no unit\)"):
        find_layout(item(Y, X, Axis(6, 0.0, 1.0, "")))


def test_two_energy_axes_are_refused() -> None:
    with pytest.raises(AxisError, match="One energy axis is wanted, got 2"):
        find_layout(item(Y, ENERGY, Axis(3, 0.0, 1.0, "meV")))


def test_pictures_are_named_as_such() -> None:
    with pytest.raises(InputError, match="got the picture 'map'") as caught:
        find_layout(item(Y, X))
    assert not isinstance(caught.value, AxisError)


@pytest.mark.parametrize("unit", ["", "pixel", "1/nm", "mrad"])
def test_step_is_unknown_without_lengths_on_both_axes(unit: str) -> None:
    odd = Axis(4, 0.0, 1.0, unit)
    for pair in ((odd, odd), (Y, odd), (odd, Y)):
        layout = find_layout(item(*pair, ENERGY))
        assert layout.step is None
        assert any("pixel pitch not known" in note for note in layout.notes)
        assert (repr(unit) in layout.notes[0]) == (unit not in ("", "pixel"))


def test_a_single_row_takes_the_other_step() -> None:
    assert find_layout(item(Axis(1, 0.0, 1.0, ""), X, ENERGY)).step == (0.2, 0.2)


@pytest.mark.parametrize("scale", [0.0, np.nan, np.inf])
def test_step_of_no_length_is_no_step(scale: float) -> None:
    assert find_layout(item(Axis(4, 0.0, scale, "nm"), X, ENERGY)).step is None


def test_backward_scan_has_a_positive_step() -> None:
    assert find_layout(item(Axis(4, 0.0, -0.5, "nm"), X, ENERGY)).step == (0.5, 0.2)


@pytest.mark.parametrize(
    "axis", [Axis(6, 0.0, 0.0, "eV"), Axis(6, np.nan, 1.0, "eV"), Axis(6, 0.0, np.inf, "eV"), Axis(1, 0.0, 1.0, "eV")]
)
def test_impossible_energy_axes(axis: Axis) -> None:
    with pytest.raises(AxisError, match="at least two channels with a finite step"):
        find_layout(item(Y, X, axis))


def test_listed_energy_axis_must_be_uniform() -> None:
    steady = Axis(5, np.nan, np.nan, "meV", values=np.linspace(-1, 3, 5))
    np.testing.assert_allclose(find_layout(item(Y, X, steady)).energy, [-1, 0, 1, 2, 3])
    for values in ([0.0, 1.0, 2.0, 3.0, 5.0], [1.0] * 5, [0.0, 1.0, np.nan, 3.0, 4.0]):
        with pytest.raises(AxisError, match="equal steps"):
            find_layout(item(Y, X, Axis(5, np.nan, np.nan, "meV", values=np.array(values))))


@pytest.mark.parametrize("dtype", ["c8", "?", "O", "S3", "M8[s]", [("R", "u1"), ("G", "u1"), ("B", "u1")]])
def test_only_real_numbers(dtype: object) -> None:
    with pytest.raises(InputError, match="real numbers"):
        find_layout(Item("map", np.zeros((3, 4, 6), dtype), (Y, X, ENERGY)))


def test_every_array_needs_an_axis_per_dimension() -> None:
    for shape, axes in (((3, 4, 6), (Y, X)), ((), ()), ((0, 4, 6), (Axis(0, 0, 1, "nm"), X, ENERGY))):
        with pytest.raises(InputError, match="axis for each dimension"):
            find_layout(Item("map", np.zeros(shape), axes))


def test_arranging_loses_nothing_in_any_order() -> None:
    for axes in itertools.permutations([Y, X, ENERGY]):
        entry = item(*axes)
        assert sorted(arrange(entry.data, find_layout(entry)).ravel()) == sorted(entry.data.ravel())
