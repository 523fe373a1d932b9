"""Twin files: from TOML to a `Twin` and back, and the synthetic experiment on disk."""

from __future__ import annotations

import contextlib
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import tomli_w
from pydantic import BaseModel, ValidationError

from kapitza.errors import StudyError
from kapitza.toml import hint, read_text, shown, strict_json, tables
from kapitza.twin.low_loss import synthesise_low_loss
from kapitza.twin.model import HeatFlow, Twin
from kapitza.twin.series import flowing
from kapitza.twin.synthesis import synthesise


def read_twin(path: Path | str) -> Twin:
    """Read a twin file (TOML): every parameter of a synthetic experiment.

    Raises
    ------
    StudyError
        if the file is missing or no TOML, a key is unknown (the nearest known one is named), missing, or its value does
        not fit.
    """
    return parse_twin(read_text(path, "a twin"), Path(path).name)


def parse_twin(text: str, name: str) -> Twin:
    """The twin that a TOML text describes, as `read_twin`; `name` is what error messages call the text."""
    document = tables(text, name)
    try:
        return Twin.model_validate_json(strict_json(document), strict=True)
    except ValidationError as error:
        raise StudyError(f"{name}: {_sentence(error)}") from error


def twin_to_toml(twin: Twin) -> str:
    """The twin as a TOML text; `read_twin` gives the same twin back."""
    return tomli_w.dumps(twin.model_dump(mode="json", exclude_unset=True, exclude_none=True))


def write_twin(twin: Twin, path: Path | str) -> None:
    """Run the synthetic experiment and write it: `path` (.hspy) and, beside it, `<stem>.truth.zarr` with what is true.

    A twin with a low-loss image gives `<stem>.low_loss.hspy` too. The files carry the twin's TOML in their original
    metadata. Each is complete or not there; earlier ones of the same names are replaced.

    Raises
    ------
    OutputError
        if the name does not end in `.hspy`, or the disk is full, read-only or forbidden.
    """
    from kapitza.files import write_hspy
    from kapitza.files.folder import writable

    path = Path(path)
    image, truth = synthesise(twin)
    with writable(path), contextlib.ExitStack() as stack:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = stack.enter_context(tempfile.TemporaryDirectory(dir=path.parent, prefix=".twin-"))
        made = Path(scratch, "truth.zarr")
        truth.to_zarr(made, mode="w", consolidated=False)
        write_hspy(image, path, {"twin": twin_to_toml(twin)})
        if twin.low_loss is not None:
            write_hspy(synthesise_low_loss(twin), low_loss_path(path), {"twin": twin_to_toml(twin)})
        target = path.with_name(f"{path.stem}.truth.zarr")
        if target.exists():
            target.rename(Path(scratch, "replaced"))
        made.rename(target)


def low_loss_path(path: Path | str) -> Path:
    """Where `write_twin` puts the low-loss image of an experiment that is written to `path`."""
    path = Path(path)
    return path.with_name(f"{path.stem}.low_loss.hspy")


def demo_twins() -> dict[str, Twin]:
    """The three synthetic images of the demo by heat flow: forward, reverse and none.

    They differ in nothing but the direction of the heat, their names and the seed of noise and drift.
    """
    shipped = resources.files("kapitza.twin").joinpath("demo.toml").read_text(encoding="utf-8")
    base = parse_twin(shipped, "demo.toml")
    return {flow: flowing(base, flow) for flow in get_args(HeatFlow)}


def _sentence(error: ValidationError) -> str:
    """The first thing that is wrong, as a sentence; unknown keys go first, for they explain the missing ones."""
    detail = sorted(error.errors(), key=lambda entry: entry["type"] != "extra_forbidden")[0]
    place = [part for part in detail["loc"] if isinstance(part, str) and part not in ("str", "dict[str,str]")]
    if detail["type"] == "value_error":
        return f"{_label(place)}{detail['ctx']['error']}. Correct it and run again."
    table, key = _table_at(place[:-1]), place[-1]
    if detail["type"] == "extra_forbidden":
        kind = "key" if place[:-1] else "table"
        return f"{_label(place[:-1])}unknown {kind} {key!r}; {hint(key, table.model_fields)}"
    wanted = table.model_fields[key].description or f"a table [{key}]"
    if detail["type"] == "missing":
        return f"{_label(place[:-1])}{key} is missing: add {wanted}."
    got = shown(detail["input"])
    return f"{_label(place[:-1])}{key}: wanted {wanted}, got {got}. Correct {key} and run again."


def _label(place: list[str]) -> str:
    return f"[{'.'.join(place)}] " if place else ""


def _table_at(place: list[str]) -> type[BaseModel]:
    """The model that describes the table at a place such as ["left", "modes"]."""
    table: type[BaseModel] = Twin
    for key in place:
        kind: Any = table.model_fields[key].annotation
        table = get_args(kind)[0] if get_args(kind) else kind
    return table
