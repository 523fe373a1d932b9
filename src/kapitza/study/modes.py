"""The modes of a study: of every image, and forward beside reverse."""

from __future__ import annotations

from collections.abc import Mapping

from kapitza.data import InterfaceResult, SpectrumImage, TemperatureMap
from kapitza.errors import KapitzaError
from kapitza.interface.modes.band_profiles import Band
from kapitza.interface.modes.summary import ModeComparison, ModeSummary, WantedModes, mode_comparison, mode_summary
from kapitza.spectra.unmixing import Mode
from kapitza.study.model import Study
from kapitza.study.result import ImageResult

Warnings = list[tuple[str, str]]


def wanted_modes(study: Study) -> WantedModes:
    """What a study asks of the phonons at its interface."""
    return WantedModes(
        tuple(Mode(mode.name, mode.energy, mode.fwhm, mode.line) for mode in study.modes),
        tuple(Band(band.name, band.window, band.profile, band.free) for band in study.bands),
        study.residual,
        study.factorisation,
    )


def image_modes(
    study: Study,
    image: SpectrumImage,
    measured: tuple[TemperatureMap, InterfaceResult | None],
    heat_flow: str | None,
    notes: Warnings,
) -> ModeSummary | None:
    """The modes of one image from what was measured of it.

    None where the study asks for none, or, with a note, where they cannot be found.
    """
    tmap, interface = measured
    if not study.spectral or interface is None or study.interface is None or interface.position.value is None:
        return None
    axis, alone = study.interface.axis, heat_flow == "none"
    try:
        found, more = mode_summary(image, tmap, interface, wanted_modes(study), axis, compare_rows=alone)
    except KapitzaError as error:
        notes.append(("modes_failed", f"the modes of the interface were not found: {error}"))
        return None
    notes += more
    return found


def compared_modes(
    images: Mapping[str, ImageResult], pair: tuple[ImageResult, ImageResult] | None
) -> tuple[ModeComparison | None, Warnings]:
    """Modes and bands of a pair of forward and reverse, and what speaks against a claim; None without such a pair."""
    if pair is None or pair[0].modes is None or pair[1].modes is None:
        return None, []
    none = next((image.modes for image in images.values() if image.heat_flow == "none"), None)
    found = mode_comparison(pair[0].modes, pair[1].modes, none)
    return found, [(code, f"modes: {sentence}") for code, sentence in found.notes]
