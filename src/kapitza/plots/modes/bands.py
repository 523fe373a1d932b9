"""Temperatures of single bands along the heat flow, and how far they are from the local one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from kapitza.data import Array
from kapitza.interface.modes.deviation import BandDeviations
from kapitza.interface.modes.summary import ModeSummary
from kapitza.plots.panels import COLOURS, Curve, Grid, Panel
from kapitza.plots.profiles import titled

_VAGUE = 4.0
_NEAR = 15.0
"""nm on either side of the interface that are drawn."""
_FROM = "Position from the interface (nm)"


def bands_panels(
    images: Mapping[str, tuple[str | None, ModeSummary]], deviations: BandDeviations | None = None
) -> Grid:
    """Temperatures of all bands, one column for every image; below, half the difference of their deviations.

    Points whose errors are many times those of most are left out.

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
    """Curves without the points whose errors are far larger than most: a band that a material hardly has."""
    errors = np.concatenate([np.empty(0), *(c.error for c in curves if c.error is not None)])
    most = _VAGUE * float(np.nanmedian(errors)) if np.isfinite(errors).any() else np.inf
    kept = tuple(c if c.error is None else _where(c, c.error <= most) for c in curves)
    return Panel(title, _FROM, ylabel, kept)


def _where(curve: Curve, chosen: Array) -> Curve:
    assert curve.error is not None
    return replace(curve, x=curve.x[chosen], y=curve.y[chosen], error=curve.error[chosen])


def _temperatures(summary: ModeSummary) -> Iterator[Curve]:
    bands = summary.bands
    assert bands is not None
    away = bands.position - summary.position
    near = np.abs(away) <= _NEAR
    for i, name in enumerate(bands.names):
        yield Curve(
            away[near], bands.temperature[i, near], COLOURS[i % len(COLOURS)], name, bands.error[i, near], "points"
        )


def _deviations(found: BandDeviations) -> Iterator[Curve]:
    away = found.position - found.interface
    near = np.abs(away) <= _NEAR
    for i, name in enumerate(found.names):
        colour = COLOURS[i % len(COLOURS)]
        yield Curve(away[near], found.deviation[near, i], colour, name, found.error[near, i], "points")
        for decay, sign in ((found.left[i], -1.0), (found.right[i], 1.0)):
            if decay is not None and decay.amplitude.value is not None and decay.length.value is not None:
                x = np.linspace(0.0, _NEAR, 100)
                fallen = decay.amplitude.value * np.exp(-x / decay.length.value)
                yield Curve(sign * x, decay.offset + fallen, colour)
