"""The zone-centre modes of data/aln-sic, by density functional theory, beside measured ones."""

from pathlib import Path

import numpy as np
import pytest

from kapitza.atoms.phonons import acoustic_rest, differences, gamma_modes, read_harmonic, reference_for
from kapitza.atoms.structures import named_crystal

ZONE_CENTRE = Path(__file__).resolve().parents[3] / "data" / "aln-sic" / "zone-centre"
WITHIN = 0.05
"""Of semi-local functionals in these crystals; measured energies are at room temperature, calculated ones harmonic."""


@pytest.mark.parametrize(("name", "compared"), [("AlN", 4), ("SiC", 7)])
def test_modes_are_where_they_are_measured(name, compared):
    crystal = read_harmonic(ZONE_CENTRE / f"{name}.yaml")
    atoms = named_crystal(name).atoms
    np.testing.assert_allclose(crystal.cell, atoms.cell.array, atol=1e-6)
    assert acoustic_rest(crystal) < 1e-3
    found = differences(crystal, gamma_modes(crystal), reference_for(crystal.species))
    relative = np.array([one.relative for one in found if one.relative is not None])
    assert len(relative) == compared
    assert np.abs(relative).max() < WITHIN
