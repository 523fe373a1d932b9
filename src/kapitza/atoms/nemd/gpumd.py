"""The same simulations on GPUMD: its input written, its output read into the same analysis."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.atoms.nemd.bins import Bins, choose_bins, fit_ranges
from kapitza.atoms.nemd.settings import Case, Simulation, cases
from kapitza.atoms.nemd.system import COLD, FROZEN, HOT, System, area, build_system, model_path
from kapitza.atoms.nemd.trace import Trace
from kapitza.data import Array
from kapitza.errors import InputError, MethodError

COMPUTE, THERMO = "compute.out", "thermo.out"

_ELASTIC = (300, 100)
"""GPa along and across an axis: the barostat wants their order of magnitude only."""

_THERMO_COLUMNS = (12, 18)
_LARGEST_SEED = 1_000_000


@dataclass(frozen=True)
class Grouping:
    """GPUMD's two ways to group atoms. regions (n,), of `numbers` of the groups that there are; bins (n,), the frozen
    atoms being the last. bins_used (m,) : which bins have atoms. numbers : GPUMD's number of each group of kapitza."""

    regions: Array
    bins: Array
    bins_used: Array
    numbers: dict[int, int]


def write_gpumd(simulation: Simulation, folder: Path | str) -> list[Path]:
    """Write a folder with `model.xyz`, `run.in` and the model for each case of a simulation.

    The groups of `model.xyz` are those of the structure in the first column, and the bins of the temperature profile in
    the second; both are numbered from 0 on.

    Parameters
    ----------
    simulation
        with a model; GPUMD knows no pair styles.
    folder
        where the folders are made.

    Raises
    ------
    MethodError
        if the potential is a pair style, the system is too short for the profile, or constant pressure is wanted in a
        tilted cell that is open along z.
    """
    from kapitza.atoms.potential import find_model

    if simulation.potential.model is None:
        raise MethodError("A model is wanted for GPUMD, got a pair style of LAMMPS: give model in [potential].")
    model = find_model(model_path(simulation)).path
    made = []
    for case in cases(simulation):
        system = build_system(simulation, case.direction)
        place = Path(folder) / case.name
        bins = choose_bins(system, system.positions, simulation.run.bin_width)
        fit_ranges(bins, simulation.analysis)
        grouping = _grouping(system, bins)
        place.mkdir(parents=True, exist_ok=True)
        _write_model(system, grouping, place / "model.xyz")
        commands = _commands(simulation, case, system, grouping)
        (place / "run.in").write_text("\n".join(commands) + "\n", encoding="utf-8")
        shutil.copyfile(model, place / "nep.txt")
        made.append(place)
    return made


def read_gpumd(simulation: Simulation, folder: Path | str) -> dict[str, Trace]:
    """Read what GPUMD has left of every case that `write_gpumd` wrote to `folder`.

    `compute.out` gives temperatures and the energies of the thermostats, `thermo.out` the energies and the cell; both
    are needed of each case.

    Raises
    ------
    InputError
        if a file is missing or has other columns than this simulation gives.
    """
    return {case.name: _read_case(simulation, case, Path(folder) / case.name) for case in cases(simulation)}


def _read_case(simulation: Simulation, case: Case, folder: Path) -> Trace:
    system, run = build_system(simulation, case.direction), simulation.run
    bins = choose_bins(system, system.positions, run.bin_width)
    grouping = _grouping(system, bins)
    groups = int(grouping.bins.max()) + 1
    table = _table(folder / COMPUTE, (groups + 2,))
    thermo = _table(folder / THERMO, _THERMO_COLUMNS)
    rows = min(len(table), len(thermo))
    table, thermo = table[:rows], thermo[:rows]
    used, width = grouping.bins_used, len(bins.edges) - 1
    temperature, count = np.full((rows, width), np.nan), np.zeros((rows, width))
    temperature[:, used] = table[:, : len(used)]
    count[:, used] = np.bincount(grouping.bins, minlength=groups)[: len(used)]
    cell = _cell(thermo[-1, 9:])
    stretch = cell[2, 2] / system.cell[2, 2]
    # GPUMD counts what its thermostats take from the atoms.
    hot, cold = -table[:, -2], -table[:, -1]
    return Trace(
        case, run.block * np.arange(1, rows + 1), hot, cold, temperature, count, bins.edges * stretch,
        (bins.bulk[0] * stretch, bins.bulk[1] * stretch),
        None if bins.interface is None else bins.interface * stretch,
        area(cell), system.hot_is_left, len(system), thermo[:, 2], thermo[:, 1],
    )  # fmt: skip


