"""A result is there whole or not at all, whatever happens in the middle."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kapitza.data import SpectrumImage
from kapitza.errors import AxisError, InputError, KapitzaError, MethodError, OutputError, StudyError
from kapitza.files import write_hspy
from kapitza.files.folder import result_file, result_folder, resume_folder


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def fill(folder: Path, text: str = "new") -> None:
    (folder / "results.json").write_text(text)


def fill_and_raise(folder: Path, error: BaseException) -> None:
    fill(folder)
    raise error


def test_folder_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with result_folder(target) as scratch:
        fill(scratch)
        assert not target.exists()
        assert scratch.name.startswith(".")
        assert scratch.parent == target.parent
    assert names(target.parent) == ["out"]
    assert names(target) == ["results.json"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_after_a_failure(error: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(error), result_folder(tmp_path / "deep" / "out") as scratch:
        fill_and_raise(scratch, error("stop"))
    assert names(tmp_path) == []


def test_existing_folder_is_refused_at_the_start(tmp_path: Path) -> None:
    with result_folder(tmp_path / "out") as scratch:
        fill(scratch, "old")
    ran = []
    with pytest.raises(OutputError, match=r"'out', which exists.*--force"), result_folder(tmp_path / "out"):
        ran.append(1)
    assert not ran
    assert (tmp_path / "out" / "results.json").read_text() == "old"


def test_force_replaces_a_result_or_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for text in ("first", "second"):
        with result_folder(tmp_path / "out", force=True) as scratch:
            fill(scratch, text)
        assert (tmp_path / "out" / "results.json").read_text() == text
        assert names(tmp_path) == ["out"]


def test_force_keeps_the_old_result_when_the_new_one_fails(tmp_path: Path) -> None:
    with result_folder(tmp_path / "out") as scratch:
        fill(scratch, "old")
    with pytest.raises(ValueError, match="stop"), result_folder(tmp_path / "out", force=True) as scratch:
        fill_and_raise(scratch, ValueError("stop"))
    assert (tmp_path / "out" / "results.json").read_text() == "old"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_force_never_removes_anything_else(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    precious = tmp_path / "precious"
    precious.mkdir()
    fill(precious)
    if kind == "folder":
        target.mkdir()
        (target / "thesis.txt").write_text("years of work")
    elif kind == "file":
        target.write_text("years of work")
    else:
        target.symlink_to(precious)
    before = names(tmp_path)
    with pytest.raises(OutputError, match="which is neither"), result_folder(target, force=True):
        pass
    assert names(tmp_path) == before
    assert names(precious) == ["results.json"]


def test_target_made_by_someone_else_meanwhile_is_kept(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="which exists"), result_folder(tmp_path / "out") as scratch:
        shutil.copytree(scratch, tmp_path / "out")
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("how", ["plain", "wrapped", "written"])
def test_disk_errors_are_sentences(code: int, how: str, tmp_path: Path) -> None:
    raised: Exception = OSError(code, os.strerror(code))
    if how == "written":
        raised = OSError(f"Can't write data (file write failed: errno = {code}, error message = 'no')")
    elif how == "wrapped":
        raised = RuntimeError("a library's own words")
        raised.__cause__ = OSError(code, os.strerror(code))
    with pytest.raises(OutputError, match="Room to write 'out' is wanted, got"), result_folder(tmp_path / "out"):
        raise raised
    assert names(tmp_path) == []


def test_other_errors_pass_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), result_folder(tmp_path / "out"):
        (tmp_path / "missing").read_text()


KILLED = """
import sys, time
from kapitza.files.folder import result_folder
with result_folder(sys.argv[1], force=True) as scratch:
    (scratch / "results.json").write_text("half")
    print(scratch.name, flush=True)
    time.sleep(60)
