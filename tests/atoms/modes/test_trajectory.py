"""Dumps of the engines: the same velocities from each, and sentences where something is missing."""

import subprocess
import sys

import h5py
import numpy as np
import pytest
from ase import Atoms, units
from ase.io import write
from scipy.io import netcdf_file

from kapitza.atoms.modes.trajectory import read_frames
from kapitza.atoms.structures import aluminium_nitride, bulk, orthogonal
from kapitza.errors import InputError

FRAMES = 3
HEXAGONAL = bulk(aluminium_nitride(), (3, 2, 2)).atoms
VELOCITIES = np.random.default_rng(3).normal(scale=0.01, size=(FRAMES, len(HEXAGONAL), 3))


def lammps(path, atoms: Atoms = HEXAGONAL, columns: str = "id type x y z vx vy vz", box: str = "bounding") -> None:
    """A dump as LAMMPS writes it: atoms in any order, the bounding box of a tilted cell, A/ps."""
    order = np.random.default_rng(1).permutation(len(atoms))
    (lx, _, _), (xy, ly, _), (xz, yz, lz) = np.array(atoms.cell)
    tilted = max(abs(xy), abs(xz), abs(yz)) > 1e-9
    low, high = min(0, xy, xz, xy + xz), lx + max(0, xy, xz, xy + xz)
    if box == "plain":
        low, high = 0.0, lx
    kinds = {number: kind for kind, number in enumerate(dict.fromkeys(atoms.numbers), 1)}
    with open(path, "w") as file:
        for frame in range(FRAMES):
            file.write(f"ITEM: TIMESTEP\n{20 * frame}\nITEM: NUMBER OF ATOMS\n{len(atoms)}\n")
            if tilted:
                file.write(f"ITEM: BOX BOUNDS xy xz yz pp pp pp\n{low:.12g} {high:.12g} {xy:.12g}\n")
                file.write(f"{min(0, yz):.12g} {ly + max(0, yz):.12g} {xz:.12g}\n0 {lz:.12g} {yz:.12g}\n")
            else:
                file.write(f"ITEM: BOX BOUNDS pp pp pp\n0 {lx:.12g}\n0 {ly:.12g}\n0 {lz:.12g}\n")
            file.write(f"ITEM: ATOMS {columns}\n")
            for atom in order:
                held = {"id": atom + 1, "type": kinds[atoms.numbers[atom]]}
                held |= dict(zip(("x", "y", "z"), atoms.positions[atom], strict=True))
                held |= dict(zip(("vx", "vy", "vz"), 1000 * VELOCITIES[frame, atom], strict=True))
                file.write(" ".join(f"{held[name]:.15g}" for name in columns.split()) + "\n")


def gpumd(path, atoms: Atoms = HEXAGONAL) -> None:
    frames = []
    for velocity in VELOCITIES:
        frames.append(atoms.copy())
        frames[-1].arrays["vel"] = velocity
    write(path, frames, format="extxyz", columns=["symbols", "positions", "vel"])


def momenta(path, atoms: Atoms = HEXAGONAL) -> None:
    frames = []
    for velocity in VELOCITIES:
        frames.append(atoms.copy())
        frames[-1].set_velocities(velocity / units.fs)
    write(path, frames)


def fill(held, make) -> None:
    """The variables of AMBER's convention, as GPUMD writes them."""
    make("coordinates", np.repeat(HEXAGONAL.positions[np.newaxis], FRAMES, axis=0))
    make("velocities", VELOCITIES * 1000)
    cell = np.repeat(HEXAGONAL.cell.cellpar()[np.newaxis], FRAMES, axis=0)
    make("cell_lengths", cell[:, :3])
    make("cell_angles", cell[:, 3:])


def netcdf(path, unit: str = "angstrom/picosecond") -> None:
    with netcdf_file(path, "w", version=2) as held:
        held.createDimension("frame", None)
        held.createDimension("atom", len(HEXAGONAL))
        held.createDimension("spatial", 3)

        def make(name, values):
            dimensions = ("frame", "spatial") if values.ndim == 2 else ("frame", "atom", "spatial")
            held.createVariable(name, "d", dimensions)[:] = values

        fill(held, make)
        held.variables["velocities"].units = unit


def compressed(path) -> None:
    with h5py.File(path, "w") as held:
        fill(held, lambda name, values: held.create_dataset(name, data=values, compression="gzip"))
        held["velocities"].attrs["units"] = "angstrom/picosecond"