def _cell(columns: Array) -> Array:
    """(3, 3), A, from the last columns of thermo.out: three lengths, or three vectors."""
    return np.diag(columns) if len(columns) == 3 else columns.reshape(3, 3)


def _table(path: Path, columns: Sequence[int]) -> Array:
    try:
        lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        table = np.array([[float(word) for word in line] for line in lines])
    except OSError as error:
        raise InputError(
            f"{path.name} of {path.parent.name} is wanted, it cannot be read ({error.strerror}): run gpumd in "
            "its folder first."
        ) from error
    except ValueError as error:
        raise InputError(
            f"Rows of numbers are wanted in {path.name} of {path.parent.name}, got others ({error}): wait until gpumd "
            "has ended, or remove its last line."
        ) from error
    if table.ndim != 2 or table.shape[1] not in columns:
        found = table.shape[1] if table.ndim == 2 else 0
        raise InputError(
            f"{' or '.join(map(str, columns))} columns are wanted in {path.name} of {path.parent.name}, got {found}: "
            "run the input that belongs to this simulation file."
        )
    return table


def _grouping(system: System, bins: Bins) -> Grouping:
    there = np.unique(system.groups)
    place = np.clip(np.searchsorted(bins.edges, system.positions[:, 2], side="right") - 1, 0, len(bins.edges) - 2)
    used = np.unique(place[system.mobile])
    numbered = np.where(system.groups == FROZEN, len(used), np.searchsorted(used, place))
    numbers = {int(group): index for index, group in enumerate(there)}
    return Grouping(np.searchsorted(there, system.groups), numbered, used, numbers)


def _write_model(system: System, grouping: Grouping, path: Path) -> None:
    with optional("ASE"):
        from ase import Atoms
        from ase.io import write
    symbols = [system.species[index] for index in system.types]
    atoms = Atoms(symbols, positions=system.positions, cell=system.cell, pbc=system.periodic)
    atoms.new_array("mass", system.masses)
    atoms.new_array("group", np.column_stack([grouping.regions, grouping.bins]))
    write(path, atoms, format="extxyz", columns=["symbols", "positions", "mass", "group"])


def _commands(simulation: Simulation, case: Case, system: System, grouping: Grouping) -> list[str]:
    run, kelvin = simulation.run, f"{case.temperature:g}"
    damping = f"{max(run.damping / run.timestep, 1):g}"
    lines = [
        "potential nep.txt",
        f"velocity {kelvin} seed {case.seed % _LARGEST_SEED}",
        f"time_step {run.timestep:g}",
    ]
    if run.npt:
        pressure = f"{_pressure(system)} {max(run.pressure_damping / run.timestep, 1):g}"
        lines += [f"ensemble npt_scr {kelvin} {kelvin} {damping} {pressure}", f"run {run.steps(run.npt)}"]
    if run.nvt:
        lines += [f"ensemble nvt_lan {kelvin} {kelvin} {damping}", f"run {run.steps(run.nvt)}"]
    if run.nve:
        lines += ["ensemble nve", f"run {run.steps(run.nve)}"]
    baths = f"{grouping.numbers[HOT]} {grouping.numbers[COLD]}"
    lines.append(f"ensemble heat_lan {kelvin} {damping} {run.difference:g} {baths}")
    if FROZEN in grouping.numbers:
        lines.append(f"fix {grouping.numbers[FROZEN]}")
    sample, block = run.steps(run.sample), run.steps(run.block)
    return [
        *lines,
        f"compute 1 {sample} {block // sample} temperature",
        f"dump_thermo {block}",
        f"dump_restart {run.steps(run.checkpoint)}",
        f"run {run.steps(run.production)}",
    ]


def _pressure(system: System) -> str:
    along, across = _ELASTIC
    if abs(system.cell[1, 0]) < 1e-6:
        return f"0 0 0 {along} {along} {along}"
    if not all(system.periodic):
        raise MethodError(
            "A tilted cell that is periodic along z is wanted for constant pressure in GPUMD, got an open one: set npt "
            'to 0, or build the cell with cell = "orthogonal".'
        )
    return f"0 0 0 0 0 0 {along} {along} {along} {across} {across} {across}"
