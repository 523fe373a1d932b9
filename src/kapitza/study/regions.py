"""Where in an image averaged spectra are shown."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, InterfaceResult, TemperatureMap
from kapitza.settings import InterfaceSettings


def regions(
    tmap: TemperatureMap, settings: InterfaceSettings | None, interface: InterfaceResult | None
) -> list[tuple[str, Array]]:
    """Labelled parts of the image, (y, x) booleans: both bulks and the interface between them, or the image in thirds.

    Parts without a pixel are left out.
    """
    shape = tmap.temperature.shape
    if settings is None or interface is None:
        places = [("whole image", np.ones(shape, dtype=bool)), *_thirds(shape)]
    else:
        places = _bulks(tmap, settings, interface)
    return [(label, place) for label, place in places if place.any()]


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
