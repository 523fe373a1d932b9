"""Numbers and names as a reader sees them."""

import pytest

from kapitza.plots.words import file_stems, pixels_text, plain, quantity_text, side_text
from kapitza.quantity import Quantity


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (Quantity(15.2, 1.1, "K"), "15.2 ± 1.1 K"),
        (Quantity(-150.0, 7.0, "K/um"), "−150.0 ± 7.0 K/µm"),
        (Quantity(-0.04, 7.0, "K"), "0.0 ± 7.0 K"),
        (Quantity(None, None, "K"), "not known"),
        (Quantity(107.0, 14.0, "nm", (92.1, None)), "107 (92.1 to unbounded) nm"),
        (Quantity(None, None, "nm", (None, 6.2)), "(unbounded to 6.2) nm"),
        (Quantity(5321.0, None, "nm", (2100.4, None)), "5321 (2100 to unbounded) nm"),
        (Quantity(2.1, 0.01, ""), "2.100 ± 0.010"),
    ],
)
def test_quantities_read_as_in_a_paper(quantity, text):
    assert quantity_text(quantity).replace("\u00a0", " ") == text


def test_the_unit_and_the_error_stay_on_the_line_of_the_value():
    assert " " not in quantity_text(Quantity(15.2, 1.1, "K"))


def test_file_names_are_plain_and_unique():
    stems = file_stems(["forward", "a b", "a-b", "A/B", "é", "<script>", "..", "界面", "x" * 200])
    assert len(set(stems.values())) == len(stems)
    assert stems["forward"] == "forward"
    assert stems["é"] == "e"
    assert stems["<script>"] == "script"
    assert stems[".."].startswith("image")
    assert max(map(len, stems.values())) <= 63


def test_a_side_is_told_with_the_formula_of_its_crystal():
    assert side_text("left", ("Al", "Al", "N", "N")) == "left (AlN)"
    assert side_text("right", ("Si",) * 4 + ("C",) * 4) == "right (SiC)"
    assert side_text("left", ("Cu", "Cu", "Cu", "Au")) == "left (Cu3Au)"


def test_dollars_start_no_formula():
    assert plain("5 $ and 6 $") == r"5 \$ and 6 \$"


def test_one_pixel_is_singular():
    assert [pixels_text(n) for n in (0, 1, 2)] == ["0 pixels", "1 pixel", "2 pixels"]
