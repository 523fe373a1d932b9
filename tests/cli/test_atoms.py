"""`kapitza atoms`: structures, data sets and labels, as a user would make them."""

import stat
import sys
from pathlib import Path

import pytest
from ase.io import read

OUTPUT = Path(__file__).parents[1] / "atoms" / "data" / "sic-rattled.out"
RECIPE = """
seed = 7
[[group]]
name = "SiC"
left = { crystal = "SiC", repeats = [2, 1, 1] }
rattled = 2
strained = 1
"""
PUBLISHED = ("AlN", "SiC", "--repeats", "8x8x8", "--repeats-right", "8x8x4", "--face", "N", "--face-right", "Si")


@pytest.fixture
def fake_cp2k(tmp_path: Path) -> Path:
    """A program with CP2K's options that prints a stored output."""
    path = tmp_path / "fake-cp2k"
    path.write_text(f"#!/bin/sh\ncp {OUTPUT} $4\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize("command", ["structure", "dataset", "label", "nemd"])
def test_every_command_has_an_example(kapitza, command):
    code, out, _ = kapitza("atoms", command, "--help")
    assert code == 0
    assert f"kapitza atoms {command}" in out.split("Example")[1]


def test_the_published_cell(kapitza, tmp_path):
    code, out, err = kapitza("atoms", "structure", *PUBLISHED, "-o", tmp_path / "model.xyz")
    assert code == 0, err
    for text in ("4,096 atoms", "4.0 + 4.0 nm", "lattice mismatch 1.05%", "4H-SiC strained in the plane by +1.05%"):
        assert text in out
    assert "group 0: frozen, 384 atoms" in out
    assert len(read(tmp_path / "model.xyz", format="extxyz")) == 4096


def test_a_structure_for_lammps_comes_with_its_groups_and_a_drawing(kapitza, tmp_path):
    target, picture = tmp_path / "cell.data", tmp_path / "cell.png"
    code, out, err = kapitza("atoms", "structure", *PUBLISHED, "-o", target, "--picture", picture)
    assert code == 0, err
    assert "include it after read_data" in out
    assert "group interface id 1729:2368" in (tmp_path / "cell.data.groups").read_text()
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_crystal_of_a_file_in_an_orthogonal_cell(kapitza, tmp_path):
    assert kapitza("atoms", "structure", "sic", "-o", tmp_path / "sic.xyz", "-q") == (0, "", "")
    code, out, err = kapitza(
        "atoms",
        "structure",
        tmp_path / "sic.xyz",
        "--cell",
        "orthogonal",
        "--repeats",
        "2x1x1",
        "-o",
        tmp_path / "o.xyz",
    )
    assert code == 0, err
    assert "32 atoms" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("AlN", "--repeats", "3,3"), "as in 12x12x72"),
        (("AlN", "--a", "-3"), "above 0 A"),
        (("none.cif",), "got nothing at none.cif"),
        (("AlN", "SiC", "--face", "Si"), "ends in N, Al"),
        (("AlN", "SiC"), "repeat the crystal more often"),
        (("AlN", "SiC", "--frozen", "none", "--repeats", "1x1x9"), "Freeze the left or right end"),
        (("AlN", "--picture", "cell.pdf"), ".png or .svg"),
    ],
)
def test_what_does_not_fit_is_one_sentence(kapitza, tmp_path, arguments, words):
    code, _, err = kapitza("atoms", "structure", *arguments, "-o", tmp_path / "cell.xyz")
    assert code == 1
    assert err.startswith("kapitza: ")
    assert words in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "cell.xyz").exists()


def test_nothing_is_written_over(kapitza, tmp_path):
    (tmp_path / "cell.xyz").write_text("mine")
    code, _, err = kapitza("atoms", "structure", "AlN", "-o", tmp_path / "cell.xyz")
    assert (code, (tmp_path / "cell.xyz").read_text()) == (1, "mine")
    assert "--force" in err
    assert kapitza("atoms", "structure", "AlN", "-o", tmp_path / "cell.xyz", "--force").code == 0


def test_a_data_set_is_made_labelled_and_gone_on_with(kapitza, tmp_path, fake_cp2k):
    recipe, folder = tmp_path / "recipe.toml", tmp_path / "set"
    recipe.write_text(RECIPE)
    code, out, err = kapitza("atoms", "dataset", recipe, "-o", folder)
    assert code == 0, err
    assert "3 structures" in out
    assert "no snapshots" in out
    code, out, _ = kapitza("atoms", "label", folder, "--collect")
    assert (code, "0 of 3 structures are labelled, 0 refused, 3 not calculated" in out) == (0, True)
    code, out, err = kapitza("atoms", "label", folder, "--jobs", "2", "--command", fake_cp2k)
    assert code == 0, err
    assert "3 of 3 structures are labelled" in out
    assert len(read(folder / "labels.xyz", index=":")) == 3
    assert "3 of 3" in kapitza("atoms", "label", folder, "--command", "no-such-cp2k").out
    second = tmp_path / "second"
    assert kapitza("atoms", "dataset", recipe, "-o", second, "-q").code == 0
    shared = ("--calculations", folder / "calculations", "--collect")
    assert "3 of 3" in kapitza("atoms", "label", second, *shared).out
    code, _, err = kapitza("atoms", "dataset", recipe, "-o", folder, "--force")
    assert code == 1
    assert "without calculations" in err


def test_without_cp2k_the_command_that_installs_it_is_named(kapitza, tmp_path):
    recipe, folder = tmp_path / "recipe.toml", tmp_path / "set"
    recipe.write_text(RECIPE)
    assert kapitza("atoms", "dataset", recipe, "-o", folder, "-q").code == 0
    code, _, err = kapitza("atoms", "label", folder, "--command", "no-such-cp2k")
    assert code == 1
    assert "sudo apt-get install cp2k" in err


def test_without_ase_the_extra_is_named(kapitza, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ase", None)
    code, _, err = kapitza("atoms", "structure", "AlN", "-o", tmp_path / "cell.xyz")
    assert code == 1
    assert 'pip install "kapitza[atoms]"' in err
