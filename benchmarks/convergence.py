"""How far the labels of data/aln-sic are from those of a finer grid and of more k points.

    python benchmarks/convergence.py CALCULATIONS [--jobs N]

CALCULATIONS keeps what CP2K found, so that the same command goes on after it was stopped; on one core of 2026 it takes
about 40 minutes. The table is Markdown.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from ase.io import read
from measuring import machine, row, table

from kapitza.atoms.dataset import known_labels, read_recipe
from kapitza.atoms.dft import Calculation, DftResult, DftSettings, run_queue
from kapitza.units import GPA_PER_EV_A3

DATA = Path(__file__).resolve().parents[1] / "data" / "aln-sic"
HEADS = ("structure", "instead", "forces (meV/Å rms)", "largest (meV/Å)", "energy (meV/atom)", "stress (GPa)")


def variants(settings: DftSettings) -> dict[str, DftSettings]:
    """Better settings, by what is better about them."""
    a, b, c = (n + 1 for n in settings.kpoints)
    return {"700 Ry": replace(settings, cutoff=700.0), f"{a}×{b}×{c} k points": replace(settings, kpoints=(a, b, c))}


def differences(structure: str, instead: str, one: DftResult, other: DftResult) -> str:
    """What changes from `one` to `other`, a row of the table."""
    forces = 1e3 * (other.forces - one.forces)
    energy = 1e3 * (other.energy - one.energy) / len(forces)
    stress = np.abs(other.stress - one.stress).max() * GPA_PER_EV_A3
    rms, largest = np.sqrt((forces**2).mean()), np.abs(forces).max()
    return row(structure, instead, f"{rms:.1f}", f"{largest:.1f}", f"{energy:+.2f}", f"{stress:.2f}")


def measured(store: Path, jobs: int) -> Iterator[str]:
    """A row for the first rattled structure of each group and each better setting."""
    recipe, known = read_recipe(DATA / "recipe.toml"), known_labels(DATA / "labels.xyz")
    wanted = []
    for atoms in read(DATA / "labels.xyz", index=":"):
        if atoms.info["name"].endswith("rattled-000"):
            settings = variants(recipe.settings(atoms.info["group"]))
            wanted += [(atoms, instead, Calculation(f"{atoms.info['name']}-{number}", atoms, better))
                       for number, (instead, better) in enumerate(settings.items())]  # fmt: skip
    labels = run_queue([one for _, _, one in wanted], store, at_once=jobs)
    for atoms, instead, one in wanted:
        if one.name in labels.done:
            mine = known[atoms.info["input_sha256"]].result
            yield differences(atoms.info["name"], instead, mine, labels.done[one.name].result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calculations", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    print(machine(), "", table(*HEADS), *measured(given.calculations, given.jobs), sep="\n")


if __name__ == "__main__":
    main()
