"""What is wrong in a study although every value is of its kind: repeated names, ranges out of order, unclear pairs."""

from __future__ import annotations

import math

from kapitza.errors import StudyError
from kapitza.settings import EnergyWindows, InterfaceSettings
from kapitza.study.keys import WANTED, shown, wrong
from kapitza.study.model import NAME, Study


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
    names = [mode.name for mode in study.modes]
    for mode in study.modes:
        label = f"[[mode]] {mode.name!r}"
        for key in ("energy", "fwhm"):
            if not 0 < getattr(mode, key) < math.inf:
                raise wrong(label, key, getattr(mode, key))
        if not mode.name or names.count(mode.name) > 1:
            raise StudyError(f"{label}: two modes have this name, or it is empty. Give every mode its own name.")
    if study.modes and study.interface is None:
        raise StudyError("[[mode]]: modes of an interface are wanted without one: add an [interface] table.")
    if study.modes and study.method.preset == "paper":
        raise StudyError(
            "[[mode]]: populations need the forward model of preset 'recommended', got preset 'paper': change preset "
            "in [method], or leave the modes out."
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
