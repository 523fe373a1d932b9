"""Frames of a trajectory from the files of LAMMPS, GPUMD and ASE, one after the other, whatever their number."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.extra import optional
from kapitza.data import Array
from kapitza.errors import InputError

_PS_IN_FS = 1e-3
_FEWER_DEGREES, _SHARE = 2.0, 0.05
"""How far the cell of a frame may be from the structure's: degrees, and relative lengths."""


@dataclass(frozen=True)
class Frame:
    """One time of a trajectory, atoms in the order of the structure.

    step : number of the time step where the file tells it, else of the frame. positions (n, 3) : A. velocities (n, 3) :
    A/fs. cell (3, 3) : lattice vectors as rows, A. share : what part of the file has been read, 0 to 1; 0 where it is
    not known.
    """

    step: int
    positions: Array
    velocities: Array
    cell: Array
    share: float = 0.0


def read_frames(path: Path | str, structure: Any) -> Iterator[Frame]:
    """Read the frames of a dump, holding one at a time.

    LAMMPS' text dumps in metal units (velocities A/ps, sorted here by id), GPUMD's dump_xyz and dump_exyz (column vel,
    A/fs), its netCDF (A/ps), and whatever else ASE reads with momenta.

    Parameters
    ----------
    path
        the file.
    structure
        the cell, ASE's `Atoms`, with its atoms in the order of the engine (of the ids in LAMMPS).

    Raises
    ------
    InputError
        if the file is missing or not understood, has no velocities, or a frame has other atoms or another cell.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"A trajectory is wanted, got nothing at {path}: check the name and the folder.")
    for frame, kinds in _reader(path)(path):
        _check(frame, kinds, structure, path.name)
        yield frame


def _reader(path: Path) -> Callable[[Path], Iterator[tuple[Frame, Array | None]]]:
    with path.open("rb") as file:
        head = file.read(14)
    if head.startswith(b"ITEM: TIMESTEP"):
        return _lammps
    if head.startswith((b"CDF\x01", b"CDF\x02", b"\x89HDF")):
        return _netcdf
    return _ase


def _lammps(path: Path) -> Iterator[tuple[Frame, Array | None]]:
    with optional("ASE"):
        from ase import units
        from ase.io.lammpsrun import read_lammps_dump_text
    size, done = path.stat().st_size, 0
    for text in _pieces(path):
        done += sum(map(len, text))
        columns = next((line.split()[2:] for line in text[:12] if line.startswith("ITEM: ATOMS")), [])
        missing = [name for name in ("id", "vx", "vy", "vz") if name not in columns]
        if missing:
            raise InputError(
                f"A dump with the columns id, type, x, y, z, vx, vy and vz is wanted, {path.name} lacks "
                f"{', '.join(missing)}: write it with `dump 1 all custom 20 {path.name} id type x y z vx vy vz`."
            )
        try:
            atoms: Any = read_lammps_dump_text(io.StringIO("".join(text)), index=0, units="metal")
        except Exception as error:
            raise _unreadable(path, error) from error
        frame = Frame(
            int(text[1]), atoms.positions, atoms.get_velocities() * units.fs, np.array(atoms.cell), done / size
        )
        yield frame, np.array(atoms.numbers)


def _pieces(path: Path) -> Iterator[list[str]]:
    """The lines of one time step after the other; a last one that is not complete is left out."""
    lines: list[str] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("ITEM: TIMESTEP") and lines:
                yield lines
                lines = []
            lines.append(line)
    if len(lines) > 9 and len(lines) >= 9 + int(lines[3]):
        yield lines


def _netcdf(path: Path) -> Iterator[tuple[Frame, Array | None]]:
    with path.open("rb") as file:
        classic = file.read(3) == b"CDF"
    if classic:
        from scipy.io import netcdf_file

        with netcdf_file(path, "r", mmap=False) as held:
            yield from _variables(held.variables, path, lambda entry: getattr(entry, "units", b""))
    else:
        import h5py

        with h5py.File(path, "r") as held:
            yield from _variables(held, path, lambda entry: entry.attrs.get("units", b""))


def _variables(held: Any, path: Path, unit_of: Callable[[Any], Any]) -> Iterator[tuple[Frame, Array | None]]:
    with optional("ASE"):
        from ase.geometry import cellpar_to_cell
    missing = [name for name in ("coordinates", "velocities", "cell_lengths", "cell_angles") if name not in held]
    if missing:
        raise InputError(
            f"Positions, velocities and cells are wanted, {path.name} lacks {', '.join(missing)}: in GPUMD write "
            "`dump_netcdf 20 movie.nc velocity`."
        )
    unit = unit_of(held["velocities"])
    if (unit.decode() if isinstance(unit, bytes) else str(unit)).lower() != "angstrom/picosecond":
        raise InputError(f"Velocities in angstrom/picosecond are wanted, {path.name} has {unit!r}: convert it.")
    count = held["velocities"].shape[0]
    for number in range(count):
        shape = np.concatenate([held["cell_lengths"][number], held["cell_angles"][number]])
        positions, velocities = (np.array(held[name][number], float) for name in ("coordinates", "velocities"))
        cell = np.array(cellpar_to_cell(shape))
        yield Frame(number, positions, velocities * _PS_IN_FS, cell, (number + 1) / count), None


def _ase(path: Path) -> Iterator[tuple[Frame, Array | None]]:
    with optional("ASE"):
        from ase import units
    for number, (atoms, share) in enumerate(_images(path)):
        if "vel" in atoms.arrays:
            velocities = np.array(atoms.arrays["vel"], float)
        elif atoms.has("momenta"):
            velocities = atoms.get_velocities() * units.fs
        else:
            raise InputError(
                f"Velocities are wanted, {path.name} has none in its frame {number}: have GPUMD write the column vel "
                "(A/fs), or ASE momenta."
            )
        yield Frame(number, atoms.positions, velocities, np.array(atoms.cell), share), np.array(atoms.numbers)


def _images(path: Path) -> Iterator[tuple[Any, float]]:
    """ASE's `Atoms` of one frame after the other, and what is read; of extended XYZ no index is made."""
    from ase.io import iread, read

    try:
        if path.suffix.lower() not in (".xyz", ".extxyz"):
            for atoms in iread(path, index=":"):
                yield atoms, 0.0
            return
        size, done = path.stat().st_size, 0
        with path.open(encoding="utf-8") as file:
            while head := file.readline():
                text = head + "".join(islice(file, int(head) + 1))
                done += len(text)
                yield read(io.StringIO(text), index=0, format="extxyz"), done / size
    except Exception as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError(
        f"A trajectory of LAMMPS (text), GPUMD (xyz, netCDF) or ASE is wanted, {path.name} is not one: {error}."
    )


