"""Energy windows held against what the axis of an image has: what is missing is replaced and said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.settings import EnergyWindows, Window

_SHORTEST_SIGNAL = 15.0
_SHORTEST_FAR = 20.0


@dataclass(frozen=True)
class Windows:
    """The windows in use, meV: one near and one signal window for both sides, a far window per side (None = absent)."""

    near: Window
    signal: Window
    far_loss: Window | None
    far_gain: Window | None
    warnings: tuple[tuple[str, str], ...]


def fit_windows(wanted: EnergyWindows, reach_gain: float, reach_loss: float) -> Windows:
    """The windows that an axis from -reach_gain to +reach_loss (meV) can serve; `wanted` has a signal window.

    Raises
    ------
    MethodError
        if one side of the zero-loss peak is missing or too short for any signal window.
    """
    assert wanted.signal is not None
    for side, reach in (("gain", reach_gain), ("loss", reach_loss)):
        needed = wanted.signal[0] + _SHORTEST_SIGNAL
        if reach < needed:
            raise MethodError(
                f"A temperature needs both sides of the zero-loss peak, to at least {needed:.4g} meV for the signal "
                f"window {text(wanted.signal)}; the {side} side of this image ends at {_end(side, reach)} meV. "
                f"Record the {side} side, or choose a lower signal window if phonons are to be seen there."
            )
    warnings: list[tuple[str, str]] = []
    signal = _clip_signal(wanted.signal, min(reach_gain, reach_loss), warnings)
    far = {side: _clip_far(wanted.far, reach) for side, reach in (("loss", reach_loss), ("gain", reach_gain))}
    for side, reach in (("loss", reach_loss), ("gain", reach_gain)):
        if far[side] is None:
            warnings.append(("far_window_missing", _missing_far(side, reach, wanted)))
        elif far[side] != wanted.far:
            warnings.append(
                (
                    "far_window_cut",
                    f"The far background window {text(wanted.far)} is cut to {text(far[side])} on the {side} side, "
                    f"where the axis ends at {_end(side, reach)} meV.",
                )
            )
    return Windows(wanted.near, signal, far["loss"], far["gain"], tuple(warnings))


def inside(energy: Array, *windows: Window | None) -> Array:
    """(n,), True where |energy| lies in one of the windows, meV."""
    distance = np.abs(energy)
    chosen = np.zeros(np.shape(energy), bool)
    for window in windows:
        if window is not None:
            chosen |= (distance >= window[0]) & (distance <= window[1])
    return chosen


def _clip_signal(wanted: Window, reach: float, warnings: list[tuple[str, str]]) -> Window:
    if reach >= wanted[1]:
        return wanted
    signal = (wanted[0], reach)
    warnings.append(
        (
            "signal_window_cut",
            f"The signal window {text(wanted)} is cut to {text(signal)}: one side of the axis ends there.",
        )
    )
    return signal


def _clip_far(wanted: Window, reach: float) -> Window | None:
    if reach >= wanted[1]:
        return wanted
    return (wanted[0], reach) if reach >= wanted[0] + _SHORTEST_FAR else None


def _missing_far(side: str, reach: float, wanted: EnergyWindows) -> str:
    return (
        f"The {side} side ends at {_end(side, reach)} meV, so there is no far window {text(wanted.far)} in which it "
        "shows the zero-loss tail alone: what the tail is there rests on the other side and on a peak that differs "
        "between its sides by one asymmetry. The error common to all pixels contains how well that can be known."
    )


def _end(side: str, reach: float) -> str:
    return f"{-reach:.4g}" if side == "gain" else f"{reach:.4g}"


def text(window: Window | None) -> str:
    """A window in words."""
    assert window is not None
    return f"{window[0]:.4g} to {window[1]:.4g} meV"
