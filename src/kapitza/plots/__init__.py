"""Figures as in a paper: one function per figure, results in, a matplotlib `Figure` out."""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "temperature_map": "kapitza.plots.maps",
    "isotherms": "kapitza.plots.maps",
    "status_map": "kapitza.plots.maps",
    "profile": "kapitza.plots.profiles",
    "flows": "kapitza.plots.profiles",
    "series_figure": "kapitza.plots.series",
    "spectra": "kapitza.plots.fits",
    "log_ratios": "kapitza.plots.fits",
    "residuals": "kapitza.plots.statistics",
    "mode_maps": "kapitza.plots.modes.maps",
    "draw_panels": "kapitza.plots.panels",
    "scenario_figure": "kapitza.plots.scenario",
    "thickness_map": "kapitza.plots.thickness",
    "sharpened_spectra": "kapitza.plots.deconvolved",
    "overview": "kapitza.plots.summary",
    "gallery": "kapitza.plots.summary",
    "plan": "kapitza.plots.plan",
    "phonon_figure": "kapitza.plots.phonons",
    "interface_mode_figure": "kapitza.plots.bound",
    "modal_figure": "kapitza.plots.modal",
    "parity": "kapitza.plots.potential",
    "learning_curve": "kapitza.plots.potential",
    "structure_figure": "kapitza.plots.structure",
    "heat_flow_figure": "kapitza.plots.nemd",
    "current_figure": "kapitza.plots.current",
    "save_figure": "kapitza.plots.style",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    # matplotlib takes a good part of a second to load, and not every user draws
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kapitza.plots' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_HOMES)
