"""What is wrong in a study although every value is of its kind: repeated names, ranges out of order, unclear pairs."""

from __future__ import annotations

import math
from itertools import pairwise

from kapitza.errors import StudyError
from kapitza.settings import EnergyWindows, InterfaceSettings
from kapitza.study.checks_foil import check_foil
from kapitza.study.keys import WANTED, wrong
from kapitza.study.model import NAME, Study
from kapitza.study.scenario.checks import check_scenario
from kapitza.toml import shown


def check(study: Study) -> None:
    """Refuse a study that cannot be meant.

    Raises
    ------
    StudyError
        if names repeat, a number is out of its range, windows or ranges overlap, images make no clear pairs, or one
        table wants another.
    """
    _images(study)
    _energy(study.energy)
    _interface(study.interface)
    _modes(study)
    _bands(study)
    _views(study)
    if study.scenario is not None:
        energies = {mode.name: mode.energy for mode in study.modes}
        check_scenario(study.scenario, energies, study.interface, _paired(study))
    check_foil(study)
    _deconvolution(study)
    if not 0 < study.method.spike_threshold < math.inf:
        raise wrong("[method]", "spike_threshold", study.method.spike_threshold)


def _images(study: Study) -> None:
    seen: set[str] = set()
    for image in study.images:
        label = f"[[image]] {image.name!r}"
        if not NAME.fullmatch(image.name):
            raise wrong(label, "name", image.name)
        if image.name.casefold() in seen:
            raise StudyError(f"{label}: two images have this name. Give every image its own name.")
        seen.add(image.name.casefold())
        if image.crop is not None and not (0 <= image.crop[0] < image.crop[1] and 0 <= image.crop[2] < image.crop[3]):
            raise wrong(label, "crop", image.crop)
        if image.places is not None and not 1 <= image.places <= 24:
            raise wrong(label, "places", image.places)
        if image.current is not None and not math.isfinite(image.current):
            raise wrong(label, "current", image.current)
    _pairs(study)


def _pairs(study: Study) -> None:
    if study.interface is None:
        return
    for current in {image.current for image in study.images}:
        flows = [image.heat_flow for image in study.images if image.current == current]
        forward, reverse = flows.count("forward"), flows.count("reverse")
        if forward and reverse and forward + reverse > 2:
            where = "without a current" if current is None else f"at {current:g} mA"
            raise StudyError(
                f"One forward and one reverse image make a pair, got {forward} forward and {reverse} reverse {where}. "
                "Give each pair its own current, or analyse the repeats in studies of their own."
            )


def _paired(study: Study) -> bool:
    flows = {(image.current, image.heat_flow) for image in study.images}
    return any((current, "reverse") in flows for current, flow in flows if flow == "forward")


def _energy(energy: EnergyWindows) -> None:
    for key in WANTED["energy"]:
        window = getattr(energy, key)
        if window is not None and not 0 < window[0] < window[1] < math.inf:
            raise wrong("[energy]", key, list(window))
    signal = energy.signal or (energy.near[1], energy.far[0])
    if not energy.near[1] <= signal[0] < signal[1] <= energy.far[1] or not energy.near[1] <= energy.far[0]:
        raise StudyError(
            "[energy]: near must end before signal and far begin, and signal must end before far does, got "
            f"near = {list(energy.near)}, signal = {list(signal)}, far = {list(energy.far)}. Move them apart."
        )


def _interface(interface: InterfaceSettings | None) -> None:
    if interface is None:
        return
    order: list[float] = []
    for key in ("bulk_left", "position", "bulk_right"):
        value = getattr(interface, key)
        ends = [] if value is None else [value] if key == "position" else list(value)
        if not all(math.isfinite(end) for end in ends) or (len(ends) == 2 and ends[0] >= ends[1]):
            raise wrong("[interface]", key, value)
        order += ends
    if order != sorted(order):
        raise StudyError(
            "[interface]: bulk_left, position and bulk_right must follow each other along the axis, got "
            f"bulk_left = {shown(interface.bulk_left)}, position = {shown(interface.position)}, "
            f"bulk_right = {shown(interface.bulk_right)}. Correct the one that is out of order."
        )
    _materials(interface)


