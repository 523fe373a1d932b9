"""Observers of molecular dynamics: frame after frame in, temperatures of modes out, in constant memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np

from kapitza.atoms.modes.basis import Basis, mode_basis
from kapitza.atoms.modes.blocks import Blocks, block_error
from kapitza.atoms.modes.projection import Windows, freedom, projected, whole
from kapitza.atoms.modes.sites import Region
from kapitza.atoms.modes.temperatures import (
    ModalTemperatures,
    WindowTemperatures,
    averaging,
    in_kelvin,
)
from kapitza.atoms.phonons import Harmonic
from kapitza.data import Array
from kapitza.errors import MethodError

BATCH = 16
"""Frames that are projected together, at most."""

_ATOMS = 2**18
"""Atoms of all these frames, at most: about what a processor keeps close at hand."""

TAPERS = ("hann", "none")


class _Observer(ABC):
    """What observers share: frames are held until there are enough to project together, sums go into blocks."""

    _blocks: Blocks

    def __init__(self, region: Region, masses: Array | None) -> None:
        self._region = region
        self._masses = None if masses is None else np.asarray(masses, float)
        if self._masses is not None and self._masses.shape != (region.total,):
            raise MethodError(
                f"Masses of all {region.total} atoms are wanted, got shape {self._masses.shape}: 0 for those that do "
                "not move."
            )
        self._held = np.empty((max(1, min(BATCH, _ATOMS // region.total)), region.total, 3))
        self._waiting = 0

    def add(self, step: int, positions: Array, velocities: Array) -> None:
        """Take one frame: velocities (n, 3) of all atoms of the cell, A/fs. Step and positions are not looked at.

        Raises
        ------
        MethodError
            if there are other numbers of velocities than of atoms, or one is not finite.
        """
        if np.shape(velocities) != (self._region.total, 3):
            raise MethodError(
                f"Velocities of shape ({self._region.total}, 3) are wanted, got {np.shape(velocities)}: observe the "
                "cell that the region was found in."
            )
        held = self._held[self._waiting]
        held[...] = velocities
        if not np.isfinite(held.sum()):
            raise MethodError(f"Finite velocities are wanted, got others at step {step}: the run is unstable.")
        if self._masses is not None:
            moving = self._masses > 0
            held[moving] -= self._masses @ held / self._masses.sum()
        self._waiting += 1
        if self._waiting == len(self._held):
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._take(self._held[: self._waiting])
            self._waiting = 0

    def state(self) -> dict[str, Array]:
        """All that `restore` wants to go on from here."""
        self._flush()
        return self._blocks.state()

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from where `state` was called, in an observer made with the same arguments."""
        self._waiting = 0
        self._blocks.restore(state)

    @abstractmethod
    def _take(self, velocities: Array) -> None:
        """Project frames (f, n, 3), A/fs, and add them to the blocks."""

    def _free(self, basis: Basis, windows: Windows) -> list[Array]:
        """How much of each mode moves, (k, modes) for each window."""
        if self._masses is None:
            return [np.ones(basis.energy.shape)] * len(windows.starts)
        return freedom(self._region.atoms, self._masses, basis, windows)


class ModeObserver(_Observer):
    """The temperature of every mode of a region."""

    def __init__(self, crystal: Harmonic, region: Region, masses: Array | None = None) -> None:
        """Start without frames.

        Parameters
        ----------
        crystal
            phonons of the crystal of the region, without Born charges.
        region
            from `find_region`.
        masses
            (n,), u, of all atoms of the cell whose centre of mass is at rest, 0 for atoms that are held; its velocity
            is then taken out of every frame, and what the modes lack for it is accounted for. None where nothing
            conserves momentum, as with baths and frozen ends.

        Raises
        ------
        MethodError
            if there are Born charges, or the masses are not those of all atoms.
        """
        super().__init__(region, masses)
        self.basis = mode_basis(crystal, region)
        self._windows = whole(region.repeats[2])
        self._blocks = Blocks(self.basis.energy.shape)
        self._freedom = self._free(self.basis, self._windows)[0]

    def _take(self, velocities: Array) -> None:
        for power in projected(velocities, self._region.atoms, self.basis, self._windows):
            self._blocks.add(power)

    def result(self) -> ModalTemperatures:
        """The temperatures so far; more frames may follow.

        Raises
        ------
        MethodError
            if there were no frames.
        """
        self._flush()
        _check_frames(self._blocks)
        blocks = self._blocks
        return ModalTemperatures(
            self.basis, in_kelvin(blocks.means), in_kelvin(blocks.mean), self._freedom, blocks.frames, blocks.length
        )


