"""Maps: what is drawn is what was found."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.data import Status
from kapitza.plots import isotherms, status_map, temperature_map
from kapitza.plots.maps import STATUS_COLOURS, arrow_scale, frame_of, significant_arrows


@pytest.fixture
def tmap(synthetic):
    return synthetic.temperature_map("forward")


def test_the_map_shows_temperature_and_error_pixel_by_pixel(tmap, synthetic):
    figure = temperature_map(tmap, synthetic.interface(tmap))
    first, second = (ax.images[0].get_array() for ax in figure.axes[:2])
    np.testing.assert_array_equal(first.filled(np.nan), tmap.temperature)
    np.testing.assert_array_equal(second.filled(np.nan), tmap.error)
    assert [ax.get_title(loc="left") for ax in figure.axes[2:]] == ["T (K)", "s.e. (K)"]


@pytest.mark.parametrize("axis", ["x", "y"])
def test_the_interface_is_marked_across_the_heat_flow(tmap, synthetic, axis):
    interface = synthetic.interface(tmap)
    line = temperature_map(tmap, interface, axis).axes[0].lines[0]
    along = line.get_xdata() if axis == "x" else line.get_ydata()
    assert list(along) == [interface.position.value] * 2


def test_arrows_stand_only_where_the_gradient_is_significant(tmap, synthetic):
    gradient = synthetic.gradient(tmap)
    error = gradient.error.copy()
    error[:, :20] = 100.0
    places, down, across = significant_arrows(replace(gradient, error=error), frame_of(tmap))
    assert len(places)
    assert (places[:, 1] >= 200).all()
    assert (across < 0).all()
    assert (down == 20).all()


def test_neighbouring_arrows_of_an_even_gradient_do_not_touch(tmap, synthetic):
    places, down, across = significant_arrows(synthetic.gradient(tmap), frame_of(tmap))
    length = arrow_scale(down, across, frame_of(tmap)) * np.hypot(down, across)
    pitch = np.diff(np.unique(places[:, 1])).min()
    assert (length < pitch).all()


def test_isotherms_need_no_gradient_and_no_second_row(synthetic):
    study = synthetic.one_pixel()
    image = study.images["dot"]
    figure = isotherms(image.map, image.gradient)
    assert figure.axes[0].get_title(loc="left") == "Smoothed temperature and no gradient above twice its error"


def test_the_survey_image_fills_the_field_of_the_map(synthetic, tmap):
    survey = np.arange(12.0).reshape(3, 4)
    ax = isotherms(tmap, synthetic.gradient(tmap), survey).axes[0]
    assert tuple(ax.images[0].get_extent()) == frame_of(tmap).extent
    assert len(ax.images) == 1


def test_the_status_map_counts_every_reason(tmap):
    texts = [text.get_text() for text in status_map(tmap).legends[0].get_texts()]
    for status in Status:
        count = int((tmap.status == status).sum())
        assert (f"{status.sentence} ({count})" in texts) == bool(count)


def test_every_status_has_a_colour_of_its_own():
    assert len(set(STATUS_COLOURS.values())) == len(Status)
