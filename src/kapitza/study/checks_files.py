"""What the headers of a study's files tell of thickness and heating, before any spectrum is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kapitza.data import Array, Microscope
from kapitza.files import FileDescription, describe
from kapitza.settings import ThicknessSettings
from kapitza.spectra.thickness import check_range
from kapitza.spectra.thickness_map import check_field
from kapitza.study.beam import check_beam, wants_beam_energy
from kapitza.study.foil import sides
from kapitza.study.free_path import free_paths
from kapitza.study.model import ImageEntry, Study


def check_files(entry: ImageEntry, study: Study) -> None:
    """Refuse files that can give no thickness or heating, from what their headers say, before any spectrum is read.

    Raises
    ------
    MethodError
        if the axis of the low-loss image does not reach 50 eV, its field of view is another than the image's, or beam
        energy or semi-angles are wanted and not known.
    """
    if entry.low_loss is None and not wants_beam_energy(study):
        return
    image = describe(entry.file, item=entry.item)
    check_beam(study, _microscope(image))
    if entry.low_loss is None:
        return
    found = check_low_loss(entry.low_loss, None, study.thickness, sides(study.interface))
    check_field(image.shape[:2], _step(image), found.shape[:2], _step(found))


def check_low_loss(
    path: Path, item: str | None, settings: ThicknessSettings, materials: Sequence[str]
) -> FileDescription:
    """Describe a low-loss file; refuse one that can give no thickness.

    materials : as in `free_paths`.

    Raises
    ------
    MethodError
        if its axis does not reach 50 eV, or beam energy or semi-angles are wanted and not known.
    """
    found = describe(path, item=item)
    check_range(_ends(found))
    free_paths(settings, _microscope(found), materials)
    return found


def _microscope(found: FileDescription) -> Microscope:
    return Microscope(**{key: value for key, (value, _) in found.found.items()})


def _ends(found: FileDescription) -> Array:
    """First and last energy of a file, meV."""
    axis = found.axes[-1]
    assert axis.offset is not None
    assert axis.scale is not None
    return axis.offset + axis.scale * np.array([0, axis.size - 1])


def _step(found: FileDescription) -> tuple[float, float] | None:
    y, x = (axis.scale for axis in found.axes[:2])
    return None if y is None or x is None else (y, x)
