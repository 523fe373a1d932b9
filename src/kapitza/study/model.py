"""What a study is: images, an optional interface, energy windows and a method. Frozen."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kapitza.errors import StudyError
from kapitza.settings import (
    BeamSettings,
    DeconvolutionSettings,
    Denoise,
    EnergyWindows,
    FactorisationSettings,
    InterfaceSettings,
    Method,
    Preset,
    ResidualSettings,
    ThicknessSettings,
    Window,
)
from kapitza.study.scenario.entries import Scenario

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
    a sample, from which its shape is learned too. low_loss : image of the same field of view recorded on axis up to at
    least 50 eV, from which the thickness is found. places : at how many places along the heat flow averaged spectra are
    shown; in both bulks and at the interface when None.
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
    low_loss: Path | None = None
    places: int | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file the image needs."""
        return tuple(self.paths.values())

    @property
    def paths(self) -> dict[str, Path]:
        """The same by key."""
        keys = ("file", "mask", "survey", "vacuum", "low_loss")
        return {key: path for key in keys if (path := getattr(self, key)) is not None}


@dataclass(frozen=True)
class ModeEntry:
    """One phonon line of the interface: its name, and energy and full width at half maximum in meV."""

    name: str
    energy: float
    fwhm: float
    line: Literal["gaussian", "lorentzian"] = "gaussian"


@dataclass(frozen=True)
class BandEntry:
    """A range of phonon energies whose temperature is wanted along the heat flow.

    window : meV, with the band in its whole width. profile : meV, a range in which one material scatters more than the
    other, where the profiles of loss and gain across the interface are compared; not compared when None. free : the
    bulk whose band may have a temperature of its own at the interface, which the populations of modes then allow for.
    """

    name: str
    window: Window
    profile: Window | None = None
    free: Literal["left", "right"] | None = None


@dataclass(frozen=True)
class Study:
    """What to analyse and how; `kapitza.study.run` turns it into a `StudyResult`.

    compare : whether the other preset runs too, so that the report shows what it would have given.
    modes : lines of the interface whose populations are wanted; the first two are compared between forward and reverse.
    bands : ranges of phonon energies whose temperatures along the heat flow, lead and lag are wanted.
    residual, factorisation : pictures of what the interface adds to the bulk; not made when None.
    scenario : a theory to hold against what was measured; None where there is none.
    thickness : how low-loss images become thickness. beam : of the heating by the beam; None where not asked for.
    deconvolution : how spectra at the interface and beside it are sharpened; None where they are not.
    """

    images: tuple[ImageEntry, ...]
    title: str = ""
    interface: InterfaceSettings | None = None
    energy: EnergyWindows = field(default_factory=EnergyWindows)
    method: Method = field(default_factory=Method)
    compare: bool = True
    modes: tuple[ModeEntry, ...] = ()
    bands: tuple[BandEntry, ...] = ()
    residual: ResidualSettings | None = None
    factorisation: FactorisationSettings | None = None
    deconvolution: DeconvolutionSettings | None = None
    scenario: Scenario | None = None
    thickness: ThicknessSettings = field(default_factory=ThicknessSettings)
    beam: BeamSettings | None = None

    @property
    def spectral(self) -> tuple[str, ...]:
        """Names of the tables that ask for more than temperatures, which need an interface and `recommended`."""
        asked = {
            "[[mode]]": self.modes,
            "[[band]]": self.bands,
            "[residual]": self.residual,
            "[factorisation]": self.factorisation,
        }
        return tuple(name for name, wanted in asked.items() if wanted)

    @property
    def measures_thickness(self) -> bool:
        """Whether an image has a low-loss image."""
        return any(image.low_loss is not None for image in self.images)

    @property
    def thickness_asked_for(self) -> bool:
        """Whether the settings of the thickness enter any number."""
        return self.measures_thickness or self.thickness != ThicknessSettings()


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
