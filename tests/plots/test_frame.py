"""Pixels stand at their coordinates, in nm, at their own shape."""

import numpy as np
import pytest

from kapitza.plots.frame import Frame, draw_plane, limits, map_panels
from kapitza.plots.style import BAD_PIXEL, add_panel, new_figure


def test_edges_are_half_a_pixel_from_the_outer_centres():
    frame = Frame((3, 5), (2.0, 4.0))
    assert frame.extent == (-2.0, 18.0, 5.0, -1.0)
    y, x = frame.coordinates()
    assert (y.tolist(), x.tolist()) == ([0, 2, 4], [0, 4, 8, 12, 16])


def test_without_a_step_the_axes_count_pixels():
    frame = Frame((3, 5), None)
    assert (frame.unit, frame.extent) == ("pixel", (-0.5, 4.5, 2.5, -0.5))


@pytest.mark.parametrize("shape", [(12, 40), (40, 12), (1, 1), (7, 7), (20, 161)])
def test_pixels_keep_their_shape_in_every_panel(shape):
    frame = Frame(shape, (3.0, 3.0))
    figure, panels = map_panels(frame, 2)
    for ax in panels:
        box = ax.get_position()
        wide, high = figure.get_size_inches() * (box.width, box.height)
        assert wide / high == pytest.approx(frame.ratio)


def test_a_line_scan_is_stretched_to_be_seen():
    frame = Frame((1, 200), (1.0, 1.0))
    assert (frame.aspect, frame.fitted(100, 50)) == ("auto", (100, 12))


def test_panels_stay_inside_the_figure_and_apart():
    for shape in [(12, 40), (40, 12), (1, 60), (60, 1), (300, 300)]:
        panels = map_panels(Frame(shape, None), 2)[1]
        boxes = [ax.get_position() for ax in panels]
        assert all(0 < box.x0 < box.x1 < 1 and 0 < box.y0 < box.y1 < 1 for box in boxes)
        assert boxes[0].x1 < boxes[1].x0 or boxes[1].y1 < boxes[0].y0


def test_limits_leave_out_outliers_and_survive_nothing():
    values = np.append(np.linspace(500, 600, 1000), [1e6, np.nan])
    low, high = limits(values)
    assert 500 < low < 502
    assert 598 < high < 602
    assert limits(np.full(3, np.nan)) == (0, 1)
    assert limits(np.full(3, 7.0)) == (6.5, 7.5)


def test_what_is_not_known_is_grey():
    figure = new_figure(50, 50)
    ax = add_panel(figure, 5, 5, 40, 40)
    image = draw_plane(ax, np.array([[1.0, np.nan]]), Frame((1, 2), None), "inferno")
    figure.canvas.draw()
    grey = tuple(int(BAD_PIXEL[i : i + 2], 16) for i in (1, 3, 5))
    assert tuple(image.to_rgba(image.get_array(), bytes=True)[0, 1][:3]) == grey
