"""The one figure that shows a whole study, and all figures of a study one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from matplotlib.figure import Figure

from kapitza.data import InterfaceResult
from kapitza.interface.modes.summary import ModeSummary
from kapitza.plots.deconvolved import deconvolved_pair, sharpened_spectra
from kapitza.plots.fits import log_ratios, spectra
from kapitza.plots.frame import LEFT, RIGHT, add_colour_bar, draw_plane, limits, map_panels, mark_interface
from kapitza.plots.maps import frame_of, isotherms, status_map, temperature_map
from kapitza.plots.modes.bands import bands_panels
from kapitza.plots.modes.factors import factors_panels
from kapitza.plots.modes.maps import mode_maps
from kapitza.plots.modes.profiles import profiles_panels
from kapitza.plots.modes.spectra import spectra_panels
from kapitza.plots.panels import Grid, draw_panels
from kapitza.plots.profiles import HALF_DIFFERENCE, HALF_TITLE, draw_profile, flows, profile, title_beside_drop, titled
from kapitza.plots.scenario import groups, scenario_figure
from kapitza.plots.series import series_figure
from kapitza.plots.statistics import residuals
from kapitza.plots.style import DOUBLE, MM, TEMPERATURE_COLOURS, add_legend, add_panel, letter_panels, styled
from kapitza.plots.thickness import thickness_map
from kapitza.plots.words import file_stems
from kapitza.study.result import ImageResult, StudyResult


def axis_and_names(result: StudyResult) -> tuple[str, str, str]:
    """Heat-flow axis and the names of the left and the right material of the study."""
    settings = result.study.interface
    return ("x", "left", "right") if settings is None else (settings.axis, settings.left, settings.right)


def flow_pair(result: StudyResult) -> list[str]:
    """Names of the images to show first: forward and reverse where there are both, else the first."""
    pair = [next((n for n, i in result.images.items() if i.heat_flow == flow), None) for flow in ("forward", "reverse")]
    return [n for n in pair if n is not None] if all(pair) else list(result.images)[:1]


@styled
def overview(result: StudyResult) -> Figure:
    """Draw the study in one figure: temperature forward and reverse, and the profile with the drop."""
    axis, left, right = axis_and_names(result)
    shown = {name: result.images[name] for name in flow_pair(result)}
    interface = result.combined or next(iter(shown.values())).interface
    frame = frame_of(next(iter(shown.values())).map)
    figure, panels = map_panels(frame, len(shown), *((0.0, None) if interface is None else (73.0, DOUBLE)))
    span = limits(np.concatenate([image.map.temperature.ravel() for image in shown.values()]))
    for ax, (name, image) in zip(panels, shown.items(), strict=True):
        plane = draw_plane(ax, image.map.temperature, frame_of(image.map), TEMPERATURE_COLOURS, span)
        add_colour_bar(figure, ax, plane, "T (K)")
        mark_interface(ax, image.interface, axis)
        ax.set_title(titled(name, image.heat_flow))
    if interface is not None:
        high = figure.get_size_inches()[1] * MM
        panels.append(add_panel(figure, LEFT, high - 67, DOUBLE - LEFT - RIGHT, 55))
        draw_profile(panels[-1], interface, left, right)
        if axis == "x" and frame.ratio >= 1.6:
            panels[-1].set_xlim(panels[0].get_xlim())
        panels[-1].set_ylabel(HALF_DIFFERENCE if result.combined else "Temperature (K)")
        title_beside_drop(panels[-1], HALF_TITLE if result.combined else "Profile", interface)
        add_legend(figure, *panels[-1].get_legend_handles_labels(), 3)
    letter_panels(panels)
    return figure


def gallery(result: StudyResult) -> Iterator[tuple[str, Figure]]:
    """Every figure of a study, one at a time, each with its file name without ending."""
    axis, left, right = axis_and_names(result)
    yield "overview", overview(result)
    with_interface: dict[str, tuple[str | None, InterfaceResult]] = {
        name: (image.heat_flow, image.interface) for name, image in result.images.items() if image.interface is not None
    }
    if with_interface:
        yield "profiles", flows(with_interface, result.combined, left, right)
    if result.series is not None:
        yield "series", series_figure(result.series, left, right)
    if result.combined is not None:
        yield "combined", profile(result.combined, left, right, HALF_DIFFERENCE)
    if shown := mode_images(result):
        yield "modes", mode_maps(shown)
        for stem, grid in mode_grids(result, shown).items():
            yield stem, draw_panels(grid)
    if pair := deconvolved_pair(result.images, flow_pair(result)):
        yield "deconvolved", sharpened_spectra(pair, left, right)
    if result.scenario is not None and groups(result.scenario):
        yield "scenario", scenario_figure(result.scenario)
    for name, stem in file_stems(result.images).items():
        yield from _of_image(stem, result.images[name], axis, left, right)


def mode_images(result: StudyResult) -> dict[str, tuple[str | None, ModeSummary]]:
    """Heat flow and modes of the images to show, by name; empty where the study asks for none."""
    return {
        name: (result.images[name].heat_flow, summary)
        for name in flow_pair(result)
        if (summary := result.images[name].modes) is not None
    }


def mode_grids(result: StudyResult, shown: Mapping[str, tuple[str | None, ModeSummary]]) -> dict[str, Grid]:
    """Panels of what was found of the modes, by the stem of their file."""
    _, left, right = axis_and_names(result)
    grids: dict[str, Grid] = {"mode_spectra": spectra_panels(shown, left, right)}
    if any(summary.profiles for _, summary in shown.values()):
        grids["lead_lag"] = profiles_panels(shown)
    if any(summary.bands for _, summary in shown.values()):
        grids["bands"] = bands_panels(shown, None if result.modes is None else result.modes.deviations)
    if any(summary.factors for _, summary in shown.values()):
        grids["factors"] = factors_panels(shown)
    return grids


def _of_image(stem: str, image: ImageResult, axis: str, left: str, right: str) -> Iterator[tuple[str, Figure]]:
    yield f"{stem}_temperature", temperature_map(image.map, image.interface, axis)
    yield f"{stem}_isotherms", isotherms(image.map, image.gradient, image.survey, image.interface, axis)
    if image.interface is not None:
        yield f"{stem}_profile", profile(image.interface, left, right)
    if image.spectra:
        yield f"{stem}_spectra", spectra(image.spectra)
        yield f"{stem}_log_ratio", log_ratios(image.spectra)
    if len(image.residuals):
        yield f"{stem}_residuals", residuals(image.residuals, image.map.scatter)
    if image.thickness is not None:
        yield f"{stem}_thickness", thickness_map(image.thickness, image.map.step, image.interface, axis, left, right)
    yield f"{stem}_status", status_map(image.map)