"""


def kill_in_the_middle(target: Path, how: signal.Signals) -> str:
    with subprocess.Popen([sys.executable, "-c", KILLED, str(target)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        scratch = process.stdout.readline().strip()
        assert (target.parent / scratch / "results.json").exists()
        process.send_signal(how)
        process.wait()
    return scratch


def test_kill_9_leaves_no_result_and_the_next_run_cleans_up(tmp_path: Path) -> None:
    scratch = kill_in_the_middle(tmp_path / "out", signal.SIGKILL)
    assert names(tmp_path) == [scratch]
    with result_folder(tmp_path / "out") as fresh:
        fill(fresh)
        assert names(tmp_path) == [fresh.name]
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "results.json").read_text() == "new"


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    kill_in_the_middle(tmp_path / "out", signal.SIGINT)
    assert names(tmp_path) == []


def test_scratch_of_a_running_process_and_of_other_targets_is_left_alone(tmp_path: Path) -> None:
    with result_folder(tmp_path / "out") as first, result_folder(tmp_path / "other") as second:
        with result_folder(tmp_path / "out", force=True) as third:
            assert first.exists()
            assert second.exists()
            fill(third)
        shutil.rmtree(tmp_path / "out")
    assert names(tmp_path) == ["other", "out"]


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_result_lost_while_being_replaced_is_put_back(tmp_path: Path) -> None:
    pid = dead_process()
    moved = tmp_path / f".out.replaced-{pid}-0123abcd"
    moved.mkdir()
    fill(moved, "old")
    (tmp_path / f".out.partial-{pid}-0123abcd").mkdir()
    with pytest.raises(OutputError, match="which exists"), result_folder(tmp_path / "out"):
        pass
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "results.json").read_text() == "old"


FILLED = """
import resource, sys
from pathlib import Path
import numpy as np
from kapitza.data import SpectrumImage
from kapitza.errors import AxisError, InputError, KapitzaError, MethodError, OutputError, StudyError
from kapitza.files import write_hspy
from kapitza.files.folder import result_folder
if sys.argv[2] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
counts = np.random.default_rng(0).random((40, 40, 100))
try:
    with result_folder(sys.argv[1]) as scratch:
        if sys.argv[3] == "hspy":
            write_hspy(SpectrumImage(counts, np.arange(100.0)), scratch / "a.hspy")
        else:
            np.save(scratch / "a.npy", counts)
except OutputError as error:
    print(error)
    sys.exit(7)
"""


def run_filled(target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FILLED, str(target), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("writer", ["npy", "hspy"])
def test_limit_on_file_size_is_a_sentence(writer: str, tmp_path: Path) -> None:
    done = run_filled(tmp_path / "out", "limit", writer)
    assert (done.returncode, done.stderr) == (7, "")
    assert "a limit on the size of files" in done.stdout
    assert "Room to write" in done.stdout
    assert names(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path):
    """A disk of 300 kB, where one may be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be made here: it takes the right to mount one")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("writer", ["npy", "hspy"])
def test_full_disk_is_a_sentence(writer: str, small_disk: Path) -> None:
    done = run_filled(small_disk / "out", "disk", writer)
    assert (done.returncode, done.stderr) == (7, "")
    assert "got a full disk" in done.stdout
    assert names(small_disk) == []


def test_file_is_replaced_whole_or_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")
    with pytest.raises(FileNotFoundError), result_file(target) as scratch:
        shutil.copy(tmp_path / "missing", scratch)
    assert target.read_text() == "old"
    with result_file(target) as scratch:
        assert scratch.suffix == ".csv"
        scratch.write_text("new")
    assert target.read_text() == "new"
    assert names(tmp_path) == ["a.csv"]


def test_file_needs_a_folder_to_be_in(tmp_path: Path) -> None:
    image = SpectrumImage(np.zeros((1, 1, 4)), np.arange(4.0))
    with pytest.raises(OutputError, match="An existing folder is wanted"):
        write_hspy(image, tmp_path / "missing" / "a.hspy")
    with pytest.raises(OutputError, match="got the folder"), result_file(tmp_path):
        pass


HIDDEN = ".out.kapitza-resume"


def finish_and_raise(folder: Path, error: BaseException) -> None:
    (folder / "part").write_text("finished")
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, OutputError, KapitzaError])
def test_what_was_finished_stays_for_the_next_time(error: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(error), resume_folder(tmp_path / "deep" / "out") as store:
        finish_and_raise(store, error("stop"))
    with resume_folder(tmp_path / "deep" / "out", resume=True) as store:
        assert store.name == HIDDEN
        assert names(store) == ["part"]
    assert names(tmp_path / "deep") == []


@pytest.mark.parametrize("error", [InputError, MethodError, StudyError, AxisError])
def test_nothing_stays_of_a_run_that_would_fail_again(error: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(error), resume_folder(tmp_path / "deep" / "out") as store:
        finish_and_raise(store, error("wrong"))
    assert names(tmp_path) == []


def test_an_interrupted_run_that_has_finished_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), resume_folder(tmp_path / "deep" / "out"):
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_a_run_that_is_not_resumed_begins_anew(tmp_path: Path) -> None:
    (tmp_path / HIDDEN).mkdir()
    (tmp_path / HIDDEN / "part").write_text("old")
    with resume_folder(tmp_path / "out") as store:
        assert names(store) == []


def test_the_result_lands_beside_what_is_kept_for_it(tmp_path: Path) -> None:
    with resume_folder(tmp_path / "deep" / "out"), result_folder(tmp_path / "deep" / "out") as scratch:
        fill(scratch)
    assert names(tmp_path / "deep") == ["out"]
