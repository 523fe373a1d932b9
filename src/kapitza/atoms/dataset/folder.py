"""A data set on disk: recipe, structures, calculations, and the labels with where they come from."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kapitza
from kapitza.atoms.dataset.recipe import Recipe, read_recipe
from kapitza.atoms.dft.outputs import DftResult
from kapitza.atoms.dft.queue import Calculation, Label, Labels
from kapitza.atoms.extra import optional
from kapitza.errors import InputError

if TYPE_CHECKING:
    from ase import Atoms

RECIPE, STRUCTURES, CALCULATIONS = "recipe.toml", "structures.xyz", "calculations"
LABELS, PROVENANCE = "labels.xyz", "provenance.json"

_METHOD = (
    "CP2K/Quickstep, PBEsol with GTH pseudopotentials made with PBE, as CP2K has none made with PBEsol for these "
    "elements; energies are free energies at the smearing's temperature"
)


def write_dataset(folder: Path, recipe: str, structures: Sequence[Atoms]) -> None:
    """Write the recipe's text and its structures, extended XYZ, into `folder`, which must exist."""
    with optional("ASE"):
        from ase.io import write
    _replace(folder / RECIPE, recipe)
    text = io.StringIO()
    write(text, list(structures), format="extxyz")
    _replace(folder / STRUCTURES, text.getvalue())


def read_dataset(folder: Path | str) -> tuple[Recipe, list[Atoms]]:
    """The recipe and the structures of a data set.

    Raises
    ------
    InputError
        if the folder holds no data set.
    StudyError
        if its recipe is not right.
    """
    with optional("ASE"):
        from ase.io import read
    folder = Path(folder)
    if not (folder / STRUCTURES).is_file():
        raise InputError(
            f"A data set is wanted, got {folder.name!r} without {STRUCTURES}: `kapitza atoms dataset -o DIR` makes one."
        )
    recipe = read_recipe(folder / RECIPE)
    return recipe, list(read(folder / STRUCTURES, index=":", format="extxyz"))


def calculations(recipe: Recipe, structures: Sequence[Atoms]) -> list[Calculation]:
    """What CP2K is to calculate, in the order of the structures."""
    return [Calculation(atoms.info["name"], atoms, recipe.settings(atoms.info["group"])) for atoms in structures]


def labelled(structures: Sequence[Atoms], labels: Labels) -> list[Atoms]:
    """Those structures that have labels, as a potential is trained on them.

    `energy` (eV), `forces` (n, 3; eV/A) and `stress` (eV/A^3) are the calculator's; `info` holds `virial` (3, 3; eV),
    minus stress times volume, and `input_sha256`, by which the calculation is known again.
    """
    with optional("ASE"):
        from ase.calculators.singlepoint import SinglePointCalculator
        from ase.stress import full_3x3_to_voigt_6_stress
    found = []
    for atoms in structures:
        label = labels.done.get(atoms.info["name"])
        if label is None:
            continue
        copy, result = atoms.copy(), label.result
        stress = full_3x3_to_voigt_6_stress(result.stress)
        copy.calc = SinglePointCalculator(copy, energy=result.energy, forces=result.forces, stress=stress)
        copy.info["virial"] = result.virial(copy.get_volume())
        copy.info["input_sha256"] = label.input_sha256
        found.append(copy)
    return found


def write_labels(folder: Path, recipe: Recipe, structures: Sequence[Atoms], labels: Labels) -> None:
    """Write the labels, extended XYZ, and their provenance into `folder`: settings, versions, hashes, refusals."""
    with optional("ASE"):
        from ase.io import write
    text = io.StringIO()
    if found := labelled(structures, labels):
        write(text, found, format="extxyz")
    _replace(folder / LABELS, text.getvalue())
    _replace(folder / PROVENANCE, json.dumps(provenance(recipe, structures, labels), indent=1) + "\n")


def known_labels(path: Path | str) -> dict[str, Label]:
    """Labels that were gathered before, by the SHA-256 of their inputs; the provenance must lie beside them.

    Raises
    ------
    InputError
        if labels or provenance cannot be read, or one has a structure that the other lacks.
    """
    with optional("ASE"):
        from ase.io import read
        from ase.stress import voigt_6_to_full_3x3_stress
    path = Path(path)
    try:
        records = json.loads((path.parent / PROVENANCE).read_text(encoding="utf-8"))
        version = ", ".join(records["cp2k"])
        found = {}
        for atoms in read(path, index=":", format="extxyz"):
            record = records["labels"][atoms.info["name"]]
            stress = voigt_6_to_full_3x3_stress(atoms.get_stress())
            energy, forces = atoms.get_potential_energy(), atoms.get_forces()
            result = DftResult(energy, forces, stress, record["scf_steps"], version)
            hashes = record["input_sha256"], record["output_sha256"]
            found[hashes[0]] = Label(result, record["seconds"], *hashes)
        return found
    except (OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
        raise InputError(
            f"Labels with their {PROVENANCE} beside them are wanted, {path} could not be read with it "
            f"({type(error).__name__}: {error}): give the {LABELS} of a data set."
        ) from error


def provenance(recipe: Recipe, structures: Sequence[Atoms], labels: Labels) -> dict[str, Any]:
    """Where the labels come from, as it is written beside them."""
    groups = {group.name: asdict(recipe.settings(group.name)) for group in recipe.group}
    counts: dict[str, dict[str, int]] = {}
    for atoms in structures:
        if atoms.info["name"] in labels.done:
            kinds = counts.setdefault(atoms.info["group"], {})
            kinds[atoms.info["kind"]] = kinds.get(atoms.info["kind"], 0) + 1
    return {
        "kapitza": kapitza.__version__,
        "cp2k": sorted({label.result.version for label in labels.done.values()}),
        "method": _METHOD,
        "settings": groups,
        "seed": recipe.seed,
        "structures": len(structures),
        "labelled": len(labels.done),
        "counts": counts,
        "refused": labels.refused,
        "labels": {name: _record(label) for name, label in labels.done.items()},
    }


def _record(label: Label) -> dict[str, Any]:
    return {
        "input_sha256": label.input_sha256,
        "output_sha256": label.output_sha256,
        "scf_steps": label.result.steps,
        "seconds": label.seconds,
    }


def _replace(path: Path, text: str) -> None:
    scratch = path.parent / f".{path.name}-{os.getpid()}"
    try:
        scratch.write_text(text, encoding="utf-8")
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)
