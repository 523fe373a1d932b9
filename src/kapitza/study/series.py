"""Several heating currents in one study: the series of their interfaces, and one fit of all profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kapitza.data import InterfaceResult
from kapitza.errors import KapitzaError
from kapitza.interface import combine, fit_series, interface_series
from kapitza.interface.currents.global_fit import SeriesImage
from kapitza.settings import InterfaceSettings
from kapitza.study.result import ImageResult, StudySeries

Notes = list[tuple[str, str]]
Pair = tuple[str, ...]


def pairs(images: Mapping[str, ImageResult]) -> Iterator[tuple[float | None, tuple[str, str]]]:
    """Currents at which there are a forward and a reverse image with an interface, and the names of these."""
    by_flow = {(i.current, i.heat_flow): name for name, i in images.items() if i.interface is not None}
    for current in dict.fromkeys(image.current for image in images.values()):
        forward, reverse = by_flow.get((current, "forward")), by_flow.get((current, "reverse"))
        if forward is not None and reverse is not None:
            yield current, (forward, reverse)


def study_series(
    images: Mapping[str, ImageResult], settings: InterfaceSettings | None
) -> tuple[StudySeries | None, Notes]:
    """The series of a study with two or more pairs, or with images of one heat flow at two or more currents.

    Parameters
    ----------
    images
        results by the images' names.
    settings
        the study's interface.

    Returns
    -------
    The series, None where there is none, and warnings.
    """
    flow, members = _members(images)
    if settings is None or len(members) < 2:
        return None, []
    results = [_result([images[name] for name in names]) for _, names in members]
    points = interface_series(results, [current for current, _ in members])
    recorded = []
    for i in points.order:
        for name in members[i][1]:
            interface = images[name].interface
            assert interface is not None
            recorded.append(SeriesImage(name, interface, members[i][0]))
    # Those of the first pair are told with the combined result.
    notes: Notes = [
        (code, f"{' and '.join(names)}: {text}")
        for (_, names), result in zip(members[1:], results[1:], strict=True)
        if len(names) == 2
        for code, text in result.warnings
    ]
    fit = None
    try:
        fit = fit_series(recorded, settings)
    except KapitzaError as error:
        notes.append(("series_fit_failed", f"The profiles of all currents were not fitted together. {error}"))
    return StudySeries(flow, tuple(members[i][1] for i in points.order), points, fit), notes


def _members(images: Mapping[str, ImageResult]) -> tuple[str, list[tuple[float | None, Pair]]]:
    """Heat flow, and for every point its current and its images: pairs, else those of the direction with most."""
    both: list[tuple[float | None, Pair]] = list(pairs(images))
    if len(both) > 1:
        return "half-difference", both
    by_flow: dict[str, dict[float, Pair]] = {}
    for name, image in images.items():
        if image.interface is not None and image.current is not None and image.heat_flow in ("forward", "reverse"):
            by_flow.setdefault(image.heat_flow, {}).setdefault(image.current, (name,))
    flow = max(by_flow, key=lambda each: len(by_flow[each]), default="")
    return flow, list(by_flow.get(flow, {}).items())


def _result(images: list[ImageResult]) -> InterfaceResult:
    interfaces = [image.interface for image in images if image.interface is not None]
    return interfaces[0] if len(interfaces) == 1 else combine(interfaces[0], interfaces[1])
