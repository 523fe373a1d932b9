"""Non-negative factors of the spectra along the heat flow: their spectra, and where there is how much of them."""

from __future__ import annotations

from collections.abc import Mapping

from kapitza.interface.modes.summary import ModeSummary
from kapitza.interface.modes.views import InterfaceFactors
from kapitza.plots.panels import COLOURS, Curve, Grid, Panel, scaled
from kapitza.plots.profiles import titled


def factors_panels(images: Mapping[str, tuple[str | None, ModeSummary]]) -> Grid:
    """One row for every image: losses of the factors, gains, and shares along the heat flow.

    images : by name, (direction of the heat, summary with factors).
    """
    return [
        [
            _spectra(f"{titled(name, flow)}, loss", summary.factors, "loss"),
            _spectra(f"{titled(name, flow)}, gain", summary.factors, "gain"),
            _shares(f"{titled(name, flow)}, shares", summary.factors, summary.position),
        ]
        for name, (flow, summary) in images.items()
        if summary.factors is not None
    ]


def _spectra(title: str, found: InterfaceFactors, side: str) -> Panel:
    spectra = getattr(found, side)
    top = float(spectra.max(initial=0.0))
    curves = tuple(
        Curve(found.energy, scaled(spectrum, top), COLOURS[i % len(COLOURS)], f"factor {i + 1}")
        for i, spectrum in enumerate(spectra)
    )
    return Panel(title, "|E| (meV)", "Counts over the highest", curves)


def _shares(title: str, found: InterfaceFactors, position: float) -> Panel:
    curves = tuple(
        Curve(found.position - position, share, COLOURS[i % len(COLOURS)], f"factor {i + 1}")
        for i, share in enumerate(found.shares.T)
    )
    return Panel(title, "Position from the interface (nm)", "Share", curves)
