"""From a study file in TOML to a `Study`; whatever is wrong in it is said in sentences."""

from __future__ import annotations

import difflib
import json
import math
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from kapitza.errors import StudyError
from kapitza.settings import EnergyWindows, InterfaceSettings, Method
from kapitza.study.model import NAME, ImageEntry, ModeEntry, Study, anchored, require_files

T = TypeVar("T")

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


def read_study(path: Path | str) -> Study:
    """Read a study file and check it before any spectrum is touched.

    Parameters
    ----------
    path
        TOML file; the paths in it are relative to its folder.

    Raises
    ------
    StudyError
        if the file is missing or no TOML, if a key is unknown (the nearest known one is named), a value is of the wrong
        kind, windows overlap, names repeat, or files do not exist.
    """
    path = Path(path)
    document = _load(path)
    try:
        study = _build(document, anchored(path).parent)
        _check_images(study)
        _check_energy(study.energy)
        _check_interface(study.interface)
        _check_modes(study)
        if not 0 < study.method.spike_threshold < math.inf:
            raise _wrong("[method]", "spike_threshold", study.method.spike_threshold)
    except StudyError as error:
        raise StudyError(f"{path.name}: {error}") from error
    require_files([file for image in study.images for file in image.files])
    return study


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise StudyError(
            f"A study file is wanted, {path} cannot be read ({error.strerror}): `kapitza init {path.name}` writes one."
        ) from error
    except UnicodeDecodeError as error:
        raise StudyError(
            f"A study file in TOML is wanted, {path.name} is not text: a spectrum image goes to `kapitza map` instead."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path.name} is not valid TOML: {error}. Correct that line and run again.") from error


def _build(document: dict[str, Any], folder: Path) -> Study:
    _refuse_unknown(document, WANTED, "")
    tables = {name: _table(document, name) for name in ("study", "interface", "energy", "method")}
    return Study(
        images=tuple(_image(table, folder) for table in _image_tables(document)),
        modes=tuple(_mode(table) for table in _tables(document, "mode")),
        title=_scalar(tables["study"], "[study]", "title", ""),
        compare=_scalar(tables["method"], "[method]", "compare", True),
        interface=_validated(InterfaceSettings, tables["interface"], "[interface]")
        if "interface" in document
        else None,
        energy=_validated(EnergyWindows, tables["energy"], "[energy]"),
        method=_validated(Method, tables["method"], "[method]"),
    )


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise StudyError(
            f"[{name}] must be a table, got {name} = {_shown(table)}: write a line [{name}] above its keys."
        )
    _refuse_unknown(table, WANTED[name], f"[{name}]")
    return table


