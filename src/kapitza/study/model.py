"""What a study is: images, an optional interface, energy windows and a method. Frozen."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kapitza.errors import StudyError
from kapitza.settings import DeconvolutionSettings, Denoise, EnergyWindows, InterfaceSettings, Method, Preset

HeatFlow = Literal["forward", "reverse", "none"]
Crop = tuple[int, int, int, int]

NAME = re.compile(r"[^\W_][\w .+-]*")
"""Image names become file names and groups of the map store: a letter or digit first, nothing a path could mean."""


@dataclass(frozen=True)
class ImageEntry:
    """One spectrum image of a study.

    name : how results call it. file : the spectrum image; item : which of several images in the file.
    heat_flow : direction of the heat flow; None where not said. current : heating current, mA; equal ones make a pair.
    crop : (y0, y1, x0, x1), pixels that are used, the ends excluded. mask : file with True where a pixel is used.
    survey : picture of the same field of view, drawn under the isotherms. vacuum : image of the zero-loss peak without
    a sample, from which its shape is learned too.
    """

    name: str
    file: Path
    heat_flow: HeatFlow | None = None
    current: float | None = None
    crop: Crop | None = None
    mask: Path | None = None
    survey: Path | None = None
    item: str | None = None
    vacuum: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file the image needs."""
        return tuple(path for path in (self.file, self.mask, self.survey, self.vacuum) if path is not None)


@dataclass(frozen=True)
class ModeEntry:
    """One phonon line of the interface: its name, and energy and full width at half maximum in meV."""

    name: str
    energy: float
    fwhm: float
    line: Literal["gaussian", "lorentzian"] = "gaussian"


@dataclass(frozen=True)
class Study:
    """What to analyse and how; `kapitza.study.run` turns it into a `StudyResult`.

    compare : whether the other preset runs too, so that the report shows what it would have given.
    modes : lines of the interface whose populations are wanted; the first two are compared between forward and reverse.
    deconvolution : how spectra at the interface and beside it are sharpened; None where they are not.
    """

    images: tuple[ImageEntry, ...]
    title: str = ""
    interface: InterfaceSettings | None = None
    energy: EnergyWindows = field(default_factory=EnergyWindows)
    method: Method = field(default_factory=Method)
    compare: bool = True
    modes: tuple[ModeEntry, ...] = ()
    deconvolution: DeconvolutionSettings | None = None


def study_for_file(
    path: Path | str,
    *,
    preset: Preset = "recommended",
    denoise: Denoise | None = None,
    item: str | None = None,
    axis: Literal["x", "y"] | None = None,
    compare: bool = True,
) -> Study:
    """The study of one spectrum image without a study file.

    Parameters
    ----------
    path
        the spectrum image.
    preset
        the method.
    denoise
        how registered counts are denoised; as the preset does when None.
    item
        which of several images in the file.
    axis
        image axis along which heat flows across an interface; None for a map alone.
    compare
        whether the other preset runs too.

    Raises
    ------
    StudyError
        if the file does not exist.
    """
    file = anchored(Path(path))
    require_files([file])
    entry = ImageEntry(name=name_from_file(file), file=file, item=item)
    interface = None if axis is None else InterfaceSettings(axis=axis)
    return Study(
        (entry,), title=entry.name, interface=interface, method=Method(preset=preset, denoise=denoise), compare=compare
    )


def anchored(path: Path) -> Path:
    """`path` made absolute, symbolic links resolved in its folder but not in the file itself."""
    path = Path(os.path.expanduser(path))
    return path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()


def require_files(paths: list[Path]) -> None:
    """Refuse files that do not exist, all of them in one sentence."""
    missing = [os.path.relpath(path) for path in dict.fromkeys(paths) if not path.exists()]
    if missing:
        raise StudyError(
            f"No such file: {', '.join(missing)}. "
            "Check the spelling; a study's paths are relative to the folder of the study file."
        )


def name_from_file(file: Path) -> str:
    """An image name made of the file's own, without what a path or a map store could take amiss."""
    name = re.sub(r"[^\w .+-]+", "_", file.stem).strip("_ .+-")
    return name if NAME.fullmatch(name) else "image"
