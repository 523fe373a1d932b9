"""Loss and gain of bands across an interface, whose shift says whether the gain leads or lags."""

from __future__ import annotations

from collections.abc import Mapping

from kapitza.interface.modes.summary import ModeSummary
from kapitza.plots.panels import Curve, Grid, Panel
from kapitza.plots.profiles import titled
from kapitza.plots.style import GREEN, INK
from kapitza.plots.words import quantity_text

_NEAR = 6.0
"""nm on either side of the interface."""


def profiles_panels(images: Mapping[str, tuple[str | None, ModeSummary]]) -> Grid:
    """One row for every band that has a profile, one column for every image; the note is the shift.

    images : by name, (direction of the heat, summary).
    """
    names = dict.fromkeys(name for _, summary in images.values() for name in summary.profiles)
    return [
        [
            _panel(f"{titled(image, flow)}, {band}", summary, band)
            for image, (flow, summary) in images.items()
            if band in summary.profiles
        ]
        for band in names
    ]


def _panel(title: str, summary: ModeSummary, band: str) -> Panel:
    found = summary.profiles[band]
    profile = found.profile
    away = profile.position - summary.position
    near = abs(away) <= _NEAR
    curves = tuple(
        Curve(away[near], values[near], colour, label, error[near], "points")
        for label, values, error, colour in (
            ("loss", profile.loss, profile.loss_error, INK),
            ("gain", profile.gain, profile.gain_error, GREEN),
        )
    )
    note = quantity_text(found.measured.shift)
    window = f"{profile.window[0]:g}–{profile.window[1]:g} meV"
    return Panel(f"{title} ({window})", "Position from the interface (nm)", "Left bulk to right", curves, {}, note)
