"""Whatever stops a command ends as one sentence and an exit code."""

import errno
import logging
import warnings

import pytest
import typer

from kapitza.cli.failures import Command, explain
from kapitza.errors import InputError, MethodError


@pytest.mark.parametrize(
    ("error", "words", "code"),
    [
        (InputError("A file is wanted,\n got none."), "A file is wanted, got none.", 1),
        (MethodError("no gain side"), "no gain side", 1),
        (KeyboardInterrupt(), "interrupted", 130),
        (MemoryError(), "crop the image", 1),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full", 1),
        (OSError(errno.EFBIG, "File too large"), "The disk is full", 1),
        (PermissionError(errno.EACCES, "Permission denied", "x"), "Check the path and its permissions", 1),
        (ZeroDivisionError("division by zero"), "please report it (ZeroDivisionError: division by zero)", 70),
    ],
)
def test_explain(error, words, code):
    sentence, found = explain(error)
    assert words in sentence
    assert "\n" not in sentence
    assert found == code


@pytest.fixture
def failing(capsys):
    """A command that raises, logs and warns; gives its exit code and standard error."""

    def call(error: BaseException, *arguments: str) -> tuple[int, str]:
        app = typer.Typer(pretty_exceptions_enable=False)

        @app.command(cls=Command)
        def fail(debug: bool = typer.Option(False, "--debug")) -> None:
            logging.getLogger("library").warning("a library's remark")
            warnings.warn("a library's warning", UserWarning, stacklevel=1)
            raise error

        with pytest.raises(SystemExit) as end:
            app(list(arguments))
        return int(end.value.code or 0), capsys.readouterr().err

    return call


@pytest.mark.parametrize(
    ("error", "code"), [(InputError("Wanted that."), 1), (KeyboardInterrupt(), 130), (ZeroDivisionError("oh"), 70)]
)
def test_one_sentence_and_no_traceback(failing, error, code):
    found, err = failing(error)
    assert found == code
    assert err.count("\n") == 1
    assert err.startswith("kapitza: ")


def test_debug_shows_the_traceback(failing):
    with pytest.warns(UserWarning, match="a library's warning"):
        code, err = failing(InputError("Wanted that."), "--debug")
    assert code == 1
    assert "Traceback (most recent call last)" in err
    assert err.rstrip().endswith("kapitza: Wanted that.")
