"""What is written down while atoms move: energies, bath energies and the temperature profile, a row per block."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kapitza.atoms.nemd.bins import Bins
from kapitza.atoms.nemd.checkpoint import State
from kapitza.atoms.nemd.engine import Energies
from kapitza.atoms.nemd.system import System
from kapitza.data import Array
from kapitza.units import BOLTZMANN, EV_PER_U_A2_FS2

_BOLTZMANN_EV = BOLTZMANN * 1e-3
_COLUMNS = ("time", "potential", "kinetic", "hot", "cold")


@dataclass
class Recorder:
    """Rows of what is recorded, and the sums of the block that is under way.

    system : atoms. bins : along z. given : eV, what the hot and the cold bath had given before this segment. rows :
    (time, potential, kinetic, hot, cold) in fs and eV. warmth, counts : per block, (b,), mean of m v^2/(3 k) summed
    over the atoms in a bin, K, and of their number.
    """

    system: System
    bins: Bins
    given: Array = field(default_factory=lambda: np.zeros(2))
    rows: list[Array] = field(default_factory=list)
    warmth: list[Array] = field(default_factory=list)
    counts: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin a block."""
        self._begin()

    def _begin(self) -> None:
        self._sums = np.zeros((2, len(self.bins.edges) - 1))
        self._samples = 0

    def sample(self, positions: Array, velocities: Array) -> None:
        """Count atoms at `positions` (n, 3; A) with `velocities` (n, 3; A/fs) to the profile."""
        mobile = self.system.mobile
        edges, count = self.bins.edges, self._sums.shape[1]
        inside = np.clip(np.searchsorted(edges, positions[mobile, 2], side="right") - 1, 0, count - 1)
        speed = np.einsum("ij,ij->i", velocities[mobile], velocities[mobile])
        warmth = EV_PER_U_A2_FS2 / (3 * _BOLTZMANN_EV) * self.system.masses[mobile] * speed
        self._sums[0] += np.bincount(inside, warmth, minlength=count)
        self._sums[1] += np.bincount(inside, minlength=count)
        self._samples += 1

    def end_block(self, time: float, energies: Energies) -> None:
        """Write down a row at `time` (fs) after the beginning of production."""
        given = self.given + np.array([energies.hot, energies.cold])
        self.rows.append(np.array([time, energies.potential, energies.kinetic, *given]))
        self.warmth.append(self._sums[0] / self._samples)
        self.counts.append(self._sums[1] / self._samples)
        self._begin()

    def end_segment(self) -> None:
        """Let the baths of the next segment count from here."""
        self.given = self.rows[-1][3:5].copy()

    @property
    def state(self) -> State:
        """All rows and sums, at the end of a block."""
        width = len(self.bins.edges) - 1
        return {
            "edges": self.bins.edges,
            "bulk": np.array(self.bins.bulk),
            "interface": np.array([] if self.bins.interface is None else [self.bins.interface]),
            "given": self.given,
            "rows": np.array(self.rows).reshape(-1, len(_COLUMNS)),
            "warmth": np.array(self.warmth).reshape(-1, width),
            "counts": np.array(self.counts).reshape(-1, width),
        }


def restored(system: System, state: State) -> Recorder:
    """The recorder that had `state`."""
    low, high = state["bulk"]
    place = state["interface"]
    bins = Bins(state["edges"], (float(low), float(high)), float(place[0]) if len(place) else None)
    return Recorder(
        system, bins, state["given"].copy(), list(state["rows"]), list(state["warmth"]), list(state["counts"])
    )
