"""The interface is found from the loss spectra."""

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface.composition import composition

from .synthetic import temperature_map, two_materials


@pytest.mark.parametrize(("position", "width"), [(29.3, 2.0), (20.0, 6.0), (40.6, 4.0)])
def test_position_and_width_are_recovered_within_their_errors(position, width):
    found = [
        composition(two_materials(np.random.default_rng(s), position=position, width=width), "x") for s in range(40)
    ]
    for values, errors, truth in (
        ([f.position.value for f in found], [f.position.error for f in found], position),
        ([f.width.value for f in found], [f.width.error for f in found], width),
    ):
        pull = (np.array(values) - truth) / np.array(errors)
        assert abs(pull.mean()) < 0.6
        assert 0.5 < np.mean(np.abs(pull) < 1) < 0.92
    assert np.mean([f.position.error for f in found]) < 0.1


def test_the_share_falls_from_one_to_nought():
    found = composition(two_materials(np.random.default_rng(1), counts=1e5), "x")
    x = np.arange(60.0)
    np.testing.assert_allclose(found.share[x < 26], 1.0, atol=0.02)
    np.testing.assert_allclose(found.share[x > 33], 0.0, atol=0.02)


def test_errors_of_the_share_are_its_scatter():
    found = composition(two_materials(np.random.default_rng(2), columns=200, position=99.6), "x")
    left = np.arange(200) < 90
    # One variance stands for the columns of both materials, so the error is on the safe side.
    assert 0.5 < found.share[left].std() / found.error[left].mean() < 1.1


def test_thickness_drops_out():
    found = composition(two_materials(np.random.default_rng(3), thickness=0.5, counts=4000.0), "x")
    assert found.position.value == pytest.approx(29.3, abs=0.3)


def test_an_image_turned_over_has_its_interface_at_the_other_end():
    tmap = two_materials(np.random.default_rng(4), position=20.0)
    turned = temperature_map(tmap.temperature[:, ::-1], 3.0, loss=tmap.loss[:, ::-1])
    assert composition(turned, "x").position.value == pytest.approx(
        59 - composition(tmap, "x").position.value, abs=0.02
    )


def test_axis_y_is_axis_x_of_the_transposed_image():
    tmap = two_materials(np.random.default_rng(5))
    turned = temperature_map(tmap.temperature.T, 3.0, loss=np.swapaxes(tmap.loss, 0, 1))
    assert composition(turned, "y").position.value == pytest.approx(composition(tmap, "x").position.value)


def test_columns_without_pixels_are_passed_over():
    tmap = two_materials(np.random.default_rng(6), counts=4000.0)
    kelvin = tmap.temperature.copy()
    kelvin[:, 28:32] = np.nan
    kelvin[2, :10] = np.nan
    found = composition(temperature_map(kelvin, 3.0, loss=tmap.loss), "x")
    assert found.position.value == pytest.approx(29.3, abs=1.5)


class Noiseless:
    """A generator whose draws are their means: counts as a simulation without noise gives them."""

    @staticmethod
    def poisson(mean):
        return mean


@pytest.mark.parametrize("rows", [1, 10])
def test_counts_without_noise_have_an_interface_too(rows):
    found = composition(two_materials(Noiseless, rows=rows, position=29.3, width=3.0), "x")
    assert found.position.value == pytest.approx(29.3, abs=1e-3)
    assert found.width.value == pytest.approx(3.0, abs=1e-2)


def test_one_material_is_refused():
    tmap = two_materials(np.random.default_rng(7), position=1e4)
    with pytest.raises(MethodError, match="no more than the noise"):
        composition(tmap, "x")


def test_the_axis_along_the_interface_is_refused():
    with pytest.raises(MethodError, match="choose the axis that crosses the interface"):
        composition(two_materials(np.random.default_rng(8), rows=40), "y")


def test_spectra_are_needed():
    with pytest.raises(MethodError, match="without keeping them"):
        composition(temperature_map(np.full((4, 20), 600.0)), "x")


def test_four_columns_are_too_few():
    tmap = two_materials(np.random.default_rng(9), columns=4, position=1.5)
    with pytest.raises(MethodError, match="At least 5 columns"):
        composition(tmap, "x")
