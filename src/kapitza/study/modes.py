"""The modes of a study: of every image, and forward beside reverse."""

from __future__ import annotations

from collections.abc import Mapping

from kapitza.data import InterfaceResult, SpectrumImage, TemperatureMap
from kapitza.errors import KapitzaError
from kapitza.interface.modes.summary import ModeComparison, ModeSummary, mode_comparison, mode_summary
from kapitza.spectra.unmixing import Mode
from kapitza.study.model import Study
from kapitza.study.result import ImageResult

Warnings = list[tuple[str, str]]


def image_modes(
    study: Study,
    image: SpectrumImage,
    measured: tuple[TemperatureMap, InterfaceResult | None],
    heat_flow: str | None,
    notes: Warnings,
) -> ModeSummary | None:
    """The modes of one image from what was measured of it.

    None where the study names none, or, with a note, where they cannot be found.
    """
    tmap, interface = measured
    if not study.modes or interface is None or study.interface is None or interface.position.value is None:
        return None
    modes = tuple(Mode(mode.name, mode.energy, mode.fwhm, mode.line) for mode in study.modes)
    try:
        place, axis = interface.position.value, study.interface.axis
        return mode_summary(image, tmap, place, modes, axis, compare_rows=heat_flow == "none")
    except KapitzaError as error:
        notes.append(("modes_failed", f"the modes of the interface were not found: {error}"))
        return None


def compared_modes(
    images: Mapping[str, ImageResult], pair: tuple[ImageResult, ImageResult] | None
) -> tuple[ModeComparison | None, Warnings]:
    """The first two modes of a pair of forward and reverse, and what speaks against a claim."""
    if pair is None or pair[0].modes is None or pair[1].modes is None or len(pair[0].modes.populations.modes) < 2:
        return None, []
    none = next((image.modes for image in images.values() if image.heat_flow == "none"), None)
    found = mode_comparison(pair[0].modes, pair[1].modes, none)
    return found, [(code, f"modes: {sentence}") for code, sentence in found.notes]
