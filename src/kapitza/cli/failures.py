"""How a command fails: one sentence on standard error and an exit code, a traceback only where asked for."""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand

from kapitza.errors import KapitzaError

FAILED, INTERNAL, INTERRUPTED, PIPE_CLOSED = 1, 70, 130, 141

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Command(TyperCommand):
    """A command that turns whatever goes wrong in it into a sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        debug = bool(ctx.params.get("debug"))
        try:
            with _hushed(debug):
                result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except BrokenPipeError as error:
            # Whoever read the output has gone; what is left in the buffer must not fail again on the way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from error
        except (KeyboardInterrupt, Exception) as error:
            sentence, code = explain(error)
            if debug:
                traceback.print_exc()
            typer.echo(f"kapitza: {sentence}", err=True)
            raise typer.Exit(code) from error


def explain(error: BaseException) -> tuple[str, int]:
    """The sentence for the user and the exit code of whatever stopped a command."""
    if isinstance(error, KapitzaError):
        return _one_line(error), FAILED
    if isinstance(error, KeyboardInterrupt):
        return "interrupted; no half-written result is left.", INTERRUPTED
    if isinstance(error, MemoryError):
        return "More memory is wanted than this machine has: crop the image, or use --no-compare.", FAILED
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"The disk is full ({error.strerror}): free some space or choose another folder with -o.", FAILED
    if isinstance(error, OSError):
        return f"A file could not be read or written: {_one_line(error)}. Check the path and its permissions.", FAILED
    kind = type(error).__name__
    return f"Internal error, please report it ({kind}: {_one_line(error)}); --debug shows the traceback.", INTERNAL


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


@contextmanager
def _hushed(debug: bool) -> Iterator[None]:
    # What libraries warn of is for developers; what a user must know is among the warnings of the result.
    with warnings.catch_warnings():
        if not debug:
            warnings.simplefilter("ignore")
            logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
