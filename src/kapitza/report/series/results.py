"""A series of currents as plain numbers for `results.json`."""

from __future__ import annotations

from typing import Any

import numpy as np

from kapitza.interface.currents.global_fit import GlobalFit
from kapitza.interface.currents.series import mean_temperature
from kapitza.interface.resistance import named_resistances
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings
from kapitza.study.result import StudySeries

NUMBERS = (
    "drop",
    "gradient_left",
    "gradient_right",
    "characteristic_length_left",
    "characteristic_length_right",
)
OF_IMAGE = ("temperature", "drop", "bias", "relative_flux", "resistance_ratio", "flux")


def numbers(series: StudySeries, settings: InterfaceSettings | None) -> dict[str, Any]:
    """The series as written to `results.json`."""
    points = []
    for names, current, result in zip(series.names, series.points.current, series.points.results, strict=True):
        given = None if np.isnan(current) else Quantity(float(current), None, "mA").to_dict()
        found = {name: getattr(result, name) for name in NUMBERS} | named_resistances(result, settings)
        point = {"images": list(names), "current": given, "temperature": mean_temperature(result).to_dict()}
        points.append(point | {name: quantity.to_dict() for name, quantity in found.items()})
    fit = None if series.fit is None else _fit(series.fit)
    return {"heat_flow": series.heat_flow, "points": points, "fit": fit}


def _fit(fit: GlobalFit) -> dict[str, Any]:
    return {
        "reference_temperature": Quantity(fit.reference_temperature, None, "K").to_dict(),
        "flux": fit.flux,
        "parameters": {n: q.to_dict() | {"fixed_by": fit.fixed_by[n]} for n, q in fit.parameters.items()},
        "images": {i.name: {name: getattr(i, name).to_dict() for name in OF_IMAGE} for i in fit.images},
        "names": list(fit.names),
        "estimate": fit.estimate,
        "covariance": fit.covariance,
        "chi_squared": fit.chi_squared,
        "degrees_of_freedom": fit.degrees_of_freedom,
    }
