"""The simulation file: structure, potential, baths, how long, and at which temperatures and in which directions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Literal

from kapitza.atoms.dataset.recipe import CellKind, SlabEntry
from kapitza.atoms.structures.building import Lattice
from kapitza.atoms.structures.regions import Ends
from kapitza.errors import StudyError
from kapitza.toml import FORBID_OTHERS, read_text, tables, validated

Direction = Literal["forward", "reverse"]


@dataclass(frozen=True, kw_only=True)
class RegionsEntry:
    """Lengths of the groups along z, A, as `kapitza.atoms.structures.Regions`; the direction says which bath is hot."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    frozen: Ends = "right"
    frozen_length: float = 6.0
    bath_length: float = 10.0
    interface_length: float = 6.0


@dataclass(frozen=True, kw_only=True)
class StructureEntry:
    """Where the atoms come from: two crystals, or an extended XYZ file with a column `group`.

    left, right, cell, lattice, distance, vacuum, regions : as `kapitza atoms structure` takes them. file : the XYZ
    file, whose groups are numbered as `kapitza.atoms.structures.GROUPS`; a column `side` (0 left, 1 right) says where
    the interface is. masses : of species, amu, where not the natural ones.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    file: str | None = None
    left: SlabEntry | None = None
    right: SlabEntry | None = None
    cell: CellKind = "hexagonal"
    lattice: Lattice = "left"
    distance: float | None = None
    vacuum: float | None = None
    regions: RegionsEntry = RegionsEntry()
    masses: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PotentialEntry:
    """What the forces come from: a model for `kapitza.atoms.potential.calculator`, or a pair style of LAMMPS.

    model : path of a nep.txt or its folder, or the name of a shipped model. device : where it is evaluated.
    pair_style, pair_coeff : LAMMPS commands in metal units without their first word. species : the atom types of
    `pair_coeff`, from 1 on; in the order in which they come in the structure when empty.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    model: str | None = None
    device: Literal["cpu", "cuda"] = "cpu"
    pair_style: str | None = None
    pair_coeff: tuple[str, ...] = ()
    species: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RunEntry:
    """How the dynamics go. Times in fs, temperatures in K.

    temperatures : means of the two baths. difference : of either bath from the mean. directions : forward is heat from
    the left to the right. seeds : each is a run of its own. timestep. npt, nvt, nve : how long each relaxation takes;
    frozen ends are frozen after it. production : how long the heat is measured. damping : relaxation time of the
    Langevin baths. pressure_damping : of the barostat. bin_width : of the temperature profile, A. sample : time between
    two samples of the velocities. block : time over which the profile is averaged and after which energies are
    recorded. checkpoint : time between two checkpoints.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    temperatures: tuple[float, ...]
    difference: float
    production: float
    directions: tuple[Direction, ...] = ("forward", "reverse")
    seeds: tuple[int, ...] = (1,)
    timestep: float = 1.0
    npt: float = 0.0
    nvt: float = 0.0
    nve: float = 0.0
    damping: float = 100.0
    pressure_damping: float = 1000.0
    bin_width: float = 5.0
    sample: float = 10.0
    block: float = 1000.0
    checkpoint: float = 10_000.0

    def steps(self, time: float) -> int:
        """Whole steps in a time, fs."""
        return round(time / self.timestep)


@dataclass(frozen=True, kw_only=True)
class AnalysisEntry:
    """Where straight lines are fitted to the temperature profile.

    left, right : (start, stop) along z, A. margin : what is left out beside bath and interface where they are not
    given, over the length between the two.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    left: tuple[float, float] | None = None
    right: tuple[float, float] | None = None
    margin: float = 0.2


@dataclass(frozen=True, kw_only=True)
class ModesEntry:
    """Which modes are followed during production, at every `sample`.

    left, right : phonopy.yaml of either crystal, as `kapitza atoms phonons` writes it, strained as in the structure.
    interface : folder that `kapitza atoms interface-modes` wrote, whose bound modes are followed. energies : windows
    (low, high), meV, to average over. layers : unit cells along z of the windows that slide; as many as make 2 nm when
    None. every : layers from one to the next. taper : of their layers. baths : whether layers inside the baths count to
    the sides.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    left: str | None = None
    right: str | None = None
    interface: str | None = None
    energies: tuple[tuple[float, float], ...] = ()
    layers: int | None = None
    every: int = 1
    taper: Literal["hann", "none"] = "hann"
    baths: bool = False

    @property
    def crystals(self) -> dict[str, str]:
        """File names by side."""
        return {side: name for side, name in (("left", self.left), ("right", self.right)) if name is not None}


@dataclass(frozen=True, kw_only=True)
class CurrentEntry:
    """The spectrum of the heat that harmonic forces carry across a cut, taken during production at every `sample`.

    resolution : full width at half maximum of a line, meV. height : of the cut in the structure, A; at the interface,
    or half-way between the baths, when None. displacement : how far atoms are moved for the force constants, A.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    resolution: float = 1.0
    height: float | None = None
    displacement: float = 0.01


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Non-equilibrium molecular dynamics, as a file describes it.

    folder : where relative file names start from; not in the file.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID_OTHERS

    structure: StructureEntry
    potential: PotentialEntry
    run: RunEntry
    analysis: AnalysisEntry = AnalysisEntry()
    modes: ModesEntry | None = None
    current: CurrentEntry | None = None
    folder: str = ""

    def beside(self, name: str) -> Path:
        """The path of a file that the simulation names."""
        return Path(self.folder) / name


