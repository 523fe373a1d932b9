"""Results on disk are complete or not at all: written beside their place under a hidden name, then renamed into it."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from kapitza.errors import InputError, MethodError, OutputError, StudyError

_REASONS = {
    errno.ENOSPC: "a full disk: free some space",
    errno.EDQUOT: "a used-up disk quota: free some space",
    errno.EFBIG: "a limit on the size of files: raise it",
    errno.EACCES: "no permission to write there: choose another place",
    errno.EPERM: "no permission to write there: choose another place",
    errno.EROFS: "a read-only disk: choose another place",
    errno.ENAMETOOLONG: "a name that is too long: choose a shorter one",
    errno.ENOTDIR: "a file where a folder should be: choose another place",
}
_SHORT_WRITE = "a full disk or a limit on the size of files: free some space or raise the limit"
"""NumPy says only how much it could write, not why no more."""

_SCRATCH, _REPLACED = "partial", "replaced"


@contextlib.contextmanager
def result_folder(path: str | Path, force: bool = False) -> Iterator[Path]:
    """Give a scratch folder that becomes `path` when the block ends well, and vanishes when it does not.

    With `force`, a folder at `path` is replaced if it is empty or holds a `results.json`; nothing else is ever removed.
    Scratch folders for the same `path` whose process is gone (killed, or the power failed) are removed first, and a
    result that was being replaced at that moment is put back.

    Raises
    ------
    OutputError
        if `path` exists and may not be replaced, or the disk is full, read-only or forbidden.
    """
    path = Path(os.path.abspath(path))
    with writable(path):
        _clear_leftovers(path)
        check_target(path, force)
        made = _make_parents(path.parent)
        scratch = _beside(path, _SCRATCH)
        finished = False
        try:
            scratch.mkdir()
            yield scratch
            _move_into_place(scratch, path, force)
            finished = True
        finally:
            if not finished:
                shutil.rmtree(scratch, ignore_errors=True)
                _remove_empty(made)


@contextlib.contextmanager
def resume_folder(path: str | Path, resume: bool = False) -> Iterator[Path]:
    """Give the hidden folder beside the result folder `path` that keeps what a run has finished, until its result is
    there.

    With `resume` it comes as an earlier run left it, else empty. It stays when the block is stopped by what may be
    otherwise the next time: killed, interrupted, a full disk, workers that died. It goes when the block ends well, and
    when the input, study or method is not right.

    Raises
    ------
    OutputError
        if the place cannot be written.
    """
    path = Path(os.path.abspath(path))
    folder = path.parent / f".{path.name}.kapitza-resume"
    with writable(path):
        made = _make_parents(path.parent)
        if not resume:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
    over = False
    try:
        yield folder
        over = True
    except (InputError, StudyError, MethodError):
        over = True
        raise
    finally:
        if over:
            shutil.rmtree(folder, ignore_errors=True)
        _remove_empty([folder, *made])


@contextlib.contextmanager
def result_file(path: str | Path) -> Iterator[Path]:
    """Give a scratch file name, with the suffix of `path`, that replaces `path` when the block ends well.

    Raises
    ------
    OutputError
        if the disk is full, read-only or forbidden, or `path` is a folder.
    """
    path = Path(os.path.abspath(path))
    if path.is_dir():
        raise OutputError(f"A file name is wanted for the output, got the folder {path.name!r}: choose another name.")
    scratch = path.parent / f".{uuid.uuid4().hex[:8]}-{os.getpid()}.{_SCRATCH}{path.suffix}"
    with writable(path):
        if not path.parent.is_dir():
            raise OutputError(
                f"An existing folder is wanted for {path.name}, got none at {path.parent}: make it first."
            )
        try:
            yield scratch
            os.replace(scratch, path)
        finally:
            scratch.unlink(missing_ok=True)


def reserve(path: Path, nbytes: int) -> None:
    """Make sure that `nbytes` can be written at `path` by allocating them there for a moment.

    HDF5 cannot be stopped cleanly once a disk is full (the process crashes as the file is closed), so this comes first.
    """
    if not hasattr(os, "posix_fallocate"):
        return
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, nbytes)
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn a full, read-only or forbidden disk met while writing `path` into one sentence."""
    try:
        yield
    except OutputError:
        raise
    except Exception as error:
        reason = _disk_reason(error)
        if reason is None:
            raise
        raise OutputError(
            f"Room to write {path.name!r} is wanted, got {reason}, then run again; no half-written result was left."
        ) from error


def _disk_reason(error: BaseException | None) -> str | None:
    """What a disk error comes down to; libraries wrap it in errors of their own, or only write its number down."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        written = re.search(r"errno = (\d+)", str(error)) if isinstance(error, OSError | RuntimeError) else None
        code = getattr(error, "errno", None) or (int(written[1]) if written else None)
        if code in _REASONS:
            return _REASONS[code]
        if isinstance(error, OSError) and re.search(r"\d+ requested and \d+ written", str(error)):
            return _SHORT_WRITE
        error = error.__cause__ or error.__context__
    return None


def check_target(path: Path, force: bool) -> None:
    """Refuse `path` as a result folder if it exists and may not be replaced; to be asked before long work, too.

    Raises
    ------
    OutputError
        if `path` lies in a file, or exists and `force` is not given or it is neither empty nor an earlier result.
    """
    above = next(folder for folder in Path(os.path.abspath(path)).parents if folder.exists())
    if not above.is_dir():
        raise OutputError(f"A folder is wanted above {path.name!r}, got the file {above.name!r}: choose another place.")
    if not os.path.lexists(path):
        return
    if not force:
        raise OutputError(
            f"A new folder is wanted for the result, got {path.name!r}, which exists: choose another name, or use"
            " --force to replace an earlier result."
        )
    if path.is_symlink() or not path.is_dir() or (any(path.iterdir()) and not (path / "results.json").is_file()):
        raise OutputError(
            f"An earlier result or an empty folder is wanted to replace, got {path.name!r}, which is neither (it has no"
            " results.json): choose another name, or remove it yourself."
        )


def _move_into_place(scratch: Path, path: Path, force: bool) -> None:
    check_target(path, force)
    if not path.exists():
        os.rename(scratch, path)
        return
    old = _beside(path, _REPLACED)
    os.rename(path, old)
    try:
        os.rename(scratch, path)
    except BaseException:
        os.rename(old, path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _beside(path: Path, role: str) -> Path:
    return path.parent / f".{path.name}.{role}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def _clear_leftovers(path: Path) -> None:
    pattern = re.compile(rf"\.{re.escape(path.name)}\.({_SCRATCH}|{_REPLACED})-(\d+)-[0-9a-f]{{8}}")
    if not path.parent.is_dir():
        return
    for entry in sorted(path.parent.iterdir()):
        match = pattern.fullmatch(entry.name)
        if match is None or _is_running(int(match[2])):
            continue
        if match[1] == _REPLACED and not os.path.lexists(path):
            os.rename(entry, path)
        else:
            shutil.rmtree(entry, ignore_errors=True)


def _is_running(pid: int) -> bool:
    if os.name != "posix":
        return True  # elsewhere signal 0 would end the process instead of asking after it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _make_parents(parent: Path) -> list[Path]:
    """Make the folders above the target; returns those that were made, innermost first."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()
