"""The foil of a study: low-loss images in, thickness out, and the interface as it would be in a foil of even
thickness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kapitza.data import Array, InterfaceResult, Microscope, SpectrumImage
from kapitza.errors import KapitzaError
from kapitza.files import read
from kapitza.interface.drop import known
from kapitza.interface.foil import SIDES, FoilProfile, foil_profile, path_along
from kapitza.interface.profile import along
from kapitza.interface.thickness import corrected_for_thickness
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings
from kapitza.spectra.thickness_map import PlacedThickness, placed, thickness_map
from kapitza.study.free_path import FreePaths, free_paths
from kapitza.study.model import ImageEntry, Study

Notes = list[tuple[str, str]]


@dataclass(frozen=True)
class ImageThickness:
    """Thickness of the foil of one image.

    paths : mean free paths, their formula and its reach. placed : t/lambda on the pixels of the image.
    value, error : (y, x), nm, statistical standard error; None where a mean free path is not known.
    relative, thickness : means by side ("left" and "right" bulk, or "sample"): t/lambda, and nm with the error of the
    mean free path; the second empty where that is not known.
    profile : along the heat flow; None without an interface.
    even : the interface in a foil that is everywhere as thick as at the interface; None where not asked for or failed.
    """

    paths: FreePaths
    placed: PlacedThickness
    value: Array | None
    error: Array | None
    relative: Mapping[str, Quantity]
    thickness: Mapping[str, Quantity]
    profile: FoilProfile | None
    even: InterfaceResult | None


@dataclass(frozen=True)
class LowLoss:
    """A low-loss image that was read: t/lambda on the pixels of its image, and how it was recorded."""

    placed: PlacedThickness
    microscope: Microscope


def read_low_loss(path: Path, name: str, plane: tuple[int, int], entry: ImageEntry) -> tuple[SpectrumImage, LowLoss]:
    """Read a low-loss image and find t/lambda on the pixels of the image of `plane` (y, x) pixels, cropped like it."""
    image = read(path, name=name)
    return image, LowLoss(placed(thickness_map(image), plane, entry.crop), image.microscope)


def sides(interface: InterfaceSettings | None) -> tuple[str, ...]:
    """The materials of a study by name: "left" and "right" of an interface, else "sample"."""
    return SIDES if interface is not None else ("sample",)


def image_thickness(
    study: Study, low_loss: LowLoss | None, usable: Array, interface: InterfaceResult | None, notes: Notes
) -> ImageThickness | None:
    """The thickness of one image's foil, and its interface in a foil of even thickness; None without a low-loss image.

    Parameters
    ----------
    study
        with what the mean free path needs.
    low_loss
        of this image.
    usable
        (y, x), False where the user's mask excludes a pixel.
    interface
        of this image; None without one.
    notes
        where warnings are added.
    """
    if low_loss is None:
        return None
    found = free_paths(study.thickness, low_loss.microscope, sides(study.interface))
    notes += found.notes
    regions = _regions(study.interface, interface, usable)
    relative = {side: Quantity(*low_loss.placed.mean(region), "") for side, region in regions.items()}
    profile = None
    if study.interface is not None and interface is not None:
        profile = foil_profile(low_loss.placed, usable, interface, study.interface.axis, found.paths)
    path = _path(study.interface, interface, found.paths)
    return ImageThickness(
        paths=found,
        placed=low_loss.placed,
        value=None if path is None else low_loss.placed.value * path,
        error=None if path is None else low_loss.placed.error * path,
        relative=relative,
        thickness={side: _nanometres(relative[side], path) for side, path in found.paths.items()},
        profile=profile,
        even=_even(study, interface, profile, notes),
    )


def combined_even(
    study: Study,
    combined: InterfaceResult | None,
    images: Sequence[tuple[InterfaceResult | None, ImageThickness | None]],
) -> tuple[InterfaceResult | None, Notes]:
    """The half-difference in a foil of even thickness, from the first of the pair's images that has a thickness.

    images : (interface, thickness) of forward and reverse; their positions are aligned at the interfaces.
    """
    notes: Notes = []
    for interface, thickness in images:
        if combined is None or interface is None or thickness is None or thickness.profile is None:
            continue
        moved = known(combined.position) - known(interface.position)
        return _even(study, combined, _at(thickness.profile, combined.profile.position - moved), notes), notes
    return None, notes


def _even(
    study: Study, interface: InterfaceResult | None, profile: FoilProfile | None, notes: Notes
) -> InterfaceResult | None:
    if not study.thickness.correct or interface is None or profile is None:
        return None
    try:
        return corrected_for_thickness(interface, profile.value, profile.covariance)
    except KapitzaError as error:
        notes.append(("thickness_not_corrected", f"The heat flow was not corrected for the thickness. {error}"))
        return None


def _at(profile: FoilProfile, position: Array) -> FoilProfile:
    """The profile at other positions, straight between its own; beyond its ends as there."""
    hats = np.stack([np.interp(position, profile.position, hat) for hat in np.eye(len(profile.position))], axis=1)
    return FoilProfile(position, hats @ profile.value, hats @ profile.covariance @ hats.T, profile.unit)


def _regions(settings: InterfaceSettings | None, interface: InterfaceResult | None, usable: Array) -> dict[str, Array]:
    """Parts of the image, (y, x) booleans, over which thickness is averaged: the bulk ranges, or all of it."""
    if settings is None or interface is None:
        return {"sample": usable}
    x = interface.profile.position
    ranges = zip(SIDES, (interface.bulk_left, interface.bulk_right), strict=True)
    return {side: along(along(usable, settings.axis) & ((x >= a) & (x <= b)), settings.axis) for side, (a, b) in ranges}


def _path(
    settings: InterfaceSettings | None, interface: InterfaceResult | None, paths: Mapping[str, Quantity]
) -> Array | None:
    """Mean free path, nm, of every pixel, in a shape that goes with (y, x)."""
    if not paths:
        return None
    if settings is None or interface is None:
        return np.array(known(paths["sample"]))
    across = path_along(interface.profile.position, interface, paths)[0]
    return across if settings.axis == "x" else across[:, np.newaxis]


def _nanometres(relative: Quantity, path: Quantity) -> Quantity:
    value = known(relative) * known(path)
    common = value * (path.error or 0.0) / known(path)
    return Quantity(value, float(np.hypot((relative.error or 0.0) * known(path), common)), "nm")
