"""Linear algebra on one thread, whose results do not depend on how many cores there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController


def one_blas_thread() -> AbstractContextManager[object]:
    """A context in which BLAS takes one thread."""
    # The libraries are found in callbacks from C, where Ctrl-C would be swallowed. It reaches the main thread alone, so
    # another one looks for them.
    with ThreadPoolExecutor(1, "kapitza") as executor:
        libraries = executor.submit(ThreadpoolController).result()
    return libraries.limit(limits=1, user_api="blas")
