"""Where in an image averaged spectra are shown."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, InterfaceResult, TemperatureMap
from kapitza.settings import InterfaceSettings


def regions(
    tmap: TemperatureMap,
    settings: InterfaceSettings | None,
    interface: InterfaceResult | None,
    places: int | None = None,
) -> list[tuple[str, Array]]:
    """Labelled parts of the image, (y, x) booleans.

    `places` equal ones along the heat flow; without a number both bulks and the interface between them, or the image in
    thirds. Parts without a pixel are left out.
    """
    shape = tmap.temperature.shape
    if places is not None:
        return _equal(tmap, "x" if settings is None else settings.axis, places)
    if settings is None or interface is None:
        found = [("whole image", np.ones(shape, dtype=bool)), *_thirds(shape)]
    else:
        found = _bulks(tmap, settings, interface)
    return [(label, place) for label, place in found if place.any()]


def _equal(tmap: TemperatureMap, axis: str, places: int) -> list[tuple[str, Array]]:
    number = "yx".index(axis)
    length = tmap.temperature.shape[number]
    pitch, unit = (1.0, "pixels") if tmap.step is None else (tmap.step[number], "nm")
    part = np.expand_dims(np.arange(length) * places // length, 1 - number)
    parts = []
    for i in np.unique(part):
        chosen = np.broadcast_to(part == i, tmap.temperature.shape)
        inside = np.flatnonzero(part.ravel() == i) * pitch
        parts.append((f"{inside[0]:.4g} to {inside[-1]:.4g} {unit}", chosen))
    return parts


def _thirds(shape: tuple[int, ...]) -> list[tuple[str, Array]]:
    if shape[1] < 3:
        return []
    third = np.broadcast_to(np.arange(shape[1]) * 3 // shape[1], shape)
    return [(f"{label} third", third == i) for i, label in enumerate(("left", "middle", "right"))]


def _bulks(tmap: TemperatureMap, settings: InterfaceSettings, interface: InterfaceResult) -> list[tuple[str, Array]]:
    shape, axis = tmap.temperature.shape, "yx".index(settings.axis)
    pitch = 1.0 if tmap.step is None else tmap.step[axis]
    along = np.moveaxis(np.broadcast_to(np.arange(shape[axis]) * pitch, (shape[1 - axis], shape[axis])), -1, axis)

    def between(start: float, stop: float) -> Array:
        return (along >= start) & (along <= stop)

    (_, left_stop), (right_start, _) = interface.bulk_left, interface.bulk_right
    return [
        (f"{settings.left}, bulk", between(*interface.bulk_left)),
        ("interface", (along > left_stop) & (along < right_start)),
        (f"{settings.right}, bulk", between(*interface.bulk_right)),
    ]
