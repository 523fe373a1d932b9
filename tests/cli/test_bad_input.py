"""Everything a user can get wrong: one sentence, an exit code, no traceback, no half-written folder."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kapitza as package
from kapitza.data import SpectrumImage
from kapitza.files import write_hspy
from kapitza.files.hspy import write_signal


@pytest.fixture(scope="session")
def good(experiment: Path) -> SpectrumImage:
    """A small part of a good spectrum image."""
    image = package.read(experiment / "forward.hspy")
    return replace(image, counts=np.asarray(image.counts)[:4, :10])


def refused(outcome, folder: Path, *words: str) -> None:
    """The command failed with one sentence that holds `words`, and left nothing in `folder` but the input."""
    assert outcome.code == 1, outcome.err
    (sentence,) = [line for line in outcome.err.splitlines() if line.startswith("kapitza: ")]
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in sentence
    assert not list(folder.glob("out*"))
    assert not list(folder.glob(".*"))


def fail_map(kapitza, path: Path, *words: str) -> None:
    refused(kapitza("map", path, "-o", path.parent / "out", "--no-compare"), path.parent, *words)


# Files that are no spectrum image


@pytest.mark.parametrize("command", ["map", "info"])
@pytest.mark.parametrize("suffix", [".hspy", ".dm4", ".npy", ".ndata1"])
@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (np.random.default_rng(0).bytes(5000), "damaged, truncated or other content")],
    ids=["empty", "random"],
)
def test_no_data(kapitza, tmp_path, command, suffix, content, word):
    path = tmp_path / f"cube{suffix}"
    path.write_bytes(content)
    path.with_suffix(".json").write_text("{}")
    output = ["-o", tmp_path / "out"] if command == "map" else []
    refused(kapitza(command, path, *output), tmp_path, f"cube{suffix}", word)


def test_missing_file(kapitza, tmp_path):
    fail_map(kapitza, tmp_path / "gone.hspy", "No such file", "gone.hspy")
    refused(kapitza("info", tmp_path / "gone.hspy"), tmp_path, "gone.hspy")


def test_truncated_file(kapitza, tmp_path, experiment):
    whole = (experiment / "forward.hspy").read_bytes()
    (tmp_path / "half.hspy").write_bytes(whole[: len(whole) // 2])
    fail_map(kapitza, tmp_path / "half.hspy", "half.hspy", "truncated")


def test_an_unknown_format(kapitza, tmp_path):
    (tmp_path / "cube.docx").write_bytes(b"PK")
    fail_map(kapitza, tmp_path / "cube.docx", "cube.docx", ".hspy")


# Axes


def with_units(path: Path, image: SpectrumImage, energy_units: str, name: str = "Energy loss") -> Path:
    axes = [
        {"name": name, "offset": 0.0, "scale": 1.0, "units": units, "navigate": navigate}
        for name, units, navigate in (("y", "nm", True), ("x", "nm", True), (name, energy_units, False))
    ]
    write_signal(path, image.counts, axes, {"General": {"title": "cube"}}, {})
    return path


def test_no_energy_axis(kapitza, tmp_path, good):
    fail_map(kapitza, with_units(tmp_path / "cube.hspy", good, "nm", "z"), "An axis in eV, meV or keV is wanted")


def test_no_units(kapitza, tmp_path, good):
    fail_map(kapitza, with_units(tmp_path / "cube.hspy", good, ""), "An axis in eV, meV or keV is wanted", "calibrate")


def test_no_gain_side(kapitza, tmp_path, good):
    kept = good.energy > -20
    write_hspy(replace(good, counts=good.counts[..., kept], energy=good.energy[kept]), tmp_path / "cube.hspy")
    fail_map(kapitza, tmp_path / "cube.hspy", "gain side")


# Counts


COUNTS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], str]] = {
    "all NaN": (lambda counts: np.full_like(counts, np.nan), "not a number"),
    "all negative": (lambda counts: -1.0 - counts, "empty or negative"),
    "all zero": (np.zeros_like, "empty or negative"),
    "saturated": (lambda counts: np.minimum(counts, 2000.0), "cut off"),
    "overflow": (lambda counts: counts.astype(np.uint64).astype(np.uint16), "zero-loss peak"),
}


@pytest.mark.parametrize("case", COUNTS)
def test_counts_without_a_temperature(kapitza, tmp_path, good, case):
    spoil, word = COUNTS[case]
    write_hspy(replace(good, counts=spoil(good.counts)), tmp_path / "cube.hspy")
    fail_map(kapitza, tmp_path / "cube.hspy", word)


def test_one_pixel_is_a_map_of_one_pixel(kapitza, tmp_path, good):
    write_hspy(replace(good, counts=good.counts[:1, :1]), tmp_path / "cube.hspy")
    outcome = kapitza("map", tmp_path / "cube.hspy", "-o", tmp_path / "out")
    assert outcome.code == 0, outcome.err
    image = json.loads((tmp_path / "out" / "results.json").read_text())["images"]["cube"]
    assert image["pixels"] == {"total": 1, "ok": 1, "failed": {}}
    assert abs(image["temperature"]["value"] - 600) < 4 * image["temperature"]["error"]


def test_one_pixel_has_no_interface(kapitza, tmp_path, good):
    write_hspy(replace(good, counts=good.counts[:1, :1]), tmp_path / "cube.hspy")
    outcome = kapitza("map", tmp_path / "cube.hspy", "-o", tmp_path / "out", "--interface", "x")
    refused(outcome, tmp_path, "cube: ")


@pytest.mark.usefixtures("no_figures")
def test_some_bad_pixels_are_flagged_and_do_not_stop_a_good_image(kapitza, tmp_path, good):
    counts = good.counts.copy()
    counts[0, 0] = np.nan
    counts[1, 1] = 0.0
    counts[2, 2] = -counts[2, 2]
    counts[3, 3] = np.minimum(counts[3, 3], 2000.0)
    write_hspy(replace(good, counts=counts), tmp_path / "cube.hspy")
    outcome = kapitza("map", tmp_path / "cube.hspy", "-o", tmp_path / "out", "--no-compare")
    assert outcome.code == 0, outcome.err
    pixels = json.loads((tmp_path / "out" / "results.json").read_text())["images"]["cube"]["pixels"]
    assert pixels == {"total": 40, "ok": 36, "failed": {"not_finite": 1, "no_counts": 2, "saturated": 1}}


# Studies and outputs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[study\n", ["study.toml is not valid TOML", "line 1"]),
        ('[[image]]\nname = "a"\nfile = "a.hspy"\n[method]\npresett = "paper"', ["'presett'; did you mean 'preset'?"]),
        ('[[image]]\nname = "a"\nfile = "a.hspy"', ["No such file", "a.hspy"]),
    ],
)
def test_wrong_studies(kapitza, tmp_path, text, words):
    (tmp_path / "study.toml").write_text(text)
    refused(kapitza("run", tmp_path / "study.toml", "-o", tmp_path / "out"), tmp_path, *words)


@pytest.mark.parametrize("command", ["map", "demo"])
def test_a_folder_that_exists(kapitza, tmp_path, experiment, command):
    mine = tmp_path / "out"
    mine.mkdir()
    (mine / "precious.txt").write_text("mine")
    arguments = [experiment / "forward.hspy"] if command == "map" else []
    began = time.perf_counter()
    for force in ([], ["--force"]):
        code, _, err = kapitza(command, *arguments, "-o", mine, *force)
        assert code == 1
        assert "out" in err
    assert time.perf_counter() - began < 3, "refused before the work, not after it"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (mine / "precious.txt").read_text() == "mine"


@pytest.mark.usefixtures("no_figures")
def test_force_replaces_an_earlier_result(kapitza, tmp_path, good):
    write_hspy(replace(good, counts=good.counts[:1, :1]), tmp_path / "cube.hspy")
    arguments = ("map", tmp_path / "cube.hspy", "-o", tmp_path / "out", "--no-compare", "--quiet")
    assert kapitza(*arguments) == (0, "", "")
    (tmp_path / "out" / "report.html").write_text("old")
    assert kapitza(*arguments).code == 1
    assert (tmp_path / "out" / "report.html").read_text() == "old"
    assert kapitza(*arguments, "--force") == (0, "", "")
    assert len((tmp_path / "out" / "report.html").read_text(encoding="utf-8")) > 1000


@pytest.mark.usefixtures("no_figures")
def test_an_output_inside_a_file(kapitza, tmp_path, good):
    write_hspy(replace(good, counts=good.counts[:1, :1]), tmp_path / "cube.hspy")
    outcome = kapitza("map", tmp_path / "cube.hspy", "-o", tmp_path / "cube.hspy" / "deep", "--no-compare")
    refused(outcome, tmp_path, "deep")


# What only a process of its own can show

_FULL_DISK = """
import resource, sys
from kapitza.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
sys.exit(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="files are limited in size by a POSIX call")
def test_a_full_disk(tmp_path, good):
    write_hspy(replace(good, counts=good.counts[:1, :1]), tmp_path / "cube.hspy")
    command = [sys.executable, "-c", _FULL_DISK, "map", "cube.hspy", "-o", "out", "--no-compare"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines()[-1].startswith("kapitza: ")
    assert "free some space" in done.stderr or "limit on the size of files" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) in (["cube.hspy"], [".out.kapitza-resume", "cube.hspy"])
    assert ("--resume" in done.stderr) == (tmp_path / ".out.kapitza-resume").is_dir()