def _tables(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    tables = document.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        each = {"image": "spectrum image", "mode": "phonon line"}[name]
        raise StudyError(f"[{name}] must be [[{name}]] in double brackets, one such table per {each}.")
    return tables


def _image_tables(document: dict[str, Any]) -> list[dict[str, Any]]:
    tables = _tables(document, "image")
    if not tables:
        raise StudyError("A study needs at least one image, got none: add an [[image]] table with name and file.")
    return tables


def _mode(table: dict[str, Any]) -> ModeEntry:
    label = f"[[mode]] {table['name']!r}" if isinstance(table.get("name"), str) else "[[mode]]"
    _refuse_unknown(table, WANTED["mode"], label)
    return _validated(ModeEntry, table, label)


def _image(table: dict[str, Any], folder: Path) -> ImageEntry:
    label = f"[[image]] {table['name']!r}" if isinstance(table.get("name"), str) else "[[image]]"
    _refuse_unknown(table, WANTED["image"], label)
    entry = _validated(ImageEntry, table, label)
    mask, survey, vacuum = (
        None if path is None else anchored(folder / path) for path in (entry.mask, entry.survey, entry.vacuum)
    )
    return replace(entry, file=anchored(folder / entry.file), mask=mask, survey=survey, vacuum=vacuum)


def _validated(kind: type[T], table: dict[str, Any], label: str) -> T:
    # Read as JSON, pydantic's strict mode takes an array for a tuple but never a text for a number.
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_json(json.dumps(table, default=str), strict=True)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        if key not in table:
            raise StudyError(f"{label}: {key} is missing: add {key} = ...") from error
        raise _wrong(label, key, table[key]) from error


def _scalar(table: dict[str, Any], label: str, key: str, default: T) -> T:
    value = table.get(key, default)
    if not isinstance(value, type(default)):
        raise _wrong(label, key, value)
    return value


def _refuse_unknown(table: Iterable[str], known: Iterable[str], label: str) -> None:
    for key in table:
        if key not in known:
            kind = "key" if label else "table"
            nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f"did you mean {nearest[0]!r}?" if nearest else f"known are {', '.join(known)}."
            raise StudyError(f"{label}: unknown {kind} {key!r}; {hint}".removeprefix(": "))


def _wrong(label: str, key: str, value: Any) -> StudyError:
    wanted = WANTED[label.split("]")[0].lstrip("[")][key]
    return StudyError(f"{label} {key}: wanted {wanted}, got {_shown(value)}. Correct {key} and run again.")


def _shown(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _check_images(study: Study) -> None:
    seen: set[str] = set()
    for image in study.images:
        label = f"[[image]] {image.name!r}"
        if not NAME.fullmatch(image.name):
            raise _wrong(label, "name", image.name)
        if image.name.casefold() in seen:
            raise StudyError(f"{label}: two images have this name. Give every image its own name.")
        seen.add(image.name.casefold())
        if image.crop is not None and not (0 <= image.crop[0] < image.crop[1] and 0 <= image.crop[2] < image.crop[3]):
            raise _wrong(label, "crop", image.crop)
        if image.current is not None and not math.isfinite(image.current):
            raise _wrong(label, "current", image.current)
    _check_pairs(study)


def _check_pairs(study: Study) -> None:
    if study.interface is None:
        return
    for current in {image.current for image in study.images}:
        flows = [image.heat_flow for image in study.images if image.current == current]
        forward, reverse = flows.count("forward"), flows.count("reverse")
        if forward and reverse and forward + reverse > 2:
            where = "without a current" if current is None else f"at {current:g} mA"
            raise StudyError(
                f"One forward and one reverse image make a pair, got {forward} forward and {reverse} reverse {where}. "
                "Give each pair its own current, or analyse the repeats in studies of their own."
            )


def _check_energy(energy: EnergyWindows) -> None:
    for key in WANTED["energy"]:
        window = getattr(energy, key)
        if window is not None and not 0 < window[0] < window[1] < math.inf:
            raise _wrong("[energy]", key, list(window))
    signal = energy.signal or (energy.near[1], energy.far[0])
    if not energy.near[1] <= signal[0] < signal[1] <= energy.far[1] or not energy.near[1] <= energy.far[0]:
        raise StudyError(
            "[energy]: near must end before signal and far begin, and signal must end before far does, got "
            f"near = {list(energy.near)}, signal = {list(signal)}, far = {list(energy.far)}. Move them apart."
        )


def _check_interface(interface: InterfaceSettings | None) -> None:
    if interface is None:
        return
    order: list[float] = []
    for key in ("bulk_left", "position", "bulk_right"):
        value = getattr(interface, key)
        ends = [] if value is None else [value] if key == "position" else list(value)
        if not all(math.isfinite(end) for end in ends) or (len(ends) == 2 and ends[0] >= ends[1]):
            raise _wrong("[interface]", key, value)
        order += ends
    if order != sorted(order):
        raise StudyError(
            "[interface]: bulk_left, position and bulk_right must follow each other along the axis, got "
            f"bulk_left = {_shown(interface.bulk_left)}, position = {_shown(interface.position)}, "
            f"bulk_right = {_shown(interface.bulk_right)}. Correct the one that is out of order."
        )
    _check_materials(interface)


def _check_modes(study: Study) -> None:
    names = [mode.name for mode in study.modes]
    for mode in study.modes:
        label = f"[[mode]] {mode.name!r}"
        for key in ("energy", "fwhm"):
            if not 0 < getattr(mode, key) < math.inf:
                raise _wrong(label, key, getattr(mode, key))
        if not mode.name or names.count(mode.name) > 1:
            raise StudyError(f"{label}: two modes have this name, or it is empty. Give every mode its own name.")
    if study.modes and study.interface is None:
        raise StudyError("[[mode]]: modes of an interface are wanted without one: add an [interface] table.")
    if study.modes and study.method.preset == "paper":
        raise StudyError(
            "[[mode]]: populations need the forward model of preset 'recommended', got preset 'paper': change preset "
            "in [method], or leave the modes out."
        )


def _check_materials(interface: InterfaceSettings) -> None:
    for side in ("left", "right"):
        for key, least in ((f"conductivity_{side}", 0.0), (f"exponent_{side}", -math.inf)):
            given = getattr(interface, key)
            if given is not None and not (least < given[0] < math.inf and 0 <= given[1] < math.inf):
                raise _wrong("[interface]", key, given)
    at = interface.conductivity_temperature
    if at is None:
        return
    if not 0 < at < math.inf:
        raise _wrong("[interface]", "conductivity_temperature", at)
    for side in ("left", "right"):
        if getattr(interface, f"conductivity_{side}") is not None and getattr(interface, f"exponent_{side}") is None:
            raise StudyError(
                f"[interface]: exponent_{side} is wanted, to carry conductivity_{side} from {at:g} K to the interface: "
                f"add exponent_{side} = [value, error], or take conductivity_temperature out."
            )
