"""Whether structures on which an ensemble disagrees teach a potential more than structures drawn at random.

    python benchmarks/active_learning.py [FOLDER] [--base N] [--count N] [--draws N] [--epochs N] [--python PATH]

All structures are those of data/aln-sic, which are labelled. Three potentials learn from the first rattled and strained
ones; the others that are not held out are the pool, snapshots at 900 K among them. FOLDER keeps what was trained: the
same command goes on after it was stopped. Wants torchnep (`make setup` does not bring it, `make test-train` does).
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from measuring import machine, row, table

from kapitza.atoms.potential import (
    DataSet,
    Trained,
    TrainingSettings,
    calculator,
    ensemble,
    force_disagreement,
    read_dataset,
    select,
    split,
    train_on,
)

LABELS = Path(__file__).resolve().parents[1] / "data" / "aln-sic" / "labels.xyz"
HEADS = ("learned from", "structures", "snapshots", "forces (meV/Å)", "of snapshots", "of the interface")
MEMBERS, HELD_OUT = 3, 0.2


def parts(dataset: DataSet, base: int) -> tuple[DataSet, DataSet, DataSet]:
    """What is learned first, the pool, and what is held out."""
    rest, held_out = split(dataset, HELD_OUT, 1)
    first = [i for i, group in enumerate(rest.groups) if not group.endswith("snapshot")][:base]
    return rest.taken(first), rest.taken(sorted(set(range(len(rest))) - set(first))), held_out


def rms(trained: Trained, word: str) -> str:
    """Error of the held-out forces of groups with this word in their names."""
    pairs = zip(trained.predicted_held_out.forces, trained.held_out.labels.forces, trained.held_out.groups, strict=True)
    errors = [(mine - true).ravel() for mine, true, group in pairs if word in group]
    return f"{1e3 * np.sqrt(np.mean(np.concatenate(errors) ** 2)):.0f}"


def told(name: str, trained: Trained) -> str:
    """A row of the table."""
    groups = trained.train.groups
    snapshots = sum(group.endswith("snapshot") for group in groups)
    return row(
        name, str(len(groups)), str(snapshots), rms(trained, ""), rms(trained, "snapshot"), rms(trained, "interface")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("active-learning"))
    parser.add_argument("--base", type=int, default=30)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=TrainingSettings.epochs)
    parser.add_argument("--python", default=None)
    given = parser.parse_args()
    base, pool, held_out = parts(read_dataset(LABELS), given.base)
    settings = replace(TrainingSettings(), epochs=given.epochs)

    def learn(learned: DataSet, name: str, one: TrainingSettings = settings) -> Trained:
        return train_on(learned, held_out, one, given.folder / name, python=given.python)

    members = [learn(base, f"member-{i}", one) for i, one in enumerate(ensemble(settings, MEMBERS), 1)]
    disagreement = force_disagreement(pool.structures, [calculator(member.model) for member in members])
    chosen = select(disagreement, given.count).tolist()
    print(machine(), "", table(*HEADS), told("first ones", members[0]), sep="\n")
    print(told("and those chosen", learn(base.joined(pool.taken(chosen)), "chosen")))
    for draw in range(1, given.draws + 1):
        drawn = np.random.default_rng(draw).permutation(len(pool))[: given.count].tolist()
        print(told(f"and drawn at random, {draw}", learn(base.joined(pool.taken(drawn)), f"drawn-{draw}")))


if __name__ == "__main__":
    main()