def _modes(study: Study) -> None:
    for mode in study.modes:
        for key in ("energy", "fwhm"):
            if not 0 < getattr(mode, key) < math.inf:
                raise wrong(f"[[mode]] {mode.name!r}", key, getattr(mode, key))
    _names("mode", [mode.name for mode in study.modes])
    if not study.spectral:
        return
    if study.interface is None:
        raise StudyError(
            f"{study.spectral[0]}: phonons of an interface are wanted without one: add an [interface] table."
        )
    if study.method.preset == "paper":
        raise StudyError(
            f"{' and '.join(study.spectral)}: the forward model of preset 'recommended' is needed, got preset 'paper': "
            "change preset in [method], or leave them out."
        )


def _bands(study: Study) -> None:
    _names("band", [band.name for band in study.bands])
    for band in study.bands:
        for key in ("window", "profile"):
            window = getattr(band, key)
            if window is not None and not 0 < window[0] < window[1] < math.inf:
                raise wrong(f"[[band]] {band.name!r}", key, list(window))
    ordered = sorted(study.bands, key=lambda band: band.window)
    for one, other in pairwise(ordered):
        if one.window[1] > other.window[0]:
            raise StudyError(
                f"[[band]]: ranges that do not overlap are wanted, got {one.name!r} up to {one.window[1]:g} and "
                f"{other.name!r} from {other.window[0]:g} meV: move them apart."
            )


def _names(table: str, names: list[str]) -> None:
    for name in names:
        if not name or names.count(name) > 1:
            raise StudyError(
                f"[[{table}]] {name!r}: two {table}s have this name, or it is empty. Give every {table} its own name."
            )


def _views(study: Study) -> None:
    residual, factorisation = study.residual, study.factorisation
    for label, settings in (("[residual]", residual), ("[factorisation]", factorisation)):
        if settings is not None and not 0 < settings.window[0] < settings.window[1] < math.inf:
            raise wrong(label, "window", list(settings.window))
    if factorisation is not None and not 2 <= factorisation.factors <= 6:
        raise wrong("[factorisation]", "factors", factorisation.factors)
    if residual is None or residual.non_negative_residual is None:
        return
    if not 0 <= residual.non_negative_residual < math.inf:
        raise wrong("[residual]", "non_negative_residual", residual.non_negative_residual)
    if residual.weighted or residual.shift or residual.broadening:
        raise StudyError(
            "[residual]: non_negative_residual is found without weighted, shift and broadening: leave these out, or it."
        )


def _deconvolution(study: Study) -> None:
    settings = study.deconvolution
    if settings is None:
        return
    for key, fits in (
        ("iterations", settings.iterations > 0),
        ("coverage", 0 < settings.coverage < 1),
        ("draws", settings.draws > 1),
    ):
        if not fits:
            raise wrong("[deconvolution]", key, getattr(settings, key))
    if study.interface is None:
        raise StudyError(
            "[deconvolution]: spectra at an interface and beside it are sharpened, got no interface: add an "
            "[interface] table."
        )
    if study.method.preset == "paper":
        raise StudyError(
            "[deconvolution]: the zero-loss peak of preset 'recommended' is wanted, got preset 'paper': change preset "
            "in [method], or leave the deconvolution out."
        )


def _materials(interface: InterfaceSettings) -> None:
    for side in ("left", "right"):
        for key, least in ((f"conductivity_{side}", 0.0), (f"exponent_{side}", -math.inf)):
            given = getattr(interface, key)
            if given is not None and not (least < given[0] < math.inf and 0 <= given[1] < math.inf):
                raise wrong("[interface]", key, given)
    at = interface.conductivity_temperature
    if at is None:
        return
    if not 0 < at < math.inf:
        raise wrong("[interface]", "conductivity_temperature", at)
    for side in ("left", "right"):
        if getattr(interface, f"conductivity_{side}") is not None and getattr(interface, f"exponent_{side}") is None:
            raise StudyError(
                f"[interface]: exponent_{side} is wanted, to carry conductivity_{side} from {at:g} K to the interface: "
                f"add exponent_{side} = [value, error], or take conductivity_temperature out."
            )
