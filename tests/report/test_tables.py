"""Tables say what was found, beside what was put in and what the other preset found."""

from dataclasses import replace

import pytest

from kapitza.report import tables, tables_resistance
from kapitza.report.results import results


@pytest.fixture(scope="module")
def study(synthetic):
    return synthetic.full()


def test_every_row_has_a_cell_for_every_column(study):
    for table in (
        *tables.numbers(study),
        tables.comparison(study),
        tables.flagged(study.images["forward"].map),
        tables.image_facts(study.images["forward"]),
        tables.inputs(study),
        tables.settings(results(study)["settings"]),
    ):
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_the_half_difference_comes_first_and_the_truth_beneath(study):
    first, second = tables.numbers(study)
    assert [row[0] for row in first.rows] == [
        "half-difference", "put in", "forward (2.5 mA)", "reverse (2.5 mA)", "none (2.5 mA)",
    ]  # fmt: skip
    assert first.rows[1][first.columns.index("Drop (K)")] == "16"
    assert second.rows[1][second.columns.index("Gradient left (K/µm)")] == "−150"


def test_the_difference_between_presets_is_other_minus_used(study):
    rows = tables.comparison(study).rows
    assert rows[0][0] == "half-difference"
    assert rows[0][1] == "Drop (K)"
    assert rows[0][-1] == "+4.6"
    assert rows[1][0] == ""


def test_no_other_preset_no_comparison(synthetic):
    assert tables.comparison(synthetic.one_pixel()) is None


def test_flags_add_up_to_the_image(study):
    tmap = study.images["forward"].map
    counts = [int(row[1]) for row in tables.flagged(tmap).rows]
    assert sum(counts) == tmap.status.size


def test_settings_are_flat_and_say_what_was_left_to_the_data(study):
    flat = dict(tables.settings(results(study)["settings"]).rows)
    assert flat["method.preset"] == "recommended"
    assert flat["method.despike"] == "true"
    assert flat["energy.signal"] == "30.0 to 200.0"
    assert flat["interface.position"] == "found from the data"
    assert flat["image[1].crop"] == "not given"
    assert flat["image[2].name"] == "reverse"


def test_settings_tell_ranges_from_numbers_along_two_axes_and_have_units():
    found = {"energies": ((81.0, 85.0), (60.0, 70.0)), "q": (0.0, 0.5), "repeats": (2, 3), "reach": 10.0, "slice": None}
    rows = dict(tables.settings({**found, "none": ()}, {"energies": "meV", "reach": "Å", "slice": "Å"}).rows)
    assert rows == {
        "energies[1]": "81.0 to 85.0 meV", "energies[2]": "60.0 to 70.0 meV", "q": "0.0, 0.5", "repeats": "2, 3",
        "reach": "10.0 Å", "slice": "not given", "none": "none",
    }  # fmt: skip


def test_an_image_is_titled_by_flow_and_current(synthetic):
    assert tables.image_title("forward", synthetic.image("forward", "forward")) == "forward (2.5 mA)"
    assert tables.image_title("a", synthetic.image("a", "none")) == "a (no heat flow, 2.5 mA)"
    assert tables.image_title("a", synthetic.image("a", None)) == "a"


def test_mean_temperatures_lead_where_there_is_no_interface(synthetic):
    (card,) = tables.cards(synthetic.single())
    assert card.label == "Mean temperature, line"
    assert card.note == "470 of 480 pixels"


def test_resistances_are_shown_where_a_conductivity_is_given(study):
    assert tables_resistance.cards(study) == []
    assert tables_resistance.table(study) == []
    given = replace(study.study.interface, conductivity_right=(50.0, 5.0), conductivity_temperature=600.0,
                    exponent_right=(1.0, 0.0))  # fmt: skip
    known = replace(study, study=replace(study.study, interface=given))
    (card,) = tables_resistance.cards(known)
    assert card.text.endswith("m²K/GW")
    assert card.note == "with 50 ± 5 W/(m K) in SiC at 600 K"
    (table,) = tables_resistance.table(known)
    assert [row[0] for row in table.rows][:2] == ["half-difference", "forward (2.5 mA)"]
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert table.rows[0][2] == "–"
