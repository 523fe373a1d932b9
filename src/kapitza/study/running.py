"""The order of the steps: from a `Study` to a `StudyResult`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256 as digest
from math import ceil, floor
from pathlib import Path

import numpy as np

from kapitza.data import Array, InterfaceResult, SpectrumFit, SpectrumImage, TemperatureMap
from kapitza.errors import KapitzaError, StudyError
from kapitza.files import read, read_mask, read_survey
from kapitza.interface import combine, gradient_field, interface_drop
from kapitza.interface.resistance import check_conductivities
from kapitza.settings import Method
from kapitza.spectra.checkpoints import keyed
from kapitza.spectra.scatter import neighbour_residuals
from kapitza.spectra.thermometry import spectrum_fit, temperature_map
from kapitza.study.beam import beam_heating
from kapitza.study.checks_files import check_files
from kapitza.study.checks_foil import check_foil
from kapitza.study.deconvolution import image_deconvolution
from kapitza.study.foil import LowLoss, combined_even, image_thickness, read_low_loss
from kapitza.study.model import Crop, ImageEntry, Study
from kapitza.study.modes import compared_modes, image_modes
from kapitza.study.records import input_record
from kapitza.study.regions import regions
from kapitza.study.result import ImageResult, InputRecord, StudyResult
from kapitza.study.scenario.running import study_scenario
from kapitza.study.series import pairs, study_series

Progress = Callable[[str, int, int], None]
"""Called as work proceeds with what is being done, how much is done and how much there is."""

Warnings = list[tuple[str, str]]

_SIGNIFICANT = 2.0


def run(
    study: Study,
    *,
    truth: Mapping[str, float] | None = None,
    progress: Progress | None = None,
    scheduler: str | None = None,
    store: Path | None = None,
) -> StudyResult:
    """Analyse every image of a study and combine forward with reverse heat flow.

    Each image is read, cropped and masked, turned into a temperature map and a gradient field, and, where the study has
    an interface, into a drop. Forward and reverse images with the same current give the half-difference; of several
    pairs the first is `combined`, and all of them make the `series`.

    Parameters
    ----------
    study
        what to analyse and how.
    truth
        what a synthetic experiment put in, by the names of `InterfaceResult.QUANTITIES`; carried into the result.
    progress
        called with (what is being done, how much is done, how much there is).
    scheduler
        address of a dask.distributed scheduler whose workers do the work; threads of this process when None.
    store
        folder that keeps what is finished of a run, so that the next run with the same folder goes on from there as far
        as files, settings and versions are the same; nothing is kept when None. Removing it is up to the caller.

    Raises
    ------
    KapitzaError
        if an image cannot be read or analysed, or the scheduler does not answer; the sentence names the image.
    """
    if study.interface is not None:
        check_conductivities(study.interface)
    check_foil(study)
    for entry in study.images:
        with _naming(entry.name):
            check_files(entry, study)
    work = _Work(progress or _silent, scheduler, store)
    inputs: list[InputRecord] = []
    images, warnings = {}, Warnings()
    for entry in study.images:
        with _naming(entry.name):
            loaded = _load(entry, work.report)
            images[entry.name], notes = _analyse(entry, loaded, study, work)
        inputs += loaded.records
        warnings += [(code, f"{entry.name}: {sentence}") for code, sentence in notes]
    combined, compared, notes = _combined(images)
    notes += _bias_notes(images, combined)
    first = next(((images[a], images[b]) for _, (a, b) in pairs(images)), None)
    even, uncorrected = combined_even(study, combined, [(i.interface, i.thickness) for i in first or ()])
    modes, doubts = compared_modes(images, first)
    scenario, verdicts = study_scenario(study, combined, first, modes)
    series, more = study_series(images, study.interface)
    notes += more
    return StudyResult(
        study=study,
        inputs=tuple(inputs),
        images=images,
        combined=combined,
        compared_combined=compared,
        warnings=tuple(warnings + notes + uncorrected + doubts + verdicts),
        truth=truth,
        modes=modes,
        series=series,
        scenario=scenario,
        combined_even=even,
    )


def _silent(description: str, done: int, total: int) -> None:
    pass


@contextmanager
def _naming(name: str) -> Iterator[None]:
    try:
        yield
    except KapitzaError as error:
        raise type(error)(f"{name}: {error}") from error


@dataclass(frozen=True)
class _Work:
    """How a run is done: who is told, who does it, and where finished parts are kept."""

    report: Progress
    scheduler: str | None
    store: Path | None


@dataclass(frozen=True)
class _Loaded:
    records: tuple[InputRecord, ...]
    image: SpectrumImage
    mask: Array | None
    survey: Array | None
    vacuum: SpectrumImage | None
    low_loss: LowLoss | None


def _load(entry: ImageEntry, report: Progress) -> _Loaded:
    report(f"{entry.name}: reading", 0, 1)
    image = read(entry.file, item=entry.item, name=entry.name)
    vacuum = None if entry.vacuum is None else read(entry.vacuum, name=f"{entry.name} vacuum")
    records = [input_record(image, entry.file)]
    if vacuum is not None and entry.vacuum is not None:
        records.append(input_record(vacuum, entry.vacuum))
    plane, low_loss = image.shape[:2], None
    mask = None if entry.mask is None else read_mask(entry.mask, plane)
    survey = None if entry.survey is None else read_survey(entry.survey)
    if entry.crop is not None:
        image = _cropped(image, entry.crop)
        mask = None if mask is None else mask[_window(entry.crop)]
        survey = None if survey is None else _survey_part(survey, entry.crop, plane)
    if entry.low_loss is not None:
        recorded, low_loss = read_low_loss(entry.low_loss, f"{entry.name} low loss", plane, entry)
        records.append(input_record(recorded, entry.low_loss))
    report(f"{entry.name}: reading", 1, 1)
    return _Loaded(tuple(records), image, mask, survey, vacuum, low_loss)


def _window(crop: Crop) -> tuple[slice, slice]:
    return slice(crop[0], crop[1]), slice(crop[2], crop[3])


def _cropped(image: SpectrumImage, crop: Crop) -> SpectrumImage:
    height, width = image.shape[:2]
    if crop[1] > height or crop[3] > width:
        raise StudyError(
            f"A crop [y0, y1, x0, x1] inside the image's {height} x {width} pixels is wanted, got {list(crop)}: "
            "make it smaller."
        )
    history = (*image.history, f"cropped to rows {crop[0]}:{crop[1]} and columns {crop[2]}:{crop[3]}")
    return replace(image, counts=image.counts[_window(crop)], history=history)


def _survey_part(survey: Array, crop: Crop, plane: tuple[int, int]) -> Array:
    # The survey shows the same field of view, in pixels of its own.
    y, x = survey.shape[0] / plane[0], survey.shape[1] / plane[1]
    return survey[floor(crop[0] * y) : ceil(crop[1] * y), floor(crop[2] * x) : ceil(crop[3] * x)]


def _analyse(entry: ImageEntry, loaded: _Loaded, study: Study, work: _Work) -> tuple[ImageResult, Warnings]:
    tmap, interface = _measure(entry, loaded, study, study.method, work)
    notes = [*tmap.warnings, *(interface.warnings if interface else ())]
    other_map, other_interface = None, None
    if study.compare:
        other = study.method.other()
        try:
            other_map, other_interface = _measure(entry, loaded, study, other, work)
            other_map = replace(other_map, loss=None, gain=None)
        except KapitzaError as error:
            notes.append(("comparison_failed", f"the preset {other.preset!r} gave no result to compare with: {error}"))
    usable = np.ones(loaded.image.shape[:2], dtype=bool) if loaded.mask is None else loaded.mask
    thickness = image_thickness(study, loaded.low_loss, usable, interface, notes)
    result = ImageResult(
        heat_flow=entry.heat_flow,
        current=entry.current,
        map=tmap,
        gradient=gradient_field(tmap),
        interface=interface,
        compared_map=other_map,
        compared_interface=other_interface,
        spectra=_spectra(entry, loaded.image, tmap, study, interface),
        residuals=neighbour_residuals(tmap),
        survey=loaded.survey,
        modes=image_modes(study, loaded.image, (tmap, interface), entry.heat_flow, notes),
        thickness=thickness,
        beam=beam_heating(study, loaded.image.microscope, interface, thickness),
        deconvolved=image_deconvolution(study, loaded.image, (tmap, interface), notes),
    )
    return result, notes


def _measure(
    entry: ImageEntry, loaded: _Loaded, study: Study, method: Method, work: _Work
) -> tuple[TemperatureMap, InterfaceResult | None]:
    def pixels(done: int, total: int) -> None:
        work.report(f"{entry.name}: {method.preset}", done, total)

    tmap = temperature_map(
        loaded.image,
        study.energy,
        method,
        mask=loaded.mask,
        vacuum=loaded.vacuum,
        progress=pixels,
        scheduler=work.scheduler,
        store=_store(entry, loaded, study, method, work.store),
    )
    return tmap, None if study.interface is None else interface_drop(tmap, study.interface)


def _store(entry: ImageEntry, loaded: _Loaded, study: Study, method: Method, folder: Path | None) -> Path | None:
    """Where finished parts of this map are kept: a place that belongs to everything its numbers follow from."""
    if folder is None:
        return None
    mask = None if loaded.mask is None else digest(np.packbits(loaded.mask).tobytes()).hexdigest()
    files = [record.sha256 for record in loaded.records]
    return keyed(folder, files, entry.item, entry.crop, mask, asdict(study.energy), asdict(method))


def _spectra(
    entry: ImageEntry, image: SpectrumImage, tmap: TemperatureMap, study: Study, interface: InterfaceResult | None
) -> tuple[SpectrumFit, ...]:
    places = regions(tmap, study.interface, interface, entry.places)
    return tuple(spectrum_fit(image, tmap, region, label) for label, region in places if (region & tmap.ok).any())


def _combined(images: Mapping[str, ImageResult]) -> tuple[InterfaceResult | None, InterfaceResult | None, Warnings]:
    found = next(pairs(images), None)
    if found is None:
        return None, None, []
    forward, reverse = (images[name] for name in found[1])
    combined = _half_difference(forward.interface, reverse.interface)
    compared = _half_difference(forward.compared_interface, reverse.compared_interface)
    notes = [(code, f"forward and reverse: {text}") for code, text in (combined.warnings if combined else ())]
    return combined, compared, notes


def _bias_notes(images: Mapping[str, ImageResult], combined: InterfaceResult | None) -> Warnings:
    """What a drop from one direction is worth, and what the control without heat flow shows."""
    notes: Warnings = []
    measured = {name: image for name, image in images.items() if image.interface is not None}
    if measured and combined is None and any(image.heat_flow != "none" for image in measured.values()):
        sentence = (
            "The drop of a single heat-flow direction holds whatever false step the method leaves between materials of "
            "different spectra at one temperature (several K with preset paper). Record the reverse direction too: the "
            "half-difference is free of it."
        )
        notes.append(("one_direction", sentence))
    for name, image in measured.items():
        if image.heat_flow != "none" or image.interface is None:
            continue
        drop = image.interface.drop
        if drop.value is not None and drop.error is not None and abs(drop.value) > _SIGNIFICANT * drop.error:
            sentence = (
                f"{name}: without heat flow the interface shows a drop of {drop}. It is a bias that every single "
                "direction carries too; the half-difference of forward and reverse does not."
            )
            notes.append(("control_drop", sentence))
    return notes


def _half_difference(forward: InterfaceResult | None, reverse: InterfaceResult | None) -> InterfaceResult | None:
    return None if forward is None or reverse is None else combine(forward, reverse)
