"""What a run leaves: bath energies and temperature profile over time, whichever engine made it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kapitza.atoms.nemd.bins import Bins
from kapitza.atoms.nemd.checkpoint import load_state, save_state
from kapitza.atoms.nemd.settings import Case
from kapitza.data import Array

if TYPE_CHECKING:
    import xarray as xr

_ARRAYS = ("time", "hot", "cold", "temperature", "count", "edges", "potential", "kinetic")


@dataclass(frozen=True)
class Trace:
    """Heat flow along z over time; t rows, one per block, and b bins.

    case : direction, mean temperature and seed. time (t,) : fs since production began, at the end of each block. hot,
    cold (t,) : eV, what each bath has given to the atoms until then. temperature (t, b), count (t, b) : K and atoms,
    mean of each block; NaN and 0 where a bin is empty. edges (b + 1,) : A. bulk : (low, high), A, between the baths.
    interface : height, A; None where there is none. area : A^2. hot_is_left : whether heat flows towards larger z.
    atoms : how many. potential, kinetic (t,) : eV; None where the engine did not tell.
    """

    case: Case
    time: Array
    hot: Array
    cold: Array
    temperature: Array
    count: Array
    edges: Array
    bulk: tuple[float, float]
    interface: float | None
    area: float
    hot_is_left: bool
    atoms: int
    potential: Array | None = None
    kinetic: Array | None = None

    @property
    def block(self) -> float:
        """Time between two rows, fs."""
        return float(self.time[0])

    @property
    def centres(self) -> Array:
        """Middles of the bins (b,), A."""
        return (self.edges[1:] + self.edges[:-1]) / 2

    @property
    def bins(self) -> Bins:
        """Where the temperature was taken."""
        return Bins(self.edges, self.bulk, self.interface)

    @property
    def conserved(self) -> Array | None:
        """(t,), eV: energy of the atoms without what the baths gave; constant in exact dynamics."""
        if self.potential is None or self.kinetic is None:
            return None
        return np.asarray(self.potential + self.kinetic - self.hot - self.cold)

    def to_xarray(self) -> xr.Dataset:
        """The arrays with their units; `case` and the scalars are attributes."""
        import xarray as xr

        def over(name: str, unit: str, what: str) -> tuple[tuple[str, ...], Array, dict[str, str]]:
            values = getattr(self, name)
            dims = ("time",) if values.ndim == 1 else ("time", "position")
            return dims, values, {"units": unit, "long_name": what}

        variables = {
            "hot_energy": over("hot", "eV", "energy that the hot bath has given to the atoms"),
            "cold_energy": over("cold", "eV", "energy that the cold bath has given to the atoms"),
            "temperature": over("temperature", "K", "temperature of the atoms in a bin, mean of a block"),
            "count": over("count", "1", "atoms in a bin, mean of a block"),
        }
        if self.potential is not None:
            variables["potential_energy"] = over("potential", "eV", "potential energy")
            variables["kinetic_energy"] = over("kinetic", "eV", "kinetic energy")
        coordinates = {
            "time": ("time", self.time, {"units": "fs", "long_name": "time since production began, end of a block"}),
            "position": ("position", self.centres, {"units": "Å", "long_name": "middle of a bin along z"}),
        }
        attributes = {
            "direction": self.case.direction,
            "mean_temperature_K": self.case.temperature,
            "seed": self.case.seed,
            "area_A2": self.area,
            "bulk_A": list(self.bulk),
            "interface_A": "none" if self.interface is None else self.interface,
            "hot_is_left": int(self.hot_is_left),
            "atoms": self.atoms,
        }
        return xr.Dataset(variables, coordinates, attributes)


def save_trace(trace: Trace, path: Path) -> None:
    """Write a trace to `path`, complete or not at all."""
    plain = {"case": trace.case, "bulk": trace.bulk, "interface": trace.interface, "area": trace.area}
    plain |= {"hot_is_left": trace.hot_is_left, "atoms": trace.atoms}
    arrays = {name: array for name in _ARRAYS if (array := getattr(trace, name)) is not None}
    text = json.dumps({**plain, "case": asdict(trace.case)})
    save_state({**arrays, "plain": np.array(text)}, path)


def load_trace(path: Path) -> Trace:
    """The trace that `save_trace` wrote.

    Raises
    ------
    InputError
        if the file is missing or damaged.
    """
    state: dict[str, Any] = dict(load_state(path))
    plain = json.loads(str(state.pop("plain")))
    plain |= {"case": Case(**plain["case"]), "bulk": tuple(plain["bulk"])}
    return Trace(**plain, **state)
