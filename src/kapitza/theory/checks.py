"""What the public functions of this room ask of their numbers: said once, in one wording."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kapitza.errors import MethodError


def check_positive(**values: ArrayLike) -> None:
    """Raise `MethodError` unless every number of every argument, named as the user knows it, is above zero."""
    _check("positive", np.greater, values)


def check_not_negative(**values: ArrayLike) -> None:
    """Raise `MethodError` unless every number of every argument, named as the user knows it, is zero or above."""
    _check("zero or positive", np.greater_equal, values)


def _check(wanted: str, holds: np.ufunc, values: dict[str, ArrayLike]) -> None:
    for name, value in values.items():
        numbers = np.asarray(value, dtype=float)
        wrong = ~(holds(numbers, 0.0) & np.isfinite(numbers))
        if wrong.any():
            raise MethodError(
                f"A {wanted} {name.replace('_', ' ')} is wanted, got {numbers[wrong].flat[0]:g}: give one that is."
            )
