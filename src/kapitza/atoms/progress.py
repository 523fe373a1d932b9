"""How long work says what it is doing."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called as work proceeds with what is being done, how much is done and how much there is."""


def silent(description: str, done: int, total: int) -> None:
    """Say nothing."""
