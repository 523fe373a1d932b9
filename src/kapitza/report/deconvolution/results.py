"""The sharpened spectra of an image as a plain dictionary for `results.json`."""

from __future__ import annotations

from typing import Any

from kapitza.data import Array
from kapitza.interface.deconvolved import DeconvolvedSpectra, Side
from kapitza.interface.modes.region_spectra import REGIONS
from kapitza.interface.spectral_lines import Line

_DIGITS = 5


def spectra(found: DeconvolvedSpectra) -> dict[str, Any]:
    """Energies, and by region the spectra with their bands, what was done, and the lines."""
    return {
        "units": {"energy": "meV", "spectra": "electrons/meV/pixel"},
        "coverage": found.settings.coverage,
        "energy": _listed(found.energy),
        "regions": {
            name: {
                "pixels": found.pixels[i],
                "iterations": found.steps[i],
                "loss": _side(found.loss, i),
                "gain": _side(found.gain, i),
                "lines": [_line(line) for line in found.lines[i]],
            }
            for i, name in enumerate(REGIONS)
        },
    }


def _side(side: Side, region: int) -> dict[str, list[float]]:
    return {name: _listed(values[region]) for name, values in vars(side).items()}


def _line(line: Line) -> dict[str, Any]:
    return {name: quantity.to_dict() for name, quantity in vars(line).items()}


def _listed(values: Array) -> list[float]:
    """To five digits, which no spectrum exceeds in certainty."""
    return [float(f"{value:.{_DIGITS}g}") for value in values]
