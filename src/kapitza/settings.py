"""What the user can choose about the analysis. Frozen; the study file's tables and the Python API share these."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

Preset = Literal["recommended", "paper"]
Window = tuple[float, float]


@dataclass(frozen=True)
class EnergyWindows:
    """Energy windows in meV, taken on both sides of the zero-loss peak.

    near, far : where the zero-loss background is fitted, below and above the phonons.
    signal : where loss and gain are compared.
    """

    near: Window = (15.0, 30.0)
    far: Window = (130.0, 200.0)
    signal: Window = (55.0, 125.0)


@dataclass(frozen=True)
class Method:
    """How spectra become temperatures.

    preset : "recommended" (default) or "paper", the published recipe; sets what is left at None below.
    background : "two_window" (tail shape from the image, height per pixel), "published" (free Pearson VII per pixel and
        side, with the published weights) or "symmetric" (one tail for both sides, found by detailed balance).
    thermometer : "errors_in_variables" (counts, no logarithms) or "log_ratio" (unweighted line through the origin).
    correct_resolution : whether temperatures are corrected for finite energy resolution (needs the "two_window"
        background).
    despike : whether channels hit by spikes are replaced before anything else.
    spike_threshold : how many standard deviations make a spike.
    """

    preset: Preset = "recommended"
    background: Literal["two_window", "published", "symmetric"] | None = None
    thermometer: Literal["errors_in_variables", "log_ratio"] | None = None
    correct_resolution: bool | None = None
    despike: bool = True
    spike_threshold: float = 8.0

    def resolved(self) -> Method:
        """The same method with everything that was left to the preset filled in."""
        return replace(
            self, **{key: value for key, value in _PRESETS[self.preset].items() if getattr(self, key) is None}
        )

    def other(self) -> Method:
        """The other preset, as published or as recommended, for comparison."""
        return Method(preset="paper" if self.preset == "recommended" else "recommended").resolved()


_PRESETS: dict[str, dict[str, Any]] = {
    "recommended": {
        "background": "two_window",
        "thermometer": "errors_in_variables",
        "correct_resolution": True,
    },
    "paper": {"background": "published", "thermometer": "log_ratio", "correct_resolution": False},
}


@dataclass(frozen=True)
class InterfaceSettings:
    """Where the interface is.

    axis : image axis along which heat flows, across the interface.
    left, right : names of the materials at smaller and larger coordinate.
    position : nm along the axis; found from the composition when None.
    bulk_left, bulk_right : (start, stop) in nm of the ranges that the bulk lines are fitted to; found when None.
    """

    axis: Literal["x", "y"] = "x"
    left: str = "left"
    right: str = "right"
    position: float | None = None
    bulk_left: Window | None = None
    bulk_right: Window | None = None
