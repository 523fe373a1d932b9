"""The files of GPUMD: `train.xyz` and `test.xyz`, and `nep.in` for its own trainer and for torchnep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kapitza.atoms.potential.dataset import DataSet
from kapitza.atoms.potential.settings import TrainingSettings
from kapitza.data import Array


def write_training_files(folder: Path, settings: TrainingSettings, train: DataSet, test: DataSet) -> None:
    """Write `train.xyz`, `test.xyz` and the `nep.in` of GPUMD's trainer into `folder`."""
    write_xyz(folder / "train.xyz", train, frame_weights(train, settings.force_scale))
    write_xyz(folder / "test.xyz", test, frame_weights(test, settings.force_scale))
    species = train.joined(test).species
    (folder / "nep.in").write_text(gpumd_input(settings, species), encoding="utf-8")


def frame_weights(dataset: DataSet, scale: float | None) -> Array | None:
    """What each structure weighs in training, with a mean of 1, (n,), after `TrainingSettings.force_scale`; None for
    equal weights."""
    if scale is None:
        return None
    weights = np.array([1 / (1 + np.mean(np.sum(forces**2, axis=1)) / scale**2) for forces in dataset.labels.forces])
    return np.asarray(weights / weights.mean())


def write_xyz(path: Path, dataset: DataSet, weights: Array | None = None) -> None:
    """Write structures with energy, forces, virial (where known), group and weight (where given) as the extended XYZ
    that GPUMD reads."""
    labels = dataset.labels
    weighed = [""] * len(dataset) if weights is None else [f" weight={weight:.6g}" for weight in weights]
    with path.open("w", encoding="utf-8") as file:
        for atoms, energy, forces, virial, group, weight in zip(
            dataset.structures, labels.energies, labels.forces, labels.virials, dataset.groups, weighed, strict=True
        ):
            known = f' virial="{_numbers(virial)}"' if np.isfinite(virial).all() else ""
            file.write(
                f'{len(atoms)}\nLattice="{_numbers(atoms.cell[:])}" Properties=species:S:1:pos:R:3:forces:R:3 '
                f'energy={energy:.10g}{known}{weight} config_type="{group}" pbc="T T T"\n'
            )
            for symbol, position, force in zip(atoms.get_chemical_symbols(), atoms.positions, forces, strict=True):
                file.write(f"{symbol} {_numbers(position)} {_numbers(force)}\n")


def gpumd_input(settings: TrainingSettings, species: Sequence[str]) -> str:
    """The `nep.in` of GPUMD's trainer, which wants a GPU; weights and generations are GPUMD's usual ones."""
    training = ["batch 1000", "population 50", "generation 100000"]
    return "\n".join([*_architecture(settings, species), *_weights(1.0, 1.0, 0.1), *training]) + "\n"


def torchnep_input(settings: TrainingSettings, species: Sequence[str]) -> str:
    """The `nep.in` of torchnep."""
    training = [
        f"batch {settings.batch}",
        f"epoch {settings.epochs}",
        f"lr {settings.learning_rate:g}",
        f"scheduler_patience {settings.patience}",
        f"early_stop {settings.early_stop}",
        "stage2 1",
        f"start_stage2 {round((1 - settings.final_share) * settings.epochs) + 1}",
        f"stage2_lr {settings.final_learning_rate:g}",
        f"stage2_lambda_e {settings.final_weight_energy:g}",
        f"stage2_lambda_f {settings.weight_force:g}",
        f"stage2_lambda_v {settings.weight_virial:g}",
    ]
    weights = _weights(settings.weight_energy, settings.weight_force, settings.weight_virial)
    return "\n".join([*_architecture(settings, species), *weights, *training]) + "\n"


def _weights(energy: float, force: float, virial: float) -> list[str]:
    return [f"lambda_e {energy:g}", f"lambda_f {force:g}", f"lambda_v {virial:g}"]


def _architecture(settings: TrainingSettings, species: Sequence[str]) -> list[str]:
    return [
        f"type {len(species)} {' '.join(species)}",
        "version 4",
        *([] if settings.repulsion is None else [f"zbl {settings.repulsion:g}"]),
        f"cutoff {settings.cutoff_radial:g} {settings.cutoff_angular:g}",
        f"n_max {_words(settings.n_max)}",
        f"basis_size {_words(settings.basis_size)}",
        f"l_max {_words(settings.l_max)}",
        f"neuron {settings.neurons}",
    ]


def _words(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers))


def _numbers(values: np.ndarray) -> str:
    return " ".join(f"{value:.10g}" for value in np.ravel(values))
