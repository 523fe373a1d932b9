"""Calculated modes at the zone centre beside measured ones."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from kapitza.atoms.phonons.gamma import GammaMode, longitudinal_energy
from kapitza.atoms.phonons.harmonic import Harmonic
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.units import MEV_PER_CM


@dataclass(frozen=True)
class Measured:
    """A mode at the zone centre as it was measured.

    name : as in its source. label : irreducible representation. energy : meV. rank : which optical mode of that label,
    from 1; None for the nearest. limit : direction of q in which it is longitudinal, None for the others.
    """

    name: str
    label: str
    energy: float
    rank: int | None
    limit: tuple[float, float, float] | None


@dataclass(frozen=True)
class Reference:
    """Measured zone-centre modes and elastic constants (GPa) of a crystal, with where they come from."""

    name: str
    crystal: str
    source: str
    doi: str
    modes: tuple[Measured, ...]
    elastic_source: str
    elastic: dict[str, Quantity]


@dataclass(frozen=True)
class Difference:
    """A measured mode and the calculated one that stands for it, meV; None where there is none to compare."""

    measured: Measured
    calculated: float | None

    @property
    def difference(self) -> float | None:
        """Calculated minus measured, meV."""
        return None if self.calculated is None else self.calculated - self.measured.energy

    @property
    def relative(self) -> float | None:
        """Difference over the measured energy."""
        return None if self.difference is None else self.difference / self.measured.energy


def references() -> dict[str, Reference]:
    """The measured zone-centre energies and elastic constants that come with kapitza, by the name of the crystal.

    Sources: Davydov et al., Phys. Rev. B 58, 12899 (1998); Nakashima and Harima, phys. stat. sol. (a) 162, 39 (1997);
    McNeil et al., J. Am. Ceram. Soc. 76, 1132 (1993); Kamitani et al., J. Appl. Phys. 82, 3152 (1997).
    """
    text = resources.files("kapitza.atoms.phonons").joinpath("measured.toml").read_text(encoding="utf-8")
    return {name: _reference(name, table) for name, table in tomllib.loads(text).items()}


def reference_for(species: Sequence[str]) -> Reference | None:
    """The measured energies of the crystal with these atoms in its primitive cell, or None.

    AlN with 4 atoms is taken for 2H, SiC with 8 atoms for 4H.
    """
    name = {"Al Al N N": "AlN", "C C C C Si Si Si Si": "4H-SiC"}.get(" ".join(sorted(species)))
    return None if name is None else references()[name]


def differences(crystal: Harmonic, modes: Sequence[GammaMode], reference: Reference) -> tuple[Difference, ...]:
    """Each measured mode beside the calculated one of the same irreducible representation.

    LO modes are compared where the crystal has Born charges; without, as where a label is missing, nothing stands
    beside them.
    """
    return tuple(Difference(line, _calculated(crystal, modes, line)) for line in reference.modes)


def compare(crystal: Harmonic, modes: Sequence[GammaMode], name: str) -> tuple[Difference, ...]:
    """`differences` from the reference called `name`.

    Raises
    ------
    MethodError
        if there is none of that name.
    """
    known = references()
    if name not in known:
        raise MethodError(f"Measured energies of one of {', '.join(known)} are wanted, got {name!r}: choose one.")
    return differences(crystal, modes, known[name])


def _calculated(crystal: Harmonic, modes: Sequence[GammaMode], line: Measured) -> float | None:
    if line.limit is not None:
        return longitudinal_energy(crystal, line.limit) if crystal.polar else None
    same = [mode.energy for mode in modes if mode.label == line.label and not mode.acoustic]
    if not same or (line.rank is not None and line.rank > len(same)):
        return None
    return same[line.rank - 1] if line.rank is not None else min(same, key=lambda energy: abs(energy - line.energy))


def _reference(name: str, table: dict[str, Any]) -> Reference:
    modes = tuple(
        Measured(
            entry["name"],
            entry["label"],
            entry["wave_number"] * MEV_PER_CM,
            entry.get("rank"),
            None if "limit" not in entry else _direction(entry["limit"]),
        )
        for entry in table["modes"]
    )
    constants = dict(table["elastic"])
    source = constants.pop("source")
    elastic = {key: Quantity(value, error, "GPa") for key, (value, error) in constants.items()}
    return Reference(name, table["crystal"], table["source"], table["doi"], modes, source, elastic)


def _direction(numbers: Sequence[float]) -> tuple[float, float, float]:
    x, y, z = np.asarray(numbers, float).tolist()
    return x, y, z