WRITERS = {
    "dump.lammpstrj": lammps,
    "dump.xyz": gpumd,
    "ase.extxyz": momenta,
    "ase.traj": momenta,
    "movie.nc": netcdf,
    "small.nc": compressed,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_engine_tells_the_same(name, tmp_path):
    path = tmp_path / name
    WRITERS[name](path)
    frames = list(read_frames(path, HEXAGONAL))
    assert [frame.step for frame in frames] == ([0, 20, 40] if name.startswith("dump.l") else [0, 1, 2])
    for frame, velocity in zip(frames, VELOCITIES, strict=True):
        np.testing.assert_allclose(frame.velocities, velocity, atol=2e-8)
        np.testing.assert_allclose(frame.positions, HEXAGONAL.positions, atol=1e-7)
        np.testing.assert_allclose(frame.cell, np.array(HEXAGONAL.cell), atol=1e-6)


def test_an_orthogonal_dump_has_no_tilt(tmp_path):
    atoms = bulk(orthogonal(aluminium_nitride()), (3, 1, 2)).atoms
    assert len(atoms) == len(HEXAGONAL)
    lammps(tmp_path / "dump", atoms)
    for frame in read_frames(tmp_path / "dump", atoms):
        np.testing.assert_allclose(frame.cell, np.array(atoms.cell), atol=1e-6)


def test_a_tilted_box_that_is_no_bounding_box_is_refused(tmp_path):
    lammps(tmp_path / "dump", box="plain")
    with pytest.raises(InputError, match="A cell like the structure's is wanted"):
        next(read_frames(tmp_path / "dump", HEXAGONAL))


def test_a_dump_without_velocities_or_ids_is_refused(tmp_path):
    lammps(tmp_path / "dump", columns="type x y z")
    with pytest.raises(InputError, match="lacks id, vx, vy, vz: write it with `dump 1 all custom"):
        next(read_frames(tmp_path / "dump", HEXAGONAL))
    HEXAGONAL.write(tmp_path / "still.xyz", format="extxyz")
    with pytest.raises(InputError, match=r"Velocities are wanted, still\.xyz has none"):
        next(read_frames(tmp_path / "still.xyz", HEXAGONAL))
    with h5py.File(tmp_path / "still.nc", "w") as held:
        held["coordinates"] = HEXAGONAL.positions[np.newaxis]
    with pytest.raises(InputError, match="lacks velocities, cell_lengths, cell_angles"):
        next(read_frames(tmp_path / "still.nc", HEXAGONAL))
    netcdf(tmp_path / "slow.nc", "angstrom/femtosecond")
    with pytest.raises(InputError, match="Velocities in angstrom/picosecond are wanted"):
        next(read_frames(tmp_path / "slow.nc", HEXAGONAL))


def test_other_atoms_are_refused(tmp_path):
    lammps(tmp_path / "dump")
    gpumd(tmp_path / "dump.xyz")
    for name in ("dump", "dump.xyz"):
        with pytest.raises(InputError, match="Frames of the 4 atoms of the structure are wanted"):
            next(read_frames(tmp_path / name, aluminium_nitride().atoms))
        swapped = HEXAGONAL[np.roll(np.arange(len(HEXAGONAL)), 1)]
        with pytest.raises(InputError, match="Atoms in the order of the structure are wanted"):
            next(read_frames(tmp_path / name, swapped))


def test_what_is_no_trajectory_is_refused(tmp_path):
    with pytest.raises(InputError, match="got nothing at"):
        next(read_frames(tmp_path / "none.xyz", HEXAGONAL))
    (tmp_path / "note.xyz").write_text("nothing of the kind\n")
    with pytest.raises(InputError, match=r"note\.xyz is not one"):
        next(read_frames(tmp_path / "note.xyz", HEXAGONAL))


def test_a_dump_cut_short_gives_what_is_complete(tmp_path):
    lammps(tmp_path / "dump")
    text = (tmp_path / "dump").read_text().splitlines(keepends=True)
    (tmp_path / "cut").write_text("".join(text[:-5]))
    assert [frame.step for frame in read_frames(tmp_path / "cut", HEXAGONAL)] == [0, 20]


PEAK_OF_MEMORY = """
import gc, sys, tracemalloc
from ase.io import read
from kapitza.atoms.modes.trajectory import read_frames
structure = read(sys.argv[1])
gc.freeze()
for path in sys.argv[2:]:
    tracemalloc.start()
    for _ in read_frames(path, structure):
        gc.collect()  # ASE's Atoms refer to themselves, and wait for the collector
    print(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
"""


@pytest.mark.parametrize("name", ["dump.lammpstrj", "dump.xyz"])
def test_a_long_dump_takes_no_more_memory(name, tmp_path):
    WRITERS[name](tmp_path / name)
    text = (tmp_path / name).read_bytes()
    write(tmp_path / "structure.xyz", HEXAGONAL)
    paths = [tmp_path / f"{times}-{name}" for times in (1, 6, 36)]
    for path, times in zip(paths, (1, 6, 36), strict=True):
        path.write_bytes(text * times)
    # a process of its own: what threads of earlier tests allocate meanwhile is not counted
    command = [sys.executable, "-c", PEAK_OF_MEMORY, tmp_path / "structure.xyz", *paths]
    _, *peaks = map(int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    # the file is six times as long
    assert peaks[1] < 1.2 * peaks[0]
