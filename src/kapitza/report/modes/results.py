"""The numbers of a study's modes as plain dictionaries for `results.json`."""

from __future__ import annotations

from typing import Any

import numpy as np

from kapitza.data import Array
from kapitza.interface.modes.band_profiles import BandProfile
from kapitza.interface.modes.decay import Decay
from kapitza.interface.modes.deviation import BandDeviations
from kapitza.interface.modes.modal import ModalTemperatures
from kapitza.interface.modes.populations import Asymmetry, Population
from kapitza.interface.modes.summary import ModeComparison, ModeSummary
from kapitza.interface.modes.views import InterfaceFactors, InterfaceResiduals
from kapitza.quantity import Quantity
from kapitza.spectra.unmixing import Mode, Residual


def modes(summary: ModeSummary) -> dict[str, Any]:
    """What was found of one image: populations by mode, residual and factors, and temperature, lead and lag by band."""
    report: dict[str, Any] = {}
    if summary.populations is not None:
        found = summary.populations
        report["modes"] = {population.mode.name: _population(population) for population in found.modes}
        report["bulk_temperature"] = Quantity(found.bulk_temperature, None, "K").to_dict()
        report["misfit"] = found.fit.misfit
        free = [band.name for band in summary.wanted.bands if band.free is not None]
        report["free"] = {name: warmer.to_dict() for name, warmer in zip(free, found.free, strict=True)}
    if summary.residuals is not None:
        report["residual"] = _residuals(summary.residuals, summary.wanted.modes)
    if summary.factors is not None:
        report["factors"] = _factors(summary.factors)
    if summary.bands is not None:
        report["bands"] = _bands(summary.bands)
    report["lead_lag"] = {name: _lead_lag(profile) for name, profile in summary.profiles.items()}
    return report


def comparison(found: ModeComparison) -> dict[str, Any]:
    """Forward beside reverse: the asymmetry of the modes with null tests and checks by name, and of every band."""
    report: dict[str, Any] = {} if found.asymmetry is None else _asymmetry(found.asymmetry)
    report["nulls"] = {name: _asymmetry(null) for name, null in found.nulls.items()}
    report["checks"] = {name: _asymmetry(check) for name, check in found.checks.items()}
    report["lead_lag"] = {
        name: {part: getattr(shift, part).to_dict() for part in ("measured", "expected", "own")}
        for name, shift in found.shifts.items()
    }
    if found.deviations is not None:
        report["deviations"] = _deviations(found.deviations)
    return report


def _residuals(found: InterfaceResiduals, modes: tuple[Mode, ...]) -> dict[str, Any]:
    sums = {mode.name: found.summed(mode) for mode in modes}
    return {
        "energy": _many(found.loss.energy, "meV"),
        **{side: _residual(getattr(found, side)) for side in ("loss", "gain")},
        "modes": {name: {"loss": loss.to_dict(), "gain": gain.to_dict()} for name, (loss, gain) in sums.items()},
    }


def _residual(found: Residual) -> dict[str, Any]:
    amounts = zip(("left", "right"), found.amounts, np.sqrt(np.diag(found.amounts_covariance)), strict=True)
    return {
        "residual": _many(found.residual, "electrons", found.error),
        "amounts": {side: Quantity(float(value), float(error), "").to_dict() for side, value, error in amounts},
        "shift": Quantity(*found.shift, "meV").to_dict(),
        "broadening": Quantity(*found.broadening, "meV2").to_dict(),
    }


def _factors(found: InterfaceFactors) -> dict[str, Any]:
    return {
        "energy": _many(found.energy, "meV"),
        "loss": _many(found.loss, "electrons"),
        "gain": _many(found.gain, "electrons"),
        "position": _many(found.position, "nm"),
        "shares": _many(found.shares.T, ""),
        "misfit": found.misfit,
    }


def _bands(found: ModalTemperatures) -> dict[str, Any]:
    bands = zip(found.names, found.windows, found.temperature, found.error, found.common_error, strict=True)
    return {
        "position": _many(found.position, "nm"),
        "bands": {
            name: {
                "window": list(window),
                "temperature": _many(kelvin, "K", error),
                "common_error": Quantity(float(common), None, "K").to_dict(),
            }
            for name, window, kelvin, error, common in bands
        },
    }


def _deviations(found: BandDeviations) -> dict[str, Any]:
    columns = zip(
        found.names, found.deviation.T, found.error.T, found.common_error, found.left, found.right, strict=True
    )
    return {
        "position": _many(found.position, "nm"),
        "bands": {
            name: {
                "deviation": _many(kelvin, "K", error),
                "common_error": Quantity(float(common), None, "K").to_dict(),
                "left": _decay(left),
                "right": _decay(right),
            }
            for name, kelvin, error, common, left, right in columns
        },
    }


def _decay(found: Decay | None) -> dict[str, Any] | None:
    if found is None:
        return None
    offset = Quantity(found.offset, None, "K")
    return {"amplitude": found.amplitude.to_dict(), "length": found.length.to_dict(), "offset": offset.to_dict()}


def _lead_lag(found: BandProfile) -> dict[str, Any]:
    profile, measured = found.profile, found.measured
    return {
        "window": list(profile.window),
        "shift": measured.shift.to_dict(),
        "expected": found.expected.to_dict(),
        "own": found.own.to_dict(),
        "half_height": measured.half_height.to_dict(),
        "width_10_90": Quantity(measured.width_10_90, None, "nm").to_dict(),
        "position": _many(profile.position, "nm"),
        "loss": _many(profile.loss, "", profile.loss_error),
        "gain": _many(profile.gain, "", profile.gain_error),
    }


def _many(values: Array, unit: str, errors: Array | None = None) -> dict[str, Any]:
    """Numbers of one unit, with a standard error each where there are any."""
    return {"value": values, "error": errors, "unit": unit}


def _population(population: Population) -> dict[str, Any]:
    names = ("loss", "gain", "log_ratio", "occupation", "temperature")
    found = {name: getattr(population, name).to_dict() for name in names}
    given = {name: Quantity(getattr(population.mode, name), None, "meV").to_dict() for name in ("energy", "fwhm")}
    return given | found


def _asymmetry(found: Asymmetry) -> dict[str, Any]:
    single = ("gain", "loss", "strength", "gain_over_loss", "occupation_ratio")
    return {
        "modes": list(found.modes),
        **{name: getattr(found, name).to_dict() for name in single},
        **{
            name: {mode: quantity.to_dict() for mode, quantity in zip(found.modes, getattr(found, name), strict=True)}
            for name in ("contrast", "temperature_change")
        },
        "temperatures": {
            flow: {mode: quantity.to_dict() for mode, quantity in zip(found.modes, side, strict=True)}
            for flow, side in zip(("forward", "reverse"), found.temperatures, strict=True)
        },
    }