@dataclass(frozen=True)
class Case:
    """One run: the direction of the heat, the mean temperature (K) and the seed."""

    direction: Direction
    temperature: float
    seed: int

    @property
    def name(self) -> str:
        """What its folder is called."""
        return f"{self.direction}-{self.temperature:g}K-seed{self.seed}"


def cases(simulation: Simulation) -> tuple[Case, ...]:
    """Every combination of mean temperature, direction and seed."""
    run = simulation.run
    return tuple(Case(way, kelvin, seed) for kelvin in run.temperatures for way in run.directions for seed in run.seeds)


def read_simulation(path: Path | str) -> Simulation:
    """Read a simulation file (TOML).

    Raises
    ------
    StudyError
        if the file is missing or no TOML, a key is unknown or missing, or its value does not fit.
    """
    path = Path(path)
    return parse_simulation(read_text(path, "a simulation"), path.name, str(path.resolve().parent))


def parse_simulation(text: str, name: str, folder: str = "") -> Simulation:
    """The simulation that a TOML text describes; `name` is what errors call it, `folder` where its files are."""
    document = tables(text, name)
    if "folder" in document:
        raise StudyError(f"{name}: folder: no such key: file names start from where {name} is.")
    simulation = validated(Simulation, {**document, "folder": folder}, name)
    _check_sources(simulation, name)
    _check_run(simulation.run, name)
    if simulation.modes is not None and not simulation.modes.crystals:
        raise StudyError(f"{name}: the phonons of a side are wanted in [modes]: give left or right, a phonopy.yaml.")
    current = simulation.current
    if current is not None and not (current.resolution > 0 and current.displacement > 0):
        raise StudyError(
            f"{name}: a resolution above 0 meV and a displacement above 0 A are wanted in [current], got "
            f"{current.resolution:g} and {current.displacement:g}: correct them."
        )
    if not 0 <= simulation.analysis.margin < 0.5:
        raise StudyError(f"{name}: a margin from 0 to below 0.5 is wanted in [analysis]: correct it.")
    return simulation


def _check_sources(simulation: Simulation, name: str) -> None:
    structure, potential = simulation.structure, simulation.potential
    crystals = structure.left is not None and structure.right is not None
    if (structure.file is not None) == (structure.left is not None or structure.right is not None):
        raise StudyError(f"{name}: either file or left and right are wanted in [structure]: give one of both.")
    if structure.file is None and not crystals:
        raise StudyError(f"{name}: two crystals are wanted in [structure], got one: give left and right.")
    if (potential.model is None) == (potential.pair_style is None):
        raise StudyError(f"{name}: either model or pair_style is wanted in [potential]: give one of both.")
    if potential.device != "cpu" and potential.model is None:
        raise StudyError(f"{name}: a device is wanted for a model only: leave it out, or give model in [potential].")
    if potential.pair_style is not None and not potential.pair_coeff:
        raise StudyError(f"{name}: pair_coeff is wanted beside pair_style in [potential]: give its lines.")
    if any(not mass > 0 for mass in structure.masses.values()):
        raise StudyError(f"{name}: masses above 0 amu are wanted, got {structure.masses}: correct them.")


def _check_run(run: RunEntry, name: str) -> None:
    positive = ("timestep", "difference", "production", "damping", "pressure_damping", "bin_width", "sample", "block")
    for key in (*positive, "checkpoint", "npt", "nvt", "nve"):
        value = getattr(run, key)
        if not (math.isfinite(value) and value >= 0 and (value > 0 or key in ("npt", "nvt", "nve"))):
            raise StudyError(f"{name}: a {key} above 0 is wanted in [run], got {value:g}: correct it.")
    for key, values in (("temperatures", run.temperatures), ("directions", run.directions), ("seeds", run.seeds)):
        if not values or len(set(values)) < len(values):
            raise StudyError(f"{name}: {key}: different ones are wanted in [run], got {list(values)}: correct them.")
    if min(run.temperatures) <= run.difference:
        raise StudyError(
            f"{name}: a cold bath above 0 K is wanted, got {min(run.temperatures):g} - {run.difference:g} K: make "
            "difference smaller."
        )
    if min(run.seeds) < 0:
        raise StudyError(f"{name}: seeds from 0 on are wanted, got {min(run.seeds)}: correct it.")
    _check_times(run, name)


def _check_times(run: RunEntry, name: str) -> None:
    chain: Sequence[str] = ("timestep", "sample", "block", "checkpoint", "production")
    for short, long in pairwise(chain):
        ratio = getattr(run, long) / getattr(run, short)
        if ratio < 1 - 1e-9 or abs(ratio - round(ratio)) > 1e-6:
            raise StudyError(
                f"{name}: a {long} that is a multiple of {short} is wanted in [run], got {getattr(run, long):g} and "
                f"{getattr(run, short):g} fs: correct one of them."
            )
