"""What every key of a study file wants, and the sentences for what is not so."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from typing import Any

from kapitza.errors import StudyError

_WINDOW = "two rising numbers in meV, [start, stop]"
_RANGE = "two rising numbers in nm, [start, stop]"
_CONDUCTIVITY = "two numbers in W/(m K), [value, error], the value above 0 and the error 0 or above"
_EXPONENT = "two numbers, [value, error], the error 0 or above"

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
"""What every key of a study file wants, by table."""


def refuse_unknown(table: Iterable[str], known: Iterable[str], label: str) -> None:
    """Refuse the first key that is not known, and name the nearest that is."""
    for key in table:
        if key not in known:
            kind = "key" if label else "table"
            nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f"did you mean {nearest[0]!r}?" if nearest else f"known are {', '.join(known)}."
            raise StudyError(f"{label}: unknown {kind} {key!r}; {hint}".removeprefix(": "))


def wrong(label: str, key: str, value: Any) -> StudyError:
    """That the key of the table called `label` has a value of the wrong kind."""
    wanted = WANTED[label.split("]")[0].lstrip("[")][key]
    return StudyError(f"{label} {key}: wanted {wanted}, got {shown(value)}. Correct {key} and run again.")


def shown(value: Any) -> str:
    """A value about as the study file writes it."""
    return json.dumps(value, default=str, ensure_ascii=False)
