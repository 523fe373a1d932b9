"""The result folder: numbers, maps, figures, report and study, complete or not at all."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kapitza.data import Array
from kapitza.files.folder import result_folder
from kapitza.report.results import plain, results
from kapitza.report.thickness.maps import thickness_variables
from kapitza.study import to_toml
from kapitza.study.result import StudyResult

if TYPE_CHECKING:
    import xarray as xr


def save(result: StudyResult, directory: Path | str, *, force: bool = False) -> Path:
    """Write everything a study found into one folder: `results.json`, maps, figures, the report and the study.

    The folder appears complete or not at all. No user name, host name or absolute path goes into it.

    Parameters
    ----------
    result
        what `kapitza.study.run` returned.
    directory
        the folder to make.
    force
        whether an earlier result at `directory` is replaced.

    Returns
    -------
    Path
        the folder.

    Raises
    ------
    OutputError
        if the folder exists and may not be replaced, or cannot be written.
    """
    directory = Path(directory)
    numbers = results(result)
    with result_folder(directory, force) as scratch:
        write_numbers(scratch, numbers)
        write_text(scratch / "study.toml", to_toml(result.study, directory))
        write_maps(result, scratch / "maps.zarr")
        write_figures(result, scratch / "figures")
        write_report(result, numbers, scratch / "report.html")
    return directory


def write_numbers(folder: Path, numbers: Mapping[str, Any]) -> None:
    """Write `numbers`, quantities and arrays among them, as the `results.json` of `folder`."""
    text = json.dumps(plain(numbers), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / "results.json", text + "\n")


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 in normal form C with plain line ends; what has no UTF-8 becomes a question mark."""
    path.write_bytes(unicodedata.normalize("NFC", text).encode("utf-8", "replace"))


def write_table(path: Path, names: Sequence[str], rows: Array) -> None:
    """Write `rows` (r, c) below their `names` (c,) as comma-separated values; what is not known stays empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(["" if np.isnan(number) else f"{number:.6g}" for number in row] for row in rows)


def write_maps(result: StudyResult, store: Path) -> None:
    """Write the maps of every image as a group of a Zarr store that xarray opens."""
    for name, image in result.images.items():
        maps = image.map.to_xarray()
        if image.thickness is not None:
            maps = maps.assign(thickness_variables(image.thickness))
        write_group(maps, store, unicodedata.normalize("NFC", name))


def write_group(maps: xr.Dataset, store: Path, group: str) -> None:
    """Write one image's maps as a group of a Zarr store that xarray opens."""
    # xarray reads format 2 with consolidated metadata without a warning in every version that kapitza allows
    maps.to_zarr(store, group=group, mode="w", zarr_format=2, consolidated=True)
    for metadata in store.rglob(".zmetadata"):
        # zarr lists arrays in the order in which its threads came to them: sorted, every run writes the same bytes
        write_text(metadata, json.dumps(json.loads(metadata.read_text(encoding="utf-8")), sort_keys=True))


def write_figures(result: StudyResult, folder: Path) -> None:
    """Write every figure of the study as PNG and SVG."""
    from kapitza.plots import gallery, save_figure

    folder.mkdir()
    for stem, figure in gallery(result):
        save_figure(figure, folder, stem)


def write_report(result: StudyResult, numbers: dict[str, Any], path: Path) -> None:
    """Write the report, one page that needs no other file and no network."""
    from kapitza.report.page import page

    write_text(path, page(result, numbers))
