"""Profiles: the lines drawn are the lines fitted."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.plots import flows, profile
from kapitza.plots.profiles import bulk_line, title_beside_drop, titled
from kapitza.quantity import Quantity


@pytest.fixture
def interface(synthetic):
    return synthetic.interface(synthetic.temperature_map("forward"))


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_bulk_line_ends_at_the_extrapolated_temperature_with_its_error(interface, side):
    position = interface.position.value
    line, error = bulk_line(interface, side, np.array([position, position + 1000]))
    temperature, gradient = (getattr(interface, f"{name}_{side}").value for name in ("temperature", "gradient"))
    assert line[0] == pytest.approx(temperature)
    assert line[1] - line[0] == pytest.approx(gradient)
    block = interface.covariance[:2, :2] if side == "left" else interface.covariance[2:, 2:]
    assert error[0] == pytest.approx(np.sqrt(block[0, 0]))


def test_the_band_is_the_scatter_of_lines_drawn_from_the_covariance(interface):
    x = np.array([20.0, 100.0, 196.0])
    draws = np.random.default_rng(3).multivariate_normal(np.zeros(2), interface.covariance[:2, :2], 40_000)
    scatter = np.std(draws[:, :1] + draws[:, 1:] * (x - interface.position.value), axis=0)
    np.testing.assert_allclose(bulk_line(interface, "left", x)[1], scatter, rtol=0.02)


def test_an_unknown_line_is_not_drawn(interface):
    nothing = replace(interface, temperature_left=Quantity(None, None, "K"))
    assert np.isnan(bulk_line(nothing, "left", np.arange(3.0))[0]).all()
    labels = [text.get_text() for text in profile(nothing, "AlN", "SiC").legends[0].get_texts()]
    assert "line fitted in SiC" in labels
    assert "line fitted in AlN" not in labels


def test_the_drop_is_written_above_the_interface(interface):
    ax = profile(interface).axes[0]
    written = [note for note in ax.texts if note.get_text().startswith("ΔT")]
    assert [note.get_text() for note in written] == ["ΔT = 16.4\u00a0±\u00a01.1\u00a0K"]
    assert written[0].xy[0] == interface.position.value


def test_the_title_keeps_clear_of_the_drop(interface):
    left = replace(interface, position=Quantity(40.0, 1.0, "nm"))
    for found, side in ((interface, "left"), (left, "right")):
        ax = profile(found).axes[0]
        title_beside_drop(ax, "Half-difference", found)
        assert ax.get_title(loc=side) == "Half-difference"


def test_the_composition_stands_below_on_the_same_axis(interface):
    main, below = profile(interface, "AlN", "SiC").axes
    assert below.get_ylabel() == "Share of\nAlN"
    assert main.get_shared_x_axes().joined(main, below)
    assert len(profile(replace(interface, composition=None)).axes) == 1


def test_flows_shows_every_image_and_the_half_difference(synthetic):
    study = synthetic.full()
    images = {name: (image.heat_flow, image.interface) for name, image in study.images.items()}
    upper, lower = flows(images, study.combined, "AlN", "SiC").axes
    assert upper.get_legend_handles_labels()[1] == ["forward", "reverse", "none"]
    assert lower.get_title(loc="left") == "Half-difference"
    assert len(flows(images).axes) == 1


def test_a_name_that_says_the_flow_says_it_once():
    assert titled("forward", "forward") == "forward"
    assert titled("a", "none") == "a (no heat flow)"
    assert titled("a", None) == "a"
