"""Drawings of structures: everything is in the frame, and species and groups are named."""

import numpy as np
import pytest

from kapitza.atoms.structures import Regions, Slab, aluminium_nitride, bulk, interface, silicon_carbide
from kapitza.plots.structure import structure_figure
from kapitza.plots.style import save_picture


@pytest.fixture
def structure():
    left, right = Slab(aluminium_nitride(), (2, 2, 8), "N"), Slab(silicon_carbide(), (2, 2, 4), "Si")
    return interface(left, right, regions=Regions())


def test_an_interface_is_drawn_whole_and_close(structure):
    figure = structure_figure(structure)
    whole, close = figure.axes
    points = np.concatenate([np.asarray(drawn.get_offsets()) for drawn in whole.collections])
    assert len(np.unique(np.round(points[:, 0], 3))) == len(np.unique(np.round(structure.positions[:, 2] / 10, 3)))
    assert whole.get_xlim() == (0, structure.cell[2, 2] / 10)
    assert sum(close.get_xlim()) / 2 == pytest.approx(structure.junctions[0] / 10)
    assert "strained" in close.get_title(loc="left")
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {"Al", "N", "Si", "C", "hot bath", "cold bath", "frozen", "interface"} <= set(labels)


def test_a_crystal_has_one_panel(tmp_path):
    figure = structure_figure(bulk(silicon_carbide(), (2, 2, 2)))
    assert len(figure.axes) == 1
    save_picture(figure, tmp_path / "cell.svg")
    assert (tmp_path / "cell.svg").stat().st_size > 1000
