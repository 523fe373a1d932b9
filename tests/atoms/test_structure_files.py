"""Structures written for the engines and read back."""

import time

import numpy as np
import pytest
from ase.io import read

from kapitza.atoms.structures import (
    GROUPS,
    Regions,
    Slab,
    aluminium_nitride,
    interface,
    silicon_carbide,
    write_structure,
)
from kapitza.atoms.structures.writing import group_commands, species, used_groups
from kapitza.errors import OutputError


def cell(c: int = 8, a: int = 3):
    left, right = Slab(aluminium_nitride(), (a, a, c), "N"), Slab(silicon_carbide(), (a, a, c // 2), "Si")
    return interface(left, right, regions=Regions())


def same_places(atoms, structure) -> bool:
    offset = (atoms.positions - structure.positions) @ np.linalg.inv(structure.cell)
    return bool(np.abs(offset - np.round(offset)).max() < 1e-7)


def test_extended_xyz_comes_back(tmp_path):
    structure = cell()
    write_structure(structure, tmp_path / "cell.xyz")
    atoms = read(tmp_path / "cell.xyz")
    assert same_places(atoms, structure)
    np.testing.assert_allclose(atoms.cell.array, structure.cell)
    np.testing.assert_array_equal(atoms.numbers, structure.numbers)
    np.testing.assert_array_equal(atoms.arrays["group"], structure.groups)
    np.testing.assert_array_equal(atoms.arrays["side"], structure.sides)
    assert atoms.info["strain"] == str(structure.strain)


def test_gpumd_gets_groups_from_0_on(tmp_path):
    left, right = Slab(aluminium_nitride(), (3, 3, 8), "N"), Slab(silicon_carbide(), (3, 3, 4), "Si")
    structure = interface(left, right, vacuum=10.0, regions=Regions(frozen="none"))
    write_structure(structure, tmp_path / "model.xyz")
    count, header, *rows = (tmp_path / "model.xyz").read_text().splitlines()
    assert int(count) == len(rows) == len(structure)
    assert "Properties=species:S:1:pos:R:3:group:I:1" in header
    assert 'pbc="T T F"' in header
    assert "groups=0:hot_bath,1:left_bulk,2:interface,3:right_bulk,4:cold_bath" in header
    assert {int(row.split()[-1]) for row in rows} == set(range(5))
    assert used_groups(structure)["hot bath"] == 0


def test_lammps_data_are_tilted_and_come_back(tmp_path):
    structure = cell()
    write_structure(structure, tmp_path / "cell.data")
    text = (tmp_path / "cell.data").read_text()
    assert "xy xz yz" in text
    assert species(structure) == ["Al", "N", "Si", "C"]
    atoms = read(tmp_path / "cell.data", format="lammps-data")
    np.testing.assert_allclose(atoms.cell.array, structure.cell, atol=1e-9)
    assert same_places(atoms, structure)
    np.testing.assert_array_equal(atoms.numbers, structure.numbers)


def test_lammps_commands_name_every_atom_once():
    structure = cell()
    seen = np.zeros(len(structure), int)
    for line in group_commands(structure).splitlines():
        command, name, style, *ranges = line.split()
        assert (command, style) == ("group", "id")
        for part in ranges:
            start, stop = map(int, part.split(":"))
            seen[start - 1 : stop] += 1
            assert (structure.groups[start - 1 : stop] == GROUPS.index(name.replace("_", " "))).all()
    assert (seen == 1).all()


@pytest.mark.parametrize("name", ["model.xyz", "cell.xyz", "cell.data"])
def test_the_published_cell_is_written_quickly(tmp_path, name):
    structure = cell(72, 12)
    begun = time.process_time()
    write_structure(structure, tmp_path / name)
    assert time.process_time() - begun < 4


def test_a_name_that_stands_for_no_format_is_refused(tmp_path):
    with pytest.raises(OutputError, match=r"model\.xyz for GPUMD, got 'cell.pdf'"):
        write_structure(cell(), tmp_path / "cell.pdf")
    with pytest.raises(OutputError, match="One of the formats"):
        write_structure(cell(), tmp_path / "cell.xyz", "pdb")
