"""Figures look alike, leave matplotlib as it was, and are the same bytes every time."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import matplotlib
import pytest
from PIL import Image

from kapitza.plots import residuals, save_figure, spectra, temperature_map
from kapitza.plots.style import MM, add_panel, letter_panels, new_figure


@pytest.fixture
def tmap(synthetic):
    return synthetic.temperature_map("forward")


def test_drawing_and_saving_leave_the_parameters_of_matplotlib_alone(tmap, tmp_path):
    before = dict(matplotlib.rcParams)
    save_figure(temperature_map(tmap), tmp_path, "map")
    assert dict(matplotlib.rcParams) == before


def test_the_same_figure_is_the_same_bytes(tmap, tmp_path):
    first = [path.read_bytes() for path in save_figure(temperature_map(tmap), tmp_path, "one")]
    second = [path.read_bytes() for path in save_figure(temperature_map(tmap), tmp_path, "two")]
    assert first == second


def test_threads_draw_the_same_as_one_after_the_other(tmap, synthetic, tmp_path):
    spread = synthetic.image("forward", "forward").residuals

    def save(stem):
        drawn = temperature_map(tmap) if stem.startswith("map") else residuals(spread, 1.04)
        return save_figure(drawn, tmp_path, stem)[1].read_bytes()

    with ThreadPoolExecutor(4) as pool:
        maps_and_residuals = list(pool.map(save, ["map-1", "residuals-1", "map-2", "residuals-2"]))
    assert maps_and_residuals == [save("map-3"), save("residuals-3")] * 2


def test_svg_keeps_text_as_text_and_tells_no_date_and_no_maker(tmap, tmp_path):
    _, svg = save_figure(temperature_map(tmap), tmp_path, "map")
    text = svg.read_text(encoding="utf-8")
    assert "Standard error of one pixel" in text
    assert "<dc:date>" not in text
    assert "Matplotlib" not in text.replace("matplotlib.axis", "")
    assert str(tmp_path) not in text


def test_png_has_200_dots_per_inch(tmap, tmp_path):
    figure = temperature_map(tmap)
    png, _ = save_figure(figure, tmp_path, "map")
    with Image.open(png) as image:
        wide, high = figure.get_size_inches() * 200
        assert image.size == (int(wide), int(high))
        assert "Software" not in image.info


def test_a_letter_that_the_font_lacks_is_no_warning(synthetic, tmp_path):
    fit = synthetic.spectrum("界面")
    _, svg = save_figure(spectra([fit]), tmp_path, "spectra")
    assert "界面" in svg.read_text(encoding="utf-8")


def test_pyplot_is_never_loaded():
    code = (
        "import sys, kapitza.plots as plots; assert 'matplotlib' not in sys.modules; plots.gallery;"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_panel_stands_where_it_was_put():
    figure = new_figure(100, 50)
    box = add_panel(figure, 10, 5, 60, 20).get_position()
    assert [box.x0 * 100, box.width * 100] == pytest.approx([10, 60])
    assert [(1 - box.y1) * 50, box.height * 50] == pytest.approx([5, 20])
    assert figure.get_size_inches() * MM == pytest.approx([100, 50])


def test_a_single_panel_has_no_letter():
    figure = new_figure(50, 50)
    panels = [add_panel(figure, 5, 5, 10, 10), add_panel(figure, 25, 5, 10, 10)]
    letter_panels(panels[:1])
    assert len(panels[0].texts) == 0
    letter_panels(panels)
    assert [ax.texts[0].get_text() for ax in panels] == ["a", "b"]
