"""Summed spectra of regions of an image, with all that a fit of modes needs to know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from scipy.interpolate import CubicSpline

from kapitza.data import Array, SpectrumImage, TemperatureMap
from kapitza.errors import MethodError
from kapitza.interface.modes.recipe import bare_peak, forward_recipe, rises, within, zero_loss_curve
from kapitza.interface.profile import along, positions
from kapitza.settings import Window
from kapitza.spectra.blocks import Job
from kapitza.spectra.preparation import region_sums
from kapitza.spectra.unmixing import Peak

Free = tuple[Window, Literal["left", "right"]]
"""Energies (meV) of a band of one bulk that may have a temperature of its own at the interface."""

REGIONS = ("interface", "left", "right")
_SAME_DISPERSION = 1e-3
_HALF_WIDTH, _PITCHES = 1.0, 0.75


@dataclass(frozen=True)
class RegionSpectra:
    """Spectra of n regions: of an interface (0) and the bulk left (1) and right (2) of it, or of columns of pixels.

    energy : (k,), meV, registered. electrons : (n, k). background : (n, k), electrons of zero-loss peak and constant.
    rises : (n, k), electrons per K, how each changes with its temperature. temperature : (n,), K, of the map's pixels.
    position : (n,), nm along the heat flow. pixels : (n,). peak : the zero-loss peak.
    free : bands of the bulk that may have a temperature of their own at the interface. free_rises : (b, k), electrons
    per K, how the bulk changes with theirs.
    """

    name: str
    energy: Array
    electrons: Array
    background: Array
    rises: Array
    temperature: Array
    position: Array
    pixels: Array
    peak: Peak
    free: tuple[Free, ...] = ()
    free_rises: Array = field(default_factory=lambda: np.empty((0, 0)))

    def sides(self) -> tuple[Array, tuple[Array, Array], tuple[Array, Array]]:
        """Energies |E| (m,), meV, at which both sides have a channel; loss and gain above the background, (n, m)
        electrons; and their variances, (n, m)."""
        return self.split(self.energy)[0], self.split(self.electrons - self.background), self.split(self.electrons)

    def split(self, values: Array) -> tuple[Array, Array]:
        """The loss and the gain side (..., m) of something on the axis (..., k), both against rising |E|."""
        zero = int(np.argmin(np.abs(self.energy)))
        m = min(zero, len(self.energy) - 1 - zero)
        return values[..., zero + 1 : zero + 1 + m], values[..., zero - m : zero][..., ::-1]

    def moved(self, by: float) -> RegionSpectra:
        """The same with the interface's spectrum moved up in energy by `by` meV against the bulk's."""
        moved = CubicSpline(self.energy, self.electrons[0])(self.energy - by)
        return replace(self, electrons=np.vstack([moved, self.electrons[1:]]))

    def with_bulk_of(self, other: RegionSpectra) -> RegionSpectra:
        """The same with the bulk spectra of another image, in the channels that both have.

        Raises
        ------
        MethodError
            if the two have different dispersions.
        """
        here, there = (float(s.energy[1] - s.energy[0]) for s in (self, other))
        if abs(here / there - 1) > _SAME_DISPERSION:
            raise MethodError(
                f"Two images of the same dispersion are wanted, got {here:.4g} and {there:.4g} meV per channel."
            )
        first, last = (end([s.energy[i] for s in (self, other)]) for end, i in ((max, 0), (min, -1)))
        mine, its = ((s.energy > first - here / 2) & (s.energy < last + here / 2) for s in (self, other))

        def joined(name: str) -> Array:
            return np.vstack([getattr(self, name)[:1, mine], getattr(other, name)[1:, its]])

        return replace(
            self,
            energy=self.energy[mine],
            electrons=joined("electrons"),
            background=joined("background"),
            rises=joined("rises"),
            temperature=np.append(self.temperature[:1], other.temperature[1:]),
            position=np.append(self.position[:1], other.position[1:]),
            pixels=np.append(self.pixels[:1], other.pixels[1:]),
            free_rises=other.free_rises[:, its],
        )


def interface_spectra(
    image: SpectrumImage,
    tmap: TemperatureMap,
    position: float,
    *,
    axis: str = "x",
    half_width: float = 1.0,
    gap: float = 3.0,
    reach: float = 20.0,
    rows: Array | None = None,
    free: Sequence[Free] = (),
) -> RegionSpectra:
    """Sum the registered spectra of an interface and of the bulk on both sides of it.

    Parameters
    ----------
    image, tmap : the image and the map that `temperature_map` made of it with preset `recommended`.
    position : nm along `axis`, of the interface. half_width : nm, of the strip that is summed there; about the half
        width at half maximum of what the modes reach tells most.
    gap, reach : nm, where the bulk begins and ends, counted from the edges of that strip.
    rows : (parallel,), True in the lines of pixels across the interface that are used; all when None.
    free : bands of either bulk that may have a temperature of their own at the interface.

    Raises
    ------
    MethodError
        if the map was made with preset `paper`, the pitch is unknown, or a region holds no good pixel.
    """
    away = positions(tmap, axis) - position
    edge = half_width + gap
    inside = [
        np.abs(away) <= half_width,
        (away <= -edge) & (away >= -edge - reach),
        (away >= edge) & (away <= edge + reach),
    ]
    labels = np.full(along(tmap.ok, axis).shape, -1)
    for number, chosen in enumerate(inside):
        labels[:, chosen] = number
    if rows is not None:
        labels[~np.asarray(rows, bool)] = -1
    labels = np.where(tmap.ok, along(labels, axis), -1)
    for number, name in enumerate(REGIONS):
        if not (labels == number).any():
            raise MethodError(
                f"Good pixels in the region {name!r} are wanted, got none with an interface at {position:.4g} nm in an "
                f"image from {position + away[0]:.4g} to {position + away[-1]:.4g} nm: choose another half_width, gap "
                "or reach."
            )
    return _summed(image, tmap, labels, axis, free)


def strip_half_width(tmap: TemperatureMap, axis: str = "x") -> float:
    """nm, of a strip along the interface that holds it and a column at least.

    Raises
    ------
    MethodError
        if the pitch is unknown.
    """
    x = positions(tmap, axis)
    return max(_HALF_WIDTH, _PITCHES * float(x[1] - x[0])) if len(x) > 1 else _HALF_WIDTH


def column_spectra(
    image: SpectrumImage, tmap: TemperatureMap, *, axis: str = "x", columns: int = 1, span: Window | None = None
) -> RegionSpectra:
    """Sum the registered spectra of pixels equally far along the heat flow.

    Parameters
    ----------
    image, tmap : as for `interface_spectra`. columns : how many neighbouring columns make one spectrum.
    span : nm, the part that is wanted; all when None. Columns without a good pixel are left out.

    Raises
    ------
    MethodError
        if the map was made with preset `paper`, the pitch is unknown, or no good pixel is left.
    """
    x = positions(tmap, axis)
    low, high = span or (x[0], x[-1])
    number = np.where((x >= low) & (x <= high), np.arange(len(x)) // max(columns, 1), -1)
    labels = np.where(tmap.ok, along(np.tile(number, (along(tmap.ok, axis).shape[0], 1)), axis), -1)
    if not (labels >= 0).any():
        raise MethodError(f"Good pixels between {low:.4g} and {high:.4g} nm are wanted, got none: choose another span.")
    present, packed = np.unique(labels, return_inverse=True)
    return _summed(image, tmap, packed.reshape(labels.shape) - int(present[0] < 0), axis)


def _summed(
    image: SpectrumImage, tmap: TemperatureMap, labels: Array, axis: str, free: Sequence[Free] = ()
) -> RegionSpectra:
    """The spectra of the regions numbered in `labels` (y, x), from 0 without gaps; negative for pixels of none."""
    plan, planned, prepared = forward_recipe(tmap)
    sums, seen = region_sums(image, prepared, labels, Job(), "modes")
    chosen = labels >= 0
    region = labels[chosen]
    pixels = np.bincount(region)
    # A channel at the end of the axis that some spectra lack says nothing about their sum.
    electrons = np.where(seen == pixels[:, np.newaxis], sums, np.nan) * plan.electrons_per_count
    first, last = np.flatnonzero(plan.fitted & np.isfinite(electrons).all(axis=0))[[0, -1]]
    x = np.broadcast_to(positions(tmap, axis)[:, np.newaxis] if axis == "y" else positions(tmap, axis), labels.shape)
    kelvin, where = (np.bincount(region, field[chosen]) / pixels for field in (tmap.temperature, x))
    votes = np.zeros((len(pixels), planned.material.max() + 1))
    np.add.at(votes, (region, planned.material[chosen]), 1)
    material = votes.argmax(axis=1)
    bare, amount = bare_peak(plan, electrons)
    reduced = plan.fit.parameters.reduced[material]
    changes = amount[:, np.newaxis] * rises(plan, reduced, kelvin)
    apart = [
        amount[i] * rises(plan, within(plan, reduced[i : i + 1], window), kelvin[i : i + 1])
        for window, i in ((window, REGIONS.index(side)) for window, side in free)
    ]
    constant = (plan.constant[material] * pixels * plan.electrons_per_count)[:, np.newaxis]
    kept = (slice(None), slice(first, last + 1))
    return RegionSpectra(
        tmap.name,
        plan.axis[kept[1]],
        electrons[kept],
        (amount[:, np.newaxis] * bare + constant)[kept],
        changes[kept],
        kelvin,
        where,
        pixels,
        zero_loss_curve(plan),
        tuple(free),
        np.concatenate([np.empty((0, len(plan.axis))), *apart])[kept],
    )
