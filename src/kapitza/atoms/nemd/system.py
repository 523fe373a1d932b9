"""The atoms of a simulation: in a cell that every engine takes, in their groups, with the interface between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.dataset.recipe import SlabEntry
from kapitza.atoms.elements import masses_of, symbols_of
from kapitza.atoms.extra import optional
from kapitza.atoms.modes import interface_files
from kapitza.atoms.nemd.settings import Direction, PotentialEntry, Simulation, StructureEntry
from kapitza.atoms.phonons import harmonic_files
from kapitza.atoms.structures import GROUPS, Regions, Slab, interface, named_crystal, orthogonal
from kapitza.data import Array
from kapitza.errors import InputError, MethodError

FROZEN, HOT, COLD = GROUPS.index("frozen"), GROUPS.index("hot bath"), GROUPS.index("cold bath")

_UPRIGHT = 1e-6


@dataclass(frozen=True)
class System:
    """Atoms of a simulation, n of them, heat flowing along z.

    species : the atom types. types (n,) : indices into `species`. masses (n,) : amu. cell (3, 3) : lattice vectors as
    rows, A, a along x, b in the plane and c along z. positions (n, 3) : A. periodic : along each lattice vector.
    groups (n,) : indices into `kapitza.atoms.structures.GROUPS`. sides (n,) : 0 left and 1 right of the interface; None
    where there is none.
    """

    species: tuple[str, ...]
    types: Array
    masses: Array
    cell: Array
    positions: Array
    periodic: tuple[bool, bool, bool]
    groups: Array
    sides: Array | None = None

    def __len__(self) -> int:
        """Number of atoms."""
        return len(self.types)

    @property
    def mobile(self) -> Array:
        """Whether each atom moves in production, (n,)."""
        return np.asarray(self.groups != FROZEN)

    @property
    def hot_is_left(self) -> bool:
        """Whether heat flows towards larger z."""
        z = self.positions[:, 2]
        return bool(z[self.groups == HOT].mean() < z[self.groups == COLD].mean())


def area(cell: Array) -> float:
    """Cross-section (A^2) of a cell (3, 3)."""
    return float(np.linalg.norm(np.cross(cell[0], cell[1])))


def strained(positions: Array, cell: Array, other: Array) -> Array:
    """Positions (n, 3), A, moved along with their cell (3, 3) to another one (3, 3), A."""
    return np.asarray(positions @ np.linalg.inv(cell) @ other)


def junction(positions: Array, sides: Array) -> float:
    """Height (A) of the interface: half-way between the highest atom of the left and the lowest of the right side.

    positions : (n, 3), A. sides : (n,), 0 or 1.
    """
    return float(positions[sides == 0, 2].max() + positions[sides == 1, 2].min()) / 2


def build_system(simulation: Simulation, direction: Direction = "forward") -> System:
    """The atoms of a simulation with the hot bath on the left for `direction` forward, on the right for reverse.

    Raises
    ------
    InputError
        if a file is missing or has no column `group`.
    MethodError
        if the cell cannot be used: baths without atoms or overlapping, no frozen end between them in a periodic cell
        or one thinner than the model's cutoff, not upright, or a species that the potential lacks.
    """
    from kapitza.atoms.potential import find_model

    found = _from_file(simulation) if simulation.structure.file is not None else _from_crystals(simulation)
    _check(found)
    if simulation.potential.model is not None:
        _check_wall(found, find_model(model_path(simulation)).cutoff)
    if found.hot_is_left != (direction == "forward"):
        swap = {HOT: COLD, COLD: HOT}
        found = replace(found, groups=np.array([swap.get(int(group), int(group)) for group in found.groups]))
    return found


def _from_crystals(simulation: Simulation) -> System:
    entry = simulation.structure
    assert entry.left is not None
    assert entry.right is not None
    regions = entry.regions
    made = interface(
        _slab(entry.left, simulation),
        _slab(entry.right, simulation),
        lattice=entry.lattice,
        distance=entry.distance,
        vacuum=entry.vacuum,
        regions=Regions(regions.frozen, regions.frozen_length, regions.bath_length, regions.interface_length),
    )
    symbols = symbols_of(made.numbers)
    species = _species(symbols, simulation)
    types = np.array([species.index(symbol) for symbol in symbols])
    masses = _masses(made.numbers, symbols, entry)
    return System(species, types, masses, made.cell, made.positions, made.periodic, made.groups, made.sides)


def _slab(entry: SlabEntry, simulation: Simulation) -> Slab:
    beside = simulation.beside(entry.crystal)
    crystal = named_crystal(str(beside) if beside.is_file() else entry.crystal, entry.a, entry.c)
    return Slab(
        orthogonal(crystal) if simulation.structure.cell == "orthogonal" else crystal, entry.repeats, entry.face
    )


def _from_file(simulation: Simulation) -> System:
    with optional("ASE"):
        from ase.io import read
    entry = simulation.structure
    assert entry.file is not None
    path = Path(simulation.beside(entry.file))
    if not path.is_file():
        raise InputError(f"An extended XYZ file is wanted, got nothing at {path.name}: check the name in [structure].")
    try:
        atoms: Any = read(path, format="extxyz")
    except Exception as error:
        raise InputError(f"An extended XYZ file is wanted, {path.name} is not: {error}.") from error
    if "group" not in atoms.arrays:
        raise InputError(
            f"A column group in {path.name} is wanted, got {', '.join(atoms.arrays)}: write the file with "
            "`kapitza atoms structure`, or add the column: " + ", ".join(f"{i} {g}" for i, g in enumerate(GROUPS)) + "."
        )
    symbols = np.array(atoms.get_chemical_symbols())
    species = _species(symbols, simulation)
    sides = atoms.arrays.get("side")
    periodic = (bool(atoms.pbc[0]), bool(atoms.pbc[1]), bool(atoms.pbc[2]))
    types = np.array([species.index(symbol) for symbol in symbols])
    masses = _masses(atoms.numbers, symbols, entry)
    return System(
        species, types, masses, np.array(atoms.cell), atoms.positions.copy(), periodic,
        np.array(atoms.arrays["group"], dtype=int), None if sides is None or len(set(sides)) < 2 else np.array(sides),
    )  # fmt: skip


def _species(symbols: Array, simulation: Simulation) -> tuple[str, ...]:
    from kapitza.atoms.potential import find_model

    there = tuple(dict.fromkeys(str(symbol) for symbol in symbols))
    potential = simulation.potential
    known = potential.species or there
    if potential.model is not None:
        known = find_model(model_path(simulation)).species
    lacking = [one for one in there if one not in known]
    if lacking:
        raise MethodError(
            f"Species that the potential knows ({', '.join(known)}) are wanted, the structure has {', '.join(lacking)} "
            "too: choose another potential, or name them in species of [potential]."
        )
    return there if potential.model is not None else tuple(known)


def model_path(simulation: Simulation) -> str:
    """The model of a simulation: a path beside the simulation file where there is one, else its name."""
    assert simulation.potential.model is not None
    beside = simulation.beside(simulation.potential.model)
    return str(beside) if beside.exists() else simulation.potential.model


def model_calculator(simulation: Simulation) -> Any:
    """ASE's calculator of the model of a simulation; None where a pair style of LAMMPS gives the forces."""
    from kapitza.atoms.potential import calculator

    potential = simulation.potential
    return None if potential.model is None else calculator(model_path(simulation), device=potential.device)


