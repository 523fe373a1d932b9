"""Phonon-transport electron microscopy: temperature maps and interfacial resistance from vibrational STEM-EELS."""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "read": "kapitza.files",
    "temperature_map": "kapitza.spectra.thermometry",
    "gradient_field": "kapitza.interface",
    "interface_drop": "kapitza.interface",
    "combine": "kapitza.interface",
    "EnergyWindows": "kapitza.settings",
    "Method": "kapitza.settings",
    "SpectrumImage": "kapitza.data",
    "TemperatureMap": "kapitza.data",
    "InterfaceResult": "kapitza.data",
    "Quantity": "kapitza.quantity",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'kapitza' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
