"""The numbers of a study as one plain dictionary, schema 1, ready for `results.json`."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

import kapitza
from kapitza.data import Array, GradientField, InterfaceResult, SpectrumFit, TemperatureMap
from kapitza.interface.resistance import named_resistances
from kapitza.quantity import Quantity
from kapitza.report.deconvolution import results as of_deconvolution
from kapitza.report.modes import results as of_modes
from kapitza.report.profiles import profile
from kapitza.report.scenario import results as of_scenario
from kapitza.report.series import results as of_series
from kapitza.report.thickness import results as of_thickness
from kapitza.settings import InterfaceSettings
from kapitza.study import resolved_settings
from kapitza.study.result import ImageResult, InputRecord, StudyResult

SCHEMA = 1
LIBRARIES = ("numpy", "scipy", "numba", "xarray", "rosettasciio")


def results(result: StudyResult) -> dict[str, Any]:
    """Everything a study found, as plain numbers, texts, lists and dictionaries; what is not finite is None.

    Every physical number is {"value", "error", "unit"}, error one standard deviation. `docs/results.md` tells what each
    entry means.
    """
    other = result.study.method.other().preset
    settings = result.study.interface
    combined = _with_compared({}, result.combined, result.compared_combined, other, settings)
    if result.combined is not None:
        combined["interface"]["profile"] = profile(result.combined)
    if result.combined_even is not None:
        combined["interface_even_thickness"] = _interface(result.combined_even, settings)
    report = {
        "schema": SCHEMA,
        "kapitza": kapitza.__version__,
        "versions": versions(),
        "title": result.study.title,
        "inputs": [input_numbers(record) for record in result.inputs],
        "settings": resolved_settings(result.study),
        "images": {name: _image(image, other, settings) for name, image in result.images.items()},
        "combined": combined,
        "warnings": [{"code": code, "message": message} for code, message in result.warnings],
    }
    if result.modes is not None:
        report["modes"] = of_modes.comparison(result.modes)
    if result.scenario is not None:
        report["scenario"] = of_scenario.numbers(result.scenario)
    if result.series is not None:
        report["series"] = of_series.numbers(result.series, settings)
    if result.truth is not None:
        report["truth"] = {name: truth_quantity(name, value).to_dict() for name, value in result.truth.items()}
    return plain(report)


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that the numbers went through."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def truth_quantity(name: str, value: float) -> Quantity:
    """What a synthetic experiment put in: exact, so its error is zero."""
    return Quantity(float(value), 0.0, InterfaceResult.UNITS.get(name, ""))


def median_error(tmap: TemperatureMap) -> Quantity:
    """Median standard error of one pixel."""
    errors = tmap.error[np.isfinite(tmap.error)]
    return Quantity(float(np.median(errors)) if errors.size else None, None, "K")


def gradient_magnitude(gradient: GradientField, known_step: bool) -> Quantity:
    """Length of the mean gradient vector over the pixels where both components are known."""
    unit = "K/um" if known_step else "K/pixel"
    both = np.isfinite(gradient.gradient_y) & np.isfinite(gradient.gradient_x)
    if not both.any():
        return Quantity(None, None, unit)
    return Quantity(math.hypot(_mean(gradient.gradient_y, both), _mean(gradient.gradient_x, both)), None, unit)


def _mean(values: Array, chosen: Array) -> float:
    return float(values[chosen].mean())


def input_numbers(record: InputRecord) -> dict[str, Any]:
    """One input file as written to `results.json`."""
    return {
        "name": record.name,
        "file": record.file,
        "sha256": record.sha256,
        "shape": list(record.shape),
        "energy_axis": dict(record.energy_axis),
        "microscope": dict(record.microscope),
    }


def _image(image: ImageResult, other: str, settings: InterfaceSettings | None) -> dict[str, Any]:
    tmap = image.map
    report: dict[str, Any] = {
        "heat_flow": image.heat_flow,
        "current": None if image.current is None else Quantity(image.current, None, "mA").to_dict(),
        **_map(tmap),
        "gradient": gradient_magnitude(image.gradient, tmap.step is not None).to_dict(),
        "spectra": [_spectrum(fit) for fit in image.spectra],
        "settings": tmap.settings,
        "history": list(tmap.history),
    }
    if image.modes is not None:
        report["modes"] = of_modes.modes(image.modes)
    if image.deconvolved is not None:
        report["deconvolution"] = of_deconvolution.spectra(image.deconvolved)
    report = _with_compared(report, image.interface, image.compared_interface, other, settings)
    if image.interface is not None:
        foil = None if image.thickness is None else image.thickness.profile
        report["interface"]["profile"] = profile(image.interface, foil)
    if image.thickness is not None:
        report["thickness"] = of_thickness.thickness(image.thickness)
        if image.thickness.even is not None:
            report["interface_even_thickness"] = _interface(image.thickness.even, settings)
    if image.beam is not None:
        report["beam"] = of_thickness.beam(image.beam)
    if image.compared_map is not None:
        report.setdefault("compared", {"preset": other}).update(_map(image.compared_map))
    return report


def _spectrum(fit: SpectrumFit) -> dict[str, Any]:
    return {"label": fit.label, "pixels": fit.pixels, "temperature": fit.temperature.to_dict(), "misfit": fit.misfit}


def _map(tmap: TemperatureMap) -> dict[str, Any]:
    return {
        "temperature": tmap.temperature_mean.to_dict(),
        "pixel_error": median_error(tmap).to_dict(),
        "common_error": Quantity(tmap.common_error, None, "K").to_dict(),
        "pixels": tmap.pixel_counts(),
        "scatter": tmap.scatter,
        "zero_loss": {name: quantity.to_dict() for name, quantity in tmap.zero_loss.items()},
    }


def _with_compared(
    report: dict[str, Any],
    interface: InterfaceResult | None,
    compared: InterfaceResult | None,
    other: str,
    settings: InterfaceSettings | None,
) -> dict[str, Any]:
    if interface is not None:
        report["interface"] = _interface(interface, settings)
    if compared is not None:
        report["compared"] = {"preset": other, "interface": _interface(compared, settings)}
    return report


def _interface(interface: InterfaceResult, settings: InterfaceSettings | None) -> dict[str, Any]:
    return {
        **interface.to_dict(),
        **{name: quantity.to_dict() for name, quantity in named_resistances(interface, settings).items()},
        "bulk_left": list(interface.bulk_left),
        "bulk_right": list(interface.bulk_right),
        "scatter": interface.scatter,
    }


def plain(value: Any) -> Any:
    """`value` in JSON's own types: NumPy's numbers as Python's, tuples as lists, None for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, str | int | None) else str(value)
