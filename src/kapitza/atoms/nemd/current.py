"""The spectrum of the heat that harmonic forces carry across a cut, from the velocities beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.fft import rfft
from scipy.sparse import csr_array

from kapitza.atoms.modes import Blocks, block_error
from kapitza.atoms.nemd.analysis import FLUX, HeatFlow
from kapitza.atoms.nemd.springs import CutSprings
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.units import MEV_PER_THZ

PLANCK = 1e3 * MEV_PER_THZ
"""Planck's constant, meV fs."""

_LINE = 1.44
"""Full width at half maximum of a line under a Hann window, over the distance of energies."""

_SHORTEST = 8


def segment_frames(resolution: float, interval: float) -> int:
    """Frames, an even number, that tell lines of a width `resolution`, meV, apart; `interval` between frames in fs."""
    return 2 * int(np.ceil(_LINE * PLANCK / (2 * resolution * interval)))


@dataclass(frozen=True)
class SpectralCurrent:
    """Heat that harmonic forces carry across a cut, by the energy of the vibrations; towards larger z is positive.

    energy (k,) : meV, from 0 on at equal distances. blocks (b, k) : GW/(m^2 meV), means over equal times, in their
    order. block : how long one is, fs. resolution : full width at half maximum of a line, meV. height : of the cut, A.
    """

    energy: Array
    blocks: Array
    block: float
    resolution: float
    height: float

    @property
    def density(self) -> Array:
        """(k,), GW/(m^2 meV)."""
        return np.asarray(self.blocks.mean(axis=0))

    @property
    def error(self) -> Array:
        """Standard error of `density` (k,); NaN where there are fewer than 8 blocks."""
        return block_error(self.blocks)

    @property
    def cumulative(self) -> Array:
        """(k,), GW/m^2: what vibrations up to an energy carry."""
        return np.asarray(self._integrated.mean(axis=0))

    @property
    def cumulative_error(self) -> Array:
        """Standard error of `cumulative` (k,); NaN where there are fewer than 8 blocks."""
        return block_error(self._integrated)

    @property
    def total(self) -> Quantity:
        """GW/m^2: what all vibrations carry."""
        error = float(self.cumulative_error[-1])
        return Quantity(float(self.cumulative[-1]), error if np.isfinite(error) else None, "GW/m2")

    @property
    def _integrated(self) -> Array:
        """(b, k): the integral of each block from energy 0, trapezoidal."""
        step = self.energy[1] - self.energy[0]
        pairs = (self.blocks[:, 1:] + self.blocks[:, :-1]) / 2
        return step * np.concatenate([np.zeros((len(pairs), 1)), np.cumsum(pairs, axis=1)], axis=1)

    def since(self, time: float) -> SpectralCurrent:
        """The current without the blocks that began earlier than `time`, fs since production began.

        Raises
        ------
        MethodError
            if no block is left.
        """
        first = int(np.ceil(time / self.block - 1e-9))
        if first >= len(self.blocks):
            raise MethodError(
                f"Spectra after {time * 1e-3:.4g} ps are wanted, got {len(self.blocks)} blocks of "
                f"{self.block * 1e-3:.4g} ps: run longer."
            )
        return replace(self, blocks=self.blocks[first:])

    def carried(self, flow: HeatFlow) -> dict[str, Quantity]:
        """What harmonic forces carry of a heat flow, and what is left to others.

        `harmonic_flux` and `anharmonic_flux`, GW/m^2, add up to the flux of the baths; `harmonic_share` is the part of
        the former; `harmonic_conductance`, MW/(m^2 K), is there where the flow has a drop. What a run has of both
        fluctuates together, and the errors take them as independent: they are rather too large.
        """
        total = self.total
        assert total.value is not None
        assert flow.flux.value is not None
        error = (
            None if total.error is None or flow.flux.error is None else float(np.hypot(total.error, flow.flux.error))
        )
        found = {
            "harmonic_flux": total,
            "anharmonic_flux": Quantity(flow.flux.value - total.value, error, "GW/m2"),
            "harmonic_share": _ratio(total, flow.flux, 1.0, ""),
        }
        if flow.interface is not None:
            found["harmonic_conductance"] = _ratio(total, flow.interface.drop, 1e3, "MW/(m2 K)")
        return found

    def conductance(self, drop: Quantity) -> tuple[Array, Array]:
        """Spectral conductance and its standard error (k,), MW/(m^2 K meV), of an interface with a `drop`, K.

        The error of the drop is in every error, and is the same at all energies.
        """
        assert drop.value is not None
        found = 1e3 * self.density / drop.value
        return found, np.hypot(1e3 * self.error, found * (drop.error or 0.0)) / abs(drop.value)


