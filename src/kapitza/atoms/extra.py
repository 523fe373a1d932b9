"""What the optional libraries of the extra `atoms` are asked for with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kapitza.errors import MethodError


@contextmanager
def optional(library: str) -> Iterator[None]:
    """Say in one sentence that `library` of the extra `atoms` is missing, where an import inside the block fails.

    Raises
    ------
    MethodError
        if the library is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise MethodError(
            f'{library} is wanted for this and is not installed: pip install "kapitza[atoms]" brings it.'
        ) from error
