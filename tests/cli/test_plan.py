"""`kapitza plan`: numbers that agree between its sources, a figure, and sentences for what is not right."""

import re
from pathlib import Path

import pytest

from kapitza.cli.plan import duration

TWIN = Path(__file__).resolve().parents[2] / "examples" / "twin.toml"


def row(out: str, name: str) -> list[str]:
    """The cells of the table's row that begins with `name`."""
    (line,) = [line for line in out.splitlines() if line.lstrip().startswith(name + ",")]
    return re.split(r"\s{2,}", line.strip())


def kelvin(out: str) -> float:
    return float(row(out, "temperature")[1].removesuffix(" K"))


def test_round_numbers_are_the_published_pixel(kapitza):
    code, out, err = kapitza("plan", "--temperature-error", "1")
    assert (code, err) == (0, "")
    assert row(out, "temperature") == ["temperature, 1 pixel", "4.81 K", "1 K", "32.4 s", "24 pixels"]
    assert "round numbers: one phonon line at 83 meV, 600 K, 100 pA" in " ".join(out.split())


def test_what_is_said_counts(kapitza):
    slow = kapitza("plan", "--current", "25", "--dwell", "5.6", "--pixels", "4", "--rows", "120", "--drop", "20").out
    assert row(slow, "temperature")[:2] == ["temperature, 4 pixels", "2.41 K"]
    assert row(slow, "drop")[0] == "drop, 120 rows of 61 columns"
    assert "120 x 61 pixels 0.5 nm apart at 5.6 s take 11.4 h of beam time per image." in " ".join(slow.split())


def test_a_twin_and_its_image_plan_alike(kapitza, experiment):
    true = kapitza("plan", TWIN).out
    measured = kapitza("plan", "--from", experiment / "forward.hspy").out
    assert kelvin(measured) == pytest.approx(kelvin(true), rel=0.1)
    words = " ".join(measured.split())
    assert "times that." in words
    assert "common to all pixels of this file" in words
    assert "upper limit of the width only" in words
    assert "6 rows of 61 columns" in words


def test_columns_that_are_too_far_apart_are_said(kapitza):
    out = " ".join(kapitza("plan", "--step", "5", "--columns", "80").out.split())
    assert "Pixels 5 nm apart hardly sample a width of 2 nm" in out


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_figure(kapitza, tmp_path, suffix, start):
    path = tmp_path / f"plan.{suffix}"
    code, out, _ = kapitza("plan", "-o", path)
    assert code == 0
    assert f"Figure: {path}" in "".join(out.splitlines())
    assert path.read_bytes().startswith(start)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    again = kapitza("plan", "-o", path)
    assert again.code == 1
    assert "exists" in again.err
    assert kapitza("plan", "-o", path, "--force", "-q") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rows", "0"], ["--rows", "above 0", "got 0"]),
        (["--current", "-3"], ["--current", "got -3"]),
        (["--columns", "4"], ["--columns", "3 columns"]),
        ([TWIN, "--current", "30", "--background", "1"], ["--current and --background belong", "--dwell"]),
        ([TWIN, "--from", "cube.hspy"], ["got both"]),
        (["--from", "gone.hspy"], ["gone.hspy"]),
        (["-o", "plan.pdf"], [".png or .svg", "plan.pdf"]),
    ],
)
def test_what_is_not_right_is_one_sentence(kapitza, arguments, words):
    code, out, err = kapitza("plan", *arguments)
    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0123, "12.3 ms"), (1.4, "1.4 s"), (89.0, "89 s"), (120.0, "2 min"), (7200.0, "2 h"), (3600.0, "60 min")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text
