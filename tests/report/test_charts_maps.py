"""Maps on the page: coarsened by honest means, flagged where nothing is known."""

import math

import numpy as np
import pytest

from kapitza.data import Status
from kapitza.report.charts_maps import block_mean, coarsening, isotherm_chart, map_chart, page_plane


def slow_block_mean(plane, factor):
    """Means of blocks one by one, obviously right."""
    rows, columns = (math.ceil(n / factor) for n in plane.shape)
    out = np.full((rows, columns), np.nan)
    for i in range(rows):
        for j in range(columns):
            block = plane[i * factor : (i + 1) * factor, j * factor : (j + 1) * factor]
            known = block[np.isfinite(block)]
            if known.size:
                out[i, j] = known.mean()
    return out


@pytest.mark.parametrize(("shape", "factor"), [((6, 9), 3), ((7, 10), 3), ((1, 5), 2), ((4, 4), 1), ((3, 3), 5)])
def test_block_means_are_those_of_the_slow_twin(shape, factor):
    rng = np.random.default_rng(5)
    plane = rng.random(shape)
    plane[rng.random(shape) < 0.4] = np.nan
    np.testing.assert_allclose(block_mean(plane, factor), slow_block_mean(plane, factor))


@pytest.mark.parametrize("shape", [(256, 256), (257, 256), (1, 100_000), (1000, 900), (3, 3)])
def test_coarsening_is_the_least_that_fits(shape):
    def pixels(k):
        return math.ceil(shape[0] / k) * math.ceil(shape[1] / k)

    factor = coarsening(shape, 65_536)
    assert pixels(factor) <= 65_536
    assert factor == 1 or pixels(factor - 1) > 65_536


def test_a_coarse_pixel_stands_in_the_middle_of_its_block(synthetic):
    tmap = synthetic.temperature_map("forward", shape=(12, 40), bad=False)
    plane = page_plane(tmap, budget=120)
    assert plane.factor == 2
    assert plane.x[:2].tolist() == [5.0, 25.0]
    assert plane.y[0] == 5.0
    assert plane.temperature[0, 0] == pytest.approx(tmap.temperature[:2, :2].mean())


def test_a_block_is_flagged_only_where_no_pixel_is_good(synthetic):
    plane = page_plane(synthetic.temperature_map("forward"), budget=120)
    assert plane.status[0, :3].tolist() == [0, 0, 0]
    full = page_plane(synthetic.temperature_map("forward"))
    assert full.status[0, 0] == Status.MASKED
    assert ((full.status == 0) == np.isfinite(full.temperature)).all()


def test_the_pointer_reads_value_error_and_reason(synthetic):
    tmap = synthetic.temperature_map("forward")
    bad, shown, error = map_chart(tmap, None, "x").data
    np.testing.assert_allclose(shown.z, tmap.temperature, rtol=1e-6)
    np.testing.assert_allclose(shown.customdata, tmap.error, rtol=1e-6)
    np.testing.assert_allclose(error.z, tmap.error, rtol=1e-6)
    assert bad.text[3][7] == Status.SPIKES.sentence
    assert bad.text[1][1] == ""


def test_y_points_down_as_in_the_image(synthetic):
    chart = map_chart(synthetic.temperature_map("forward"), None, "x")
    low, high = chart.layout.yaxis.range
    assert low > high


@pytest.mark.parametrize(("axis", "key"), [("x", "x0"), ("y", "y0")])
def test_the_interface_is_marked_in_both_maps(synthetic, axis, key):
    tmap = synthetic.temperature_map("forward")
    interface = synthetic.interface(tmap)
    shapes = map_chart(tmap, interface, axis).layout.shapes
    assert [shape[key] for shape in shapes] == [interface.position.value] * 2


def test_isotherms_lie_over_the_survey_image(synthetic):
    tmap = synthetic.temperature_map("forward")
    kinds = [t.type for t in isotherm_chart(tmap, synthetic.gradient(tmap), np.eye(20), None, "x").data]
    assert kinds == ["heatmap", "contour", "scatter", "scatter"]