class CurrentObserver:
    r"""Spectral heat current across a cut, frame after frame, in constant memory.

    With force constants K_ij = d2E/(du_i du_j) between atoms i on the left and j on the right, the right side does the
    work -sum v_i.K_ij.u_j on the left one in a unit of time. In a steady state that is what the left side loses to the
    right one, so that the current towards the right is

        J = sum <v_i . K_ij . u_j>.

    With v(w) = int v(t) exp(iwt) dt over a time t_s, it is by Parseval's theorem the integral over dw/2pi, from
    -infinity on, of <v_i(w)^* . K_ij . u_j(w)>/t_s. What lies at w and at -w makes one real number:

        J = int_0^inf dw/2pi q(w),  q(w) = 2/t_s sum Re <v_i(w)^* . K_ij . u_j(w)>.

    q is one-sided and an energy; over Planck's constant and the area it is the current per area and energy hw/2pi.
    u_j(w) = i v_j(w)/w turns it into the published -2/(w t_s) sum Im <v_i(w)^* . K_ij . v_j(w)>, for which velocities
    suffice. With displacements a window in time, which smears the spectrum, leaves its integral as it is; over w, what
    is smeared near w = 0 would count too much. sum v_i.S_i.u_i with the symmetric part S_i of sum_j K_ij is the
    derivative of an energy, whose spectrum has no real part: taken off, only motion against each other counts, and a
    crystal that drifts makes no noise.

    Segments of frames overlap by half and are weighted with a Hann window (Welch).

    Source: Sääskilahti, Oksanen, Tulkki and Volz, Phys. Rev. B 90, 134312 (2014), and Phys. Rev. B 91, 115426 (2015).
    """

    def __init__(self, springs: CutSprings, atoms: int, interval: float, segment: int = 512) -> None:
        """Start without frames.

        Parameters
        ----------
        springs
            force constants across the cut.
        atoms
            how many there are in the cell.
        interval
            time between frames, fs. Energies up to 2068 meV over it are seen; what is above folds back below.
        segment
            frames of a segment, an even number: lines are 5956 meV over its length in fs wide.

        Raises
        ------
        MethodError
            if an atom of the pairs is not in the cell, or a number does not suit.
        """
        if not interval > 0 or segment < _SHORTEST or segment % 2 or springs.pairs.max() >= atoms:
            raise MethodError(
                f"Pairs of {atoms} atoms, a time above 0 fs and an even segment of {_SHORTEST} frames or more are "
                f"wanted, got atoms up to {springs.pairs.max()}, {interval:g} and {segment}: give them so."
            )
        self._atoms, self._interval, self._springs = atoms, interval, springs
        self._left, self._near = np.unique(springs.pairs[:, 0]), np.unique(springs.pairs)
        self._constants = _matrix(springs, self._left, self._near)
        self._held = np.empty((2, segment, 3 * len(self._left)))
        self._inside = 0
        self._energy = PLANCK / (segment * interval) * np.arange(segment // 2 + 1)
        self._blocks = Blocks(self._energy.shape)

    def add(self, step: int, positions: Array, velocities: Array) -> None:
        """Take one frame: positions (n, 3), A, not folded back, and velocities (n, 3), A/fs, of all atoms, at equal
        times. The step is not looked at.

        Raises
        ------
        MethodError
            if there are other numbers of either than of atoms.
        """
        for what, array in (("Positions", positions), ("Velocities", velocities)):
            if np.shape(array) != (self._atoms, 3):
                raise MethodError(
                    f"{what} of shape ({self._atoms}, 3) are wanted, got {np.shape(array)}: give those of all atoms."
                )
        self._held[0, self._inside] = velocities[self._left].ravel()
        self._held[1, self._inside] = self._constants @ (positions - self._springs.rest)[self._near].ravel()
        self._inside += 1
        if self._inside == self._held.shape[1]:
            self._take()

    def _take(self) -> None:
        length = self._held.shape[1]
        taper = np.hanning(length + 1)[:-1]
        taper /= np.sqrt(np.mean(taper**2))
        moved, pulled = (rfft(series * taper[:, np.newaxis], axis=0) for series in self._held)
        crossed = np.einsum("fi,fi->f", moved.conj(), pulled).real * self._interval / length
        density = 2 * crossed / PLANCK * FLUX / self._springs.area
        self._blocks.add(density[np.newaxis])
        half = length // 2
        self._held[:, :half] = self._held[:, half:]
        self._inside = half

    def state(self) -> dict[str, Array]:
        """All that `restore` wants to go on from here."""
        return {"held": self._held[:, : self._inside].copy(), **self._blocks.state()}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from where `state` was called, in an observer made with the same arguments."""
        self._inside = state["held"].shape[1]
        self._held[:, : self._inside] = state["held"]
        self._blocks.restore(state)

    def result(self) -> SpectralCurrent:
        """The current so far; more frames may follow.

        Raises
        ------
        MethodError
            if there are fewer frames than a segment has.
        """
        length = self._held.shape[1]
        if not len(self._blocks.means):
            raise MethodError(
                f"{length} frames or more are wanted, got {self._inside}: run longer, or with a coarser resolution."
            )
        block = self._blocks.length * length / 2 * self._interval
        resolution = _LINE * self._energy[1]
        return SpectralCurrent(self._energy, self._blocks.means, block, resolution, self._springs.height)


def _matrix(springs: CutSprings, left: Array, near: Array) -> csr_array:
    """What turns displacements of the atoms `near` into the pull on those of the `left`: sum_j K_ij u_j - S_i u_i."""
    count = len(left)
    rows, columns = np.searchsorted(left, springs.pairs[:, 0]), np.searchsorted(near, springs.pairs[:, 1])
    summed = np.zeros((count, 3, 3))
    np.add.at(summed, rows, springs.constants)
    blocks = np.concatenate([springs.constants, -(summed + summed.transpose(0, 2, 1)) / 2])
    rows = np.concatenate([rows, np.arange(count)])
    columns = np.concatenate([columns, np.searchsorted(near, left)])
    down = 3 * rows[:, np.newaxis, np.newaxis] + np.arange(3)[:, np.newaxis]
    along = 3 * columns[:, np.newaxis, np.newaxis] + np.arange(3)
    places = tuple(np.broadcast_to(place, blocks.shape).ravel() for place in (down, along))
    return csr_array((blocks.ravel(), places), shape=(3 * count, 3 * len(near)))


def _ratio(above: Quantity, below: Quantity, factor: float, unit: str) -> Quantity:
    """One quantity over another, whose errors are independent."""
    assert above.value is not None
    assert below.value is not None
    value = factor * above.value / below.value
    if above.error is None or below.error is None:
        return Quantity(value, None, unit)
    return Quantity(value, float(np.hypot(factor * above.error, value * below.error) / abs(below.value)), unit)
