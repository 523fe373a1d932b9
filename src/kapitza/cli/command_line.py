"""The command that was typed, for the folder that it wrote."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

_HOW = ("force", "quiet", "debug", "resume")
"""Options that change nothing in a result."""


def command_line(context: typer.Context) -> str:
    """The command with what was given to it, as one would type it again.

    Paths inside the folder in which it ran stay as they are; of others only the name is left, so that no name of a user
    or of a machine goes into a result.
    """
    words = [*context.command_path.split()]
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if parameter.name in _HOW or source is None or source.name.startswith("DEFAULT"):
            continue
        words += _words(parameter, context.params[str(parameter.name)])
    return shlex.join(words)


def _words(parameter: Any, value: Any) -> Iterator[str]:
    name = max(parameter.opts, key=len)
    if parameter.param_type_name == "argument":
        yield from map(_text, value if parameter.nargs == -1 else [value])
    elif parameter.is_flag:
        yield name if value else parameter.secondary_opts[0]
    else:
        for one in value if parameter.multiple else [value]:
            yield from (name, _text(one))


def _text(value: Any) -> str:
    text = str(getattr(value, "value", value))
    path = Path(text)
    return path.name if path.is_absolute() or ".." in path.parts else text
