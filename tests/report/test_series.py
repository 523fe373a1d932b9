"""A series of currents in the numbers, on the page and in the figures."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kapitza.plots import gallery, series_figure
from kapitza.plots.series import fitted_drops, fitted_point, reach
from kapitza.report.page import page
from kapitza.report.results import results
from kapitza.report.series import tables
from kapitza.report.series.charts import series_chart


@pytest.fixture(scope="module")
def study(synthetic):
    return synthetic.currents(conductivity_left=(35.0, 5.0), exponent_left=(1.0, 0.2))


@pytest.fixture(scope="module")
def without_fit(study):
    return replace(study, series=replace(study.series, fit=None))


def test_the_numbers_are_those_of_the_series(study):
    numbers = results(study)
    assert json.loads(json.dumps(numbers, allow_nan=False)) == numbers
    found = numbers["series"]
    assert found["heat_flow"] == "half-difference"
    assert [point["current"]["value"] for point in found["points"]] == [2.0, 2.2, 2.4]
    assert found["points"][1]["images"] == ["forward 1", "reverse 1"]
    assert found["points"][2]["drop"] == study.series.points.results[2].drop.to_dict()
    assert found["points"][0]["resistance"]["unit"] == "m2K/GW"
    fit = found["fit"]
    assert set(fit["images"]) == set(study.images)
    assert np.shape(fit["covariance"]) == (len(fit["names"]),) * 2
    assert fit["parameters"]["resistance"]["fixed_by"] == "prior"
    assert fit["parameters"]["characteristic_length_left"]["fixed_by"] == "data"


def test_without_a_fit_the_points_are_still_there(without_fit):
    found = results(without_fit)["series"]
    assert found["fit"] is None
    assert len(found["points"]) == 3
    assert "one fit" not in tables.caption(without_fit.series)
    assert len(tables.tables(without_fit.series)) == 1


def test_one_current_has_no_series(synthetic):
    assert "series" not in results(synthetic.full())


def test_every_row_has_a_cell_for_every_column(study):
    points, shared, images = tables.tables(study.series)
    for table in (points, shared, images):
        assert {len(row) for row in table.rows} == {len(table.columns)}
    assert points.rows[0][0] == "2 mA, 600 K"
    assert {row[0]: row[2] for row in shared.rows}["Resistance"] == "what was given, and the data"
    assert [row[0] for row in images.rows][:2] == ["forward 0", "reverse 0"]


def test_the_caption_says_what_is_not_in_the_data(study):
    assert "is not in the data" not in tables.caption(study.series)
    fit = study.series.fit
    unfixed = replace(fit, fixed_by={**fit.fixed_by, "resistance_exponent": "nothing"})
    assert "is not in the data" in tables.caption(replace(study.series, fit=unfixed))


def test_it_is_among_the_figures_of_a_study(study):
    assert "series" in (stem for stem, _ in gallery(study))


def test_the_page_shows_it(study):
    text = page(study, results(study))
    assert "Several currents" in text
    assert "All profiles at once, at 660 K" in text


def test_figure_and_chart_show_the_points_and_the_fit(study, without_fit):
    chart = series_chart(study.series, "AlN", "<b>SiC</b>")
    names = [trace.name for trace in chart.data if trace.showlegend is not False and trace.name]
    assert names[:3] == ["2 mA, 600 K", "2.2 mA, 660 K", "2.4 mA, 720 K"]
    assert "&lt;b&gt;SiC&lt;/b&gt;" in names
    lines = [trace for trace in chart.data if trace.mode == "lines"]
    assert len(lines) == 3 + 1 + 2
    assert not [trace for trace in series_chart(without_fit.series, "a", "b").data if trace.mode == "lines"]
    for each in (study, without_fit):
        figure = series_figure(each.series, "AlN", "$SiC")
        figure.canvas.draw()
        assert len(figure.axes) == 3


def test_the_curve_of_a_pair_is_made_as_the_measured_half_difference_is(study):
    result = study.series.points.results[1]
    x = result.profile.position - result.position.value
    far = np.abs(x) > 40
    misfit = (result.profile.temperature - fitted_point(study.series, 1, x))[far] / result.profile.error[far]
    assert np.nanstd(misfit) < 2
    assert fitted_drops(study.series) == pytest.approx([16.0] * 3, abs=4)


def test_open_ends_reach_as_far_as_the_value(study):
    measured = study.series.points.characteristic_length_right
    open_ended = measured._replace(high=np.full(3, np.inf))
    np.testing.assert_array_equal(reach(open_ended)[1], measured.value)
