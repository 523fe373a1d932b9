"""Density of states of layers from molecular dynamics, by the spectrum of the velocities, in constant memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kapitza.atoms.modes.projection import KELVIN
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import MEV_PER_THZ

_FEMTO = 1e3
"""1/fs in THz."""

_FEWEST = 8


@dataclass(frozen=True)
class LayerDensity:
    """Density of states of layers.

    energy (k,) : meV. density, error (l, k) : 1/meV, with an area of 1; the error from the scatter of segments, NaN
    where there are fewer than 8. temperature (l,) : kinetic, K. height (l,) : mean of the layer's atoms, A.
    atoms (l,) : how many there are. resolution : full width at half maximum of a line, meV.
    """

    energy: Array
    density: Array
    error: Array
    temperature: Array
    height: Array
    atoms: Array
    resolution: float
    segments: int


class DensityObserver:
    """The spectrum of mass-weighted velocities in each layer: the transform of their autocorrelation.

    Segments of frames overlap by half and are weighted with a Hann window (Welch).
    """

    def __init__(self, masses: Array, heights: Array, edges: Array, interval: float, segment: int = 512) -> None:
        """Start without frames.

        Parameters
        ----------
        masses
            (n,), u, of all atoms; 0 for atoms that do not move.
        heights
            (n,), A, of the atoms at rest.
        edges
            (l + 1,), A, rising, between the layers; atoms outside are left out.
        interval
            time between frames, fs. Energies up to 2068 meV over it are seen; what is above folds back below.
        segment
            frames of a segment, an even number: lines are 5956 meV over its length in fs wide.

        Raises
        ------
        MethodError
            if shapes do not fit, a layer has no moving atom, or a number is not above 0.
        """
        masses, heights, edges = (np.asarray(entry, float) for entry in (masses, heights, edges))
        if masses.shape != heights.shape or not interval > 0 or segment < 8 or segment % 2:
            raise MethodError(
                f"As many heights as masses, a time above 0 fs and an even segment of 8 frames or more are wanted, got "
                f"{heights.shape}, {masses.shape}, {interval:g} and {segment}: give them so."
            )
        self._layer = np.where(masses > 0, np.searchsorted(edges, heights, side="right") - 1, -1)
        self._layer[self._layer >= len(edges) - 1] = -1
        self._count = np.bincount(self._layer[self._layer >= 0], minlength=len(edges) - 1)
        if not self._count.all():
            raise MethodError(
                f"Moving atoms in every one of {len(edges) - 1} layers are wanted, got none in layer "
                f"{int(np.argmin(self._count))}: set the edges otherwise."
            )
        self._members = np.flatnonzero(self._layer >= 0)
        self._masses, self._heights, self._interval = masses, heights, interval
        self._held = np.empty((segment, len(self._members), 3))
        self._inside, self._segments, self._frames = 0, 0, 0
        self._last: int | None = None
        self._stride: int | None = None
        self._sum = np.zeros((len(self._count), segment // 2 + 1))
        self._square = np.zeros_like(self._sum)
        self._kinetic = np.zeros(len(self._count))

    def add(self, step: int, positions: Array, velocities: Array) -> None:
        """Take one frame: velocities (n, 3) of all atoms, A/fs, at equal times.

        Raises
        ------
        MethodError
            if there are other numbers of velocities than of masses, or steps are not equally far apart.
        """
        if np.shape(velocities) != (len(self._masses), 3):
            raise MethodError(
                f"Velocities of shape ({len(self._masses)}, 3) are wanted, got {np.shape(velocities)}: give those of "
                "all atoms."
            )
        self._check_step(step)
        chosen = np.asarray(velocities)[self._members]
        self._held[self._inside] = chosen
        energy = self._masses[self._members] * np.square(chosen).sum(axis=1)
        self._kinetic += self._by_layer(energy)
        self._inside, self._frames = self._inside + 1, self._frames + 1
        if self._inside == len(self._held):
            self._take()

    def _check_step(self, step: int) -> None:
        if self._last is not None:
            stride = step - self._last
            if self._stride not in (None, stride):
                raise MethodError(
                    f"Frames at equal times are wanted, got {stride} steps after {self._stride}: dump at one interval, "
                    "or observe one run at a time."
                )
            self._stride = stride
        self._last = step

    def _by_layer(self, values: Array) -> Array:
        return np.bincount(self._layer[self._members], values, minlength=len(self._count))

    def _take(self) -> None:
        length = len(self._held)
        taper = np.hanning(length + 1)[:-1]
        taper /= np.sqrt(np.mean(taper**2))
        for number in range(len(self._count)):
            chosen = self._layer[self._members] == number
            waves = np.fft.rfft(self._held[:, chosen] * taper[:, np.newaxis, np.newaxis], axis=0)
            masses = self._masses[self._members][chosen]
            power = np.einsum("fnx,n->f", np.square(np.abs(waves)), masses)
            power[1:-1] *= 2
            self._sum[number] += power
            self._square[number] += power**2
        half = length // 2
        self._held[:half] = self._held[half:]
        self._inside, self._segments = half, self._segments + 1

    def state(self) -> dict[str, Array]:
        """All that `restore` wants to go on from here."""
        unset = np.iinfo(np.int64).min
        counts = [self._inside, self._segments, self._frames]
        steps = [unset if entry is None else entry for entry in (self._last, self._stride)]
        return {
            "held": self._held[: self._inside].copy(),
            "sum": self._sum.copy(),
            "square": self._square.copy(),
            "kinetic": self._kinetic.copy(),
            "counts": np.array(counts + steps, np.int64),
        }

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from where `state` was called, in an observer made with the same arguments."""
        unset = np.iinfo(np.int64).min
        self._inside, self._segments, self._frames = (int(entry) for entry in state["counts"][:3])
        self._last, self._stride = (None if entry == unset else int(entry) for entry in state["counts"][3:])
        self._held[: self._inside] = state["held"]
        self._sum[...], self._square[...], self._kinetic[...] = state["sum"], state["square"], state["kinetic"]

    def result(self) -> LayerDensity:
        """The densities so far; more frames may follow.

        Raises
        ------
        MethodError
            if there are fewer frames than a segment has.
        """
        if not self._segments:
            raise MethodError(
                f"{len(self._held)} frames or more are wanted, got {self._frames}: run longer, or in shorter segments."
            )
        step = MEV_PER_THZ * _FEMTO / (len(self._held) * self._interval)
        mean = self._sum / self._segments
        area = mean.sum(axis=1, keepdims=True) * step
        # Segments overlap by half; under a Hann window neighbours share 1/6 in amplitude, 1/36 in power.
        spread = np.sqrt(np.maximum(self._square / self._segments - mean**2, 0) * (1 + 2 / 36) / self._segments)
        known = self._segments >= _FEWEST
        temperature = KELVIN * self._kinetic / (3 * self._count * self._frames)
        height = self._by_layer(self._heights[self._members]) / self._count
        return LayerDensity(
            step * np.arange(mean.shape[1]), mean / area, spread / area if known else np.full(mean.shape, np.nan),
            temperature, height, self._count.copy(), 1.44 * step, self._segments,
        )  # fmt: skip
