"""Single files that a command writes."""

from __future__ import annotations

from pathlib import Path

from kapitza.errors import OutputError


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse to write over a file unless forced."""
    if path.exists() and not force:
        raise OutputError(f"A new file is wanted, got {path}, which exists: choose another name, or use --force.")


def write_text(path: Path, text: str, *, force: bool) -> None:
    """Write a text file, complete or not at all."""
    from kapitza.files.folder import result_file

    refuse_existing(path, force=force)
    with result_file(path) as scratch:
        scratch.write_text(text, encoding="utf-8")