def located(simulation: Simulation) -> PotentialEntry:
    """The potential of a simulation; files of its `pair_coeff` that lie beside the simulation file by their paths."""

    def found(word: str) -> str:
        path = simulation.beside(word)
        return f'"{path.resolve()}"' if path.is_file() else word

    lines = tuple(" ".join(found(word) for word in line.split()) for line in simulation.potential.pair_coeff)
    return replace(simulation.potential, pair_coeff=lines)


def potential_files(simulation: Simulation) -> list[Path]:
    """The files that the forces come from, where they are the user's: a model, or those that `pair_coeff` names."""
    from kapitza.atoms.potential import find_model

    if simulation.potential.model is not None:
        return [find_model(model_path(simulation)).path]
    words = [word for line in simulation.potential.pair_coeff for word in line.split()]
    return [path for word in words if (path := simulation.beside(word)).is_file()]


def mode_files(simulation: Simulation) -> dict[str, Path]:
    """The files of phonons whose modes are followed, by side or interface and name."""
    wanted = simulation.modes
    if wanted is None:
        return {}
    parts = {side: harmonic_files(simulation.beside(name)) for side, name in wanted.crystals.items()}
    if wanted.interface is not None:
        parts["interface"] = interface_files(simulation.beside(wanted.interface))
    return {f"{part} {file.name}": file for part, files in parts.items() for file in files}