class WindowObserver(_Observer):
    """Temperatures along z: averages over the modes of windows that slide over a region."""

    def __init__(
        self,
        crystal: Harmonic,
        region: Region,
        layers: int,
        *,
        every: int = 1,
        taper: str = "hann",
        weights: Mapping[str, Any] | None = None,
        masses: Array | None = None,
    ) -> None:
        """Start without frames.

        Parameters
        ----------
        crystal, region, masses
            as for `ModeObserver`.
        layers
            unit cells along z of a window. Its wave vectors along z are multiples of 2 pi over its length; what lies
            between them is seen by both neighbours.
        every
            layers from one window to the next.
        taper
            "hann" weighs the layers of a window with the square of a sine, which keeps far wave vectors and the cut
            edges out and doubles the width of each along z; "none" weighs all alike.
        weights
            name to function that makes weights of a `Basis`; `standard_averages` when None.

        Raises
        ------
        MethodError
            if a window is longer than the region, or the taper is not known.
        """
        super().__init__(region, masses)
        if not 1 <= layers <= region.repeats[2] or every < 1:
            raise MethodError(
                f"Windows of 1 to {region.repeats[2]} layers of unit cells, one layer or more apart, are wanted, got "
                f"{layers} and {every}: make them shorter, or the crystal longer."
            )
        starts = np.arange(0, region.repeats[2] - layers + 1, every)
        self._windows = Windows(starts, _taper(taper, layers))
        self.basis = mode_basis(crystal, region, layers)
        chosen = standard_averages() if weights is None else weights
        made = {name: make(self.basis) for name, make in chosen.items()}
        self.names = tuple(made)
        tables = [averaging(self.basis, free, made) for free in self._free(self.basis, self._windows)]
        self._table = tables[0][0].reshape(len(made), -1)
        self._share = np.array([share for _, share in tables])
        self._blocks = Blocks(self._share.shape)

    def _take(self, velocities: Array) -> None:
        powers = projected(velocities, self._region.atoms, self.basis, self._windows)
        sums = [power.reshape(len(velocities), -1) @ self._table.T for power in powers]
        self._blocks.add(np.stack(sums, axis=1))

    def result(self) -> WindowTemperatures:
        """The temperatures so far; more frames may follow.

        Raises
        ------
        MethodError
            if there were no frames.
        """
        self._flush()
        _check_frames(self._blocks)
        blocks, layers = self._blocks, len(self._windows.taper)
        means = in_kelvin(blocks.means) / self._share
        span = layers * self._region.height
        heights = np.convolve(self._region.heights, np.full(layers, 1 / layers), "valid")[self._windows.starts]
        return WindowTemperatures(
            heights, self.names, in_kelvin(blocks.mean) / self._share, block_error(means), span,
            _resolution(self._windows.taper) * 2 * np.pi / span, means, blocks.frames, blocks.length,
        )  # fmt: skip


def standard_averages() -> dict[str, Any]:
    """All modes, the three branches of lowest energy (acoustic), and the others (optical)."""
    return {"all": Basis.every, "acoustic": Basis.acoustic, "optical": Basis.optical}


def energy_window(low: float, high: float) -> Any:
    """A function that makes the weights of the modes from `low` to `high`, meV, of a `Basis`."""
    return lambda basis: basis.window(low, high)


def branch(number: int) -> Any:
    """A function that makes the weights of one branch, from 0 on by rising energy, of a `Basis`."""
    return lambda basis: basis.branches(number)


def _taper(name: str, layers: int) -> Array:
    if name not in TAPERS:
        raise MethodError(f"A taper of {', '.join(TAPERS)} is wanted, got {name!r}: choose one.")
    if name == "none":
        return np.ones(layers)
    return np.sin(np.pi * (np.arange(layers) + 0.5) / layers) ** 2


def _resolution(taper: Array) -> float:
    """Full width at half maximum of a taper's power over wave vectors, in units of 2 pi over its length."""
    fine = 64
    power = np.abs(np.fft.fft(taper, fine * len(taper))) ** 2
    below = np.flatnonzero(power < 0.5 * power[0])
    return 2 * below[0] / fine if len(below) else float(len(taper))


def _check_frames(blocks: Blocks) -> None:
    if not blocks.frames:
        raise MethodError("Frames are wanted before there is a result, got none: add some.")
