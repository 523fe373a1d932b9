"""A low-loss image on its own: thickness over the mean free path, and nm where the material is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kapitza.files import read
from kapitza.settings import ThicknessSettings
from kapitza.spectra.thickness_map import placed, thickness_map
from kapitza.study.checks_files import check_low_loss
from kapitza.study.foil import ImageThickness, LowLoss, Notes, image_thickness
from kapitza.study.model import Study, anchored, name_from_file, require_files
from kapitza.study.records import input_record
from kapitza.study.result import InputRecord


@dataclass(frozen=True)
class LowLossResult:
    """What came out of one low-loss image.

    name : after its file. settings : with which the mean free path was found. step : pixel pitch (y, x), nm; None where
    not known. warnings : (code, sentence) pairs.
    """

    name: str
    record: InputRecord
    settings: ThicknessSettings
    thickness: ImageThickness
    step: tuple[float, float] | None
    warnings: tuple[tuple[str, str], ...]


def measure_thickness(path: Path | str, settings: ThicknessSettings, item: str | None = None) -> LowLossResult:
    """Measure the thickness of a sample of one material from a low-loss image recorded on axis.

    Parameters
    ----------
    path
        the spectrum image.
    settings
        the left material's density or atomic number is the sample's; without it t/lambda is all that is found.
    item
        which of several images in the file.

    Raises
    ------
    KapitzaError
        if the file is missing or unreadable, its axis does not reach 50 eV, or beam energy or semi-angles are wanted
        and not known.
    """
    file = anchored(Path(path))
    require_files([file])
    check_low_loss(file, item, settings, ("sample",))
    image = read(file, item=item, name=name_from_file(file))
    plane = image.shape[:2]
    notes: Notes = []
    low_loss = LowLoss(placed(thickness_map(image), plane), image.microscope)
    found = image_thickness(Study((), thickness=settings), low_loss, np.ones(plane, dtype=bool), None, notes)
    assert found is not None
    return LowLossResult(image.name, input_record(image, file), settings, found, image.step, tuple(notes))
