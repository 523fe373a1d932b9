"""Line charts show the same lines as the figures."""

import numpy as np
import pytest

from kapitza.plots.profiles import bulk_line
from kapitza.report.charts_lines import flows_chart, profile_chart, residual_chart, spectra_chart
from kapitza.units import BOLTZMANN


def test_the_profile_chart_draws_the_fitted_lines_and_names_the_drop(synthetic):
    interface = synthetic.interface(synthetic.temperature_map("forward"))
    chart = profile_chart(interface, "AlN", "SiC", "Temperature (K)")
    line = next(trace for trace in chart.data if trace.name == "line fitted in AlN")
    np.testing.assert_allclose(line.y, bulk_line(interface, "left", np.asarray(line.x))[0], rtol=1e-6)
    assert "ΔT = 16.4\u00a0±\u00a01.1\u00a0K" in chart.layout.annotations[0].text


def test_the_log_ratio_line_has_the_temperature_found(synthetic):
    chart = spectra_chart([synthetic.spectrum("left", 612.0)])
    line = next(trace for trace in chart.data if trace.name == "E/kT at the temperature found")
    assert line.x[1] / line.y[1] / BOLTZMANN == pytest.approx(612.0)


def test_windows_are_shaded_on_every_row(synthetic):
    fits = [synthetic.spectrum("left"), synthetic.spectrum("right")]
    shapes = spectra_chart(fits).layout.shapes
    assert len(shapes) == 2 * (4 + 2)
    assert {shape.xref for shape in shapes} == {"x", "x3"}


def test_all_flows_are_in_one_chart(synthetic):
    images = {name: (image.heat_flow, image.interface) for name, image in synthetic.full().images.items()}
    names = [trace.name for trace in flows_chart(images).data if trace.showlegend is not False]
    assert names == ["forward", "reverse", "none"]


def test_the_histogram_counts_every_pair():
    values = np.array([0.1, 0.1, -3.0, np.nan])
    bars = residual_chart(values).data[0]
    assert sum(bars.customdata) == 3
    assert np.sum(bars.y) * 0.25 == pytest.approx(1.0)
