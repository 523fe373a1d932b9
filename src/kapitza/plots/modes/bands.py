"""Temperatures of single bands along the heat flow, and how far they are from the local one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from kapitza.interface.modes.deviation import BandDeviations
from kapitza.interface.modes.summary import ModeSummary
from kapitza.plots.panels import COLOURS, Curve, Grid, Panel
from kapitza.plots.profiles import titled

_VAGUE, _ROOM = 4.0, 0.3
_FROM = "Position from the interface (nm)"


def bands_panels(
    images: Mapping[str, tuple[str | None, ModeSummary]], deviations: BandDeviations | None = None
) -> Grid:
    """Temperatures of all bands, one column for every image; below, half the difference of their deviations.

    images : by name, (direction of the heat, summary with bands). deviations : of forward and reverse.
    """
    first = [
        _panel(titled(name, flow), "Temperature (K)", tuple(_temperatures(summary)))
        for name, (flow, summary) in images.items()
        if summary.bands is not None
    ]
    if deviations is None:
        return [first]
    title = "From the local temperature, half the difference of forward and reverse"
    return [first, [_panel(title, "Deviation (K)", tuple(_deviations(deviations)))]]


def _panel(title: str, ylabel: str, curves: tuple[Curve, ...]) -> Panel:
    """Curves with an axis that points of far larger errors than the others do not stretch."""
    errors = [np.ones_like(c.y) if c.error is None else c.error / np.nanmedian(c.error) for c in curves]
    good = [c.y[np.isfinite(c.y) & (error < _VAGUE)] for c, error in zip(curves, errors, strict=True)]
    values = np.concatenate([*good, np.empty(0)])
    room = _ROOM * float(np.ptp(values)) if len(values) else 1.0
    limits = (float(values.min()) - room, float(values.max()) + room) if room else None
    return Panel(title, _FROM, ylabel, curves, limits=limits)


def _temperatures(summary: ModeSummary) -> Iterator[Curve]:
    bands = summary.bands
    assert bands is not None
    away = bands.position - summary.position
    for i, name in enumerate(bands.names):
        yield Curve(away, bands.temperature[i], COLOURS[i % len(COLOURS)], name, bands.error[i], "points")


def _deviations(found: BandDeviations) -> Iterator[Curve]:
    away = found.position - found.interface
    for i, name in enumerate(found.names):
        colour = COLOURS[i % len(COLOURS)]
        yield Curve(away, found.deviation[:, i], colour, name, found.error[:, i], "points")
        for decay, sign in ((found.left[i], -1.0), (found.right[i], 1.0)):
            if decay is not None and decay.amplitude.value is not None and decay.length.value is not None:
                x = np.linspace(0.0, float(np.abs(away[np.sign(away) == sign]).max(initial=0.0)), 100)
                yield Curve(sign * x, decay.amplitude.value * np.exp(-x / decay.length.value), colour)
