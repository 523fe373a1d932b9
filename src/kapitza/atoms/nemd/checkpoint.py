"""Checkpoints: all numbers of a run at full precision, in one file that is complete or not there."""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from kapitza.data import Array
from kapitza.errors import InputError

State = dict[str, Array]
"""Arrays by name; a name with a slash belongs to the part before it."""


def save_state(state: State, path: Path) -> None:
    """Write arrays to `path`, replacing what is there in one step."""
    scratch = path.with_name(f".{path.name}-{os.getpid()}")
    with scratch.open("wb") as file:
        # No name is that of an option.
        np.savez(file, **state)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    os.replace(scratch, path)


def load_state(path: Path) -> State:
    """Read the arrays that `save_state` wrote.

    Raises
    ------
    InputError
        if the file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, BadZipFile) as error:
        raise InputError(f"A checkpoint is wanted, {path.name} cannot be read ({error}): run without --resume.") from (
            error
        )


def part(state: State, name: str) -> State:
    """The arrays of one part of a state, without its name."""
    return {key.split("/", 1)[1]: array for key, array in state.items() if key.startswith(f"{name}/")}


def named(state: State, name: str) -> State:
    """The arrays of a part under its name."""
    return {f"{name}/{key}": array for key, array in state.items()}
