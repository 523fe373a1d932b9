"""A number with its standard error and unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Quantity:
    """A physical number: value, standard error (one standard deviation) and unit.

    `value` and `error` are None where they are not known. `interval` holds the ends of an asymmetric 68 % interval
    where one standard deviation does not describe the error; an end is None where the data set no bound.
    """

    value: float | None
    error: float | None
    unit: str
    interval: tuple[float | None, float | None] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The quantity as written to `results.json`."""
        entry: dict[str, Any] = {"value": _finite(self.value), "error": _finite(self.error), "unit": self.unit}
        if self.interval is not None:
            entry["interval"] = [_finite(end) for end in self.interval]
        return entry

    @classmethod
    def from_dict(cls, entry: dict[str, Any]) -> Quantity:
        """The quantity that `to_dict` wrote."""
        ends = entry.get("interval")
        return cls(entry["value"], entry["error"], entry["unit"], None if ends is None else (ends[0], ends[1]))

    def __str__(self) -> str:
        value = _finite(self.value)
        if self.interval is not None:
            low, high = ("unbounded" if end is None else _short(end) for end in map(_finite, self.interval))
            text = f"({low} to {high})" if value is None else f"{_short(value)} ({low} to {high})"
        elif value is None:
            return "not known"
        elif _finite(self.error) is None or not self.error:
            text = f"{value:.4g}"
        else:
            digits = max(0, 1 - math.floor(math.log10(abs(self.error))))
            text = f"{value:z.{digits}f} ± {self.error:.{digits}f}"
        return f"{text} {self.unit}".rstrip()


def _finite(number: float | None) -> float | None:
    return float(number) if number is not None and math.isfinite(number) else None


def _short(number: float) -> str:
    return f"{number:.3g}" if abs(number) < 1000 else f"{number:.0f}"
