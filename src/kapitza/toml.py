"""TOML files that people write: their text, their tables, and what is wrong in them, in sentences."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from kapitza.errors import StudyError

T = TypeVar("T")

FORBID_OTHERS = {"extra": "forbid"}
"""What tells pydantic to refuse keys of a TOML table that a dataclass does not have."""


def read_text(
    path: Path | str,
    kind: str,
    missing: str = "check the name and that it is a file.",
    other: str = "give the .toml file.",
) -> str:
    """The text of a file.

    kind : what the file is, for errors, such as "a recipe". missing, other : what to do where it cannot be read, and
    where it is no text.

    Raises
    ------
    StudyError
        if it cannot be read or is no text.
    """
    path = Path(path)
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise StudyError(
            f"{kind.capitalize()} file is wanted, {path} cannot be read ({error.strerror}): {missing}"
        ) from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{kind.capitalize()} file in TOML is wanted, {path.name} is not text: {other}") from error


def tables(text: str, name: str) -> dict[str, Any]:
    """What a TOML text says; `name` is what errors call it.

    Raises
    ------
    StudyError
        if it is no TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{name} is not valid TOML: {error}. Correct that line and run again.") from error


def strict_json(table: dict[str, Any]) -> str:
    """A table as JSON: from it, strict pydantic takes an array for a tuple but never a text for a number."""
    return json.dumps(table, default=str)


def shown(value: Any) -> str:
    """A value about as a TOML file writes it."""
    return json.dumps(value, default=str, ensure_ascii=False)


def hint(key: str, known: Iterable[str]) -> str:
    """What an unknown key may have meant."""
    known = list(known)
    nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f"did you mean {nearest[0]!r}?" if nearest else f"known are {', '.join(known)}."


def validated(kind: type[T], document: dict[str, Any], name: str) -> T:
    """The dataclass that a document describes, its tables being dataclasses too; `name` is what errors call it.

    Raises
    ------
    StudyError
        if a key is unknown (the nearest known one is named), one is missing, or a value does not fit.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_json(strict_json(document), strict=True)
    except ValidationError as error:
        # unknown keys go first, for they explain the missing ones
        first = sorted(error.errors(), key=lambda entry: entry["type"] != "unexpected_keyword_argument")[0]
    place, key = [part for part in first["loc"][:-1] if isinstance(part, str)], str(first["loc"][-1])
    label = f"{name}: [{'.'.join(place)}]" if place else f"{name}:"
    if first["type"] == "unexpected_keyword_argument":
        raise StudyError(f"{label} unknown {'key' if place else 'table'} {key!r}; {hint(key, _keys(kind, place))}")
    if first["type"] == "missing":
        raise StudyError(f"{label} {key} is missing: add it.")
    where = ".".join(str(part) for part in first["loc"])
    raise StudyError(f"{name}: {where}: {first['msg'].lower()}, got {shown(first['input'])}: correct it.")


def _keys(kind: Any, place: Sequence[str]) -> list[str]:
    """The keys of the table at a place such as ["structure", "left"]."""
    for key in place:
        kind = get_type_hints(kind)[key]
        while not is_dataclass(kind):
            kind = get_args(kind)[0]
    return [field.name for field in fields(kind)]
