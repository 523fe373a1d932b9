"""What a potential says of AlN and 4H-SiC, beside density functional theory and measurements.

    python benchmarks/potential.py MODEL [--pictures FOLDER]

Errors of forces, energies and virials on held-out structures of data/aln-sic, modes at the zone centre, lattice and
elastic constants, gaps, and what strain does to 4H-SiC that is grown on AlN. All tables are Markdown. `--pictures
docs/images` draws the phonons. It takes a minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from measuring import machine, row, table

from kapitza.atoms.phonons import (
    Difference,
    Phonons,
    Settings,
    differences,
    gamma_modes,
    harmonic,
    phonons,
    read_harmonic,
    reference_for,
)
from kapitza.atoms.potential import accuracy, calculator, evaluate, find_model, read_card, read_dataset, shifted, split
from kapitza.atoms.structures import named_crystal
from kapitza.plots import phonon_figure, save_figure

DATA = Path(__file__).resolve().parents[1] / "data" / "aln-sic"
NAMES = ("AlN", "SiC")


def errors(model: str, engine: Any) -> Iterator[str]:
    """Errors of the structures that were held out, by group."""
    card = read_card(find_model(model).path)
    if card is None:
        raise SystemExit("A model with its card is wanted: the card says which structures were held out.")
    references = {name: card["reference_energies"][name] for name in card["species"]}
    chosen = card["settings"]
    parts = split(read_dataset(DATA / "labels.xyz"), chosen["held_out"], chosen["split_seed"])
    yield table("", "structures", "energy (meV/atom)", "force (meV/Å)", "virial (meV/atom)")
    for name, part in zip(("trained on", "held out"), parts, strict=True):
        found = accuracy(evaluate(part.structures, engine), shifted(part, references))
        yield row(name, str(found.structures), *(f"{one.value:.1f} ± {one.error:.1f}" for one in
                  (found.energy, found.force, found.virial)))  # fmt: skip
    for group, force in found.force_by_group.items():
        yield row(f"held out, {group}", "", f"{found.energy_by_group[group].value:.1f}", f"{force.value:.0f}", "")


def centre(engine: Any, found: dict[str, Phonons]) -> Iterator[str]:
    """Modes at the zone centre: measured, by the theory behind, by the potential at the same geometry and relaxed."""
    yield table("crystal", "mode", "measured (meV)", "DFT", "potential, same cell", "relaxed", "to DFT", "to measured")
    for name in NAMES:
        theirs = read_harmonic(DATA / "zone-centre" / f"{name}.yaml")
        mine = harmonic(named_crystal(name).atoms, engine, (1, 1, 1), 0.03)
        rows = (_compared(theirs), _compared(mine), found[name].differences)
        for dft, same, relaxed in zip(*rows, strict=True):
            if None in (dft.calculated, same.calculated, relaxed.calculated):
                continue
            change = 100 * (same.calculated / dft.calculated - 1)
            yield row(name, dft.measured.name, f"{dft.measured.energy:.1f}", f"{dft.calculated:.1f}",
                      f"{same.calculated:.1f}", f"{relaxed.calculated:.1f}", f"{change:+.1f} %",
                      f"{100 * relaxed.relative:+.1f} %")  # fmt: skip


def crystals(found: dict[str, Phonons]) -> Iterator[str]:
    """Lattice and elastic constants, gaps, lowest modes, sound."""
    yield table("", *found)
    shown = {
        "a, c (Å)": lambda one: "{:.3f}, {:.3f}".format(*np.linalg.norm(one.crystal.cell, axis=1)[[0, 2]]),
        "gap (meV)": lambda one: "{:.1f} to {:.1f}".format(*one.states.gap) if one.states.gap else "none",
        "highest (meV)": lambda one: f"{one.dispersion.highest:.1f}",
        "lowest (meV)": lambda one: f"{one.lowest:.3f}",
        "drift of force constants (eV/Å²)": lambda one: f"{one.crystal.drift:.1e}",
        "sound along c (km/s)": lambda one: ", ".join(f"{speed:.2f}" for speed in one.slopes),
    }
    for name, value in shown.items():
        yield row(name, *(value(one) for one in found.values()))
    for name in ("C11", "C12", "C13", "C33", "C44"):
        yield row(f"{name} (GPa)", *(_elastic(one, name) for one in found.values()))


def _compared(crystal: Any) -> tuple[Difference, ...]:
    reference = reference_for(crystal.species)
    assert reference is not None
    return differences(crystal, gamma_modes(crystal), reference)


def _elastic(one: Phonons, name: str) -> str:
    measured = one.reference.elastic.get(name) if one.reference else None
    calculated = f"{one.elastic.named[name].value:.0f}" if one.elastic else "–"
    return calculated if measured is None else f"{calculated} (measured {measured.value:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    engine = calculator(given.model)
    print(machine(), "", *errors(given.model, engine), "", sep="\n")
    found = {name: phonons(name, named_crystal(name).atoms, engine, given.model) for name in NAMES}
    print(*centre(engine, found), "", sep="\n")
    in_plane = float(np.linalg.norm(found["AlN"].crystal.cell[0]))
    strained = phonons("SiC on AlN", named_crystal("SiC").atoms, engine, given.model, Settings(in_plane=in_plane))
    shown = {"AlN": found["AlN"], "4H-SiC": found["SiC"], "4H-SiC on AlN": replace(strained, reference=None)}
    print(*crystals(shown), sep="\n")
    if given.pictures is not None:
        save_figure(
            phonon_figure([found["AlN"], replace(found["SiC"], name="4H-SiC")]), given.pictures, "aln-sic-phonons"
        )


if __name__ == "__main__":
    main()
