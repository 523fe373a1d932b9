"""Thickness, even foil and heating as tables and in words."""

from __future__ import annotations

from collections.abc import Iterator

from kapitza.data import InterfaceResult
from kapitza.plots.summary import axis_and_names
from kapitza.plots.words import quantity_text
from kapitza.quantity import Quantity
from kapitza.report.captions import listed
from kapitza.report.tables import COLUMNS, COMBINED, COMPARED, Table, image_title, number
from kapitza.study.foil import ImageThickness
from kapitza.study.result import StudyResult

_THICKNESS_HEADS = (
    "Material",
    "Thickness (nm)",
    "t/λ (counting error)",
    "Mean free path λ (nm)",
    "Electrons beyond the axis",
)
_BEAM_HEADS = (
    "Material", "Rise, rule of thumb (mK)", "Rise in a foil (mK)", "Stopping (eV/nm)", "κ (W/(m K))", "Power left (nW)",
)  # fmt: skip


def thickness(result: StudyResult) -> Table | None:
    """Thickness of both materials of every image; None without any."""
    rows = []
    for name, image in result.images.items():
        found = image.thickness
        for i, (side, relative) in enumerate({} if found is None else found.relative.items()):
            assert found is not None
            nanometres, path = found.thickness.get(side), found.paths.paths.get(side)
            missing = f"{100 * found.placed.recorded.missing:.1f} %"
            title = "" if i else image_title(name, image)
            rows.append((title, _material(result, side), number(nanometres), number(relative), number(path), missing))
    return Table(("", *_THICKNESS_HEADS), tuple(rows)) if rows else None


def reaches(result: StudyResult) -> Iterator[str]:
    """Once for each formula of the mean free path: how far it holds."""
    found = [image.thickness.paths for image in result.images.values() if image.thickness is not None]
    for model, reach in dict.fromkeys((paths.model, paths.reach) for paths in found if paths.paths):
        yield f"Mean free path after {_MODELS[model]} {reach}"


_MODELS = {
    "iakoubovskii": "Iakoubovskii et al., Microsc. Res. Tech. 71, 626 (2008), with an error of 10\u00a0%.",
    "malis": "Malis, Cheng and Egerton, J. Electron Microsc. Tech. 8, 193 (1988), with an error of 20\u00a0%.",
}


def even(result: StudyResult) -> Table | None:
    """What was measured beside what a foil of even thickness would show; None where nothing was corrected."""
    rows: list[tuple[str, ...]] = []
    if result.combined is not None and result.combined_even is not None:
        rows += _compared(COMBINED, result.combined, result.combined_even)
    for name, image in result.images.items():
        if image.interface is not None and image.thickness is not None and image.thickness.even is not None:
            rows += _compared(image_title(name, image), image.interface, image.thickness.even)
    return Table(("", "Quantity", "As measured", "Foil of even thickness"), tuple(rows)) if rows else None


def _compared(where: str, measured: InterfaceResult, even_foil: InterfaceResult) -> Iterator[tuple[str, ...]]:
    for i, name in enumerate(COMPARED):
        values = (number(getattr(interface, name)) for interface in (measured, even_foil))
        yield "" if i else where, COLUMNS[name], *values


def beam(result: StudyResult) -> Table | None:
    """How much the beam warms the foil of every image; None where not asked for."""
    rows = []
    for name, image in result.images.items():
        for i, (side, found) in enumerate({} if image.beam is None else image.beam.sides.items()):
            assert image.beam is not None
            stopping = number(found.stopping) + (", Bethe" if image.beam.stopping_from == "bethe" else "")
            rises = (_milli(found.temperature_rise), _milli(found.foil_temperature_rise))
            title = "" if i else image_title(name, image)
            others = (stopping, number(found.conductivity), number(found.power))
            rows.append((title, _material(result, side), *rises, *others))
    return Table(("", *_BEAM_HEADS), tuple(rows)) if rows else None


def map_caption(name: str, stem: str, found: ImageThickness) -> str:
    """Of the map of one image's thickness; stem : what names its files."""
    means = found.thickness or found.relative
    values = [
        f"{quantity_text(mean)} ({side})" if side != "sample" else quantity_text(mean) for side, mean in means.items()
    ]
    what = "Thickness" if found.thickness else "Thickness over the inelastic mean free path"
    text = f"{what} of every pixel of {name}; the pointer shows its statistical error. The mean is {listed(values)}. "
    text += (
        f"{100 * found.placed.recorded.missing:.1f} % of the electrons are expected beyond the end of the energy axis, "
    )
    text += "by which t/λ is too small. "
    return text + "Grey pixels have no thickness. The picture is " + f"figures/{stem}_thickness."


def profile_caption(name: str, found: ImageThickness) -> str:
    """Of the thickness across the interface."""
    means = [f"{quantity_text(mean)} ({side})" for side, mean in (found.thickness or found.relative).items()]
    text = f"Thickness of {name} across the interface, averaged along it. The bulk ranges have {listed(means)}. "
    held = "counting noise and the error of the mean free path" if found.thickness else "counting noise"
    return f"{text}The band is one standard error and holds {held}."


def _material(result: StudyResult, side: str) -> str:
    _, left, right = axis_and_names(result)
    return {"left": left, "right": right}.get(side, side)


def _milli(quantity: Quantity | None) -> str:
    """A temperature in mK without its unit."""
    if quantity is None or quantity.value is None:
        return "–"
    return number(Quantity(1e3 * quantity.value, None if quantity.error is None else 1e3 * quantity.error, ""))
