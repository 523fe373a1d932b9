"""How far a potential is from its labels: root-mean-square errors, in all, by group and by element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.atoms.potential.dataset import DataSet
from kapitza.atoms.potential.evaluation import Labels
from kapitza.data import Array
from kapitza.quantity import Quantity


@dataclass(frozen=True)
class Accuracy:
    """Root-mean-square errors with their standard errors over structures.

    energy, virial : meV/atom. force : meV/Å per component. By group of structures, and forces by element too.
    """

    structures: int
    energy: Quantity
    force: Quantity
    virial: Quantity
    energy_by_group: dict[str, Quantity]
    force_by_group: dict[str, Quantity]
    force_by_species: dict[str, Quantity]

    def to_dict(self) -> dict[str, Any]:
        """The numbers as written to a card."""
        tables = ("energy_by_group", "force_by_group", "force_by_species")
        return {
            "structures": self.structures,
            **{name: getattr(self, name).to_dict() for name in ("energy", "force", "virial")},
            **{name: {key: entry.to_dict() for key, entry in getattr(self, name).items()} for name in tables},
        }


def accuracy(predicted: Labels, dataset: DataSet) -> Accuracy:
    """Compare predictions with the labels of the same structures; both on the same scale of energy."""
    sizes = np.array([len(atoms) for atoms in dataset.structures])
    energy = ((predicted.energies - dataset.labels.energies) / sizes)[:, None]
    virial = ((predicted.virials - dataset.labels.virials) / sizes[:, None, None]).reshape(len(dataset), 9)
    forces = [mine - true for mine, true in zip(predicted.forces, dataset.labels.forces, strict=True)]
    members = {
        group: [i for i, name in enumerate(dataset.groups) if name == group] for group in sorted(set(dataset.groups))
    }
    return Accuracy(
        len(dataset),
        _rms(energy, "meV/atom"),
        _rms(forces, "meV/Å"),
        _rms(virial, "meV/atom"),
        {group: _rms(energy[chosen], "meV/atom") for group, chosen in members.items()},
        {group: _rms([forces[i] for i in chosen], "meV/Å") for group, chosen in members.items()},
        {name: _rms(_of_species(forces, dataset, name), "meV/Å") for name in dataset.species},
    )


def _of_species(forces: Sequence[Array], dataset: DataSet, name: str) -> list[Array]:
    symbols = [np.array(atoms.get_chemical_symbols()) for atoms in dataset.structures]
    return [force[names == name] for force, names in zip(forces, symbols, strict=True)]


def _rms(errors: Sequence[Array] | Array, unit: str) -> Quantity:
    """Root mean square of the finite errors (eV), in 1/1000, with the standard error of a ratio over structures."""
    sums = np.array([np.nansum(error**2) for error in errors])
    counts = np.array([np.isfinite(error).sum() for error in errors])
    sums, counts = sums[counts > 0], counts[counts > 0]
    if not counts.size:
        return Quantity(None, None, unit)
    mean, n = sums.sum() / counts.sum(), len(sums)
    spread = np.sqrt(n / max(n - 1, 1) * np.sum((sums - mean * counts) ** 2)) / counts.sum()
    error = 1e3 * spread / (2 * np.sqrt(mean)) if n > 1 and mean > 0 else None
    return Quantity(1e3 * float(np.sqrt(mean)), None if error is None else float(error), unit)
