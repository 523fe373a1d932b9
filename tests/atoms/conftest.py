"""A stand-in for CP2K that prints a stored output, and small structures to calculate."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kapitza.atoms.dft import Calculation
from kapitza.atoms.structures import bulk, orthogonal, silicon_carbide

OUTPUT = Path(__file__).parent / "data" / "sic-rattled.out"

_PROGRAM = """#!{python}
import pathlib, sys, time
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
text = pathlib.Path({output!r}).read_text()
seen = pathlib.Path({seen!r})
with seen.open("a") as file:
    file.write(pathlib.Path.cwd().name + "\\n")
{what}
pathlib.Path(given["-o"]).write_text(text)
"""


@pytest.fixture
def stored_output() -> str:
    """What CP2K printed for 32 rattled atoms of 4H-SiC; lines of the host, the user and the timings are left out."""
    return OUTPUT.read_text(encoding="utf-8")


@pytest.fixture
def calculations() -> list[Calculation]:
    """Three rattled cells of 32 atoms."""
    cell = bulk(orthogonal(silicon_carbide()), (2, 1, 1)).atoms
    made = []
    for seed in range(3):
        atoms = cell.copy()
        atoms.rattle(0.05, seed=seed)
        made.append(Calculation(f"SiC-{seed}", atoms))
    return made


@pytest.fixture
def fake_cp2k(tmp_path: Path) -> Callable[[str], Path]:
    """Make a program that takes CP2K's options, does `what` in Python, and prints the stored output."""

    def make(what: str = "") -> Path:
        path = tmp_path / "fake-cp2k"
        text = _PROGRAM.format(python=sys.executable, output=str(OUTPUT), seen=str(tmp_path / "seen"), what=what)
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


@pytest.fixture
def seen(tmp_path: Path) -> Callable[[], list[str]]:
    """The folders that the stand-in has been run in, in order."""

    def read() -> list[str]:
        path = tmp_path / "seen"
        return path.read_text().splitlines() if os.path.exists(path) else []

    return read
