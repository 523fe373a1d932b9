"""What every key of a study file wants, and the sentences for what is not so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kapitza.errors import StudyError
from kapitza.toml import hint, shown

_WINDOW = "two rising numbers in meV, [start, stop]"
_RANGE = "two rising numbers in nm, [start, stop]"
_CONDUCTIVITY = "two numbers in W/(m K), [value, error], the value above 0 and the error 0 or above"
_EXPONENT = "two numbers, [value, error], the error 0 or above"
_SHARE = "a number between 0 and 1"
_LENGTH = "a number of nm above 0"
_CONDUCTANCE = "a number of MW/(m2 K), 0 or above"
_DENSITY = "a number in g/cm3 above 0"
_ATOMIC_NUMBER = "an effective atomic number, 1 to 120"

WANTED: dict[str, dict[str, str]] = {
    "study": {"title": "a text in quotes"},
    "image": {
        "name": "a text of letters, digits, blanks and . + - _, beginning with a letter or digit",
        "file": "a file name in quotes, relative to the study file",
        "heat_flow": '"forward", "reverse" or "none"',
        "current": "a number in mA",
        "crop": "four whole numbers of pixels [y0, y1, x0, x1] with y0 < y1 and x0 < x1",
        "mask": "a file name in quotes, relative to the study file",
        "survey": "a file name in quotes, relative to the study file",
        "item": "the name or number, in quotes, of one image in the file",
        "vacuum": "a file name in quotes, relative to the study file",
        "low_loss": "a file name in quotes, relative to the study file",
        "places": "a whole number from 1 to 24",
    },
    "interface": {
        "axis": '"x" or "y"',
        "left": "a material's name in quotes",
        "right": "a material's name in quotes",
        "position": "a number in nm",
        "bulk_left": _RANGE,
        "bulk_right": _RANGE,
        "conductivity_left": _CONDUCTIVITY,
        "conductivity_right": _CONDUCTIVITY,
        "conductivity_temperature": "a number in K above 0",
        "exponent_left": _EXPONENT,
        "exponent_right": _EXPONENT,
        "flux": '"free" or "current_squared"',
    },
    "mode": {
        "name": "a text in quotes",
        "energy": "a number of meV above 0",
        "fwhm": "a number of meV above 0",
        "line": '"gaussian" or "lorentzian"',
    },
    "band": {
        "name": "a text in quotes",
        "window": _WINDOW,
        "profile": _WINDOW,
        "free": '"left" or "right"',
    },
    "residual": {
        "window": _WINDOW,
        "weighted": "true or false",
        "non_negative": "true or false",
        "non_negative_residual": "a number of standard errors, 0 or above",
        "shift": "true or false",
        "broadening": "true or false",
    },
    "factorisation": {
        "factors": "a whole number from 2 to 6",
        "window": _WINDOW,
        "closure": "true or false",
    },
    "scenario": {
        "mean": "a number of K above 0",
        "drop": "a number of K",
        "split": "a number of K",
    },
    "scenario.partner": {
        "mode": "the name of a [[mode]] in quotes",
        "energy": "a number of meV above 0",
        "side": '"left" or "right"',
        "strength": "a number, 0 or above",
        "branch": '"optical" or "acoustic"',
    },
    "scenario.channels": {
        "optical_share_left": _SHARE,
        "optical_share_right": _SHARE,
        "decay_length_left": _LENGTH,
        "decay_length_right": _LENGTH,
        "optical_conductance": _CONDUCTANCE,
        "acoustic_conductance": _CONDUCTANCE,
    },
    "scenario.elastic": {
        f"{key}_{side}": f"a number of {unit} above 0"
        for side in ("left", "right")
        for key, unit in (("density", "g/cm3"), ("longitudinal", "km/s"), ("transverse", "km/s"), ("atoms", "1/nm3"))
    },
    "scenario.aperture": {
        "energy": "a number of meV above 0",
        "free_path_left": "a number in nm",
        "free_path_right": "a number in nm",
        "sidedness": "a number from -1 to 1",
    },
    "thickness": {
        "model": '"iakoubovskii" or "malis"',
        "density_left": _DENSITY,
        "density_right": _DENSITY,
        "atomic_number_left": _ATOMIC_NUMBER,
        "atomic_number_right": _ATOMIC_NUMBER,
        "beam_energy": "a number in keV above 0",
        "convergence": "a semi-angle in mrad, 0 or above",
        "collection": "a semi-angle in mrad above 0",
        "correct": "true or false",
    },
    "beam": {
        "current": "a probe current in nA above 0",
        "stopping": "a number in eV/nm above 0",
        "conductivity": _CONDUCTIVITY,
        "beam_radius": "a number in nm above 0",
        "foil_radius": "a number in nm above 0",
    },
    "deconvolution": {
        "iterations": "a whole number above 0",
        "stop": '"iterations" or "discrepancy"',
        "coverage": "a number between 0 and 1",
        "draws": "a whole number of at least 2",
    },
    "energy": {"near": _WINDOW, "far": _WINDOW, "signal": _WINDOW},
    "method": {
        "preset": '"recommended" or "paper"',
        "zero_loss": '"learned", "pearson7", "pearson4" or "voigt"',
        "despike": "true or false",
        "spike_threshold": "a number of standard deviations above 0",
        "denoise": '"none", "bm3d", "volume" or "low_rank"',
        "compare": "true or false",
    },
}
"""What every key of a study file wants, by table; a point stands before a table within a table."""


def inner_tables(name: str) -> list[str]:
    """Names of the tables within the table `name`; of those of the file where `name` is empty."""
    prefix = f"{name}." if name else ""
    inner = [table.removeprefix(prefix) for table in WANTED if table.startswith(prefix)]
    return [table for table in inner if "." not in table]


def refuse_unknown(table: Iterable[str], known: Iterable[str], label: str) -> None:
    """Refuse the first key that is not known, and name the nearest that is."""
    for key in table:
        if key not in known:
            kind = "key" if label else "table"
            raise StudyError(f"{label}: unknown {kind} {key!r}; {hint(key, known)}".removeprefix(": "))


def wrong(label: str, key: str, value: Any) -> StudyError:
    """That the key of the table called `label` has a value of the wrong kind."""
    wanted = WANTED[label.split("]")[0].lstrip("[")][key]
    return StudyError(f"{label} {key}: wanted {wanted}, got {shown(value)}. Correct {key} and run again.")
