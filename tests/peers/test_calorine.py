"""calorine evaluates the shipped potential at the interface as kapitza's own choice of engine does."""

import numpy as np
import pytest

from kapitza.atoms.potential import calculator, evaluate
from kapitza.atoms.structures import Slab, aluminium_nitride, interface, silicon_carbide


def test_two_engines_agree_at_the_interface():
    pytest.importorskip("calorine", reason="calorine is not installed: make test-peers")
    made = interface(Slab(aluminium_nitride(), (3, 3, 4), face="N"), Slab(silicon_carbide(), (3, 3, 2), face="Si"))
    made.atoms.rattle(0.05, seed=3)
    one, other = (evaluate([made.atoms], calculator("AlN-SiC", engine=name)) for name in ("nep-adapters", "calorine"))
    np.testing.assert_allclose(one.energies, other.energies, rtol=1e-10)
    np.testing.assert_allclose(one.forces[0], other.forces[0], atol=1e-9)
    np.testing.assert_allclose(one.virials, other.virials, atol=1e-6)