_STOPPED_WHILE_SAVING = """
import os, signal, sys
import kapitza.report.folder as folder
from kapitza.cli import main
# Started in the background, a shell's children ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
whole = folder.write_maps
def write_maps(result, store):
    whole(result, store)
    os.kill(os.getpid(), signal.{name})
    signal.pause()
folder.write_maps = write_maps
sys.exit(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals work differently elsewhere")
@pytest.mark.usefixtures("no_figures")
@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_stopped_in_the_middle_of_saving(kapitza, tmp_path, good, name):
    write_hspy(replace(good, counts=good.counts[:1, :1]), tmp_path / "cube.hspy")
    command = [
        sys.executable,
        "-c",
        _STOPPED_WHILE_SAVING.format(name=name),
        "map",
        "cube.hspy",
        "-o",
        "out",
        "--no-compare",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert not (tmp_path / "out").exists()
    if name == "SIGINT":
        assert done.returncode == 130
        assert done.stderr.splitlines()[-1] == "kapitza: interrupted; no half-written result is left."
        assert "Traceback" not in done.stderr
    else:
        assert done.returncode == -signal.SIGKILL
    # What a killed process left is cleared away by the next run.
    assert kapitza("map", tmp_path / "cube.hspy", "-o", tmp_path / "out", "--no-compare", "--quiet").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cube.hspy", "out"]


@pytest.mark.skipif(os.name != "posix", reason="signals work differently elsewhere")
def test_interrupted_in_the_middle_of_the_work(tmp_path, experiment):
    heeding = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)"
    started = f"{heeding}; from kapitza.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", started, "map", str(experiment / "forward.hspy"), "-o", "out"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline()]
        while "recommended" not in lines[-1]:
            lines.append(process.stderr.readline())
            assert lines[-1], lines
        process.send_signal(signal.SIGINT)
        lines += process.stderr.readlines()
        assert process.wait() == 130
    assert lines[-1] == "kapitza: interrupted; no half-written result is left.\n"
    assert not any("Traceback" in line for line in lines)
    assert {path.name for path in tmp_path.iterdir()} <= {".out.kapitza-resume"}
