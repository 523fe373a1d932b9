"""What is written down while atoms move: energies, bath energies and the temperature profile, a row per block."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kapitza.atoms.nemd.checkpoint import State
from kapitza.atoms.nemd.engine import Energies
from kapitza.atoms.nemd.system import COLD, HOT, System, junction
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.units import BOLTZMANN

KINETIC = 103.642697
"""amu A^2/fs^2 in eV."""

_BOLTZMANN_EV = BOLTZMANN * 1e-3
_TORN = 3.0
"""How much wider, A, a gap between planes may become before the crystal counts as torn."""

_COLUMNS = ("time", "potential", "kinetic", "hot", "cold")


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
        warmth = KINETIC / (3 * _BOLTZMANN_EV) * self.system.masses[mobile] * speed
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
