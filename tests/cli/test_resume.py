"""A command that is killed in the middle goes on with --resume, to the very same numbers."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are killed by a POSIX signal")

_RUN = """
import os, signal, sys
from kapitza.report import folder
from kapitza.spectra import blocks, checkpoints
from kapitza.cli import main
# Started in the background, a shell's children ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
blocks.BLOCK_BYTES = 2**19
folder.write_figures = lambda result, target: target.mkdir()
put, left = checkpoints.Checkpoints.put, [{patience}]
def counted(self, name, value):
    put(self, name, value)
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.{name})
        signal.pause()
checkpoints.Checkpoints.put = counted
try:
    code = main()
except SystemExit as end:
    code = end.code
print("blocks worked on:", {patience} - left[0])
sys.exit(code)
"""
_NEVER = 10**6


def started(folder: Path, *arguments: str, patience: int = _NEVER, name: str = "SIGKILL"):
    script = _RUN.format(patience=patience, name=name)
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


def worked(done) -> int:
    assert done.returncode == 0, done.stderr
    return int(done.stdout.rpartition("blocks worked on:")[2])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a result but the report, which embeds pictures."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "report.html"
    }


@pytest.fixture(scope="module")
def study(experiment, tmp_path_factory) -> Path:
    """A study of two images, with an interface."""
    folder = tmp_path_factory.mktemp("study")
    images = [{"name": flow, "file": str(experiment / f"{flow}.hspy"), "heat_flow": flow} for flow in
              ("forward", "reverse")]  # fmt: skip
    text = "\n".join("[[image]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in image.items()) for image in images)
    (folder / "study.toml").write_text(text + '\n[interface]\naxis = "x"\n[method]\ncompare = true\n')
    return folder / "study.toml"


@pytest.fixture(scope="module")
def whole(study) -> tuple[dict[str, bytes], int]:
    """What an undisturbed run writes, and of how many blocks."""
    done = started(study.parent, "run", "study.toml", "-o", "whole")
    return contents(study.parent / "whole"), worked(done)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
def test_a_run_that_was_killed_goes_on_to_the_same_result(study, whole, share):
    expected, blocks = whole
    done_before = max(1, round(share * blocks))
    folder, output = study.parent, f"out-{share}"
    killed = started(folder, "run", "study.toml", "-o", output, patience=done_before)
    assert killed.returncode == -signal.SIGKILL
    assert not (folder / output).exists()
    assert (folder / f".{output}.kapitza-resume").is_dir()
    resumed = started(folder, "run", "study.toml", "-o", output, "--resume")
    assert worked(resumed) == blocks - done_before
    assert contents(folder / output) == expected
    assert not (folder / f".{output}.kapitza-resume").exists()


@pytest.mark.slow
def test_without_resume_a_run_begins_anew(study, whole):
    folder = study.parent
    assert started(folder, "run", "study.toml", "-o", "anew", patience=3).returncode == -signal.SIGKILL
    again = started(folder, "run", "study.toml", "-o", "anew")
    assert worked(again) == whole[1]
    assert not (folder / ".anew.kapitza-resume").exists()


@pytest.mark.slow
def test_other_settings_find_nothing_of_the_run_before(study, whole):
    folder = study.parent
    assert started(folder, "run", "study.toml", "-o", "other", patience=8).returncode == -signal.SIGKILL
    (folder / "other.toml").write_text(study.read_text() + "spike_threshold = 9.0\n")
    done = started(folder, "run", "other.toml", "-o", "other", "--resume", "--no-compare")
    plain = started(folder, "run", "other.toml", "-o", "plain", "--no-compare")
    assert worked(done) == worked(plain)
    assert contents(folder / "other") == contents(folder / "plain")


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(study):
    folder = study.parent
    done = started(folder, "run", "study.toml", "-o", "stopped", patience=5, name="SIGINT")
    assert done.returncode == 130
    assert "the same command with --resume goes on from there" in done.stderr
    assert worked(started(folder, "run", "study.toml", "-o", "stopped", "--resume", "--quiet")) > 0


def test_a_map_that_was_killed_goes_on_to_the_same_result(experiment, tmp_path):
    command = ["map", str(experiment / "none.hspy"), "--no-compare", "-o"]
    blocks = worked(started(tmp_path, *command, "whole"))
    killed = started(tmp_path, *command, "out", patience=blocks // 2)
    assert killed.returncode == -signal.SIGKILL
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.kapitza-resume", "whole"]
    assert worked(started(tmp_path, *command, "out", "--resume")) == blocks - blocks // 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.slow
def test_the_demo_goes_on_with_its_own_files(tmp_path):
    assert started(tmp_path, "demo", patience=40).returncode == -signal.SIGKILL
    resumed = worked(started(tmp_path, "demo", "--resume"))
    assert worked(started(tmp_path, "demo", "-o", "other")) == resumed + 40
    numbers = [json.loads((tmp_path / name / "results.json").read_text()) for name in ("kapitza-demo", "other")]
    assert numbers[0] == numbers[1]
