"""The tables that a result prints."""

import pytest

from kapitza.cli.tables import console, deviation, truth_table
from kapitza.quantity import Quantity


@pytest.mark.parametrize(
    ("quantity", "shown"),
    [
        (Quantity(16.0, 2.0, "K"), "+0.5 σ"),
        (Quantity(9.0, 4.0, "K"), "-1.5 σ"),
        (Quantity(None, None, "K"), ""),
        (Quantity(9.0, None, "K"), ""),
    ],
)
def test_deviation_in_standard_errors(quantity, shown):
    assert deviation(quantity, 15.0) == shown


def test_truth_beside_both_presets(capsys):
    recovered = {"recommended": Quantity(16.0, 2.0, "K"), "paper": Quantity(25.0, 20.0, "K")}
    console().print(truth_table({"drop": (15.0, recovered)}))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "put in recommended off by paper off by" in lines
    assert "drop 15 K 16.0 ± 2.0 K +0.5 σ 25 ± 20 K +0.5 σ" in lines