def _check(frame: Frame, kinds: Array | None, structure: Any, name: str) -> None:
    if len(frame.velocities) != len(structure):
        raise InputError(
            f"Frames of the {len(structure)} atoms of the structure are wanted, {name} has {len(frame.velocities)} at "
            f"step {frame.step}: dump all atoms, or give the structure that was run."
        )
    if kinds is not None:
        pairs = np.unique(np.column_stack([kinds, structure.numbers]), axis=0)
        # LAMMPS knows types only: each must stand for one element.
        if len(pairs) != len(np.unique(pairs[:, 0])) or len(pairs) != len(np.unique(pairs[:, 1])):
            raise InputError(
                f"Atoms in the order of the structure are wanted, {name} has other species in their places: give the "
                "structure that the run was started from."
            )
    _check_cell(frame, structure, name)


def _check_cell(frame: Frame, structure: Any, name: str) -> None:
    with optional("ASE"):
        from ase.geometry import cell_to_cellpar
    found, wanted = cell_to_cellpar(frame.cell), cell_to_cellpar(np.array(structure.cell))
    along = np.flatnonzero(structure.pbc)
    lengths = np.abs(found[:3] / wanted[:3] - 1)[along].max() if len(along) else 0.0
    if not (lengths < _SHARE and np.abs(found[3:] - wanted[3:]).max() < _FEWER_DEGREES):
        texts = [" ".join(f"{number:.2f}" for number in cell) for cell in (wanted, found)]
        raise InputError(
            f"A cell like the structure's is wanted ({texts[0]} A and degrees), {name} has {texts[1]} at step "
            f"{frame.step}: give the structure that was run, its box written as it was tilted there."
        )
