"""The sharpened spectra of a study, image by image."""

from __future__ import annotations

from kapitza.data import InterfaceResult, SpectrumImage, TemperatureMap
from kapitza.errors import KapitzaError
from kapitza.interface.deconvolved import DeconvolvedSpectra, deconvolved_spectra
from kapitza.study.model import Study

Warnings = list[tuple[str, str]]


def image_deconvolution(
    study: Study, image: SpectrumImage, measured: tuple[TemperatureMap, InterfaceResult | None], notes: Warnings
) -> DeconvolvedSpectra | None:
    """The sharpened spectra at one image's interface and beside it, from what was measured of it.

    None where the study does not want them, or, with a note, where they cannot be had.
    """
    tmap, interface = measured
    if study.deconvolution is None or interface is None or study.interface is None or interface.position.value is None:
        return None
    place, core = interface.position.value, study.energy.near[1]
    try:
        return deconvolved_spectra(image, tmap, place, study.deconvolution, axis=study.interface.axis, core=core)
    except KapitzaError as error:
        notes.append(("deconvolution_failed", f"the spectra at the interface were not sharpened: {error}"))
        return None
