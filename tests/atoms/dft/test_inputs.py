"""CP2K's input: what must be in it, and what is refused."""

import numpy as np
import pytest

from kapitza.atoms.dft import DftSettings, cp2k_input
from kapitza.errors import MethodError


def section(text: str, name: str) -> str:
    return text.split(f"&{name}\n")[1].split(f"&END {name}")[0]


def test_the_recipe_is_in_the_input(calculations):
    text = cp2k_input(calculations[0].atoms)
    assert "PARAMETRIZATION PBESOL" in section(text, "PBE")
    assert "BASIS_SET DZVP-MOLOPT-SR-GTH" in text
    assert "POTENTIAL GTH-PBE\n" in text
    assert "made with PBE" in text.splitlines()[0]
    assert "SCHEME MONKHORST-PACK 2 2 2" in section(text, "KPOINTS")
    for line in ("CUTOFF 500", "REL_CUTOFF 40", "NGRIDS 6"):
        assert line in section(text, "MGRID")
    assert "ELECTRONIC_TEMPERATURE [K] 300" in section(text, "SMEAR")
    assert "BROYDEN_MIXING" in section(text, "MIXING")
    assert "BACKEND CPU" in section(text, "GRID")
    assert "STRESS_TENSOR ANALYTICAL" in text


def test_every_section_that_opens_closes(calculations):
    open_sections: list[str] = []
    for line in cp2k_input(calculations[0].atoms).splitlines():
        words = line.split()
        if words and words[0] == "&END":
            assert open_sections.pop() == words[1]
        elif words and words[0].startswith("&"):
            open_sections.append(words[0][1:])
    assert open_sections == []


def test_the_structure_is_in_the_input(calculations):
    atoms = calculations[0].atoms
    text = cp2k_input(atoms)
    rows = [line.split() for line in section(text, "COORD").splitlines() if line.strip()]
    assert [row[0] for row in rows] == atoms.get_chemical_symbols()
    np.testing.assert_allclose(np.array([row[1:] for row in rows], float), atoms.positions, atol=1e-9)
    cell = [line.split()[1:] for line in section(text, "CELL").splitlines()[:3]]
    np.testing.assert_allclose(np.array(cell, float), atoms.cell.array, atol=1e-9)


def test_settings_and_nothing_else_change_the_input(calculations):
    atoms = calculations[0].atoms
    assert cp2k_input(atoms) == cp2k_input(atoms.copy())
    other = cp2k_input(atoms, DftSettings(kpoints=(2, 2, 1), cutoff=350.0, smearing=500.0))
    differing = [b.split() for a, b in zip(cp2k_input(atoms).splitlines(), other.splitlines(), strict=True) if a != b]
    assert [words[-1] for words in differing] == ["350", "1", "500"]


def test_what_cannot_be_calculated_is_refused(calculations):
    atoms = calculations[0].atoms.copy()
    atoms.positions[1] = atoms.positions[0] + 0.1
    with pytest.raises(MethodError, match=r"two at 0\.173 A"):
        cp2k_input(atoms)
    atoms.pbc = (True, True, False)
    with pytest.raises(MethodError, match="periodic in three directions"):
        cp2k_input(atoms)
