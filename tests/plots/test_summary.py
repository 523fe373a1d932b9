"""Every figure of every kind of study can be drawn."""

from dataclasses import replace

import pytest

from kapitza.plots import gallery, overview
from kapitza.plots.summary import flow_pair


@pytest.mark.parametrize("kind", ["full", "single", "one_pixel", "line_scan", "all_failed", "hostile"])
def test_all_figures_are_drawn_under_different_plain_names(synthetic, kind):
    study = getattr(synthetic, kind)()
    stems = []
    for stem, figure in gallery(study):
        figure.canvas.draw()
        stems.append(stem)
    assert len(set(stems)) == len(stems)
    assert all(set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-") for stem in stems)
    for wanted in ("temperature", "isotherms", "status"):
        assert sum(stem.endswith(f"_{wanted}") for stem in stems) == len(study.images)


def test_the_overview_shows_forward_reverse_and_the_half_difference(synthetic):
    titles = [ax.get_title(loc="left") for ax in overview(synthetic.full()).axes]
    assert titles == ["forward", "reverse", "T (K)", "T (K)", "Half-difference"]


def test_the_profile_of_the_overview_stands_under_the_maps(synthetic):
    axes = overview(synthetic.full()).axes
    above, below = axes[1], axes[-1]
    assert above.get_xlim() == below.get_xlim()
    assert above.get_position().x0 == pytest.approx(below.get_position().x0)
    assert above.get_position().x1 == pytest.approx(below.get_position().x1)


def test_without_a_pair_the_first_image_stands_for_the_study(synthetic):
    assert flow_pair(synthetic.full()) == ["forward", "reverse"]
    assert flow_pair(synthetic.single()) == ["line"]


def test_heat_along_y_and_tall_maps_are_drawn(synthetic):
    study = synthetic.full(shape=(40, 31))
    along_y = replace(study.study, interface=replace(study.study.interface, axis="y"))
    for _, figure in gallery(replace(study, study=along_y)):
        figure.canvas.draw()
