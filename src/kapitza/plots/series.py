"""An interface at several heating currents, as the paper's Fig. 2e, f: profiles, and what follows with temperature."""

from __future__ import annotations

from typing import Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kapitza.data import Array
from kapitza.interface.currents.global_fit import fitted_length, fitted_profile
from kapitza.interface.currents.series import Measured
from kapitza.plots.profiles import HALF_DIFFERENCE
from kapitza.plots.style import (
    BLUE,
    INK,
    MIDDLE,
    ORANGE,
    add_legend,
    add_panel,
    letter_panels,
    new_figure,
    styled,
)
from kapitza.plots.words import plain
from kapitza.study.result import StudySeries

Side = Literal["left", "right"]
SIDES: tuple[tuple[Side, str], ...] = (("left", ORANGE), ("right", BLUE))
MARKERS = {"left": "o", "right": "s"}


def point_colours(count: int) -> list[str]:
    """A colour for every point of a series, darker for cooler ones."""
    shades = matplotlib.colormaps["inferno"](np.linspace(0.1, 0.72, count))
    return [matplotlib.colors.to_hex(shade) for shade in shades]


def point_label(series: StudySeries, number: int) -> str:
    """Current and temperature of a point."""
    current = series.points.current[number]
    kelvin = f"{series.points.temperature.value[number]:.0f} K"
    return kelvin if np.isnan(current) else f"{current:g} mA, {kelvin}"


def fitted_point(series: StudySeries, number: int, position: Array) -> Array:
    """Temperature (n,), K, that the fit of all profiles has for a point, at positions (n,), nm from the interface.

    For forward and reverse together it is made of both as the measured one is.
    """
    assert series.fit is not None
    first = sum(len(names) for names in series.names[:number])
    profiles = [fitted_profile(series.fit, first + i, position) for i in range(len(series.names[number]))]
    if len(profiles) == 1:
        return profiles[0]
    means = [series.fit.images[first + i].temperature.value or 0.0 for i in range(2)]
    return 0.5 * (profiles[0] - profiles[1]) + 0.5 * sum(means)


def fitted_drops(series: StudySeries) -> Array:
    """(n,) sizes of the drops, K, that the fit has at the points: means of forward and reverse."""
    assert series.fit is not None
    images = iter(series.fit.images)
    return np.array([np.mean([abs(next(images).drop.value or np.nan) for _ in names]) for names in series.names])


def drop_sizes(series: StudySeries) -> Measured:
    """Sizes of the drops, whichever way the heat flows."""
    value, error, low, high = series.points.drop
    sign = np.where(value < 0, -1.0, 1.0)
    ends = np.sort(np.stack([sign * low, sign * high]), axis=0)
    return Measured(sign * value, error, ends[0], ends[1])


def reach(measured: Measured) -> Array:
    """(2, n) distances from the values to the ends of their intervals; those without an end as long as the value."""
    ends = np.stack([measured.value - measured.low, measured.high - measured.value])
    return np.clip(np.where(np.isfinite(ends), ends, np.abs(measured.value)), 0.0, None)


def temperatures_between(series: StudySeries) -> Array:
    """Temperatures (K) for smooth curves over the series."""
    kelvin = series.points.temperature.value
    return np.linspace(np.nanmin(kelvin), np.nanmax(kelvin), 40)


@styled
def series_figure(series: StudySeries, left: str = "left", right: str = "right") -> Figure:
    """Draw an interface at several currents: its profiles, and drop and characteristic lengths against temperature.

    left, right : names of the materials. Curves are the one fit of all profiles, where there is one, and bands its
    standard error.
    """
    figure = new_figure(MIDDLE, 128)
    top = add_panel(figure, 14, 10, MIDDLE - 17, 52)
    drop = add_panel(figure, 14, 74, 47, 42)
    length = add_panel(figure, 77, 74, 47 + 9, 42)
    _profiles(top, series)
    rows = -(-len(series.names) // 4)
    figure.legend(*top.get_legend_handles_labels(), loc="upper right", ncols=4 if rows > 1 else 5, borderaxespad=0.2)
    _drops(drop, series)
    _lengths(length, series, {"left": left, "right": right})
    letter_panels([top, drop, length])
    add_legend(figure, *length.get_legend_handles_labels(), 4)
    return figure


def _profiles(ax: Axes, series: StudySeries) -> None:
    colours = point_colours(len(series.names))
    for i, (result, colour) in enumerate(zip(series.points.results, colours, strict=True)):
        points = result.profile
        x = points.position - (result.position.value or 0.0)
        ax.errorbar(
            x, points.temperature, points.error, fmt="o", markersize=1.6, color=colour, elinewidth=0.45, alpha=0.7,
            label=point_label(series, i),
        )  # fmt: skip
        if series.fit is not None:
            fine = np.linspace(x[0], x[-1], 400)
            ax.plot(fine, fitted_point(series, i, fine), color=colour)
    ax.set_xlabel("Position from the interface (nm)")
    ax.set_ylabel(HALF_DIFFERENCE if series.heat_flow == "half-difference" else "Temperature (K)")


def _drops(ax: Axes, series: StudySeries) -> None:
    kelvin, sizes = series.points.temperature, drop_sizes(series)
    ax.errorbar(kelvin.value, sizes.value, reach(sizes), kelvin.error, fmt="o", color=INK, elinewidth=0.6)
    if series.fit is not None:
        ax.plot(kelvin.value, fitted_drops(series), color=INK, linewidth=0.6)
    ax.margins(0.12)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("Temperature of the interface (K)")
    ax.set_ylabel("Drop (K)")


def _lengths(ax: Axes, series: StudySeries, names: dict[str, str]) -> None:
    kelvin, fine = series.points.temperature, temperatures_between(series)
    for side, colour in SIDES:
        measured = getattr(series.points, f"characteristic_length_{side}")
        ax.errorbar(
            kelvin.value, measured.value, reach(measured), kelvin.error, fmt=MARKERS[side], color=colour,
            elinewidth=0.6, label=plain(names[side]),
        )  # fmt: skip
        if series.fit is not None:
            curve, error = fitted_length(series.fit, side, fine)
            ax.plot(fine, curve, color=colour, label=f"{plain(names[side])}, all profiles fitted at once")
            ax.fill_between(fine, curve - error, curve + error, color=colour, alpha=0.2, linewidth=0)
    ax.margins(0.12)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("Temperature of the interface (K)")
    ax.set_ylabel("Characteristic length (nm)")
