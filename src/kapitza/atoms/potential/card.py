"""The card of a potential: data, settings, errors and limits, in a JSON file beside its `nep.txt`."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np

import kapitza
from kapitza.atoms.potential.dataset import DataSet
from kapitza.atoms.potential.gpumd import write_training_files
from kapitza.atoms.potential.training import Trained
from kapitza.errors import InputError

_REACH = 3.0
"""Å, within which the shortest distance of two elements is looked for."""


def save_model(trained: Trained, folder: str | Path, data: Sequence[dict[str, Any]], source: str = "") -> None:
    """Write `nep.txt`, `card.json` and GPUMD's `train.xyz`, `test.xyz` and `nep.in` into `folder`.

    data : a dict per file of labels, with its name and SHA-256. source : where the labels come from, in words.
    """
    folder = Path(folder)
    shutil.copyfile(trained.model, folder / "nep.txt")
    write_training_files(folder, trained.settings, trained.train, trained.held_out)
    text = json.dumps(model_card(trained, data, source), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "card.json").write_text(text + "\n", encoding="utf-8")


def read_card(model: str | Path) -> dict[str, Any] | None:
    """The card beside a `nep.txt`, None where there is none.

    Raises
    ------
    InputError
        if the card cannot be read, or is of another file.
    """
    model = Path(model)
    card = model.with_name("card.json")
    if not card.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(card.read_text(encoding="utf-8"))
        digest = found["sha256"]
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The card of a potential is wanted, got {card}, which is none: remove it.") from error
    if digest != hashlib.sha256(model.read_bytes()).hexdigest():
        raise InputError(
            f"The card of {model.name} is wanted, got that of another potential in {card}: keep both together, or "
            "remove the card."
        )
    return found


def model_card(trained: Trained, data: Sequence[dict[str, Any]], source: str = "") -> dict[str, Any]:
    """Everything a user must know of a potential, as plain numbers, words and lists."""
    everything = trained.train.joined(trained.held_out)
    return {
        "schema": 1,
        "kapitza": kapitza.__version__,
        "sha256": hashlib.sha256(trained.model.read_bytes()).hexdigest(),
        "species": list(everything.species),
        "labels": {"source": source, "files": list(data)},
        "structures": {"train": Counter(trained.train.groups), "held_out": Counter(trained.held_out.groups)},
        "reference_energies": {"unit": "eV", **trained.references},
        "settings": asdict(trained.settings),
        "training": {
            "epochs": int(trained.curve.epoch[-1]),
            "kept_epoch": trained.curve.kept,
            "cpu_seconds": round(trained.cpu_seconds, 1),
            "versions": trained.versions,
        },
        "accuracy": {"held_out": trained.accuracy.to_dict(), "train": trained.accuracy_train.to_dict()},
        "limits": limits(trained),
    }


def limits(trained: Trained) -> list[str]:
    """What the potential must not be trusted with, in sentences."""
    everything = trained.train.joined(trained.held_out)
    distances = ", ".join(f"{pair} {distance:.2f}" for pair, distance in shortest_distances(everything).items())
    return [
        f"Trained on {len(trained.train)} structures of {', '.join(sorted(set(everything.groups)))}; other crystals, "
        "surfaces, defects and melts are not covered.",
        f"Shortest distances in the data, Å: {distances}. Nothing is known of closer atoms.",
        f"Atoms farther apart than {trained.settings.cutoff_radial:g} Å do not feel each other: no long-range electric "
        "fields, hence no splitting of longitudinal and transverse optical phonons at Γ.",
        f"The {len(trained.held_out)} held-out structures also chose when training ended, so their errors are a little "
        "too small.",
        "Energies are relative to the reference energies of the elements.",
    ]


def shortest_distances(dataset: DataSet) -> dict[str, float]:
    """Shortest distance, Å, of each pair of elements that come within 3 Å anywhere in the data, as {"Al-N": 1.72}."""
    from ase.neighborlist import neighbor_list

    shortest: dict[str, float] = {}
    for atoms in dataset.structures:
        first, second, distance = neighbor_list("ijd", atoms, _REACH)
        symbols = np.array(atoms.get_chemical_symbols())
        for one, other in combinations_with_replacement(dataset.species, 2):
            pair = (symbols[first] == one) & (symbols[second] == other)
            if pair.any():
                least = float(distance[pair].min())
                shortest[f"{one}-{other}"] = min(least, shortest.get(f"{one}-{other}", np.inf))
    return shortest
