"""Spectra of an interface and of the bulk beside it, and what the interface adds to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from kapitza.interface.modes.summary import ModeSummary
from kapitza.plots.panels import Curve, Grid, Panel, scaled
from kapitza.plots.profiles import titled
from kapitza.plots.style import BLUE, GREEN, INK, ORANGE, PURPLE
from kapitza.settings import Window

_SHOWN: Window = (40.0, 130.0)
_HEIGHTS = -0.03, 1.15
"""Of spectra over their highest, with room for the marks."""
_SIDES = (("loss", INK), ("gain", GREEN))
_FITTED = (("loss", PURPLE), ("gain", ORANGE))


def spectra_panels(images: Mapping[str, tuple[str | None, ModeSummary]], left: str, right: str) -> Grid:
    """Losses and gains of both materials and of the interface; below, the residuals and the lines of the joint fit.

    images : by name, (direction of the heat, summary); one column each. left, right : names of the materials.
    """
    rows = [_spectra(images, side, (left, right)) for side in ("loss", "gain")]
    added = [_added(titled(name, flow), summary) for name, (flow, summary) in images.items() if _adds(summary)]
    return [*rows, added] if added else rows


def _spectra(images: Mapping[str, tuple[str | None, ModeSummary]], side: str, names: tuple[str, str]) -> list[Panel]:
    number = ("loss", "gain").index(side)
    panels = []
    for name, (flow, summary) in images.items():
        energy, nets, _ = summary.spectra.sides()
        seen = (energy >= _SHOWN[0]) & (energy <= _SHOWN[1])
        per_pixel = nets[number][:, seen] / summary.spectra.pixels[:, np.newaxis]
        top = float(per_pixel.max(initial=0.0))
        places = ((1, names[0], ORANGE), (2, names[1], BLUE), (0, "interface", INK))
        curves = tuple(Curve(energy[seen], scaled(per_pixel[i], top), colour, label) for i, label, colour in places)
        panels.append(
            Panel(
                f"{titled(name, flow)}, {side}",
                "|E| (meV)",
                "Counts over the highest",
                curves,
                _marks(summary),
                limits=_HEIGHTS,
            )
        )
    return panels


def _adds(summary: ModeSummary) -> bool:
    return summary.residuals is not None or summary.populations is not None


def _added(title: str, summary: ModeSummary) -> Panel:
    curves = tuple(_added_curves(summary))
    return Panel(f"{title}, added by the interface", "|E| (meV)", "Share of the highest", curves, _marks(summary))


def _added_curves(summary: ModeSummary) -> Iterator[Curve]:
    """Residual and joint fit, losses over their largest and gains over theirs in the interface's spectrum."""
    energy, nets, _ = summary.spectra.sides()
    seen = (energy >= _SHOWN[0]) & (energy <= _SHOWN[1])
    tops = [float(net[0, seen].max(initial=0.0)) for net in nets]
    if summary.residuals is not None:
        for (side, colour), top in zip(_SIDES, tops, strict=True):
            found = getattr(summary.residuals, side)
            error = scaled(found.error, top)
            yield Curve(found.energy, scaled(found.residual, top), colour, f"residual, {side}", error)
    if summary.populations is not None:
        lines = summary.spectra.split(summary.populations.fit.lines)
        for (side, colour), top, line in zip(_FITTED, tops, lines, strict=True):
            yield Curve(
                energy[seen], scaled(line[seen], top), colour, f"modes by the joint fit, {side}", None, "dashed"
            )


def _marks(summary: ModeSummary) -> dict[str, float]:
    return {mode.name: mode.energy for mode in summary.wanted.modes}
