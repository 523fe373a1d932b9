"""Bins along z in which the temperature is taken, and where lines are fitted to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kapitza.atoms.nemd.settings import AnalysisEntry
from kapitza.atoms.nemd.system import COLD, HOT, System, junction
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.settings import Window

FEWEST_BINS = 3
"""Of a line."""

_TORN = 3.0
"""How much wider, A, a gap between planes may become before the crystal counts as torn."""


@dataclass(frozen=True)
class Bins:
    """Bins along z. edges (b + 1,) : A. bulk : (low, high), A, between the baths. interface : height, A; None where
    there is none."""

    edges: Array
    bulk: tuple[float, float]
    interface: float | None


def choose_bins(system: System, positions: Array, width: float) -> Bins:
    """Bins as wide as `width` (A) where atoms at `positions` (n, 3) move, none of them across the interface.

    Raises
    ------
    MethodError
        if the atoms have come apart since the beginning.
    """
    z = positions[:, 2]
    gap, before = (float(np.diff(np.sort(heights)).max()) for heights in (z, system.positions[:, 2]))
    if gap > before + _TORN:
        raise MethodError(
            f"A cell in one piece is wanted after relaxation, got a gap of {gap:.1f} A along z: choose a longer "
            "pressure_damping, relax at constant volume, or start from better lattice constants."
        )
    low, high = float(z[system.mobile].min()), float(z[system.mobile].max())
    interface = None if system.sides is None else junction(positions, system.sides)
    origin = low if interface is None else interface
    first, last = np.floor((low - origin) / width), np.ceil((high - origin) / width)
    spans = sorted((z[system.groups == group].min(), z[system.groups == group].max()) for group in (HOT, COLD))
    return Bins(origin + width * np.arange(first, last + 1), (float(spans[0][1]), float(spans[1][0])), interface)


def fit_ranges(bins: Bins, settings: AnalysisEntry) -> tuple[Window, ...]:
    """(start, stop), nm, where lines are fitted: on either side of the interface, or the one between the baths.

    Raises
    ------
    MethodError
        if a range has fewer than three bins.
    """
    low, high = bins.bulk
    centres = (bins.edges[1:] + bins.edges[:-1]) / 2
    spans = [(low, high)] if bins.interface is None else [(low, bins.interface), (bins.interface, high)]
    ranges = []
    for (start, stop), given, side in zip(spans, (settings.left, settings.right), ("left", "right"), strict=False):
        margin = settings.margin * (stop - start)
        window = (start + margin, stop - margin) if given is None else given
        inside = np.count_nonzero((centres >= window[0]) & (centres <= window[1]))
        if inside < FEWEST_BINS:
            raise MethodError(
                f"At least {FEWEST_BINS} bins are wanted for a line on the {side}, got {inside} from {window[0]:.4g} "
                f"to {window[1]:.4g} A: repeat the crystal more often, make bin_width or margin smaller, or give "
                f"{side} in [analysis]."
            )
        ranges.append((window[0] / 10, window[1] / 10))
    return tuple(ranges)
