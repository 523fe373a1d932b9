"""The way from nothing to a potential, as data/aln-sic/potential.mk goes it: the commands, and what each takes."""

import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import typer

from kapitza.cli.commands import app

WAY = Path(__file__).resolve().parents[2] / "data" / "aln-sic" / "potential.mk"

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def commands(tmp_path, *given):
    words = ["make", "-n", "-f", str(WAY), "KAPITZA=kapitza", f"OUT={tmp_path}", *given]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return [shlex.split(line)[1:] for line in done.stdout.splitlines() if line.startswith("kapitza ")]


@pytest.mark.parametrize(
    ("given", "first"),
    [([], ["label", "train"]), (["FRESH=1"], ["dataset", "label", "train"] * 2)],
    ids=["structures that come along", "structures of its own"],
)
def test_the_steps_come_in_order_and_the_command_line_knows_them(given, first, tmp_path):
    found = commands(tmp_path, *given)
    assert [words[1] for words in found] == first + ["phonons"] * 3
    group = typer.main.get_command(app).commands["atoms"]
    for _, step, *rest in found:
        with click.Context(group) as context:
            group.commands[step].make_context(step, list(rest), parent=context, resilient_parsing=False)


def test_labels_that_come_along_can_be_left_out(tmp_path):
    assert not any("--known" in words for words in commands(tmp_path, "KNOWN="))
    assert sum("--known" in words for words in commands(tmp_path)) == 1
    assert sum("--known" in words for words in commands(tmp_path, "FRESH=1")) == 2