def _masses(numbers: Array, symbols: Array, entry: StructureEntry) -> Array:
    natural = masses_of(numbers)
    return np.array([entry.masses.get(str(symbol), mass) for symbol, mass in zip(symbols, natural, strict=True)])


def _check(system: System) -> None:
    cell = system.cell
    beside = np.array([cell[0, 1], cell[0, 2], cell[1, 2], cell[2, 0], cell[2, 1]])
    if np.abs(beside).max() > _UPRIGHT or np.diag(cell).min() <= 0:
        raise MethodError(
            "A cell with a along x, b in the plane and c along z is wanted: turn the structure so that heat flows "
            "along z."
        )
    if not (system.periodic[0] and system.periodic[1]):
        raise MethodError("A cell periodic along a and b is wanted: set pbc in the file.")
    if system.groups.min() < 0 or system.groups.max() >= len(GROUPS):
        raise MethodError(f"Groups from 0 to {len(GROUPS) - 1} are wanted: " + ", ".join(GROUPS) + ".")
    _check_baths(system)


def _check_baths(system: System) -> None:
    for number, name in ((HOT, "hot"), (COLD, "cold")):
        if not np.any(system.groups == number):
            raise MethodError(f"Atoms in the {name} bath are wanted, got none: make bath_length longer.")
    lower, upper = _bath_spans(system)
    if lower[1] >= upper[0]:
        raise MethodError(
            f"Two baths that do not overlap are wanted, got {lower[0]:.4g} to {lower[1]:.4g} A and {upper[0]:.4g} to "
            f"{upper[1]:.4g} A along z: correct the groups."
        )
    z = system.positions[system.groups == FROZEN, 2]
    if system.periodic[2] and not (np.any(z < lower[0]) or np.any(z > upper[1])):
        raise MethodError(
            "A frozen end or vacuum is wanted between the baths of a periodic cell, got neither: heat would also flow "
            "through the other interface. Freeze an end, or make the cell open along z."
        )


def _check_wall(system: System, cutoff: float) -> None:
    """Refuse a frozen end through which the baths of a periodic cell feel each other."""
    lower, upper = _bath_spans(system)
    wall = float(system.cell[2, 2]) - (upper[1] - lower[0])
    if system.periodic[2] and wall <= cutoff:
        raise MethodError(
            f"A frozen end thicker than the reach of the potential, {cutoff:.4g} A, is wanted between the baths, got "
            f"{wall:.4g} A: make frozen_length longer."
        )


def _bath_spans(system: System) -> tuple[tuple[float, float], tuple[float, float]]:
    """(lowest, highest) z of the lower and the upper bath, A."""
    spans = []
    for number in (HOT, COLD):
        z = system.positions[system.groups == number, 2]
        spans.append((float(z.min()), float(z.max())))
    lower, upper = sorted(spans)
    return lower, upper
